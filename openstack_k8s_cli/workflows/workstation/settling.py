"""After CRC's start: what its cluster still needs before a cloud is deployed on it."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.crc.wanted import Wanted
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.workstation import certificates

_READY = {"Ready": "True"}
_SETTLED = {"Available": "True", "Progressing": "False", "Degraded": "False"}
_GATEWAY = {"routingViaHost": True, "ipForwarding": "Global"}
_PAUSE = 5.0
"""Seconds between looks at the operators."""
_LONGEST = 900.0
"""Seconds that operators of the cluster may take to settle after a start."""
Told = Callable[[str], object]


def settle(cluster: Cluster, wanted: Wanted, clock: Clock, told: Told) -> tuple[str, ...]:
    """Bring the cluster to what the profile wants and wait for it; gives what was changed."""
    await_operators(cluster, clock, told)
    done = tuple(_changes(cluster, wanted))
    for each in done:
        told(each)
    if any(each.startswith("network") for each in done):
        await_operators(cluster, clock, told)
    return done


def await_operators(cluster: Cluster, clock: Clock, told: Told) -> None:
    """Wait until no operator of the cluster is at work; raises OskError (exit 6) where it takes too long."""
    began, last, answered = clock.monotonic(), "", False
    while True:
        try:
            for name in certificates.approve(cluster):
                told(f"approved: request {name} for a node's certificate")
            waiting, answered = unsettled(cluster), True
        except ClusterError as error:
            if not error.retried:
                raise
            waiting = (str(error),)
        if not waiting:
            return
        text = f"waiting for {several(waiting, 4)}"
        if text != last:
            told(text)
            last = text
        if clock.monotonic() - began > _LONGEST:
            raise _stalled(waiting, answered=answered)
        clock.sleep(_PAUSE)


def _stalled(waiting: Sequence[str], *, answered: bool) -> OskError:
    look = Advice("Look at them, and start again; it goes on from there", "osk crc start")
    anew = (Advice("Stop the machine", "osk crc stop"), Advice("Then start it again", "osk crc start"))
    what = "The cluster's operators do not settle" if answered else "The cluster does not answer"
    advice = (look,) if answered else anew
    problem = Problem("OSK1248", what, "ClusterOperator", "; ".join(waiting), advice)
    return OskError(problem, exit_code=ExitCode.STALLED)


def unsettled(cluster: Cluster) -> tuple[str, ...]:
    """Name nodes that are not Ready and cluster operators that are not up, or at work.

    What operators say of themselves stays as it was while no node runs them.
    """
    kind, nodes = cluster.resource("config.openshift.io", "ClusterOperator"), cluster.resource("", "Node")
    found = cluster.list(kind).items if kind else ()
    hosts = cluster.list(nodes).items if nodes else ()
    return (
        *(f"node {each['metadata']['name']}" for each in hosts if not _is(each, _READY)),
        *(str(each["metadata"]["name"]) for each in found if not _is(each, _SETTLED)),
    )


def _is(body: Body, wanted: Mapping[str, str]) -> bool:
    return all(
        (condition(body, kind) or {}).get("status", status) == status for kind, status in wanted.items()
    )


def _changes(cluster: Cluster, wanted: Wanted) -> Iterator[str]:
    if wanted.gateway:
        yield from _gateway(cluster)
    nodes = cluster.resource("", "Node")
    for node in cluster.list(nodes).items if nodes and wanted.labels else ():
        yield from _labels(cluster, nodes, node, wanted.labels)


def _gateway(cluster: Cluster) -> Iterator[str]:
    """Let OVN-Kubernetes route by the node's tables, without which MetalLB does not answer on a second interface."""
    kind = cluster.resource("operator.openshift.io", "Network")
    found = cluster.get(kind, "", "cluster") if kind else None
    if kind is None or found is None or get(found, "spec", "defaultNetwork", "type") != "OVNKubernetes":
        return
    now = get(found, "spec", "defaultNetwork", "ovnKubernetesConfig", "gatewayConfig") or {}
    if all(now.get(key) == value for key, value in _GATEWAY.items()):
        return
    patch = {"spec": {"defaultNetwork": {"ovnKubernetesConfig": {"gatewayConfig": dict(_GATEWAY)}}}}
    cluster.merge(kind, "", "cluster", patch)
    yield "network: OVN-Kubernetes routes by the node's own tables"


def _labels(cluster: Cluster, kind: Resource | None, node: Body, labels: Mapping[str, str]) -> Iterator[str]:
    now = get(node, "metadata", "labels") or {}
    lost = {key: value for key, value in labels.items() if now.get(key) != value}
    if kind and lost:
        name = str(node["metadata"]["name"])
        cluster.merge(kind, "", name, {"metadata": {"labels": lost}})
        yield f"node {name}: labels {', '.join(f'{key}={value}' for key, value in lost.items())}"


def seen_in(cluster: Cluster, mac: str) -> str | None:
    """Name the interface of that address as the node itself tells it; empty: not there; None: nmstate is not there yet."""
    states = lookups.listed(cluster, "nmstate.io", "NodeNetworkState")
    if not states:
        return None
    for state in states:
        found: Sequence[Mapping[str, Any]] = get(state, "status", "currentState", "interfaces") or ()
        for each in found:
            if str(each.get("mac-address") or "").lower() == mac and each.get("type") == "ethernet":
                return str(each["name"])
    return ""


def authority(cluster: Cluster) -> bytes | None:
    """Give the certificate authority of the cluster's routes, its registry's too; None: it has none."""
    found = lookups.find(cluster, ObjectId("", "Secret", "openshift-ingress-operator", "router-ca"))
    text = get(found, "data", "tls.crt") if found else None
    return base64.b64decode(text) if text else None
