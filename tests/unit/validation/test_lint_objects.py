"""The lint rules on references and whole sets: each finds its mistake, and says nothing of the same set without it."""

import base64

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.validation import lint
from openstack_k8s_cli.validation.findings import Severity
from openstack_k8s_cli.validation.lint.objects import Objects
from tests.unit.validation.samples import (
    attachment,
    balancer,
    body,
    codes,
    data_service,
    deployment,
    found,
    items,
    node_set,
    plane,
    pool,
    secret,
    service,
)

Set = list[Body]
SSH = {"ansibleSSHPrivateKeySecret": "ssh"}
GALERA: Body = {"templates": {"openstack": {}}}


def classes(*names: str) -> Body:
    """Make a control plane whose databases ask for storage classes."""
    templates = {f"db-{at}": {"storageClass": name} for at, name in enumerate(names)}
    return plane(storageClass="nfs", galera={"templates": templates})


def peer(**spec: object) -> Body:
    """Make a BGP peer."""
    return body("metallb.io/v1beta2", "BGPPeer", "peer-0", namespace="metallb-system", spec=spec)


def announced(*peers: str) -> Body:
    """Make a BGP advertisement."""
    given = {"peers": list(peers)}
    return body("metallb.io/v1beta1", "BGPAdvertisement", "all", namespace="metallb-system", spec=given)


def tls(service_: str, name: str) -> Body:
    """Make a control plane with a certificate for one service."""
    made = plane(**{service_: {"template": {"tls": {"api": {"internal": {"secretName": name}}}}}})
    return made | {"metadata": {"name": f"with-{service_}", "namespace": "openstack"}}


def topology(name: str) -> Body:
    """Make a Topology."""
    return body("topology.openstack.org/v1beta1", "Topology", name, spec={})


CASES: list[tuple[str, Set, Set]] = [
    ("OSK0840", [node_set(services=["bootstrp"])], [node_set(services=["bootstrap", "mine"]), data_service("mine")]),
    ("OSK0840", [deployment(servicesOverride=["ours"])], [deployment(servicesOverride=["reboot-os"])]),
    ("OSK0841", [pool(), service("a", balancer("172.17.0.80", named="gone"))], [pool(), service("a", balancer("172.17.0.80"))]),
    ("OSK0842", [attachment(), node_set(networkAttachments=["ctlplane"])],
     [attachment("ctlplane"), node_set(networkAttachments=["ctlplane"])]),
    ("OSK0842", [attachment(), plane(ovn={"template": {"ovnController": {"networkAttachment": "tenant"}}})],
     [attachment(), plane(heat={"template": {"networkAttachments": ["off"]}})]),
    ("OSK0843", [secret("other"), plane(secret="osp-secret")], [secret("osp-secret"), plane(secret="osp-secret")]),
    ("OSK0843", [secret("other"), node_set(template=SSH)], [secret("ssh"), node_set(template=SSH)]),
    ("OSK0843", [secret("other"), data_service("mine", dataSources=[{"secretRef": {"name": "gone"}}])],
     [secret("other"), data_service("mine", dataSources=[{"secretRef": {"name": "gone", "optional": True}},
                                                         {"secretRef": {"name": "nova-cell1-compute-config"}}])]),
    ("OSK0843", [secret("other"), plane(extraMounts=[{"extraVol": [{"volumes": [{"secret": {"secretName": "ceph"}}]}]}])],
     [secret("ceph"), plane(extraMounts=[{"extraVol": [{"volumes": [{"secret": {"secretName": "ceph"}}]}]}])]),
    ("OSK0843", [secret("other"), node_set(template={"ansible": {"ansibleVarsFrom": [{"secretRef": {"name": "rhc"}}]}})],
     [secret("rhc"), node_set(template={"ansible": {"ansibleVarsFrom": [{"secretRef": {"name": "rhc"}},
                                                                        {"secretRef": {"name": "x", "optional": True}}]}})]),
    ("OSK0843", [secret("other"), plane(tls={"caBundleSecretName": "ours"})],
     [secret("ours"), plane(tls={"caBundleSecretName": "ours"})]),
    ("OSK0843", [secret("other"), tls("keystone", "mine")], [secret("mine"), tls("keystone", "mine"), tls("heat", "off")]),
    ("OSK0843", [secret("other"), plane(keystone={"template": {"secret": "own"}})],
     [secret("own"), plane(keystone={"template": {"secret": "own"}})]),
    ("OSK0843", [body("v1", "Secret", "other", namespace="metallb-system"), peer(passwordSecret={"name": "bgp"})],
     [body("v1", "Secret", "bgp", namespace="metallb-system"), peer(passwordSecret={"name": "bgp"})]),
    ("OSK0844", [node_set(), deployment("computes")], [node_set(), deployment("compute")]),
    ("OSK0845", [classes("nfs", "nfs", "lvms")], [classes("nfs", "nfs")]),
    ("OSK0846", [node_set(services=["reboot-os", "reboot-os"])], [node_set(services=["reboot-os"])]),
    ("OSK0847", [plane(galera=GALERA, glance={"template": {"databaseInstance": "glance"}})],
     [plane(galera=GALERA, glance={"template": {"databaseInstance": "openstack"}})]),
    ("OSK0847", [peer(), announced("peer-1")], [peer(), announced("peer-0")]),
    ("OSK0847", [topology("zones"), plane(keystone={"template": {"topologyRef": {"name": "spread"}}})],
     [topology("spread"), plane(keystone={"template": {"topologyRef": {"name": "spread"}}})]),
    ("OSK0848", [body("storage.k8s.io/v1", "StorageClass", "local", namespace=""), classes("nfs")],
     [body("storage.k8s.io/v1", "StorageClass", "nfs", namespace=""), classes("nfs")]),
    ("OSK0863", [body("v1", "Node", "worker-0", namespace="")], [body("v1", "ConfigMap", "worker-0")]),
    ("OSK0863", [body("operator.openshift.io/v1", "DNS", "default", namespace="")], [secret("a")]),
    ("OSK0864", [plane(), attachment()], [attachment(), plane()]),
    ("OSK0864", [deployment("compute"), node_set()], [node_set(), deployment("compute")]),
    ("OSK0870", [plane(dns={"ip": "_replaced_"})], [plane(dns={"ip": "replaced"})]),
    ("OSK0870", [body("v1", "ConfigMap", "a", data={"CHANGEME": "x"})], [body("v1", "ConfigMap", "a", data={"a": "x"})]),
    ("OSK0871", [secret(AdminPassword="12345678")], [secret(AdminPassword="kX8s-92ms-Lq0z")]),
    ("OSK0871", [secret(APassword="kX8s", BPassword="kX8s", CPassword="kX8s", DPassword="kX8s")],
     [secret(APassword="kX8s", BPassword="lX8s", CPassword="mX8s", DPassword="nX8s")]),
    ("OSK0871", [peer(password="literal")], [peer(passwordSecret={"name": "bgp"})]),
    ("OSK0871", [node_set(template={"ansible": {"ansibleVars": {"edpm_frr_bgp_neighbor_password": "literal"}}})],
     [node_set(template={"ansible": {"ansibleVars": {"edpm_frr_bgp_neighbor_password": "{{ from_vault }}"}}})]),
    ("OSK0871", [plane(cinder={"customServiceConfig": "[a]\nsan_password = literal\n"})],
     [plane(cinder={"customServiceConfig": "[a]\nsan_login = admin\n"})]),
    ("OSK0872", [plane(tls={"podLevel": {"enabled": True}}), node_set(tlsEnabled=False)],
     [plane(tls={"podLevel": {"enabled": False}}), node_set(tlsEnabled=False)]),
    ("OSK0872", [plane(), node_set(tlsEnabled=True, services=["bootstrap"])],
     [plane(), node_set(tlsEnabled=True, services=["bootstrap"]),
      deployment("compute", servicesOverride=["install-certs"])]),
]  # fmt: skip


def test_a_pool_of_a_service_that_is_off_is_a_warning() -> None:
    """A pool that is not there does no harm while its service is off."""
    annotated = {"designateBackendbind9": {"override": balancer("172.34.0.80", named="designateext")}}
    off, on_ = (plane(designate={"enabled": word, "template": annotated}) for word in (False, True))

    assert [Severity.WARNING] == [each.severity for each in found(pool(), off)]
    assert [None] == [each.severity for each in found(pool(), on_)]


def test_a_set_without_any_of_a_kind_takes_the_clusters() -> None:
    """Names of what a set has none of at all are not judged."""
    assert set() == codes(plane(secret="osp-secret"), node_set(networkAttachments=["ctlplane"]), deployment())


@pytest.mark.parametrize(
    ("files", "staged", "severity"),
    [
        (("all.yaml", "all.yaml"), False, None),
        (("a.yaml", "b.yaml"), False, None),
        (("00-a.yaml", "01-b.yaml"), True, Severity.WARNING),
    ],
)
def test_one_object_twice(files: tuple[str, str], *, staged: bool, severity: Severity | None) -> None:
    """Different content under one name is an error, but between stages, where it may be meant, a warning."""
    one, other = plane(secret="a", tls={"caBundleSecretName": "x"}), plane(secret="b", tls={})

    twice = found(one, other, files=files, staged=staged)

    assert {"OSK0860": severity, "OSK0862": None} == {each.code: each.severity for each in twice}
    assert "spec.secret" in next(each.message for each in twice if each.code == "OSK0860")
    assert {"OSK0861"} == codes(one, one, files=files, staged=staged)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"tls": {"podLevel": {"enabled": True}}}, {"tls": {}}, "`spec.tls` is gone"),
        ({"preProvisioned": False}, {"preProvisioned": True}, "`spec.preProvisioned` is no longer false"),
        ({"services": ["a", "b"]}, {"services": ["b"]}, "`spec.services` has lost a"),
        ({"ceph": {"on": True}}, {"ceph": {"on": False}}, "`spec.ceph.on` is no longer true"),
    ],
)
def test_what_a_later_definition_drops(before: Body, after: Body, words: str) -> None:
    """A field that was set and is set no more, a shorter list and a switch turned off are each named."""
    lost = [each for each in found(plane(**before), plane(**after)) if each.code == "OSK0862"]

    assert [words] == [each.message.partition(",")[0] for each in lost]


def test_what_a_later_definition_adds_is_no_loss() -> None:
    """A service that is switched on later is not reported as dropped."""
    assert {"OSK0860"} == codes(plane(heat={"enabled": False}), plane(heat={"enabled": True}))


def test_osks_own_objects_are_its_own() -> None:
    """What osk renders it orders and takes down with care; neither is found fault with."""
    own = Objects(items(plane(), attachment(), body("v1", "Namespace", "openstack", namespace="")), own=True)

    assert [] == list(lint.check(own))


def test_no_message_has_a_password() -> None:
    """Neither a literal nor a weak password is printed."""
    encoded = base64.b64encode(b"12345678").decode()
    weak = body("v1", "Secret", "osp-secret", data={"AdminPassword": encoded})
    literal = node_set(template={"admin_password": "HUNTER2"})

    told = [each.message for each in found(weak, literal)]

    assert 2 == len(told)
    assert not any("12345678" in each or "HUNTER2" in each or encoded in each for each in told)
