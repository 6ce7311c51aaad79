"""Operators and storage of install_yamls in a profile."""

from typing import Any

import pytest

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
    deployed = importing.written(text, ["loki_deploy", "netobserv"])
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
    found = importing.written(text, ["input", "ceph"])

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
