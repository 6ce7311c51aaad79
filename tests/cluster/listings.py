"""Everything that is in a cluster, and the parts of it that two runs have in common."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, ObjectId, conditions, get, id_of
from tests.cluster.awaiting import eventually

Listing = Mapping[ObjectId, Body]

_NARRATION = frozenset({"Event", "Lease", "ComponentStatus", "Stage"})
"""Kinds that say what happens, not what is; KWOK's Stages are the rehearsal's own, and come and go with its operators."""
_RESTLESS = frozenset({"Subscription"})
"""Kinds that do not come to rest: OLM wrote one's status five times a second for minutes, after a change of its catalog."""
_NAMED_BY_CHANCE = frozenset({"IPAddress", "InstallPlan"})
"""Kinds whose names, or number, OLM and the API server make up as they go."""
_CHANCE = frozenset({"claimRef", "volumeName", "pv.kubernetes.io/bound-by-controller"})
"""Fields and annotations that a controller chooses: which volume goes to which claim."""
_OF_A_JOB = frozenset({"selector", "template"})
"""Fields of a Job into which its own UID is written."""
_OF_A_UID = "olm.operatorgroup.uid/"
"""How labels begin that end in the UID of an OperatorGroup."""
_QUANTITY = re.compile(r"([0-9.]+)(m|[kKMGTPE]i?)?")
_FACTORS: dict[str, float] = {"": 1, "m": 1e-3} | {
    f"{letter}{i}": (1024 if i else 1000) ** (power + 1)
    for power, letter in enumerate("KMGTPE")
    for i in ("", "i")
}
_FACTORS["k"] = 1000


def everything(cluster: Cluster) -> Listing:
    """List every object of every served kind, but what only narrates."""
    cluster.refresh()
    found: dict[ObjectId, Body] = {}
    for resource in cluster.resources():
        if "list" in resource.verbs and resource.kind not in _NARRATION:
            found.update({id_of(body): body for body in cluster.list(resource).items})
    return found


def quiet(cluster: Cluster) -> Listing:
    """List everything once nothing moves any more: controllers end their work in their own time."""
    found = everything(cluster)

    def moving() -> set[ObjectId]:
        nonlocal found
        before, found = found, everything(cluster)
        return {target for target in moved(before, found) if target.kind not in _RESTLESS}

    assert set() == eventually(moving, lambda left: not left)
    return found


def versions(listing: Listing) -> dict[ObjectId, str]:
    """Give every object's version."""
    return {target: body["metadata"]["resourceVersion"] for target, body in listing.items()}


def moved(before: Listing, after: Listing) -> set[ObjectId]:
    """Name what came, went or has another version."""
    first, second = versions(before), versions(after)
    return {target for target in first.keys() | second.keys() if first.get(target) != second.get(target)}


def kinds_of(listing: Listing) -> Counter[str]:
    """Count objects by group, kind, namespace and the part of their name that is not chance."""
    return Counter(_plain_name(body) for body in listing.values() if body["kind"] not in _NAMED_BY_CHANCE)


def _plain_name(body: Body) -> str:
    target = id_of(body)
    stem = get(body, "metadata", "generateName")
    name = f"{stem}*" if stem else target.name
    return f"{target.group}/{target.kind} {target.namespace}/{name}"


def settled(listing: Listing) -> dict[ObjectId, Body]:
    """Give what two deployments of one profile have in common of each object that osk applied."""
    return {target: _settled(body) for target, body in listing.items() if _is_osks(body)}


def _is_osks(body: Body) -> bool:
    ledger = get(body, "metadata", "labels", "osk.openstack.org/ledger")
    return get(body, "metadata", "labels", "app.kubernetes.io/managed-by") == "osk" and not ledger


def _settled(body: Body) -> Body:
    return {
        "labels": _without_chance(get(body, "metadata", "labels") or {}),
        "annotations": _without_chance(get(body, "metadata", "annotations") or {}),
        "finalizers": get(body, "metadata", "finalizers"),
        "spec": _without_chance(
            body.get("spec") or {}, beside=_OF_A_JOB if body["kind"] == "Job" else frozenset()
        ),
        "data": sorted(body["data"]) if body["kind"] == "Secret" else body.get("data"),
        "conditions": {each["type"]: each["status"] for each in conditions(body)},
    }


def _without_chance(fields: Mapping[str, Any], *, beside: frozenset[str] = frozenset()) -> dict[str, Any]:
    chance = _CHANCE | beside
    return {
        key: value for key, value in fields.items() if key not in chance and not key.startswith(_OF_A_UID)
    }


def lost_leaves(wanted: Any, live: Any, path: str = "") -> Iterator[str]:
    """Give the path of every leaf of `wanted` that is not in `live`."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            found = live.get(key) if isinstance(live, dict) else None
            yield from lost_leaves(value, found, f"{path}.{key}")
    elif isinstance(wanted, list):
        yield from _lost_items(wanted, live, path)
    elif not _same(wanted, live):
        yield f"{path}: {wanted!r} is {live!r}"


def _lost_items(wanted: list[Any], live: Any, path: str) -> Iterator[str]:
    items = live if isinstance(live, list) else []
    for at, value in enumerate(wanted):
        key = _key(value)
        if key is not None:
            found = next((each for each in items if _key(each) == key), None)
        elif isinstance(value, (dict, list)):
            found = items[at] if at < len(items) else None
        else:
            found = value if value in items else None
        yield from lost_leaves(value, found, f"{path}[{at if key is None else key}]")


def _key(item: Any) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _same(wanted: Any, live: Any) -> bool:
    if wanted == live:
        return True
    numbers = (_number(wanted), _number(live))
    return None not in numbers and numbers[0] == numbers[1]


def _number(value: Any) -> float | None:
    match = _QUANTITY.fullmatch(str(value)) if isinstance(value, (str, int, float)) else None
    if match is None:
        return None
    try:
        return float(match[1]) * _FACTORS[match[2] or ""]
    except ValueError:
        return None
