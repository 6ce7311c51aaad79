"""`osk stop` and `osk start`: hosts go to sleep before CRC and wake after it, and servers do not go down unasked.

The programs of CRC's host are played in memory, or as recorded executables (tests.fakes.crc).
"""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from openstack_k8s_cli.cli import sleeping
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.workstation import certificates
from tests.fakes.cloud import FakeCloud
from tests.fakes.crc.host import Recorded, changing
from tests.unit.cli.days import CRC, Lab, lab, ran, up_already

_HOSTS = ["edpm-compute-0", "edpm-compute-1"]
_BARE = CRC + "dataplane: {nodesets: {compute: {count: 2, provision: {libvirt: {bare: true}}}}}\n"
_ASLEEP = {"crc": False, "edpm-compute-0": False, "edpm-compute-1": False}


def _stop(place: Lab, *, yes: bool = False, force: bool = False) -> tuple[list[str], Any]:
    return ran(sleeping.stop(place.machines, yes=yes, force=force))


def _start(place: Lab) -> tuple[list[str], Any]:
    return ran(sleeping.start(place.machines, yes=False))


def _cloud(place: Lab, **more: Any) -> FakeCloud:
    found = FakeCloud(list(_HOSTS), **more)
    found.over(place.cluster)
    return found


def test_to_sleep_and_awake() -> None:
    """Hosts first, CRC last; back in the other order, to where nova is up on the hosts."""
    place = up_already()
    _cloud(place)

    slept, _ = _stop(place)
    asleep = place.running
    woken, end = _start(place)

    assert [f"cloud/sleep/hosts: {each} machines-stop" for each in _HOSTS] == slept[:2]
    assert ("cloud/sleep/crc: crc stopped", _ASLEEP) == (slept[2], asleep)
    assert (ExitCode.DONE, True) == (end.exit_code, all(place.running.values()))
    assert "crc/machine/start: crc crc start" == woken[0]
    assert ["wait controlplane --only"] == place.work.said
    assert [f"cloud/wake/hosts: {each} machines-start" for each in _HOSTS] == woken[-5:-3]
    assert [f"cloud/wake/cloud: {each} nova is up" for each in _HOSTS] == woken[-2:]


def test_a_second_time_nothing_is_changed() -> None:
    """Neither asleep nor awake."""
    place = up_already()
    _cloud(place)

    _start(place)
    awake = (place.host.changes, list(place.hypervisor.played))
    _stop(place)
    place.host.calls.clear()
    place.hypervisor.played.clear()
    _, end = _stop(place)

    assert ([], []) == awake
    assert ([], [], ExitCode.DONE) == (place.host.changes, place.hypervisor.played, end.exit_code)


def test_servers_do_not_go_down_unasked() -> None:
    """They are named with their hosts; nobody can be asked here, so nothing is changed."""
    place = up_already()
    _cloud(place, servers={"1": {"Name": "web", "Status": "ACTIVE", "host": _HOSTS[1]}})

    with pytest.raises(OskError) as caught:
        _stop(place)
    untouched = (all(place.running.values()), place.session.told[-1:])
    _stop(place, yes=True)

    assert "OSK1003" == caught.value.problems[0].code
    assert (True, ["servers go down with their hosts: edpm-compute-1: web"]) == untouched
    assert _ASLEEP == place.running


def test_a_host_that_does_not_shut_down_holds_crc_up() -> None:
    """Its disk and its cloud's records would part; `--force` cuts it off."""
    place = up_already()
    place.hypervisor.stuck = {_HOSTS[1]}

    _, end = _stop(place)
    held = place.running
    _, forced = _stop(place, force=True)

    assert (ExitCode.FAILED, "OSK1189") == (end.exit_code, end.problems[0].code)
    assert {"crc": True, _HOSTS[0]: False, _HOSTS[1]: True} == held
    assert (ExitCode.DONE, _ASLEEP) == (forced.exit_code, place.running)


def test_hosts_that_the_cluster_switches_go_to_sleep_after_it() -> None:
    """It would switch them on again."""
    place = up_already(_BARE)

    slept, _ = _stop(place)

    assert ["cloud/sleep/crc", *["cloud/sleep/bare-hosts"] * 2] == [each.partition(":")[0] for each in slept]


_NODE, _OTHER = "system:node:crc", "system:node:other"
_BOOTSTRAPPER = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper"
_SERVING, _CLIENT = "kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet"


def _request(subject: str, group: str) -> str:
    names = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, group),
        x509.NameAttribute(NameOID.COMMON_NAME, subject),
    ]
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    signed = made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return b64encode(signed.public_bytes(Encoding.PEM)).decode()


@pytest.mark.parametrize(
    ("user", "signer", "subject", "group", "approved"),
    [
        (_NODE, _SERVING, _NODE, "system:nodes", True),
        (_NODE, _CLIENT, _NODE, "system:nodes", True),
        (_BOOTSTRAPPER, _CLIENT, _NODE, "system:nodes", True),
        (_BOOTSTRAPPER, _SERVING, _NODE, "system:nodes", False),
        (_BOOTSTRAPPER, _CLIENT, _OTHER, "system:nodes", False),
        (_OTHER, _SERVING, _OTHER, "system:nodes", False),
        (_NODE, _SERVING, _OTHER, "system:nodes", False),
        (_NODE, "kubernetes.io/kube-apiserver-client", _NODE, "system:nodes", False),
        (_NODE, _CLIENT, _NODE, "system:masters", False),
        ("ada", _CLIENT, _NODE, "system:nodes", False),
        (_NODE, _CLIENT, None, "", False),
    ],
)
def test_requests_of_its_own_nodes_are_approved_while_it_wakes(
    user: str,
    signer: str,
    subject: str | None,
    group: str,
    approved: bool,
) -> None:
    """For the node that asks, or that there is where one asks that has lost its certificate; all others stay."""
    cluster = up_already(CRC).cluster
    cluster.put({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "crc"}})
    text = _request(subject, group) if subject else "bm9uZQ=="
    body = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    spec = {"username": user, "signerName": signer, "request": text, "usages": []}
    cluster.put({**body, "metadata": {"name": "one"}, "spec": spec})

    assert (("one",) if approved else ()) == certificates.approve(cluster)


def test_the_start_waits_for_nodes_and_approves_meanwhile() -> None:
    """As long as a certificate is missing."""
    place = up_already()
    _cloud(place)
    _stop(place)
    place.cluster.put({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "crc"}})
    body = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    spec = {"username": _NODE, "signerName": _SERVING, "request": _request(_NODE, "system:nodes")}
    place.cluster.put({**body, "metadata": {"name": "own"}, "spec": spec})

    _start(place)

    assert ["own"] == [each.name for each in place.cluster.log if each.verb == "merge approval"]


def test_a_cloud_that_does_not_come_back_ends_the_wait() -> None:
    """With what is missing, and exit 6."""
    place = up_already()
    _cloud(place, fails={"token issue": "Service Unavailable (HTTP 503)"})

    _, end = _start(place)

    assert (ExitCode.STALLED, "OSK1353") == (end.exit_code, end.problems[0].code)
    assert "503" in (end.problems[0].detail or "")


def test_a_profile_without_machines_has_none_to_stop() -> None:
    """It says so."""
    place = lab("platform: {provider: existing}\n")

    with pytest.raises(OskError) as caught:
        _stop(place)

    assert ("OSK1350", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)


def test_without_hosts_and_without_a_cloud_it_is_crc_alone() -> None:
    """Nothing is waited for that is not there."""
    place = lab(CRC)
    place.machines.stations.prepared()
    place.machines.stations.started(yes=True)

    _stop(place)
    asleep = place.running
    _, end = _start(place)

    assert ({"crc": False}, {"crc": True}, []) == (asleep, place.running, place.work.said)
    assert ExitCode.DONE is end.exit_code


def test_the_command_by_its_executables(tmp_path: Path, home: Path) -> None:
    """As JSON lines to the end; the one program that changes anything is crc's stop."""
    domain = {"running": True, "interfaces": []}
    recorded = Recorded(tmp_path, set_up=True, running=True, domains={"crc": domain}, config={})
    machine = recorded.home / ".crc/machines/crc/config.json"
    machine.parent.mkdir(parents=True)
    machine.write_text('{"Driver": {"BundleName": "crc_libvirt_4.22.1_amd64", "CPU": 4, "Memory": 10752}}')
    machine.with_name(".crc-exist").touch()
    text = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\nplatform: {crc: {preset: okd}}\n"
    (home / "osk.yaml").write_text(text)

    result = CliRunner().invoke(app, ["stop", "-o", "json"], env=recorded.environment)

    events = [json.loads(line) for line in result.stdout.splitlines()]
    ends = [(each["type"], each.get("task"), each.get("exit_code")) for each in events]
    assert (0, "PlanMade") == (result.exit_code, ends[0][0])
    assert [("TaskRan", "stopped", None), ("RunFinished", None, 0)] == [
        each for each in ends if each[0] in {"TaskRan", "RunFinished"}
    ]
    assert ["crc stop --force -o json"] == changing(recorded.calls)
