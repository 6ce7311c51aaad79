"""Looks at a cluster before something is deployed there: as few requests as will do, several at a time."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.parallel import each_in_parallel
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.checking import cluster as rules
from openstack_k8s_cli.checking import rights
from openstack_k8s_cli.checking.rights import Right
from openstack_k8s_cli.checking.seen import Seen
from openstack_k8s_cli.model.checks import Check, Group, State
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import World

_WORKERS = 8
_LISTED: Mapping[str, str] = {
    "Node": "",
    "Namespace": "",
    "Pod": "",
    "PersistentVolume": "",
    "StorageClass": "storage.k8s.io",
    "APIService": "apiregistration.k8s.io",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io",
    "MutatingWebhookConfiguration": "admissionregistration.k8s.io",
    "CatalogSource": "operators.coreos.com",
    "Subscription": "operators.coreos.com",
    "ClusterOperator": "config.openshift.io",
    "NodeNetworkState": "nmstate.io",
    "NodeNetworkConfigurationPolicy": "nmstate.io",
    "IPAddressPool": "metallb.io",
}
"""Kinds that are listed, and their groups."""
_READ: Mapping[str, tuple[str, str, str]] = {
    "Network": ("config.openshift.io", "", "cluster"),
    "Ingress": ("config.openshift.io", "", "cluster"),
    "DNS": ("operator.openshift.io", "", "default"),
    "Secret": ("", "openshift-config", "pull-secret"),
}
"""Kinds of which one object is read: group, namespace, name."""
_SERVED_ELSEWHERE = (".k8s.io",)
"""Groups of Kubernetes itself, whose kinds have no definition; one that is another's is `_ATTACHMENTS`."""
_ATTACHMENTS = "k8s.cni.cncf.io"

Bodies = tuple[Body, ...]
Resolver = Callable[[str], bool]


class _Reading:
    """Reads kinds, and keeps why one could not be read."""

    def __init__(self, cluster: Cluster, pool: ThreadPoolExecutor) -> None:
        self.cluster = cluster
        self.kinds: dict[str, Bodies] = {}
        self.refused: dict[str, str] = {}
        self._pool = pool

    def all(self, questions: Mapping[str, Callable[[], Bodies | None]]) -> None:
        """Ask several at a time."""
        asked = {kind: self._pool.submit(question) for kind, question in questions.items()}
        for kind, answer in asked.items():
            try:
                found = answer.result()
            except ClusterError as error:
                self.refused[kind] = error.kind.value
            else:
                if found is not None:
                    self.kinds[kind] = found

    def listed(self, kind: str, group: str) -> Bodies | None:
        """List a kind; None where it is not served."""
        resource = self.cluster.resource(group, kind)
        return self.cluster.list(resource).items if resource else None

    def read(self, kind: str, group: str, places: Iterable[tuple[str, str]]) -> Bodies | None:
        """Read some objects of a kind, those of them that are there."""
        resource = self.cluster.resource(group, kind)
        if resource is None:
            return None
        found = self._pool.map(lambda place: self.cluster.get(resource, *place), sorted(set(places)))
        return tuple(each for each in found if each is not None)


def look(world: World, *, resolves: Resolver) -> Seen:
    """Look at all that the checks of a cluster need."""
    facts, plan = planning.bearings(world)
    with ThreadPoolExecutor(_WORKERS) as pool:
        reading = _Reading(world.cluster, pool)
        known = {"Node": facts.nodes} if facts.nodes else {}
        reading.kinds |= known
        lists = {kind: group for kind, group in _LISTED.items() if kind not in known}
        reading.all(
            {kind: _later(reading.listed, kind, group) for kind, group in lists.items()}
            | {kind: _later(_single, world.cluster, kind, *place) for kind, place in _READ.items()}
        )
        _follow(reading, plan)
        asked = pool.submit(denied, world.cluster, plan)
        here, there = _clocks(world.cluster, world.clock)
        return Seen(
            facts,
            plan,
            world.loaded.values,
            reading.kinds,
            reading.refused,
            here=here,
            there=there,
            resolved=_resolved(facts, reading.kinds, resolves),
            denied=asked.result(),
        )


def _later(question: Callable[..., Bodies | None], *words: Any) -> Callable[[], Bodies | None]:
    return lambda: question(*words)


def _single(cluster: Cluster, kind: str, group: str, namespace: str, name: str) -> Bodies | None:
    resource = cluster.resource(group, kind)
    body = cluster.get(resource, namespace, name) if resource else None
    if resource is None:
        return None
    return (_without_secrets(body) if kind == "Secret" else body,) if body else ()


def _without_secrets(secret: Body) -> Body:
    """Keep of a pull secret only for which registries it is."""
    names: tuple[str, ...] = ()
    try:
        text = base64.b64decode(get(secret, "data", ".dockerconfigjson") or "")
        names = tuple(json.loads(text).get("auths") or ())
    except (ValueError, AttributeError):
        pass  # what is no pull secret has no registries
    return {"metadata": {"name": secret["metadata"]["name"]}, "registries": names}


def _follow(reading: _Reading, plan: Plan) -> None:
    """Read what is named by what was read."""
    subscribed = [
        (each["metadata"]["namespace"], str(name))
        for each in reading.kinds.get("Subscription", ())
        if (name := get(each, "status", "currentCSV") or get(each, "status", "installedCSV"))
    ]
    asked = [
        (str(service["namespace"]), str(service["name"]))
        for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
        for each in reading.kinds.get(kind, ())
        for hook in each.get("webhooks") or ()
        if (service := get(hook, "clientConfig", "service")) and hook.get("failurePolicy", "Fail") == "Fail"
    ]
    for kind, group, places in (
        ("ClusterServiceVersion", "operators.coreos.com", subscribed),
        ("Endpoints", "", asked),
        ("CustomResourceDefinition", "apiextensions.k8s.io", _definitions(reading.cluster, plan)),
    ):
        try:
            found = reading.read(kind, group, places)
        except ClusterError as error:
            reading.refused[kind] = error.kind.value
        else:
            if found is not None:
                reading.kinds[kind] = found


def _definitions(cluster: Cluster, plan: Plan) -> list[tuple[str, str]]:
    kinds = {(each.id.group, each.id.kind) for each in plan.manifests}
    return [
        ("", f"{plural(cluster)(group, kind) or rights.guessed(group, kind)}.{group}")
        for group, kind in kinds
        if "." in group and (not group.endswith(_SERVED_ELSEWHERE) or group == _ATTACHMENTS)
    ]


def plural(cluster: Cluster | None) -> rights.Plural:
    """Give what names the resource of a kind."""

    def found(group: str, kind: str) -> str | None:
        resource: Resource | None = cluster.resource(group, kind) if cluster else None
        return resource.plural if resource else None

    return found


def denied(cluster: Cluster, plan: Plan) -> tuple[Right, ...] | None:
    """Ask whether the user may do all that a plan does; None: it cannot be asked."""
    try:
        if _may(cluster, rights.EVERYTHING):
            return ()
        wanted = rights.needed(plan, plural(cluster))
        answers = each_in_parallel(lambda right: _may(cluster, right), wanted, threads=_WORKERS)
    except ClusterError:
        return None
    return tuple(right for right, may in zip(wanted, answers, strict=True) if not may)


def _may(cluster: Cluster, right: Right) -> bool:
    return bool(get(cluster.create(rights.review(right)).body, "status", "allowed"))


def _clocks(cluster: Cluster, clock: Clock) -> tuple[float, float | None]:
    """Give this machine's time and the API server's: it stamps an object that is made in a dry run.

    Of the time in which it was asked this machine's is what is nearest: an answer may take long.
    """
    began = clock.now()
    for namespace in ("default", records.NAMESPACE):
        meta = {"name": "osk-asks-the-time", "namespace": namespace}
        began = clock.now()
        try:
            made = cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}, dry_run=True)
            stamp = datetime.fromisoformat(str(get(made.body, "metadata", "creationTimestamp")))
        except (ClusterError, ValueError):
            continue  # who has osk's roles may write in osk's own
        there = stamp.timestamp()
        return max(began, min(there, clock.now())), there
    return began, None


def _resolved(facts: Facts, kinds: Mapping[str, Bodies], resolves: Resolver) -> Mapping[str, bool]:
    domains = [get(each, "spec", "domain") for each in kinds.get("Ingress", ())]
    if facts.provider == "rehearsal":
        return {}
    names = [f"console-openshift-console.{domain}" for domain in domains if domain]
    return {name: resolves(name) for name in names}


def judged(seen: Seen) -> Group:
    """Judge what was seen."""
    results = rules.judge(seen, skip=_skipped(seen.values))
    return Group(
        "cluster", tuple(Check(name, rules.RULES[name].code, result) for name, result in results.items())
    )


def _skipped(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(get(values, "platform", "check", "skip") or ())


def mend(world: World, seen: Seen) -> tuple[ObjectId, ...]:
    """Delete what stands in the way and nobody needs; gives what was deleted."""
    gone = []
    for target in rules.mends(seen):
        resource = world.cluster.resource(target.group, target.kind)
        if resource is not None and world.cluster.delete(resource, target.namespace, target.name):
            gone.append(target)
    return tuple(gone)


def gate(facts: Facts, plan: Plan, values: Mapping[str, Any]) -> None:
    """Refuse a deployment that cannot come up, by what was gathered for it anyway; raises OskError with exit code 4."""
    seen = Seen(facts, plan, values, {"Node": facts.nodes})
    found = rules.judge(seen, skip=_skipped(values), fast=True)
    problems = [
        Problem(
            rules.RULES[name].code,
            f"The cluster is not fit for this: {result.detail}",
            f"check {name}",
            advice=(
                Advice(result.remedy, result.command or None),
                Advice("See all that is wrong", "osk doctor"),
                Advice(f"Or let it be: `platform.check.skip: [{name}]` in the profile"),
            ),
        )
        for name, result in found.items()
        if result.state is State.FAILED
    ]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)
