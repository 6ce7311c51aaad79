"""What oc-mirror is asked to do, and what the profile lacks then.

oc-mirror is recorded (tests.fakes.ocmirror).
"""

from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.ocmirror import OcMirror
from openstack_k8s_cli.workflows import pushing
from openstack_k8s_cli.workflows.pushing import Asked, Pushed
from tests.fakes.ocmirror import Recorded

REGISTRY = "reg.example:5000/osp"
OPERATORS = {"quay.io/openstack-k8s-operators": "openstack-k8s-operators"}


def mirror(**more: Any) -> dict[str, Any]:
    """Give a profile's mirror."""
    return {"registry": REGISTRY, "insecure": False, "sources": OPERATORS, "catalogs": {}, **more}


@pytest.mark.parametrize(
    ("asked", "insecure", "expected"),
    [
        (
            Asked("w"),
            True,
            ("docker://" + REGISTRY, "w", ("--workspace", "file://w", "--dest-tls-verify=false")),
        ),
        (Asked("w", to="/disk"), True, ("file:///disk", "/disk", ())),
        (Asked("w", source="/disk"), False, ("docker://" + REGISTRY, "/disk", ("--from", "file:///disk"))),
        (Asked("w", more=("-q",)), False, ("docker://" + REGISTRY, "w", ("--workspace", "file://w", "-q"))),
    ],
)
def test_images_go_to_the_registry_or_by_an_archive(
    *, asked: Asked, insecure: bool, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    """From registry to registry, to an archive, or from one; each with the options that it takes."""
    found = pushing.job({}, mirror(insecure=insecure), asked, auth=None, ca=None)

    assert expected == (found.destination, found.workspace, found.arguments)


def run(folder: Path, given: dict[str, Any], asked: Asked) -> Pushed:
    """Push with the recorded oc-mirror (tests.fakes.ocmirror says where it was recorded)."""
    program = OcMirror(str(Recorded(folder).path), {"HOME": str(folder)}, lambda _: None)
    return pushing.push(pushing.job({}, given, asked, auth=None, ca=None), given, program)


def test_what_the_profile_does_not_say_yet_is_named(tmp_path: Path) -> None:
    """Sources and catalogs that oc-mirror's objects have; those that the profile has at the same place are not."""
    found = run(tmp_path, mirror(), Asked(str(tmp_path)))

    index = f"{REGISTRY}/openstack-k8s-operators/openstack-operator-index:latest"
    assert {
        "quay.io/podified-antelope-centos9": "podified-antelope-centos9",
        "registry.redhat.io/ubi9": "ubi9",
    } == found.sources
    assert {"cs-openstack-operator-index-latest": index} == found.catalogs


def test_a_source_that_covers_others_is_enough(tmp_path: Path) -> None:
    """A whole registry stands for its repositories; another place than the profile's is named."""
    index = f"{REGISTRY}/openstack-k8s-operators/openstack-operator-index:latest"
    given = mirror(sources={"quay.io": "", "registry.redhat.io": "rh"}, catalogs={"mine": index})

    found = run(tmp_path, given, Asked(str(tmp_path)))

    assert Pushed("docker://" + REGISTRY, {"registry.redhat.io/ubi9": "ubi9"}, {}) == found


def test_an_archive_has_nothing_for_the_cluster(tmp_path: Path) -> None:
    """The registry is not filled yet."""
    found = run(tmp_path, mirror(), Asked(str(tmp_path), to=str(tmp_path)))

    assert Pushed(f"file://{tmp_path}", {}, {}) == found
