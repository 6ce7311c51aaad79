"""Gathers what depends on the cluster, once a run; without a cluster the profile's `platform` says it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openstack_k8s_cli.apply import ledger, records
from openstack_k8s_cli.apply.hooks import Outputs
from openstack_k8s_cli.apply.labels import PREFIX, is_ours, safe
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, get, id_of

MARKER = ("kube-system", "osk-rehearsal")
"""Namespace and name of the ConfigMap that makes a cluster a rehearsal."""


@dataclass(frozen=True, slots=True)
class _Known:
    """How an operator is recognised that osk did not install."""

    packages: frozenset[str]
    """Names of OLM packages."""
    kind: tuple[str, str]
    """A kind it serves: group, kind."""
    deployment: tuple[str, str]
    """Namespace and name of its Deployment when it was installed from upstream's manifests."""


_OPERATORS: Mapping[str, _Known] = {
    "nmstate": _Known(
        frozenset({"kubernetes-nmstate-operator"}), ("nmstate.io", "NMState"), ("nmstate", "nmstate-operator")
    ),
    "metallb": _Known(
        frozenset({"metallb-operator"}), ("metallb.io", "IPAddressPool"), ("metallb-system", "controller")
    ),
    "certManager": _Known(
        frozenset({"openshift-cert-manager-operator", "cert-manager"}),
        ("cert-manager.io", "Certificate"),
        ("cert-manager", "cert-manager"),
    ),
    "lvms": _Known(
        frozenset({"lvms-operator"}),
        ("lvm.topolvm.io", "LVMCluster"),
        ("openshift-lvm-storage", "lvms-operator"),
    ),
    "loki": _Known(
        frozenset({"loki-operator"}),
        ("loki.grafana.com", "LokiStack"),
        ("loki-operator", "loki-operator-controller-manager"),
    ),
    "netobserv": _Known(
        frozenset({"netobserv-operator"}),
        ("flows.netobserv.io", "FlowCollector"),
        ("netobserv", "netobserv-controller-manager"),
    ),
    "clusterObservability": _Known(
        frozenset({"cluster-observability-operator"}),
        ("monitoring.rhobs", "MonitoringStack"),
        ("operators", "observability-operator"),
    ),
    "rook": _Known(
        frozenset({"rook-ceph-operator", "ocs-operator", "odf-operator"}),
        ("ceph.rook.io", "CephCluster"),
        ("rook-ceph", "rook-ceph-operator"),
    ),
    "baremetal": _Known(
        frozenset(),
        ("metal3.io", "BareMetalHost"),
        ("openshift-machine-api", "metal3"),
    ),
    "openstack": _Known(
        frozenset({"openstack-operator"}),
        ("operator.openstack.org", "OpenStack"),
        ("openstack-operators", "openstack-operator-controller-init"),
    ),
}

_CAPABILITIES: Mapping[str, tuple[str, str]] = {
    "olm": ("operators.coreos.com", "Subscription"),
    "routes": ("route.openshift.io", "Route"),
    "scc": ("security.openshift.io", "SecurityContextConstraints"),
    "marketplace": ("config.openshift.io", "OperatorHub"),
    "machineConfig": ("machineconfiguration.openshift.io", "MachineConfig"),
    "frrK8s": ("frrk8s.metallb.io", "FRRConfiguration"),
    "nmstate": ("nmstate.io", "NMState"),
    "clusterDns": ("operator.openshift.io", "DNS"),
}


def offline(values: Mapping[str, Any]) -> Facts:
    """Take the facts from the profile, for rendering without a cluster."""
    platform = values["platform"]
    workers = tuple(platform["workers"])
    return Facts(
        provider=platform["provider"],
        flavour=platform["flavour"],
        workers=workers,
        nics=_nics(workers, platform),
        capabilities=frozenset(platform["capabilities"]),
        sources=MappingProxyType(
            dict.fromkeys(("provider", "flavour", "workers", "capabilities"), "profile: platform")
        ),
    )


def gather(cluster: Cluster, values: Mapping[str, Any], *, profile: str) -> Facts:
    """Ask the cluster; raises ClusterError when it does not answer."""
    platform = values["platform"]
    version = _version(cluster)
    flavour, flavour_source = _flavour(cluster, version)
    nodes = _list(cluster, "", "Node")
    workers = _workers(nodes)
    subscriptions = _list(cluster, "operators.coreos.com", "Subscription")
    catalogs = _list(cluster, "operators.coreos.com", "CatalogSource", "openshift-marketplace")
    provider, provider_source = _provider(cluster, nodes)
    operators, shared = _operators(cluster, subscriptions, values, profile=profile)
    return Facts(
        provider=provider,
        flavour=flavour,
        workers=workers,
        nics=_nics(workers, platform),
        capabilities=frozenset(
            name for name, (group, kind) in _CAPABILITIES.items() if cluster.resource(group, kind) is not None
        )
        | ({"nmstate"} if flavour in ("openshift", "okd") else frozenset()),
        operators=operators,
        shared=shared,
        catalogs=tuple(sorted(each["metadata"]["name"] for each in catalogs)),
        hooks=frozenset(_ran(cluster, values, profile=profile)),
        cluster_id=cluster_id(cluster),
        nodes=nodes,
        version=str(get(version or {}, "status", "desired", "version") or "") or None,
        sources=MappingProxyType(
            {
                "flavour": flavour_source,
                "provider": provider_source,
                "workers": "nodes",
                "capabilities": "discovery",
            }
        ),
    )


def _ran(cluster: Cluster, values: Mapping[str, Any], *, profile: str) -> Iterable[str]:
    """Name the hooks that have given something."""
    outputs = Outputs(cluster, profile)
    return [name for name in values.get("hooks") or {} if get(outputs.record(name) or {}, "data", "outputs")]


def marker(cluster: Cluster) -> Body | None:
    """Read the ConfigMap that makes a cluster a rehearsal; None on any other."""
    resource = cluster.resource("", "ConfigMap")
    return cluster.get(resource, *MARKER) if resource else None


def cluster_id(cluster: Cluster) -> str:
    """Give the UID of the kube-system Namespace: what tells one cluster from another."""
    resource = cluster.resource("", "Namespace")
    body = cluster.get(resource, "", "kube-system") if resource else None
    return str(get(body or {}, "metadata", "uid") or "")


def _list(cluster: Cluster, group: str, kind: str, namespace: str = "") -> tuple[Body, ...]:
    resource = cluster.resource(group, kind)
    return cluster.list(resource, namespace).items if resource else ()


def _workers(nodes: Iterable[Body]) -> tuple[str, ...]:
    label = "node-role.kubernetes.io/worker"
    return tuple(
        sorted(each["metadata"]["name"] for each in nodes if label in (get(each, "metadata", "labels") or {}))
    )


def _nics(workers: Iterable[str], platform: Mapping[str, Any]) -> Mapping[str, str]:
    nics = platform["nics"]
    chosen = {}
    for worker in workers:
        own = nics.get(worker)
        chosen[worker] = str((own or {}).get("default") or nics["default"])
    return MappingProxyType(chosen)


def _flavour(cluster: Cluster, version: Body | None) -> tuple[str, str]:
    if version is not None:
        text = str(get(version, "status", "desired", "version") or "")
        image = str(get(version, "status", "desired", "image") or "")
        is_okd = any(word in f"{text} {image}" for word in ("okd", "scos", "fcos"))
        return ("okd" if is_okd else "openshift"), f"ClusterVersion {text}"
    maps = cluster.resource("", "ConfigMap")
    if maps and cluster.get(maps, "kube-public", "microshift-version") is not None:
        return "microshift", "ConfigMap kube-public/microshift-version"
    return "kubernetes", "no ClusterVersion"


def _version(cluster: Cluster) -> Body | None:
    resource = cluster.resource("config.openshift.io", "ClusterVersion")
    return cluster.get(resource, "", "version") if resource else None


def _provider(cluster: Cluster, nodes: Iterable[Body]) -> tuple[str, str]:
    if marker(cluster) is not None:
        return "rehearsal", "ConfigMap kube-system/osk-rehearsal"
    names = [each["metadata"]["name"] for each in nodes]
    if len(names) == 1 and (names[0] == "crc" or names[0].startswith("crc-")):
        return "crc", f"Node {names[0]}"
    return "existing", "nodes"


def _operators(
    cluster: Cluster, subscriptions: Iterable[Body], values: Mapping[str, Any], *, profile: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Name the operators that are there and not this cloud's own, and those of them that other clouds of osk's own."""
    by_package = {str(get(each, "spec", "name")): each for each in subscriptions}
    found, shared = set(), set()
    known_to_osk = records.read(cluster) if any(map(is_ours, by_package.values())) else ()
    for name, known in _OPERATORS.items():
        subscribed = next((by_package[each] for each in known.packages if each in by_package), None)
        if subscribed is not None:
            others = ledger.sharing(known_to_osk, id_of(subscribed), profile=profile)
            if not _is_own(subscribed, known_to_osk, others, profile=profile):
                found.add(name)
                shared |= {name} if others and _is_wanted(subscribed, values, name) else set()
        elif get(values, "operators", "optional", name, "enabled") is False:
            continue  # nothing asks whether it is there
        elif cluster.resource(*known.kind) is not None and _deployed(
            cluster, known, get(values, "operators", "sources", name, "namespace"), profile=profile
        ):
            found.add(name)
    return frozenset(found), frozenset(shared)


def _is_own(
    subscription: Body, known: Iterable[ledger.Record], others: Collection[str], *, profile: str
) -> bool:
    """Tell a Subscription that this cloud made, or that was left to it by the cloud that made it."""
    if (get(subscription, "metadata", "labels") or {}).get(f"{PREFIX}profile") == safe(profile):
        return True
    entries = (record.by_id.get(id_of(subscription)) for record in known if record.profile == profile)
    return not others and any(entry is not None and entry.owned for entry in entries)


def _is_wanted(subscription: Body, values: Mapping[str, Any], name: str) -> bool:
    """Tell whether a Subscription is where this cloud would make its own; what is elsewhere is used like a stranger's."""
    operators = values.get("operators") or {}
    source = operators.get("openstack") if name == "openstack" else get(operators, "sources", name)
    namespace = (
        get(values, "namespaces", "operators") if name == "openstack" else get(source or {}, "namespace")
    )
    place = subscription["metadata"]["namespace"], get(subscription, "spec", "name")
    return place == (namespace, get(source or {}, "package"))


def _deployed(cluster: Cluster, known: _Known, namespace: object, *, profile: str) -> bool:
    """Tell whether an operator runs that came without OLM, and not from this cloud."""
    resource = cluster.resource("apps", "Deployment")
    usual, name = known.deployment
    places = dict.fromkeys((usual, str(namespace or usual)))
    found = [cluster.get(resource, place, name) for place in places] if resource else []
    return any(body is not None and not _is_mine(cluster, body, known, profile=profile) for body in found)


def _is_mine(cluster: Cluster, deployment: Body, known: _Known, *, profile: str) -> bool:
    """Tell an operator of this cloud, also while its Subscription is gone, as halfway to another catalog."""
    labels = get(deployment, "metadata", "labels") or {}
    if labels.get(f"{PREFIX}profile") == safe(profile):
        return True
    return "olm.owner" in labels and any(
        each.owned and each.id.kind == "Subscription" and each.id.name in known.packages
        for record in records.read(cluster)
        if record.profile == profile
        for each in record.entries
    )
