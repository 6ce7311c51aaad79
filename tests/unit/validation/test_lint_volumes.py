"""Claims of a control plane against volumes that are made beforehand."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.validation.findings import Severity
from openstack_k8s_cli.validation.lint import volumes
from openstack_k8s_cli.validation.lint.objects import Found, Objects
from tests.unit.validation.samples import body, items, plane

ONE = ("10Gi",)
DATABASES = ("spec", "galera", "templates", "openstack", "storageRequest")
IMAGES: dict[str, Any] = {"template": {"glanceAPIs": {"a": {}}, "storage": {"storageRequest": "1T"}}}
EXTERNAL: dict[str, Any] = {"template": {"glanceAPIs": {"a": {"storage": {"external": True}}}}}


def claiming(size: str, *, replicas: int = 1, **services: object) -> Body:
    """Make a control plane whose database claims a volume for each member."""
    galera = {"templates": {"openstack": {"storageRequest": size, "replicas": replicas}}}
    return plane(storageClass="local", galera=galera, **services)


def found(sizes: tuple[str, ...], control_plane: Body, *, own: bool = True) -> list[Found]:
    """Check a control plane with a class that makes no volumes, and some volumes of it."""
    made = body("storage.k8s.io/v1", "StorageClass", "local", namespace="")
    spec = [{"storageClassName": "local", "capacity": {"storage": size}} for size in sizes]
    there = [
        body("v1", "PersistentVolume", f"v{at}", namespace="", spec=each) for at, each in enumerate(spec)
    ]
    given = [{**made, "provisioner": "kubernetes.io/no-provisioner"}, *there, control_plane]
    return list(volumes.check(Objects(items(*given), own=own)))


@pytest.mark.parametrize(
    ("sizes", "control_plane", "path"),
    [
        (ONE, claiming("20Gi"), DATABASES),
        (ONE, claiming("11G"), DATABASES),
        (ONE, claiming("1G", replicas=3), ("spec", "storageClass")),
        (ONE, claiming("1G", rabbitmq={"templates": {"rabbitmq": {}}}), ("spec", "storageClass")),
        (
            (*ONE, *ONE),
            claiming("1G", glance=IMAGES),
            ("spec", "glance", "template", "storage", "storageRequest"),
        ),
    ],
)
def test_claims_without_a_volume_are_found(sizes: tuple[str, ...], control_plane: Body, path: Any) -> None:
    """One that is larger than every volume at its own size, too many at the class that has too few."""
    (only,) = found(sizes, control_plane)

    assert (only.code, only.path, only.severity) == ("OSK0849", path, None)


@pytest.mark.parametrize(
    ("sizes", "control_plane"),
    [
        (ONE, claiming("10G")),
        (ONE * 3, claiming("10Gi", replicas=3)),
        (ONE, claiming("1G", glance=EXTERNAL)),
        (ONE, claiming("1G", ironic={"template": {"ironicConductors": [{"storageRequest": "1T"}]}})),
        (ONE, claiming("1G", swift={"template": {"swiftProxy": {"replicas": 1}}})),
        ((), claiming("1T")),
    ],
)
def test_claims_that_can_be_met_are_none(sizes: tuple[str, ...], control_plane: Body) -> None:
    """Of services that are off nothing is claimed, and a class without volumes here has them elsewhere."""
    assert found(sizes, control_plane) == []


def test_manifests_of_others_are_warned_of() -> None:
    """Their cluster may have more volumes than stand here."""
    (only,) = found(ONE, claiming("1T"), own=False)

    assert only.severity is Severity.WARNING
