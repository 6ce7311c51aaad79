"""The checks of a cluster, in the order in which they are told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openstack_k8s_cli.apply.ports import ErrorKind
from openstack_k8s_cli.checking import networks, nodes, olm, platform, storage, webhooks
from openstack_k8s_cli.checking.seen import Seen, unsure
from openstack_k8s_cli.model.checks import Result, State
from openstack_k8s_cli.model.objects import ObjectId


@dataclass(frozen=True, slots=True)
class Rule:
    """One check."""

    code: str
    judge: Callable[[Seen], Result]
    kinds: tuple[str, ...] = ()
    """What it looks at; where one of them cannot be read, it comes to nothing."""
    mends: Callable[[Seen], tuple[ObjectId, ...]] = lambda _: ()
    """What can be deleted safely, so that it comes to something better."""
    fast: bool = False
    """Whether it needs no more than what every deployment gathers anyway."""


_POLICY = "NodeNetworkConfigurationPolicy"

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "api": Rule("OSK1280", platform.api, ("APIService",)),
        "version": Rule("OSK1281", platform.version, ("Node",), fast=True),
        "nodes": Rule("OSK1282", nodes.ready, ("Node",), fast=True),
        "cpu": Rule("OSK1283", nodes.cpu, ("Node", "Pod"), fast=True),
        "memory": Rule("OSK1284", nodes.ram, ("Node", "Pod"), fast=True),
        "pressure": Rule("OSK1285", nodes.pressure, ("Node",), fast=True),
        "storage-class": Rule("OSK1286", storage.classes, ("StorageClass",)),
        "volumes": Rule("OSK1287", storage.volumes, ("StorageClass", "PersistentVolume")),
        "catalogs": Rule("OSK1288", olm.catalogs, ("CatalogSource",), fast=True),
        "operators": Rule("OSK1289", olm.operators, ("Subscription", "ClusterServiceVersion")),
        "kinds": Rule("OSK1290", platform.kinds, ("CustomResourceDefinition", "Subscription")),
        "webhooks": Rule(
            "OSK1291",
            webhooks.answered,
            ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "Endpoints"),
            webhooks.leftovers,
        ),
        "pull-secret": Rule("OSK1292", olm.pull_secret, ("Secret",)),
        "cluster-operators": Rule("OSK1293", platform.operators, ("ClusterOperator",)),
        "network": Rule("OSK1294", networks.cluster, ("Network",)),
        "interfaces": Rule("OSK1295", networks.nics, ("NodeNetworkState",)),
        "mtu": Rule("OSK1296", networks.mtu, ("NodeNetworkState",)),
        "policies": Rule("OSK1297", networks.policies, (_POLICY,)),
        "pools": Rule("OSK1298", networks.pools, ("IPAddressPool",)),
        "dns": Rule("OSK1299", networks.dns, ("DNS",)),
        "clock": Rule("OSK1300", platform.clock),
        "rights": Rule("OSK1301", platform.rights),
    }
)
"""By name; docs/errors.md has each code, docs/doctor.md each check."""


def judge(seen: Seen, *, skip: Collection[str] = (), fast: bool = False) -> dict[str, Result]:
    """Judge a cluster by all rules, or by the fast ones alone."""
    return {
        name: Result(State.SKIPPED, "platform.check.skip") if name in skip else _judged(rule, seen)
        for name, rule in RULES.items()
        if rule.fast or not fast
    }


def _judged(rule: Rule, seen: Seen) -> Result:
    unread = {kind: seen.refused[kind] for kind in rule.kinds if kind in seen.refused}
    if not unread:
        return rule.judge(seen)
    detail = "; ".join(f"{kind}: {why}" for kind, why in unread.items())
    if ErrorKind.FORBIDDEN in unread.values():
        return unsure(detail, "Have the right to look at it given to you", "osk rbac --user USER")
    return unsure(detail, "Look again once the API server answers", "osk doctor cluster")


def mends(seen: Seen) -> tuple[ObjectId, ...]:
    """Name what can be deleted safely; where something could not be read, nobody knows what that is."""
    return tuple(
        each
        for rule in RULES.values()
        if not seen.refused.keys() & {*rule.kinds, "Subscription"}
        for each in rule.mends(seen)
    )
