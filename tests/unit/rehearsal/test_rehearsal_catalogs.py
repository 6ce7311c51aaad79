"""Catalogs that the real OLM can install from without an image."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.rehearsal import catalogs, packages
from openstack_k8s_cli.rehearsal.crds import Definitions


def crd(name: str, kind: str) -> dict[str, Any]:
    """Give a small CRD."""
    plural, _, group = name.partition(".")
    versions = [
        {"name": "v1", "served": True, "storage": True},
        {"name": "v0", "served": False, "storage": False},
    ]
    spec = {"group": group, "names": {"kind": kind, "plural": plural}, "versions": versions}
    return {"kind": "CustomResourceDefinition", "metadata": {"name": name}, "spec": spec}


DEFINITIONS = Definitions(
    {
        body["metadata"]["name"]: body
        for body in (
            crd("openstacks.operator.openstack.org", "OpenStack"),
            crd("openstackcontrolplanes.core.openstack.org", "OpenStackControlPlane"),
            crd("metallbs.metallb.io", "MetalLB"),
        )
    }
)


def of(catalog: str, schema: str) -> list[dict[str, Any]]:
    """Give the documents of one schema."""
    return [each for each in catalogs.documents(catalog, DEFINITIONS) if each["schema"] == schema]


def openstack(schema: str) -> list[dict[str, Any]]:
    """Give the documents of one schema about the OpenStack operator; its catalog has those of single services too."""
    return [each for each in of(packages.OPENSTACK_INDEX, schema) if each["package"] == "openstack-operator"]


def objects(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """Decode the objects of a bundle."""
    return [
        json.loads(base64.b64decode(each["value"]["data"]))
        for each in bundle["properties"]
        if each["type"] == "olm.bundle.object"
    ]


def test_names_and_channels_are_those_of_the_default_flow() -> None:
    """The Subscriptions of install_yamls find their package and channel."""
    redhat = {(each["package"], each["name"]) for each in of(packages.REDHAT, "olm.channel")}
    own = {(each["package"], each["name"]) for each in of(packages.OPENSTACK_INDEX, "olm.channel")}

    assert {
        ("kubernetes-nmstate-operator", "stable"),
        ("metallb-operator", "stable"),
        ("openshift-cert-manager-operator", "stable-v1"),
    } <= redhat
    assert ("openstack-operator", "alpha") in own


def test_an_older_version_can_be_started_from() -> None:
    """The OpenStack channel has an upgrade, so that an InstallPlan can be pending."""
    (channel,) = [each for each in openstack("olm.channel") if each["name"] == "alpha"]

    older, newer = channel["entries"]
    assert "replaces" not in older
    assert older["name"] == newer["replaces"]


def test_bundles_are_inline() -> None:
    """No image to pull: the ClusterServiceVersion and its few CRDs are in the catalog."""
    bundle = openstack("olm.bundle")[-1]

    version, definition = objects(bundle)
    assert not bundle["image"]
    assert ("ClusterServiceVersion", bundle["name"]) == (version["kind"], version["metadata"]["name"])
    assert "openstacks.operator.openstack.org" == definition["metadata"]["name"]
    assert [("OpenStack", "v1")] == [
        (each["kind"], each["version"]) for each in version["spec"]["customresourcedefinitions"]["owned"]
    ]


def test_gvk_properties_name_served_versions() -> None:
    """OLM resolves by them."""
    bundle = of(packages.REDHAT, "olm.bundle")[2]

    gvks = [each["value"] for each in bundle["properties"] if each["type"] == "olm.gvk"]
    assert [{"group": "metallb.io", "kind": "MetalLB", "version": "v1"}] == gvks


def test_the_openstack_operator_watches_all_namespaces_only() -> None:
    """An OperatorGroup with target namespaces fails, as on a real cluster."""
    version, _ = objects(openstack("olm.bundle")[-1])

    supported = {each["type"] for each in version["spec"]["installModes"] if each["supported"]}
    assert {"AllNamespaces"} == supported


def test_pods_end_at_once() -> None:
    """A longer grace makes the deletion of a namespace wait for it."""
    for catalog in catalogs.names():
        for bundle in of(catalog, "olm.bundle"):
            for deployment in objects(bundle)[0]["spec"]["install"]["spec"]["deployments"]:
                pod = get(deployment, "spec", "template", "spec")
                assert 1 == pod["terminationGracePeriodSeconds"]


def test_every_name_in_a_catalog_is_used_once() -> None:
    """The registry refuses a catalog with two bundles of a name."""
    for catalog in catalogs.names():
        named = [
            (each["schema"], each.get("package"), each["name"])
            for each in catalogs.documents(catalog, DEFINITIONS)
        ]
        assert len(set(named)) == len(named)


@pytest.mark.parametrize("catalog", catalogs.names())
def test_manifests_say_what_the_catalog_has(catalog: str) -> None:
    """The marketplace's PackageManifests name the newest version of the default channel."""
    bundles = {each["name"] for each in of(catalog, "olm.bundle")}
    for manifest in catalogs.package_manifests(catalog, packages.MARKETPLACE):
        status = manifest["status"]
        assert catalog == status["catalogSource"]
        assert status["defaultChannel"] in {channel["name"] for channel in status["channels"]}
        assert all(channel["currentCSV"] in bundles for channel in status["channels"])


def test_a_version_of_openstack_has_its_own_images() -> None:
    """Its operator knows the release that it is of, and the catalog lists what it deploys; OVN may stay as it was."""
    found = {
        each["name"]: next(body for body in objects(each) if body["kind"] == "ClusterServiceVersion")
        for each in openstack("olm.bundle")
    }
    listed = {
        name: {each["image"] for each in body["spec"]["relatedImages"]}
        for name, body in found.items()
        if name.startswith("openstack-operator.v1.0.")
    }

    old, new = (listed[f"openstack-operator.v{each}"] for each in ("1.0.6", "1.0.7"))
    kept = {each.rpartition("/")[2].partition(":")[0] for each in old & new}
    assert {"openstack-ovn-controller", "openstack-ovn-northd"} <= kept
    assert {each for each in kept if "ovn" not in each} == set()
    for name, body in found.items():
        (deployment,) = body["spec"]["install"]["spec"]["deployments"]
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        release = {each["name"]: each["value"] for each in container["env"]}["OPENSTACK_RELEASE_VERSION"]
        assert f"openstack-operator.v{release}" == name


def test_catalogs_are_written_one_folder_each(tmp_path: Path) -> None:
    """The catalog server reads a folder; each line of its file is a document."""
    catalogs.write(tmp_path, DEFINITIONS)

    assert set(catalogs.names()) == {each.name for each in tmp_path.iterdir()}
    lines = (tmp_path / packages.REDHAT / "catalog.json").read_text().splitlines()
    assert list(catalogs.documents(packages.REDHAT, DEFINITIONS)) == [json.loads(line) for line in lines]
