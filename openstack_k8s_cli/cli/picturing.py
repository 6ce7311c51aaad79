"""Answers of the workflows as documents and as text: what a plan would change, how a cloud is."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.report import problems, wording

if TYPE_CHECKING:
    from openstack_k8s_cli.plan.difference import Difference
    from openstack_k8s_cli.teardown.plans import Line, Teardown
    from openstack_k8s_cli.workflows.comparing import Row as PlanRow
    from openstack_k8s_cli.workflows.looking import Row as StatusRow
    from openstack_k8s_cli.workflows.looking import Status
    from openstack_k8s_cli.workflows.planning import Preview
    from openstack_k8s_cli.workflows.recalling import Recollection

_R = TypeVar("_R")

_SIGNS = {
    Change.CREATED: "+",
    Change.CONFIGURED: "~",
    Change.UNCHANGED: "=",
    Change.DELETED: "-",
    Change.SKIPPED: "!",
}
_LONG = 60
"""Characters of a value that are shown."""
_MANY = 5
"""Rows that say the same of objects of one kind, above which they are one."""
_VOLUMES = frozenset({"PersistentVolumeClaim", "PersistentVolume"})
"""Kinds whose data goes with them: each that is deleted has its line."""
_FEW = 3
"""Absent objects that are listed one by one."""


def preview_document(preview: "Preview") -> dict[str, Any]:
    """Give a preview's JSON form."""
    return {
        "profile": preview.plan.profile,
        "digest": preview.plan.digest,
        "differs": preview.differs,
        "counts": _counts(preview.rows),
        "notes": {step: list(notes) for step, notes in preview.plan.notes.items() if notes},
        "used_operators": sorted(preview.facts.operators),
        "adapted": list(preview.adapted),
        "dev": [telling.document(each) for each in preview.entries],
        "objects": [
            {
                "step": row.step,
                "object": object_document(row.object),
                "change": row.change.value,
                "differences": [
                    {"path": each.path, "before": each.before, "after": each.after}
                    for each in row.differences
                ],
                "note": row.note,
                "problem": problems.plain(row.problem) if row.problem else None,
            }
            for row in preview.rows
        ],
    }


def switched_text(services: Mapping[str, bool]) -> str:
    """Say which services are there otherwise than the profile has them, and how they stay so; empty: none."""
    lines = [
        f"{name} is {'on' if on else 'off'} in the cluster, as after `osk {'deploy' if on else 'teardown'} service {name}`,"
        f" and {'off' if on else 'on'} in the profile: a deployment switches it back;"
        f" `osk profile set controlplane.services.{name}.enabled {'true' if on else 'false'}` keeps it"
        for name, on in services.items()
    ]
    return "\n".join(lines)


def preview_text(preview: "Preview", *, everything: bool) -> str:
    """Give a preview's lines; what stays as it is only with `everything`."""
    lines = telling.lines(preview.entries)
    shown = (row for row in preview.rows if everything or row.change is not Change.UNCHANGED)
    for step, rows in groupby(shown, lambda row: row.step):
        lines.append(step)
        for same in _alike(rows, _likeness, everything=everything):
            lines += _rows(same, everything=everything)
    if not everything and (untried := sum(row.untried for row in preview.rows)):
        lines.append(
            f"not tried, for want of their kinds, namespaces or webhooks so far: {some(untried, 'object')}"
        )
    for notes in preview.plan.notes.values():
        lines += [f"ansible: {note}" for note in notes]
    lines += [f"by this cluster: {each}" for each in preview.adapted]
    if preview.facts.operators:
        lines.append(f"used as they are, installed by others: {', '.join(sorted(preview.facts.operators))}")
    counts = ", ".join(f"{count} {word}" for word, count in _counts(preview.rows).items())
    return "\n".join([*lines, f"profile {preview.plan.profile}: {counts or 'nothing in the plan'}"])


def _likeness(row: "PlanRow") -> tuple[object, ...]:
    if row.change is Change.DELETED:
        return row.change, row.object
    alone = row.differences if row.change is Change.CONFIGURED else row.problem
    return row.change, *_sort(row.object), row.untried or row.note, alone


def _rows(same: list["PlanRow"], *, everything: bool) -> Iterator[str]:
    row = same[0]
    note = f"  ({row.note})" if row.note and (everything or not row.untried) else ""
    yield f"  {_SIGNS[row.change]} {_named([each.object for each in same])}  {row.change.value}{note}"
    if row.change is Change.CONFIGURED or everything:
        told = row.differences if everything else row.unmarked
        yield from (f"      {_difference(each)}" for each in told)
    if row.problem:
        yield from (f"      {line}" for line in problems.text([row.problem]).splitlines())


def _alike(rows: Iterable[_R], likeness: Callable[[_R], object], *, everything: bool) -> Iterator[list[_R]]:
    """Take rows together that say the same of many objects of a kind; the others come one by one."""
    for _, found in groupby(rows, likeness):
        same = list(found)
        if len(same) > _MANY and not everything:
            yield same
        else:
            yield from ([row] for row in same)


def _named(objects: list[ObjectId]) -> str:
    first, last = objects[0], objects[-1]
    return str(first) if first is last else f"{first} … {last.name} ({len(objects)} of them; -v lists each)"


def _difference(difference: "Difference") -> str:
    return f"{difference.path}: {_short(difference.before)} → {_short(difference.after)}"


def _short(value: Any) -> str:
    text = (
        "not set"
        if value is None
        else value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
    )
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _counts(rows: Iterable["PlanRow"]) -> dict[str, int]:
    found = Counter(row.change for row in rows)
    return {change.value: found[change] for change in Change if found[change]}


def status_document(status: "Status") -> dict[str, Any]:
    """Give a status' JSON form."""
    return {
        "profile": status.profile,
        "cluster_id": status.cluster_id,
        "dev": [telling.document(each) for each in status.entries],
        "unfinished": list(status.unfinished),
        "ready": status.ready,
        "layers": {
            layer: {"ready": ready, "total": total} for layer, (ready, total) in _layers(status).items()
        },
        "objects": [
            {
                "step": row.step,
                "object": object_document(row.object),
                "state": row.verdict.state.value,
                "reason": row.verdict.reason,
                "message": row.verdict.message,
                "done": row.verdict.done,
                "total": row.verdict.total,
                "cause": str(row.cause) if row.cause else None,
            }
            for row in status.rows
        ],
    }


def status_text(status: "Status", *, everything: bool) -> str:
    """Give a status' lines: each layer, and under it what is not Ready."""
    lines = [*telling.lines(status.entries), *status.unfinished]
    for layer, (ready, total) in _layers(status).items():
        lines.append(f"{layer}: {ready} of {total} objects Ready")
        rows = [row for row in status.rows if row.step.partition("/")[0] == layer]
        lines += _layer(rows, everything=everything)
    return "\n".join([*lines, f"profile {status.profile}: {'Ready' if status.ready else 'not Ready'}"])


def _layer(rows: list["StatusRow"], *, everything: bool) -> Iterator[str]:
    absent = [row for row in rows if row.verdict.state is State.ABSENT]
    if len(absent) == len(rows) and not everything:
        yield "  not deployed"
        return
    collapsed = len(absent) > _FEW and not everything
    for row in rows:
        hidden = row.verdict.state is State.READY or (collapsed and row.verdict.state is State.ABSENT)
        if everything or not hidden:
            yield from _status_row(row)
    if collapsed:
        yield f"  {len(absent)} objects are not there; -v lists them"


def _status_row(row: "StatusRow") -> Iterator[str]:
    yield f"  {row.object}  {wording.state(row.verdict)}"
    if row.cause and row.cause.object != row.object:
        yield f"      deepest cause: {row.cause}"


def _layers(status: "Status") -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in status.rows:
        layer = row.step.partition("/")[0]
        ready, total = found.get(layer, (0, 0))
        found[layer] = (ready + (row.verdict.state is State.READY), total + 1)
    return found


def teardown_text(teardown: "Teardown", *, everything: bool = False) -> str:
    """Give a teardown's lines: what becomes of each object, layer by layer in the order in which it happens.

    Many of a kind that go the same way have one line, without `everything`.
    """
    lines: list[str] = []
    for phase in teardown.phases:
        lines += [phase.layer.value] if phase.lines else []
        for same in _alike(phase.lines, _fate, everything=everything):
            line = same[0]
            more = ", ".join(part for part in (line.size, line.note) if part)
            named = _named([each.object for each in same])
            lines.append(f"  {line.fate.value:<10}  {named}{f'  ({more})' if more else ''}")
    counts = Counter(line.fate.value for line in teardown.lines)
    said = ", ".join(f"{count} {fate}" for fate, count in counts.items())
    return "\n".join(
        [*lines, f"profile {teardown.profile}, --keep {teardown.keep.value}: {said or 'nothing there'}"]
    )


def _fate(line: "Line") -> tuple[object, ...]:
    from openstack_k8s_cli.teardown.plans import Fate  # there already, with the line

    if line.fate is Fate.DELETED and line.object.kind in _VOLUMES:
        return line.fate, line.object
    return line.fate, *_sort(line.object), line.size, line.note


def _sort(name: ObjectId) -> tuple[str, ...]:
    return name.group, name.kind, name.namespace


def teardown_document(teardown: "Teardown") -> dict[str, Any]:
    """Give a planned teardown's JSON form."""
    return {
        "dryRun": True,
        "profile": teardown.profile,
        "keep": teardown.keep.value,
        "crds": teardown.crds,
        "objects": fates(teardown),
    }


def fates(teardown: "Teardown") -> list[dict[str, Any]]:
    """Give what becomes of each object."""
    return [
        {"object": object_document(line.object), "fate": line.fate.value, "note": line.note}
        for line in teardown.lines
    ]


def recollection_text(found: "Recollection", name: str) -> str:
    """Say how a run differs from the last one."""
    lines = []
    if found.other_values:
        layers = ", ".join(found.other_values)
        lines.append(f"`{name}` was last deployed with other values or another --set: {layers}")
    if found.other_clouds:
        lines.append(f"This cluster has another cloud of osk already: {', '.join(found.other_clouds)}")
    return "\n".join(lines)


def at_work_text(others: Iterable[str]) -> str:
    """Say that others are at work, so that what is shown does not last."""
    lines = "\n".join(others)
    return f"{lines}\nthis is how it stands for the moment: wait until that run has ended, then look again"


def object_document(name: ObjectId) -> dict[str, str]:
    """Give an id's JSON form."""
    return {"group": name.group, "kind": name.kind, "namespace": name.namespace, "name": name.name}
