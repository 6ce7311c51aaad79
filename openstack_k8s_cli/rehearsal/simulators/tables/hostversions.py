"""Which release hosts run: what a deployment has brought, and what a node set has of all of its deployments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, namespace_of
from openstack_k8s_cli.rehearsal.simulators.tables import ansible, releases
from openstack_k8s_cli.rehearsal.simulators.world import View

_IMAGES: Mapping[str, tuple[str, ...]] = {
    "ovn": ("ovnControllerImage",),
    "nova": ("novaComputeImage",),
    "neutron-metadata": ("edpmNeutronMetadataAgentImage",),
    "telemetry": ("ceilometerComputeImage", "ceilometerIpmiImage"),
}
"""Per type of service the images that its playbook puts on hosts."""
_UPDATES = frozenset({"update", "update-services"})
"""Types of services that bring the whole release."""


def brought(deployment: Body, node_sets: Sequence[Body], view: View) -> dict[str, Any]:
    """Give what a deployment that is over has brought: it stays so, whatever version comes next."""
    before = {key: get(deployment, "status", key) for key in ("deployedVersion", "containerImages")}
    if before["deployedVersion"]:
        return {key: each for key, each in before.items() if each}
    version = next(iter(view.all(releases.CORE, "OpenStackVersion", namespace_of(deployment))), None)
    if version is None:
        return {}
    wanted = releases.wanted(version)
    fields = {field for each in node_sets for field in _fields(deployment, each, view)}
    return {
        "deployedVersion": get(version, "spec", "targetVersion"),
        "containerImages": {field[:1].upper() + field[1:]: wanted[field] for field in sorted(fields)},
    }


def running(node_set: Body, deployments: Iterable[Body]) -> dict[str, Any]:
    """Give what the hosts of a node set have of their deployments, oldest first."""
    status: dict[str, Any] = {}
    images: dict[str, str] = {}
    for each in deployments:
        if not get(each, "status", "deployed"):
            continue
        images |= get(each, "status", "containerImages") or {}
        chosen = get(each, "spec", "servicesOverride")
        version = get(each, "status", "deployedVersion")
        if version and (not chosen or _UPDATES & set(ansible.services(each, node_set))):
            status["deployedVersion"] = version
    return status | ({"containerImages": images} if images else {})


def _fields(deployment: Body, node_set: Body, view: View) -> Iterator[str]:
    types = {_type(name, deployment, view) for name in ansible.services(deployment, node_set)}
    if types & _UPDATES:
        types |= {_type(str(each), deployment, view) for each in get(node_set, "spec", "services") or ()}
    for each in types:
        yield from _IMAGES.get(each, ())


def _type(name: str, deployment: Body, view: View) -> str:
    there = view.get(in_namespace(deployment, "dataplane.openstack.org", "OpenStackDataPlaneService", name))
    return str(get(there or {}, "spec", "edpmServiceType") or name)
