"""What depends on the cluster or the host, gathered once a run and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from openstack_k8s_cli.model.objects import Body


def _empty() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts for selection and rendering; without a cluster they come from the profile's `platform`."""

    provider: str
    """crc, existing or rehearsal: who runs the cluster."""
    flavour: str
    """openshift, okd, microshift or kubernetes: what it is."""
    workers: tuple[str, ...]
    """Names of the nodes that take workloads, in the order that gives addresses."""
    nics: Mapping[str, str]
    """Per worker: the interface that networks are attached to."""
    capabilities: frozenset[str]
    """Of olm, routes, scc, marketplace, machineConfig, frrK8s, nmstate, clusterDns."""
    operators: frozenset[str] = frozenset()
    """Operators that are there and not this cloud's own: openstack, and those under `operators.sources`."""
    shared: frozenset[str] = frozenset()
    """Those of `operators` that another cloud of osk's brought: this cloud uses them as they are, and is counted."""
    catalogs: tuple[str, ...] = ()
    """CatalogSources of the marketplace."""
    hooks: frozenset[str] = frozenset()
    """Hooks of the profile that have given their outputs."""
    cluster_id: str | None = None
    """UID of the kube-system Namespace; None without a cluster."""
    server_version: str | None = None
    version: str | None = None
    """Of an OpenShift or OKD cluster, such as 4.20.1."""
    nodes: tuple[Body, ...] = field(default=(), repr=False, compare=False)
    """As the cluster has them."""
    sources: Mapping[str, str] = field(default_factory=_empty)
    """Per fact's name: where it came from."""
