"""Rules about webhooks: one whose service is away keeps out what it would be asked about."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import IntEnum

from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.checking.platform import OWN, has_operator
from openstack_k8s_cli.checking.rights import guessed
from openstack_k8s_cli.checking.seen import Seen, bad, doubt, name_of, ok, summed
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.steps import Manifest

CONFIGURATIONS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_WRITES = frozenset({"CREATE", "UPDATE", "*"})
_MADE = (("", "pods"), ("apps", "deployments"), ("apps", "statefulsets"), ("batch", "jobs"))
"""What operators make in the plan's namespaces, of which the plan itself knows nothing."""
_NAME = "kubernetes.io/metadata.name"


class _Asked(IntEnum):
    """Whether a webhook is asked about what a deployment writes."""

    NO = 0
    PERHAPS = 1
    YES = 2


def answered(seen: Seen) -> Result:
    """See that no webhook stands before what the plan writes whose service is away."""
    return summed(_blocking(seen), ok())


def leftovers(seen: Seen) -> tuple[ObjectId, ...]:
    """Name webhook configurations of the OpenStack operators where these are gone: they can be deleted safely.

    One goes with all its hooks. An operator whose Service is there may only be down, and whatever brought it, it may
    come back.
    """
    if has_operator(seen):
        return ()
    there = {(each["metadata"]["namespace"], name_of(each)) for each in seen.of("Endpoints")}
    dead = {id_of(body): body["webhooks"] for body, _, _ in _dead(seen)}
    return tuple(sorted(each for each, hooks in dead.items() if all(_is_left(hook, there) for hook in hooks)))


def _is_left(hook: Body, there: Collection[tuple[str, str]]) -> bool:
    """Tell whether a hook is of nothing but OpenStack, and nobody is there to answer it."""
    service = get(hook, "clientConfig", "service")
    groups = (group for rule in hook.get("rules") or () for group in rule.get("apiGroups") or ("*",))
    return (
        bool(service)
        and (service["namespace"], service["name"]) not in there
        and all(group.endswith(OWN) for group in groups)
    )


def _blocking(seen: Seen) -> Iterator[Result]:
    brought = {each.id.namespace for each in seen.plan.manifests}
    for body, hook, asked in _dead(seen):
        service = hook["clientConfig"]["service"]
        name, place = name_of(body), f"{service['namespace']}/{service['name']}"
        say = bad if asked is _Asked.YES and service["namespace"] not in brought else doubt
        text = f"{name} ({hook['name']}) asks Service {place}, which has no endpoint"
        remedy = "Bring its operator back, or delete the configuration where the operator is gone"
        yield say(text, remedy, f"kubectl delete {body['kind'].lower()} {name}")


def _dead(seen: Seen) -> Iterator[tuple[Body, Body, _Asked]]:
    """Find webhooks that something of a deployment would be sent to, with no one who answers."""
    alive = {
        (each["metadata"]["namespace"], name_of(each))
        for each in seen.of("Endpoints")
        if any(one.get("addresses") for one in each.get("subsets") or ())
    }
    for body in (each for kind in CONFIGURATIONS for each in seen.of(kind)):
        for hook in body.get("webhooks") or ():
            service = get(hook, "clientConfig", "service")
            if not service or hook.get("failurePolicy", "Fail") != "Fail":
                continue
            if (service["namespace"], service["name"]) not in alive and (asked := _asked(seen, hook)):
                yield body, hook, asked


def _asked(seen: Seen, hook: Body) -> _Asked:
    """Follow what the API server does: rules, then selectors; conditions in CEL are not computed."""
    rules = [each for each in hook.get("rules") or () if _WRITES & set(each.get("operations") or ())]
    sent = (
        _about(
            seen, hook, manifest.id, labels.labelled(manifest, profile=seen.plan.profile, layer=step.layer)
        )
        for step in seen.plan.steps
        for manifest in step.manifests
        if any(_has(seen, each, manifest, exact=hook.get("matchPolicy") == "Exact") for each in rules)
    )
    found = max(sent, default=_Asked.NO)
    if found is _Asked.YES:
        return _Asked.PERHAPS if hook.get("matchConditions") else found
    return max(found, _of_operators(seen, hook, rules))


def _of_operators(seen: Seen, hook: Body, rules: Sequence[Body]) -> _Asked:
    """Tell of what operators make, whose labels are theirs."""
    if not any(_names(rule, *each) for rule in rules for each in _MADE):
        return _Asked.NO
    spaces = {each.id.namespace for each in seen.plan.manifests if each.id.namespace}
    chosen = (_chosen(hook.get("namespaceSelector"), *_space(seen, each)) for each in spaces)
    return min(max(chosen, default=_Asked.NO), _Asked.PERHAPS)


def _has(seen: Seen, rule: Body, manifest: Manifest, *, exact: bool) -> bool:
    """Tell whether an object is one of a rule's; without `exact` other versions of its kind count as it does."""
    group, kind = manifest.id.group, manifest.id.kind
    known = (
        get(each, "spec", "names", "plural")
        for each in seen.of("CustomResourceDefinition")
        if (get(each, "spec", "group"), get(each, "spec", "names", "kind")) == (group, kind)
    )
    version = manifest.api_version.rpartition("/")[2]
    return (
        _names(rule, group, next(filter(None, known), None) or guessed(group, kind))
        and rule.get("scope", "*") in {"*", "Namespaced" if manifest.id.namespace else "Cluster"}
        and (not exact or bool({"*", version} & set(rule.get("apiVersions") or ())))
    )


def _about(seen: Seen, hook: Body, target: ObjectId, body: Body) -> _Asked:
    """Ask the selectors; that of namespaces chooses among what is in one, and among namespaces."""
    chosen = _chosen(hook.get("objectSelector"), body["metadata"]["labels"], known=True)
    name = target.name if (target.group, target.kind) == ("", "Namespace") else target.namespace
    return min(chosen, _chosen(hook.get("namespaceSelector"), *_space(seen, name))) if name else chosen


def _space(seen: Seen, name: str) -> tuple[Mapping[str, str], bool]:
    """Give a namespace's labels, and whether these are all."""
    found = {_NAME: name}
    for body in (*seen.of("Namespace"), *seen.planned("Namespace")):
        if name_of(body) == name:
            found |= get(body, "metadata", "labels") or {}
    return found, "Namespace" in seen.kinds


def _chosen(selector: Body | None, own: Mapping[str, str], known: bool) -> _Asked:  # noqa: FBT001  # of `_space`
    wanted = [(key, "In", [value]) for key, value in (get(selector or {}, "matchLabels") or {}).items()]
    listed = get(selector or {}, "matchExpressions") or ()
    wanted += [(each["key"], each["operator"], each.get("values") or []) for each in listed]
    return min((_fits(own, *each, known=known) for each in wanted), default=_Asked.YES)


def _fits(own: Mapping[str, str], key: str, operator: str, values: Sequence[str], *, known: bool) -> _Asked:
    if key not in own and not known:
        return _Asked.PERHAPS
    is_among = key in own and (operator in {"Exists", "DoesNotExist"} or own[key] in values)
    return _Asked.YES if is_among is (operator in {"In", "Exists"}) else _Asked.NO


def _names(rule: Body, group: str, resource: str) -> bool:
    """Tell whether a rule has a resource in it; what is behind a slash are parts of objects."""
    resources = [str(each).partition("/") for each in rule.get("resources") or ()]
    return bool({"*", group} & set(rule.get("apiGroups") or ())) and any(
        name in {"*", resource} and part in {"", "*"} for name, _, part in resources
    )
