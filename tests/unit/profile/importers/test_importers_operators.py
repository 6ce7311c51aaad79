"""Operators and storage of install_yamls in a profile."""

from typing import Any

import pytest

from openstack_k8s_cli.model.problems import OskError
from tests.fakes import importing

FLOW = ("crc_storage", "input", "openstack", "openstack_init", "openstack_deploy", "edpm_deploy")
SOURCES = "operators.sources"
OPTIONAL = "operators.optional"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OPERATOR_CHANNEL=beta", {"channel": "beta"}),
        (
            "REDHAT_OPERATORS=true",
            {
                "channel": "stable-v1.0",
                "source": "redhat-operators",
                "sourceNamespace": "openshift-marketplace",
            },
        ),
        ("OPERATOR_SOURCE=mine", {"source": "mine", "sourceNamespace": "openstack-operators"}),
        ("OPERATOR_SOURCE_NAMESPACE=there", {"sourceNamespace": "there"}),
        (
            "OPENSTACK_K8S_TAG=v18",
            {"index": "quay.io/openstack-k8s-operators/openstack-operator-index:v18"},
        ),
        ("OPENSTACK_IMG=mine:1\nOPENSTACK_K8S_TAG=v18", {"index": "mine:1"}),
    ],
)
def test_where_the_openstack_operator_comes_from(text: str, expected: dict[str, str]) -> None:
    """A catalog that is named is one that is there, and is not made."""
    found = importing.written(text)

    assert found == {
        "extends[0]": "crc",
        **{f"operators.openstack.{key}": each for key, each in expected.items()},
    }


def test_a_single_operator_takes_the_place_of_all() -> None:
    """Without the OpenStack operator's targets there are only those that were installed."""
    found = importing.written("MARIADB_IMG=mine:1\n", ["keystone", "mariadb", "test_operator"])

    assert found["operators.openstack.enabled"] is False
    assert found["operators.single.mariadb.index"] == "mine:1"
    values = importing.values("", ["keystone", "mariadb", "test_operator"])
    assert {each["package"] for each in values["operators"]["single"].values()} == {
        "keystone-operator",
        "mariadb-operator",
        "test-operator",
    }


def test_a_single_operator_beside_the_others() -> None:
    """With the OpenStack operator it is one more, of the same tag; barbican's is no exception."""
    values = importing.values("OPENSTACK_K8S_TAG=v18\n", ["openstack", "barbican", "rabbitmq"])
    operators = values["operators"]

    assert operators["openstack"]["enabled"] is True
    assert {each["index"] for each in operators["single"].values()} == {
        "quay.io/openstack-k8s-operators/barbican-operator-index:v18",
        "quay.io/openstack-k8s-operators/rabbitmq-cluster-operator-index:v18",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSTALL_CERT_MANAGER=false", {f"{SOURCES}.certManager.install": False}),
        ("INSTALL_NMSTATE=false", {}),
        ("INSTALL_NMSTATE=false\nINSTALL_NNCP=false", {f"{SOURCES}.nmstate.install": False}),
        ("NMSTATE_NAMESPACE=there", {f"{SOURCES}.nmstate.namespace": "there"}),
        ("NMSTATE_SUBSCRIPTION=mine", {f"{SOURCES}.nmstate.package": "mine"}),
        ("NMSTATE_OPERATOR_GROUP=mine", {f"{SOURCES}.nmstate.group": "mine"}),
        ("NMSTATE_VERSION=v0.83.0", {}),
        ("CRC_STORAGE_NAMESPACE=openstack", {"namespaces.storage": "openstack"}),
    ],
)
def test_what_the_others_come_from(text: str, expected: dict[str, Any]) -> None:
    """Each variable has its own path; one without an effect leaves nothing."""
    found = importing.written(text, FLOW)

    assert {key: value for key, value in found.items() if key in expected} == expected
    assert expected or list(found) == ["extends[0]"]


OFF = "NETWORK_ISOLATION=false\n"


@pytest.mark.parametrize(
    ("text", "targets", "expected"),
    [
        ("", FLOW, (True, None, True)),
        ("INSTALL_NNCP=false", FLOW, (False, None, True)),
        ("INSTALL_NNCP=false", ["nncp"], (True, None, True)),
        ("INSTALL_NMSTATE=false", FLOW, (True, None, True)),
        ("INSTALL_NNCP=false\nINSTALL_NMSTATE=false", FLOW, (False, None, False)),
        (OFF, FLOW, (False, None, True)),
        (f"{OFF}INSTALL_NNCP=true", FLOW, (True, None, True)),
        (f"{OFF}INSTALL_NMSTATE=true", FLOW, (True, [], True)),
    ],
)
def test_nodes_have_policies_where_they_were_made(
    text: str, targets: list[str], expected: tuple[bool, list[str] | None, bool]
) -> None:
    """Each switch by itself, against what the isolation would give; NMState alone has policies for no node."""
    values = importing.values(text, targets)
    policies = values["networks"]["policies"]

    found = (policies["enabled"], policies["only"], values["operators"]["sources"]["nmstate"]["install"])
    assert found == expected


def test_okd_takes_the_release_of_nmstate() -> None:
    """The release that is known has checksums, and is the default; another one has none."""
    same = importing.written("OKD=true\nNMSTATE_VERSION=v0.81.0\n")
    other = importing.values("OKD=true\nNMSTATE_VERSION=v0.83.0\n")

    assert same == {"extends[0]": "crc", "platform.flavour": "okd"}
    files = other["operators"]["sources"]["nmstate"]["manifests"]
    assert {each["url"].split("/")[-2] for each in files} == {"v0.83.0"}
    assert {each["sha256"] for each in files} == {None}


def test_loki_and_network_observability() -> None:
    """Operators come with what was deployed of them; keys only where Loki has a use for them."""
    text = "LOKI_DEPLOY_NAMESPACE=logs\nLOKI_DEPLOY_SIZE=1x.small\nLOKI_S3_ACCESS_KEY_ID=k\n"
    deployed = importing.written(text, ["loki_deploy", "netobserv", "edpm_deploy"])
    unused = importing.written("LOKI_S3_ACCESS_KEY_ID=k\n", FLOW)

    assert deployed == {
        "extends[0]": "crc",
        f"{OPTIONAL}.loki.enabled": True,
        f"{OPTIONAL}.loki.namespace": "logs",
        f"{OPTIONAL}.loki.size": "1x.small",
        f"{OPTIONAL}.netobserv.enabled": True,
        f"{OPTIONAL}.netobserv.instance": False,
        "secrets.loki-s3.access_key_id": "k",
    }
    assert list(unused) == ["extends[0]"]


def test_ceph_in_a_pod() -> None:
    """The target `ceph` is one; its variables are its settings."""
    text = 'CEPH_HOSTNETWORK=false\nCEPH_DATASIZE=10Gi\nMON_IP=172.18.0.30\nNETWORKS_ANNOTATION=[{"name":"storage","namespace":"openstack"}]\n'
    found = importing.written(text, ["input", "ceph", "edpm_deploy"])

    assert found == {
        "extends[0]": "crc",
        "storage.ceph.kind": "pod",
        "storage.ceph.size": "10Gi",
        "storage.ceph.address": "172.18.0.30",
        "storage.ceph.hostNetwork": False,
        "storage.ceph.networks[0]": "storage",
    }
    assert importing.written(text, FLOW) == {"extends[0]": "crc"}


def test_lvms_with_and_without_a_cluster() -> None:
    """The operator alone has no LVMCluster."""
    whole = importing.values("STORAGE_CLASS=lvms-vg1\n", ["lvms", "lvms_deploy", "openstack"])
    alone = importing.values("", ["lvms"])

    assert whole["storage"]["class"] == "lvms-vg1"
    assert whole["storage"]["local"] is None
    assert [each["storage"]["lvms"]["instance"] for each in (whole, alone)] == [True, False]


def test_rook() -> None:
    """Another release of its manifests has no checksum; the image is the CephCluster's."""
    values = importing.values("CEPH_IMG=mine:1\nCEPH_BRANCH=release-1.16\n", ["rook", "rook_deploy"])

    assert values["operators"]["optional"]["rook"]["image"] == "mine:1"
    assert "release-1.16" in values["operators"]["sources"]["rook"]["manifests"][0]["url"]
    assert importing.written("CEPH_BRANCH=release-1.15\n", FLOW) == {"extends[0]": "crc"}


def test_rooks_files_come_from_elsewhere() -> None:
    """Another repository and other examples by their addresses, files of one's own by their paths."""
    text = "CEPH_REPO=https://github.com/me/rook\nCEPH_OP=$(OUT)/rook/deploy/examples/operator.yaml\nCEPH_CRDS=crds.yaml\n"
    values = importing.values(text, ["rook"], {"crds.yaml": "kind: List\n"})
    one, two, three, _ = values["operators"]["sources"]["rook"]["manifests"]

    assert one["file"] == "/home/me/crds.yaml"
    assert two["url"] == "https://raw.githubusercontent.com/me/rook/v1.15.9/deploy/examples/common.yaml"
    assert three["url"].endswith("/me/rook/v1.15.9/deploy/examples/operator.yaml")


def test_what_is_known_of_rooks_files_stays() -> None:
    """One file of one's own leaves the others their checksums."""
    values = importing.values("CEPH_CLIENT=/c.yaml\n", ["rook"], {"/c.yaml": ""})
    *others, own = values["operators"]["sources"]["rook"]["manifests"]

    assert own["file"] == "/c.yaml"
    assert all(each["sha256"] for each in others)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CEPH_REPO=https://example.com/rook\n", "is no repository of"),
        ("CEPH_OP=gone.yaml\n", "No such file"),
        ("CEPH_CR=empty.yaml\n", "holds no CephCluster"),
        ("CEPH_CR=bad.yaml\n", "is not YAML"),
    ],
)
def test_what_rook_cannot_come_from_is_refused(text: str, reason: str) -> None:
    """With the variable's name."""
    with pytest.raises(OskError) as caught:
        importing.outcome(text, ["rook"], {"empty.yaml": "kind: Pod\n", "bad.yaml": "{"})

    assert reason in caught.value.problems[0].summary
    assert text.partition("=")[0] in caught.value.problems[0].summary


def test_a_ceph_cluster_of_ones_own() -> None:
    """Its name and spec; of the examples in Rook's clone there is only one."""
    own = "kind: CephBlockPool\n---\nkind: CephCluster\nmetadata: {name: mine}\nspec: {mon: {count: 3}}\n"
    rook = importing.values("CEPH_CR=own.yaml\n", ["rook_deploy"], {"own.yaml": own})
    (lost,) = importing.outcome("CEPH_CR=out/rook/deploy/examples/cluster.yaml\n", ["rook"]).lost

    assert rook["operators"]["optional"]["rook"]["name"] == "mine"
    assert rook["operators"]["optional"]["rook"]["spec"] == {"mon": {"count": 3}}
    assert (lost.name, lost.instead) == ("CEPH_CR", "`operators.optional.rook.spec`")


def test_a_mirror() -> None:
    """The registry and its namespace are one path."""
    found = importing.written("MIRROR_REGISTRY_HOST=reg.example:5000\n", ["mirror_registry_secure"])

    assert found["mirror.registry"] == "reg.example:5000/openstack-mirror"
    assert "mirror.insecure" not in found
    assert importing.values("", ["mirror_registry"])["mirror"]["insecure"] is True


def test_upstreams_bare_metal_operator_is_not_carried_over() -> None:
    """Who asks for it is told what there is instead; who does not hears nothing."""
    asked, not_asked = (importing.outcome(f"BMO_SETUP={each}\n", FLOW) for each in ("true", "false"))

    assert [each.name for each in asked.lost] == ["BMO_SETUP"]
    assert not not_asked.lost


def test_its_settings_are() -> None:
    """They go over the manifests that the profile names; the address reaches everything that has it."""
    text = "BMO_IMG=mine:1\nIRONIC_IMAGE=ours\nIRONIC_IMAGE_TAG=v9\nBMO_IPA_INSECURE=true\n"
    found = importing.values(text + "BMO_IRONIC_HOST=192.168.122.9\nBMO_IPA_FLAVOR=centos9\n")
    metal = found["operators"]["optional"]["baremetal"]

    assert metal["images"] == {
        "manager": "mine:1",
        "ironic": "ours:v9",
        "ironic-httpd": "ours:v9",
        "ironic-log-watch": "ours:v9",
    }
    assert metal["settings"] == {
        "CURL_INSECURE": "true",
        "IRONIC_IP": "192.168.122.9",
        "IRONIC_ENDPOINT": "https://192.168.122.9:6385/v1/",
        "DEPLOY_KERNEL_URL": "http://192.168.122.9:6180/images/ironic-python-agent.kernel",
        "DEPLOY_RAMDISK_URL": "http://192.168.122.9:6180/images/ironic-python-agent.initramfs",
    }
