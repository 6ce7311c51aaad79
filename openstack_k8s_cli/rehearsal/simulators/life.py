"""One pass of a simulated controller over one object: pure, from what it sees to what it would write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.rehearsal.simulators import conditions, objects, operators
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.faults import NONE, Fault, Faults, Trouble
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.world import View


@dataclass(slots=True)
class Memory:
    """What a controller remembers of one object between passes."""

    generation: int | None = None
    """The one that it works on."""
    noticed: float | None = None
    """When it first saw a generation that it does not work on yet."""
    since: dict[str, float] = field(default_factory=dict)
    """Per condition: when everything that it needs was there."""
    passed: set[str] = field(default_factory=set)
    """Conditions that have been True for this generation."""
    fault_since: float | None = None


@dataclass(slots=True)
class Outcome:
    """What a pass would write."""

    applies: list[Body] = field(default_factory=list)
    status: dict[str, Any] | None = None
    finalizers: list[tuple[ObjectId, str]] = field(default_factory=list)
    """To put on: object and finalizer."""
    released: list[tuple[ObjectId, str]] = field(default_factory=list)
    """To take off, in this order."""
    deletes: list[ObjectId] = field(default_factory=list)
    wake: float | None = None
    """When to look again although nothing has changed."""

    def wake_at(self, when: float) -> None:
        self.wake = when if self.wake is None else min(self.wake, when)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for every pass."""

    tempo: Tempo
    now: float
    faults: Faults = NONE


def live(row: Row, body: Body, view: View, memory: Memory, around: Circumstances) -> Outcome:
    """Do one pass over an object."""
    outcome = Outcome()
    if not operators.is_up(row.operator, view):
        return outcome
    if get(body, "metadata", "deletionTimestamp"):
        _leave(row, body, view, outcome)
        return outcome
    mine = id_of(body)
    finalizers = get(body, "metadata", "finalizers") or []
    if row.finalizer and row.finalizer not in finalizers:
        outcome.finalizers.append((mine, row.finalizer))
        return outcome
    if not _has_noticed(row, body, memory, around, outcome):
        return outcome
    for held, finalizer in row.holds(body, view):
        there = view.get(held)
        if there is not None and finalizer not in (get(there, "metadata", "finalizers") or []):
            outcome.finalizers.append((held, finalizer))
    _progress(row, body, view, memory, around, outcome)
    return outcome


def _has_noticed(row: Row, body: Body, memory: Memory, around: Circumstances, outcome: Outcome) -> bool:
    """Tell whether the controller works on this generation; the moment it starts, all is Unknown."""
    generation = get(body, "metadata", "generation") or 1
    if memory.generation == generation:
        return True
    if memory.generation is None and _is_known(row, body, generation):
        memory.generation = generation
        memory.passed = {
            str(each["type"])
            for each in get(body, "status", "conditions") or ()
            if each.get("status") == "True"
        }
        return True
    if memory.noticed is None:
        memory.noticed = around.now
    due = memory.noticed + around.tempo.notice
    if around.now < due:
        outcome.wake_at(due)
        return False
    memory.generation, memory.noticed, memory.fault_since = generation, None, None
    memory.since.clear()
    memory.passed.clear()
    ordered = row.ordered(body)
    if not ordered or not row.speaks:
        return True
    outcome.status = _status(row, body, [_unknown(each) for each in ordered], around.now)
    outcome.wake_at(around.now)
    return False


def _is_known(row: Row, body: Body, generation: int) -> bool:
    """Tell whether an earlier run of the simulators has seen this generation."""
    if row.generation:
        return bool(get(body, "status", "observedGeneration") == generation)
    return bool(get(body, "status", "conditions"))


def _progress(  # noqa: PLR0917 -- what a pass works on
    row: Row, body: Body, view: View, memory: Memory, around: Circumstances, outcome: Outcome
) -> None:
    ordered = row.ordered(body)
    fault = around.faults.of(
        row.kind, body["metadata"]["name"], Trouble.NEVER_READY, Trouble.ERROR_CLEARS, Trouble.ERROR
    )
    struck = _struck(fault, ordered)
    shown: list[Shown] = []
    stopped = False
    for each in ordered:
        if stopped:
            shown.append(_unknown(each))
            continue
        outcome.applies += [_owned(made, body) for make in each.makes for made in view.made(make, body)]
        lack = _fault_lack(fault, memory, around, outcome) if fault and each.type == struck else None
        lack = lack or next(_lacks(each, body, view), None) or _patience(each, memory, around, outcome)
        if lack is None:
            memory.passed.add(each.type)
            shown.append(Shown(each.type, "True", "Ready", each.done))
            continue
        if lack.reason != "Requested" or lack.message:
            memory.since.pop(each.type, None)
            memory.passed.discard(each.type)
        shown.append(_waiting(each, lack))
        stopped = each.stops
    if row.prunes and not stopped:
        wanted = {id_of(each) for each in outcome.applies}
        outcome.deletes += [target for target in _prunable(row, body, view) if target not in wanted]
    fields = row.status(body, view)
    if ordered and row.speaks:
        outcome.status = _status(row, body, shown, around.now) | fields
    elif fields:
        outcome.status = fields


def _lacks(each: Condition, body: Body, view: View) -> Iterator[Lack]:
    for need in each.needs:
        lack = need(body, view)
        if lack is not None:
            yield lack


def _patience(each: Condition, memory: Memory, around: Circumstances, outcome: Outcome) -> Lack | None:
    """Let a condition take its time, once a generation."""
    seconds = each.takes * around.tempo.factor
    if each.type in memory.passed or seconds <= around.tempo.least:
        return None
    due = memory.since.setdefault(each.type, around.now) + seconds
    if around.now >= due:
        return None
    outcome.wake_at(due)
    return Lack()


def _struck(fault: Fault | None, ordered: Sequence[Condition]) -> str | None:
    """Choose the condition where a fault shows."""
    if fault is None or not ordered:
        return None
    types = [each.type for each in ordered]
    if fault.condition in types:
        return fault.condition
    return "DeploymentReady" if "DeploymentReady" in types else types[-1]


def _fault_lack(fault: Fault, memory: Memory, around: Circumstances, outcome: Outcome) -> Lack | None:
    if fault.fault is Trouble.NEVER_READY:
        return Lack()
    if fault.fault is Trouble.ERROR_CLEARS:
        if memory.fault_since is None:
            memory.fault_since = around.now
        if around.now >= memory.fault_since + fault.after:
            return None
        outcome.wake_at(memory.fault_since + fault.after)
    severity = "Error" if fault.reason == "BackoffLimitExceeded" else "Warning"
    return Lack(fault.message, reason=fault.reason, severity=severity)


def _unknown(each: Condition) -> Shown:
    return Shown(each.type, "Unknown", "Init", each.init or f"{each.type} not started")


def _waiting(each: Condition, lack: Lack) -> Shown:
    if each.silent and lack.reason == "Requested":
        return _unknown(each)
    severity = lack.severity if lack.status == "False" else ""
    return Shown(each.type, lack.status, lack.reason, lack.message or each.waiting or each.init, severity)


def _status(row: Row, body: Body, shown: Sequence[Shown], now: float) -> dict[str, Any]:
    whole = list(row.shows(body, shown)) if row.shows else list(shown)
    if row.worst_as_ready:
        whole = [conditions.mirrored(shown, row.done), *whole]
    time = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status: dict[str, Any] = {
        "conditions": conditions.listed(whole, get(body, "status", "conditions") or (), time)
    }
    if row.generation:
        status["observedGeneration"] = get(body, "metadata", "generation") or 1
    return status


def _owned(made: Body, owner: Body) -> Body:
    """Put the owner's reference on what it makes, unless that says whom it belongs to."""
    meta = dict(made["metadata"])
    if "ownerReferences" in meta:
        return made
    mine, there = owner["metadata"].get("namespace"), meta.get("namespace")
    if mine and mine != there:
        return made  # an owner must be in the same namespace, or in none
    meta["ownerReferences"] = [objects.reference(owner)]
    return made | {"metadata": meta}


def _prunable(row: Row, body: Body, view: View) -> Iterator[ObjectId]:
    for owned in view.owned(body["metadata"]["uid"]):
        target = id_of(owned)
        is_resource = target.group.endswith((".openstack.org", "rabbitmq.com"))
        if (
            is_resource
            and (target.group, target.kind) not in row.leaves
            and "deletionTimestamp" not in owned["metadata"]
        ):
            yield target


def _leave(row: Row, body: Body, view: View, outcome: Outcome) -> None:
    """Let an object go: its users first, then what it holds, then itself."""
    mine = id_of(body)
    finalizers = get(body, "metadata", "finalizers") or []
    if row.finalizer not in finalizers or row.stays:
        return
    users = [each for each in finalizers if each != row.finalizer and each.startswith("openstack.org/")]
    if users:
        return
    for group, kind in row.leaves:
        for owned in view.owned(body["metadata"]["uid"]):
            target = id_of(owned)
            if (target.group, target.kind) == (group, kind):
                outcome.released += [(target, each) for each in get(owned, "metadata", "finalizers") or ()]
                outcome.deletes.append(target)
    for held, finalizer in row.holds(body, view):
        there = view.get(held)
        if there is not None and finalizer in (get(there, "metadata", "finalizers") or []):
            outcome.released.append((held, finalizer))
    if row.finalizer:
        outcome.released.append((mine, row.finalizer))
