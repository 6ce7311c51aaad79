"""Objects that exist and are not in the ledger: used, shared, taken over, or refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, labelled, plain, safe
from openstack_k8s_cli.apply.ledger import Record, sharing
from openstack_k8s_cli.apply.options import Options, named
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import AGAIN, Advice, Problem
from openstack_k8s_cli.model.steps import Layer, Manifest, Policy
from openstack_k8s_cli.plan import Difference, differences

_PATCHED_GROUPS = ("config.openshift.io", "operator.openshift.io", "machineconfiguration.openshift.io")
_PATCHED_KINDS = frozenset({("", "Namespace"), ("", "Node")})
"""What every cluster has once: osk sets its fields, and remembers what they were."""

_MADE_ANYWAY = frozenset({("core.openstack.org", "OpenStackVersion")})
"""What an operator makes where osk does not, and never lets go before the rest: patched, even where osk is first."""

_BARE: Body = {"metadata": {"labels": {}, "annotations": {}}, "spec": {}}
"""How such an object begins."""

_USED_GROUPS = ("operators.coreos.com",)
_USED_KINDS = frozenset(
    {("storage.k8s.io", "StorageClass"), ("apiextensions.k8s.io", "CustomResourceDefinition")}
)
"""What others installed: osk takes it as it is."""

_SHOWN = 12
"""Differing fields that a refusal lists."""

_WIDTH = 60
"""Characters of a value that it shows."""


class Standing(StrEnum):
    """What an object is to osk."""

    OURS = "ours"
    """Applied and owned."""
    PATCHED = "patched"
    """Applied, not owned; its earlier values are kept."""
    USED = "used"
    """Left as it is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One object that was not in the ledger."""

    id: ObjectId
    standing: Standing
    live: Body | None = None
    """None: it is not there."""
    earlier: Body | None = None
    problem: Problem | None = None
    """Why the run must not go on."""


def examine(
    manifest: Manifest,
    layer: Layer,
    *,
    cluster: Cluster,
    profile: str,
    records: Sequence[Record],
    options: Options,
) -> Examined:
    """Look at what is there under a manifest's name and say what it is to osk; raises ClusterError."""
    target = manifest.id
    live = lookups.find(cluster, target)
    kind = (target.group, target.kind)
    gone = live is None or bool(get(live, "metadata", "deletionTimestamp"))
    if kind in _MADE_ANYWAY or (not gone and (kind in _PATCHED_KINDS or target.group in _PATCHED_GROUPS)):
        sent = labelled(manifest, profile=profile, layer=layer)
        return Examined(
            target, Standing.PATCHED, live, earlier=earlier(sent, _BARE if live is None or gone else live)
        )
    if live is None or gone:
        return Examined(target, Standing.OURS, live)
    others = sharing(records, target, profile=profile)
    shared = bool(others) and layer is Layer.OPERATORS
    if shared or named(target, options.adopt) or _carries_our_labels(live, profile):
        return Examined(target, Standing.OURS, live)
    problem = of_another_cloud(target, others) if others else _objection(manifest, live, cluster)
    return Examined(target, Standing.USED, live, problem=problem)


def _objection(manifest: Manifest, live: Body, cluster: Cluster) -> Problem | None:
    """Say why an object of others cannot be used as it is; None: it can."""
    if manifest.policy is not Policy.APPLY or _is_used(manifest.id):
        return None
    found = _differing(manifest, live, cluster)
    return _refused(manifest.id, found) if found else None


def _carries_our_labels(live: Body, profile: str) -> bool:
    """Tell an object of this cloud whose ledger was lost."""
    labels = get(live, "metadata", "labels") or {}
    return labels.get(MANAGED_BY) == MANAGER and labels.get(f"{PREFIX}profile") == safe(profile)


def _is_used(target: ObjectId) -> bool:
    return (target.group, target.kind) in _USED_KINDS or target.group in _USED_GROUPS


def _differing(manifest: Manifest, live: Body, cluster: Cluster) -> tuple[str, ...]:
    """Describe what applying would change; empty: nothing."""
    try:
        answer = cluster.apply(plain(manifest.body), dry_run=True)
    except ClusterError as error:
        if error.retried:
            raise
        conflicts = tuple(f"{each.field} (belongs to {each.manager})" for each in error.conflicts)
        return conflicts or (error.message,)
    return tuple(_words(each) for each in differences(live, answer.body))


def _words(each: Difference) -> str:
    return f"{each.path}: {_short(each.before)} → {_short(each.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "not set"
    text = str(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _refused(target: ObjectId, found: Sequence[str]) -> Problem:
    lines = [*found[:_SHOWN], *([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])]
    return Problem(
        "OSK0551",
        f"{target} exists, is not osk's, and differs from the profile",
        subject=str(target),
        detail="\n".join(lines),
        advice=(
            Advice("let osk take it over", command=f"{AGAIN} --adopt {target.kind}/{target.name}"),
            Advice("or delete it, or choose another name in the profile"),
        ),
    )


def of_another_cloud(target: ObjectId, others: Sequence[str]) -> Problem:
    """Say that an object is another profile's; it may be the same cloud, under the name that it had before."""
    same = [
        Advice(
            f"if it is this very cloud, which had another name before, `name: {each}` in the profile goes on with it",
            f"osk profile set name {each}",
        )
        for each in others
        if len(others) == 1
    ]
    return Problem(
        "OSK0552",
        f"{target} belongs to another cloud of osk's: {', '.join(others)}",
        subject=str(target),
        advice=(
            Advice("give this cloud its own name for it in the profile, or tear the other one down first"),
            *same,
        ),
    )


def earlier(body: Body, live: Body) -> Body:
    """Read what the fields that a manifest sets are in the live object: a merge patch that puts them back."""
    spoken = {
        key: value for key, value in body.items() if key not in {"apiVersion", "kind", "metadata", "status"}
    }
    meta = {key: value for key, value in body["metadata"].items() if key in {"labels", "annotations"}}
    if meta:
        spoken["metadata"] = meta
    return dict(_earlier(spoken, live))


def _earlier(spoken: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in spoken.items():
        there = live.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield key, dict(_earlier(value, there))
        else:
            yield key, there
