"""What the cluster's own kinds let a developer say: images of services, and which services take mounts."""

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.developing import differing, services
from openstack_k8s_cli.developing.differing import Schema
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals

_KINDS = Resource(
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)
_CONTROL_PLANES = "openstackcontrolplanes.core.openstack.org"


def images(cluster: Cluster) -> dict[str, bool]:
    """Give the fields of images that an OpenStackVersion may have, and whether each is of several; raises OskError."""
    spec = _spec(cluster, services.CUSTOM_RESOURCE)
    found = get(spec, "properties", "customContainerImages", "properties") or {}
    return {name: each.get("type") == "object" for name, each in found.items()}


def mounted(cluster: Cluster) -> tuple[str, ...]:
    """Name the services whose pods take further mounts; raises OskError."""
    found = get(_spec(cluster, _CONTROL_PLANES), "properties") or {}
    return tuple(
        name
        for name, each in found.items()
        if get(each, "properties", "template", "properties", "extraMounts")
    )


def _spec(cluster: Cluster, name: str) -> Schema:
    body = refusals.reading(lambda: cluster.get(_KINDS, "", name))
    if body is None:
        problem = Problem(
            "OSK1421",
            "The OpenStack operators are not installed, so nothing of a cloud can be changed",
            subject=name,
            advice=(Advice("Deploy first", "osk deploy controlplane"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    served = next(each for each in differing.versions(body).values() if each.get("storage"))
    return get(differing.schema(served), "properties", "spec") or {}
