"""The objects of a running cloud."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get

KINDS: tuple[tuple[str, str], ...] = (
    ("core.openstack.org", "OpenStackControlPlane"),
    ("core.openstack.org", "OpenStackVersion"),
    ("network.openstack.org", "NetConfig"),
    ("dataplane.openstack.org", "OpenStackDataPlaneNodeSet"),
    ("dataplane.openstack.org", "OpenStackDataPlaneDeployment"),
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"),
    ("nmstate.io", "NodeNetworkConfigurationPolicy"),
    ("metallb.io", "IPAddressPool"),
    ("operators.coreos.com", "Subscription"),
    ("operators.coreos.com", "CatalogSource"),
    ("", "PersistentVolume"),
    ("", "Namespace"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""What is read: group and kind."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a cluster has."""

    namespace: str
    """The cloud's."""
    provider: str
    flavour: str
    workers: tuple[str, ...]
    bodies: tuple[Body, ...]

    def all(self, kind: str, *, own: bool = False) -> tuple[Body, ...]:
        """List a kind; `own`: only in the cloud's namespace."""
        return tuple(
            body
            for body in self.bodies
            if body["kind"] == kind and (not own or body["metadata"].get("namespace") == self.namespace)
        )

    def first(self, kind: str) -> Body | None:
        """Give one of the cloud's objects of a kind."""
        return next(iter(self.all(kind, own=True)), None)

    def interfaces(self) -> Mapping[str, Mapping[str, Any]]:
        """Give the interfaces that policies make on the first node, by name."""
        policies = sorted(self.all("NodeNetworkConfigurationPolicy"), key=self._turn)
        wanted = get(policies[0], "spec", "desiredState", "interfaces") if policies else None
        return {each["name"]: each for each in wanted or () if each.get("state") != "absent"}

    def _turn(self, policy: Body) -> int:
        host = get(policy, "spec", "nodeSelector", "kubernetes.io/hostname")
        return self.workers.index(host) if host in self.workers else len(self.workers)


def named(body: Body) -> str:
    """Give an object's name."""
    return str(body["metadata"]["name"])


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Walk over the mappings of a list that may not be there."""
    yield from (each for each in value or () if isinstance(each, Mapping))
