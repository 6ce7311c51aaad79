"""The operators that a rehearsal's catalogs offer: what each one deploys, and which kinds are its own.

Names, labels and channels are those of the real packages; a version here is only as old as it needs to be.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli.rehearsal import images
from openstack_k8s_cli.rehearsal.simulators import operators

MARKETPLACE = "openshift-marketplace"
REDHAT = "redhat-operators"
COMMUNITY = "community-operators"
OPENSTACK_INDEX = "openstack-operator-index"
"""The catalog that osk makes a CatalogSource for; not one of the marketplace's."""

RELEASE = "18.0-fr2"
"""The release whose CRDs and webhooks a rehearsal has."""
OPENSTACK_VERSION = "0.6.0"
"""What the operators of that release call themselves."""


def _none() -> Mapping[str, str]:
    return {}


def _no_images(_version: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """A Deployment in a ClusterServiceVersion."""

    name: str
    labels: Mapping[str, str]
    """Of its pods; also its selector."""
    container: str = "manager"
    environment: Mapping[str, str] = field(default_factory=_none)
    """`{version}` stands for that of its ClusterServiceVersion."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel and its versions, oldest first; each replaces the one before."""

    name: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An operator in a catalog."""

    name: str
    title: str
    prefix: str
    """Of its ClusterServiceVersions' names, before the version."""
    catalogs: Mapping[str, tuple[Channel, ...]]
    """Channels by the catalog that has them."""
    modes: frozenset[str] = frozenset({"OwnNamespace", "SingleNamespace", "AllNamespaces"})
    deployments: tuple[Deployment, ...]
    groups: frozenset[str]
    """API groups that are its own."""
    bundled: frozenset[str]
    """Names of the CRDs that OLM itself installs with the bundle; the others are there already, out of discovery."""
    images: Callable[[str], Iterable[str]] = _no_images
    """The images that a version deploys, which its ClusterServiceVersion lists."""
    brought_by: tuple[str, str] | None = None
    """Group and kind whose first object brings the other kinds; None: they come with the ClusterServiceVersion."""

    def owns(self, crd: str) -> bool:
        """Say whether a CRD, by its name, is this operator's."""
        return crd in self.bundled or _group(crd) in self.groups


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenStack(Package):
    """Its groups are the operators' own, too many to list."""

    def owns(self, crd: str) -> bool:
        group = _group(crd)
        return group.endswith(".openstack.org") or group == "rabbitmq.com"


def _group(crd: str) -> str:
    return crd.partition(".")[2]


_NMSTATE = Package(
    name="kubernetes-nmstate-operator",
    title="Kubernetes NMState Operator",
    prefix="kubernetes-nmstate-operator.v",
    catalogs={REDHAT: (Channel("stable", ("4.18.0", "4.18.1")),)},
    modes=frozenset({"OwnNamespace", "SingleNamespace"}),
    deployments=(Deployment("nmstate-operator", {"app": "kubernetes-nmstate-operator"}, "nmstate-operator"),),
    groups=frozenset({"nmstate.io"}),
    bundled=frozenset({"nmstates.nmstate.io"}),
    brought_by=("nmstate.io", "NMState"),
)

_METALLB = Package(
    name="metallb-operator",
    title="MetalLB Operator",
    prefix="metallb-operator.v",
    catalogs={
        REDHAT: (Channel("stable", ("4.18.0", "4.18.1")),),
        COMMUNITY: (Channel("beta", ("0.14.2",)),),
    },
    deployments=(
        Deployment("metallb-operator-controller-manager", {"control-plane": "controller-manager"}),
        Deployment("metallb-operator-webhook-server", {"component": "webhook-server"}, "webhook-server"),
    ),
    groups=frozenset({"metallb.io", "frrk8s.metallb.io"}),
    bundled=frozenset({"metallbs.metallb.io"}),
)

_CERT_MANAGER_GROUPS = frozenset({"cert-manager.io", "acme.cert-manager.io"})
_CERT_MANAGER = Package(
    name="openshift-cert-manager-operator",
    title="cert-manager Operator for Red Hat OpenShift",
    prefix="cert-manager-operator.v",
    catalogs={REDHAT: (Channel("stable-v1", ("1.14.0", "1.14.1")),)},
    deployments=(
        Deployment(
            "cert-manager-operator-controller-manager",
            {"name": "cert-manager-operator"},
            "cert-manager-operator",
        ),
    ),
    groups=_CERT_MANAGER_GROUPS,
    bundled=frozenset({"certmanagers.operator.openshift.io"}),
)

_COMMUNITY_CERT_MANAGER = Package(
    name="cert-manager",
    title="cert-manager",
    prefix="cert-manager.v",
    catalogs={COMMUNITY: (Channel("stable", ("1.14.7",)),)},
    modes=frozenset({"AllNamespaces"}),
    deployments=tuple(
        Deployment(f"cert-manager{suffix}", {"app": app}, f"cert-manager{suffix}")
        for suffix, app in (("", "cert-manager"), ("-cainjector", "cainjector"), ("-webhook", "webhook"))
    ),
    groups=_CERT_MANAGER_GROUPS,
    bundled=frozenset({"certificates.cert-manager.io"}),
)

_OBSERVABILITY = Package(
    name="cluster-observability-operator",
    title="Cluster Observability Operator",
    prefix="cluster-observability-operator.v",
    catalogs={REDHAT: (Channel("stable", ("1.0.0",)),)},
    modes=frozenset({"AllNamespaces"}),
    deployments=(
        Deployment(
            "observability-operator", {"app.kubernetes.io/name": "observability-operator"}, "operator"
        ),
    ),
    groups=frozenset({"monitoring.rhobs", "observability.openshift.io"}),
    bundled=frozenset({"monitoringstacks.monitoring.rhobs"}),
)

_STABLE = Channel("stable-v1.0", ("1.0.6", "1.0.7"))
OPENSTACK = _OpenStack(
    name="openstack-operator",
    title="OpenStack",
    prefix="openstack-operator.v",
    catalogs={
        OPENSTACK_INDEX: (Channel("alpha", ("0.5.0", OPENSTACK_VERSION)), _STABLE),
        REDHAT: (_STABLE,),
    },
    modes=frozenset({"AllNamespaces"}),
    deployments=(
        Deployment(
            "openstack-operator-controller-init",
            {"control-plane": "controller-init", "openstack.org/operator-name": "openstack-init"},
            environment={
                "OPENSTACK_RELEASE_VERSION": "{version}",
                **{images.variable(name): images.operator(name, "{version}") for name in operators.NAMES},
            },
        ),
    ),
    groups=frozenset(),
    bundled=frozenset({"openstacks.operator.openstack.org"}),
    images=lambda version: images.of(version).values(),
    brought_by=("operator.openstack.org", "OpenStack"),
)

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "infra": ("instanceha", "memcached", "network", "rabbitmq", "redis", "topology"),
    "openstack-baremetal": ("baremetal",),
    "rabbitmq-cluster": (),
}
"""API groups, before .openstack.org, of operators that do not go by the name of theirs."""
_SINGLE = sorted({*operators.NAMES, "rabbitmq-cluster", "watcher"} - {"openstack"})


def _single(name: str) -> Package:
    """Give the operator of one service as its own catalog has it; one server serves all of them here."""
    groups = frozenset(f"{group}.openstack.org" for group in _GROUPS.get(name, (name,)))
    rabbitmq = name == "rabbitmq-cluster"
    return Package(
        name=f"{name}-operator",
        title=f"{name} operator",
        prefix=f"{name}-operator.v",
        catalogs={OPENSTACK_INDEX: (Channel("alpha", (OPENSTACK_VERSION,)),)},
        deployments=(
            Deployment(
                "rabbitmq-cluster-operator-manager" if rabbitmq else f"{name}-operator-controller-manager",
                {"openstack.org/operator-name": name, "control-plane": "controller-manager"},
            ),
        ),
        groups=frozenset({"rabbitmq.com"}) if rabbitmq else groups,
        bundled=frozenset(),
    )


SINGLE: tuple[Package, ...] = tuple(_single(name) for name in _SINGLE)

PACKAGES: tuple[Package, ...] = (
    _NMSTATE,
    _METALLB,
    _CERT_MANAGER,
    _COMMUNITY_CERT_MANAGER,
    _OBSERVABILITY,
    OPENSTACK,
    *SINGLE,
)


def is_bare(crd: str) -> bool:
    """Say whether a CRD, by its name, is there before any operator is installed."""
    return not any(package.owns(crd) for package in PACKAGES)
