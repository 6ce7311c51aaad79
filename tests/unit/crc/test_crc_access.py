"""The cluster's access: kubeconfig, console, and the host's trust in its registry.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from openstack_k8s_cli.crc import consoles, kubeconfigs, trust
from openstack_k8s_cli.model.kubeyaml import documents
from openstack_k8s_cli.model.problems import OskError
from tests.fakes.crc.host import HOME, FakeHost
from tests.fakes.crc.openshiftlocal import PASSWORD
from tests.fakes.crc.programs import ANCHOR, BUNDLE
from tests.unit.crc.wishes import host, set_up, start

_PATH = f"{HOME}/.kube/config"
_OTHERS = """\
# mine
apiVersion: v1
kind: Config
clusters:
- name: work
  cluster: {server: "https://work:6443"}
contexts:
- name: work
  context: {cluster: work, user: me}
current-context: work
users:
- name: me
  user: {token: hush}
"""
_MARKED = {"extensions": [{"name": "openstack-k8s-cli", "extension": {"provider": "openstack-k8s-cli"}}]}


_AUTHORITY = b"AUTHORITY OF THE ROUTER\n"


def _stopping(name: str) -> Callable[[Sequence[str]], None]:
    """Give what interrupts before a program that sudo is to run."""

    def stop(argv: Sequence[str]) -> None:
        if [*argv] == ["sudo", name]:
            raise KeyboardInterrupt

    return stop


def _entry(found: Any, kind: str, name: str) -> dict[str, Any]:
    """Give the one entry of that name."""
    (entry,) = [each[kind] for each in found[f"{kind}s"] if each["name"] == name]
    return dict(entry)


def test_the_access_gets_a_context_of_its_own(started: FakeHost) -> None:
    """A certificate, no password; private from the start."""
    done = kubeconfigs.merge(started, None)

    found = documents((started.read(_PATH) or b"").decode())[0]
    assert done == f"context osk-crc in {_PATH}; as it was: {_PATH}.before-osk"
    assert found["current-context"] == "osk-crc"
    certificate = {"client-certificate-data": "Q0VSVAo=", "client-key-data": "S0VZCg=="}
    assert _entry(found, "user", "osk-crc") == {**certificate, **_MARKED}
    assert _entry(found, "cluster", "osk-crc")["server"] == "https://api.crc.testing:6443"
    assert started.files.modes[_PATH] == 0o600


def test_what_else_is_in_the_kubeconfig_stays_and_the_old_one_is_kept(started: FakeHost) -> None:
    """The current context too, comments as well."""
    started.write(_PATH, _OTHERS.encode(), 0o644)

    kubeconfigs.merge(started, "lab")

    text = (started.read(_PATH) or b"").decode()
    found = documents(text)[0]
    assert text.startswith("# mine\n")
    assert [each["name"] for each in found["contexts"]] == ["work", "lab"]
    assert found["current-context"] == "work"
    assert started.read(f"{_PATH}.before-osk") == _OTHERS.encode()
    assert started.files.modes[f"{_PATH}.before-osk"] == 0o600


def test_a_second_time_nothing_is_written(started: FakeHost) -> None:
    """And nothing is said to be."""
    kubeconfigs.merge(started, None)
    started.files.modes.clear()

    assert (kubeconfigs.merge(started, None), started.files.modes) == ("", {})


def test_the_access_of_a_cluster_that_is_gone_is_taken_out(started: FakeHost) -> None:
    """Only that; a second time there is nothing to take out."""
    started.write(
        _PATH, _OTHERS.replace("current-context: work", "current-context: crc-admin").encode(), 0o600
    )
    kubeconfigs.merge(started, None)

    done = kubeconfigs.forget(started, None)

    found = documents((started.read(_PATH) or b"").decode())[0]
    assert "osk-crc taken out" in done
    assert ([each["name"] for each in found["contexts"]], found["current-context"]) == (["work"], "")
    assert kubeconfigs.forget(started, None) == ""
    assert kubeconfigs.forget(host(), None) == ""


def test_a_kubeconfig_that_cannot_be_read_is_left_alone(started: FakeHost) -> None:
    """As one that `sudo oc login` made."""
    started.write(_PATH, _OTHERS.encode(), 0o600)
    started.unreadable.add(_PATH)

    for act in (kubeconfigs.merge, kubeconfigs.forget):
        with pytest.raises(OskError) as caught:
            act(started, None)
        assert caught.value.problems[0].code == "OSK1366"

    assert started.files.texts[_PATH] == _OTHERS.encode()


def test_whether_commands_go_there_is_known(started: FakeHost) -> None:
    """Another current context stays what it is."""
    kubeconfigs.merge(started, None)
    own = kubeconfigs.is_current(started, None)
    started.write(_PATH, _OTHERS.encode(), 0o600)
    kubeconfigs.merge(started, None)

    assert (own, kubeconfigs.is_current(started, None)) == (True, False)


def test_a_new_cluster_takes_the_place_of_the_old_ones_access(started: FakeHost) -> None:
    """Under the same name, once."""
    kubeconfigs.merge(started, None)
    access = (kubeconfigs.own(started) or b"").replace(b"S0VZCg==", b"TkVXCg==")
    started.write(f"{HOME}/.crc/machines/crc/kubeconfig", access, 0o600)

    kubeconfigs.merge(started, None)

    found = documents((started.read(_PATH) or b"").decode())[0]
    assert _entry(found, "user", "osk-crc")["client-key-data"] == "TkVXCg=="


def test_crcs_own_context_gives_way(started: FakeHost) -> None:
    """Its token lasts a day."""
    started.write(
        _PATH, _OTHERS.replace("current-context: work", "current-context: crc-admin").encode(), 0o600
    )

    kubeconfigs.merge(started, None)

    assert documents((started.read(_PATH) or b"").decode())[0]["current-context"] == "osk-crc"


def test_the_first_of_several_kubeconfigs_is_written(started: FakeHost) -> None:
    """As `kubectl config` does."""
    started.variables["KUBECONFIG"] = "/tmp/one:/tmp/two"  # noqa: S108  # nothing is there

    assert kubeconfigs.place(started) == "/tmp/one"  # noqa: S108  # as above


@pytest.mark.parametrize("text", [b"- a\n", b"a: [\n", b"\xff\xff"])
def test_a_kubeconfig_that_is_none_is_left_alone(started: FakeHost, text: bytes) -> None:
    """It is somebody's file."""
    started.write(_PATH, text, 0o600)

    with pytest.raises(OskError) as caught:
        kubeconfigs.merge(started, None)

    assert caught.value.problems[0].code == "OSK1246"
    assert started.read(_PATH) == text


def test_an_access_by_another_way_keeps_the_name_of_the_certificate(started: FakeHost) -> None:
    """All else is as crc wrote it."""
    access = kubeconfigs.own(started) or b""

    other = kubeconfigs.rerouted(access, "https://127.0.0.1:40000")
    kubeconfigs.merge(started, None, other, name="osk-crc-lab")

    assert kubeconfigs.address(access) == ("api.crc.testing", 6443)
    found = documents((started.read(_PATH) or b"").decode())[0]
    assert _entry(found, "cluster", "osk-crc-lab") == {
        "certificate-authority-data": "Q0EK",
        "server": "https://127.0.0.1:40000",
        "tls-server-name": "api.crc.testing",
        **_MARKED,
    }


def test_without_a_cluster_there_is_no_access() -> None:
    """Nothing is written."""
    place = host()

    assert (kubeconfigs.merge(place, None), place.read(_PATH)) == ("", None)


def test_the_console_is_told_with_the_password_where_it_is_asked_for(started: FakeHost) -> None:
    """Not by itself."""
    plain, whole = (consoles.read(started, credentials=each) for each in (False, True))

    assert plain == {
        "console": "https://console-openshift-console.apps-crc.testing",
        "api": "https://api.crc.testing:6443",
    }
    assert whole == {**plain, "user": "kubeadmin", "password": PASSWORD}


def test_without_a_cluster_there_is_no_console() -> None:
    """Crc's own words say why."""
    with pytest.raises(OskError) as caught:
        consoles.read(host(), credentials=True)

    assert caught.value.problems[0].code == "OSK1250"
    assert "connection" in str(caught.value.problems[0].detail) or "connect" in str(
        caught.value.problems[0].detail
    )


def test_microshift_has_no_console() -> None:
    """Which is no want of a cluster: starting it would not help."""
    place = host()
    set_up(place, preset="microshift")
    start(place, preset="microshift")

    with pytest.raises(OskError) as caught:
        consoles.read(place, credentials=False)

    assert caught.value.problems[0].code == "OSK1460"


def test_a_host_trusts_the_registry_through_sudo() -> None:
    """The certificate goes by standard input; what is there already is known."""
    place = host()
    place.tools.add("update-ca-trust")

    before = trust.is_trusted(place, _AUTHORITY)
    trust.trust(place, _AUTHORITY)

    assert place.changes == [f"sudo tee {ANCHOR}", "sudo update-ca-trust"]
    known = [trust.is_trusted(place, each) for each in (_AUTHORITY, b"a new authority")]
    assert (before, known) == (False, [True, False])


def test_trust_that_was_cut_off_is_finished() -> None:
    """The file is there, and the system does not know of it yet."""
    place = host()
    place.tools.add("update-ca-trust")
    place.interrupted = _stopping("update-ca-trust")
    with pytest.raises(KeyboardInterrupt):
        trust.trust(place, _AUTHORITY)
    place.interrupted = len
    half = (place.read(ANCHOR), trust.is_trusted(place, _AUTHORITY))

    trust.trust(place, _AUTHORITY)

    assert (half, trust.is_trusted(place, _AUTHORITY)) == ((_AUTHORITY, False), True)


def test_trust_ends_with_the_cluster() -> None:
    """Once; where there was none nobody becomes root."""
    place = host()
    place.tools.add("update-ca-trust")
    trust.trust(place, _AUTHORITY)
    known = [*trust.known(place)]
    place.calls.clear()

    done = [[*trust.distrust(place)] for _ in range(2)]

    assert (known, [len(each) for each in done]) == ([ANCHOR], [1, 0])
    assert place.changes == [f"sudo rm -f {ANCHOR}", "sudo update-ca-trust"]
    assert b"AUTH" not in (place.read(BUNDLE) or b"").removeprefix(b"AUTHORITIES")


def test_who_may_not_use_sudo_is_told() -> None:
    """And who has no place for certificates."""
    refused = host(fails={"sudo": True})
    refused.tools.add("update-ca-certificates")
    details = []
    for place in (refused, host()):
        with pytest.raises(OskError) as caught:
            trust.trust(place, b"CA")
        details.append(str(caught.value.problems[0].detail))

    assert details == [
        "sudo: a password is required",
        "neither update-ca-trust nor update-ca-certificates is there",
    ]
