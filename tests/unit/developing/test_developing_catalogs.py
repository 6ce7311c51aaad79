"""Catalogs that take the place of the profile's."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.developing import catalogs
from openstack_k8s_cli.developing.entries import Kind

INDEX, BUNDLE = "quay.io/me/index:1", "quay.io/me/bundle:1"


def made(kind: Kind, reference: str) -> list[Any]:
    """Make the objects of a catalog."""
    return list(catalogs.objects(kind, reference, "ops", "openstack-operator"))


def test_an_index_is_a_catalog_of_its_own() -> None:
    """Named by what it serves, so that OLM has nothing of an earlier one; from an image or an address."""
    (image,) = made(Kind.INDEX, INDEX)
    (served,) = made(Kind.INDEX, "grpc://catalog.ops.svc:50051")

    assert INDEX == image["spec"]["image"]
    assert "catalog.ops.svc:50051" == served["spec"]["address"]
    assert "image" not in served["spec"]
    assert image["metadata"]["name"] == catalogs.name(INDEX) != served["metadata"]["name"]


def test_the_profile_takes_the_operator_from_there() -> None:
    """From the newest of the channel: of the profile's, of one that is named, of the bundle's own."""
    plain, named, bundle = (
        catalogs.values(*each)["operators"]["openstack"]
        for each in (
            (Kind.INDEX, INDEX, "ops"),
            (Kind.INDEX, INDEX, "ops", "fast"),
            (Kind.BUNDLE, BUNDLE, "ops"),
        )
    )

    assert {"source": catalogs.name(INDEX), "sourceNamespace": "ops", "version": None} == plain
    assert "fast" == named["channel"]
    assert catalogs.CHANNEL == bundle["channel"]


def test_a_bundle_is_served_in_the_cluster() -> None:
    """By a pod without rights that opm makes a catalog in, and a Service that the CatalogSource names."""
    deployment, service, source = made(Kind.BUNDLE, BUNDLE)
    pod = deployment["spec"]["template"]

    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert f"{service['metadata']['name']}.ops.svc:50051" == source["spec"]["address"]
    assert pod["spec"]["securityContext"]["runAsNonRoot"]
    for container in (*pod["spec"]["initContainers"], *pod["spec"]["containers"]):
        assert not container["securityContext"]["allowPrivilegeEscalation"]


@pytest.mark.parametrize(("package", "status"), [("openstack-operator", 0), ("nova-operator", 1)])
def test_the_catalog_of_a_bundle_has_one_channel_that_begins_with_it(
    tmp_path: Path, package: str, status: int
) -> None:
    """The pod's script run here, with an opm that prints what the real one does; another package's is refused."""
    opm = tmp_path / "opm"
    opm.write_text(
        "#!/bin/sh\n[ \"$*\" = 'render quay.io/me/bundle:1 -o yaml' ] || exit 9\n"
        f"printf -- '---\\nimage: x\\nname: openstack-operator.v1.2.3\\npackage: {package}\\n"
        "relatedImages:\\n- image: y\\n  name: z\\nschema: olm.bundle\\n'\n"
    )
    opm.chmod(0o755)
    deployment, *_ = made(Kind.BUNDLE, BUNDLE)
    *shell, script = deployment["spec"]["template"]["spec"]["initContainers"][0]["command"]
    here = script.replace("/catalog", str(tmp_path))
    done = subprocess.run(
        [*shell, here],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert status == done.returncode, done.stderr
    if status:
        assert "the bundle is of package nova-operator, not of openstack-operator" in done.stdout
    else:
        written = (tmp_path / "channel.yaml").read_text()
        assert "defaultChannel: osk-dev\n" in written
        assert "entries:\n- name: openstack-operator.v1.2.3\n" in written
