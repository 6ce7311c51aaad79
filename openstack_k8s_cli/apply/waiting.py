"""One object that a step waits for: what it must come to, and its progress, which never goes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from openstack_k8s_cli.apply import settling
from openstack_k8s_cli.apply.options import Judge
from openstack_k8s_cli.apply.settling import Touch, Written
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict

_RANK: Mapping[State, int] = MappingProxyType(
    {
        State.ABSENT: 0,
        State.TERMINATING: 0,
        State.WAITING: 1,
        State.FAILING: 1,
        State.FAILED: 1,
        State.PROGRESSING: 2,
        State.READY: 3,
    }
)
"""How far a state is; an error counts as no step forward."""


_UNSEEN = Verdict(State.ABSENT, message="not looked at yet")
_UNANSWERED = "its operator has not answered to the change yet"


class Goal(StrEnum):
    """What an awaited object must come to."""

    READY = "ready"
    CONDITION = "condition"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Wait:
    """An awaited object, as far as it is known."""

    target: ObjectId
    goal: Goal
    condition: str = ""
    """Of goal CONDITION."""
    uid: str = ""
    """Of goal GONE: another object of the name does not count."""
    stall: float | None = None
    """Seconds without progress; None: the step's own."""
    written: Written | None = None
    """Of an object that osk changed in this run."""
    heeds: Touch | None = None
    """Of what others change in turn once osk has changed something else: its readiness must be an answer to that."""
    settle: float = 0.0
    """How long it may take until it moves; after that it is believed."""
    generation: object = None
    """As it was first seen."""
    stirred: bool = False
    """Whether it moved since."""
    verdict: Verdict = _UNSEEN
    pending: Verdict | None = None
    """Ready, but perhaps said before osk's change."""
    rank: int = 0
    """The furthest state so far."""
    done: int = 0
    """The most conditions or replicas so far."""
    children: frozenset[ObjectId] = frozenset()
    """Every child ever seen."""
    same_since: float = 0.0
    """When the present error was first seen with this reason and message."""
    met: bool = False
    told: Verdict | None = None
    """The verdict as it was last shown."""

    @property
    def seen(self) -> bool:
        """Whether it was looked at yet."""
        return self.verdict != _UNSEEN

    @property
    def until(self) -> float | None:
        """When a pending verdict is believed, in monotonic seconds."""
        times = [self.written.until] if self.written else []
        times += [self.heeds.mono + self.settle] if self.heeds else []
        return max(times, default=None)

    @property
    def failing(self) -> bool:
        """Whether it shows an error that may clear."""
        return self.verdict.state is State.FAILING


def look(
    wait: Wait, body: Body | None, now: float, *, judge: Judge, note: str = "", unknown: bool = False
) -> tuple[Wait, bool]:
    """Take in how the object is now; also tell whether that is progress."""
    verdict = _JUDGES[wait.goal](wait, body, judge)
    if body is None and note:
        verdict = replace(verdict, message=note)
    if unknown and wait.goal is Goal.GONE:  # what cannot be seen is not gone
        verdict = replace(verdict, state=State.TERMINATING)
    wait = _stirred(wait, body, verdict)
    doubtful = _is_doubtful(wait, body, verdict, now, judge=judge) or _is_unmoved(wait, verdict, now)
    pending = verdict if doubtful else None
    if pending is not None:
        verdict = replace(pending, state=State.WAITING, reason="", message=_UNANSWERED, observed=False)
    met = verdict.state is (State.ABSENT if wait.goal is Goal.GONE else State.READY)
    same = wait.failing and _error(verdict) == _error(wait.verdict)
    seen = replace(
        wait,
        verdict=verdict,
        pending=pending,
        met=met,
        rank=max(wait.rank, _RANK[verdict.state]),
        done=max(wait.done, verdict.done),
        children=wait.children | frozenset(verdict.children),
        same_since=wait.same_since if same else now,
    )
    advanced = (seen.rank, seen.done, seen.children) != (wait.rank, wait.done, wait.children)
    return seen, advanced or (wait.goal is Goal.GONE and met and not wait.met)


def _is_doubtful(wait: Wait, body: Body | None, verdict: Verdict, now: float, *, judge: Judge) -> bool:
    """Tell of a ready object whether it may be so from before osk's change; what is ready by its mere existence is not."""
    if wait.written is None or body is None or verdict.state is not State.READY:
        return False
    if not settling.is_stale(body, wait.written, now):
        return False
    return _JUDGES[wait.goal](wait, settling.without_status(body), judge).state is not State.READY


def _stirred(wait: Wait, body: Body | None, verdict: Verdict) -> Wait:
    """Note whether an object that must heed a change has moved since."""
    if wait.heeds is None or wait.stirred or body is None:
        return wait
    generation = get(body, "metadata", "generation")
    first = generation if wait.generation is None else wait.generation
    moved = verdict.state is not State.READY or generation != first or settling.answers(body, wait.heeds)
    return replace(wait, generation=first, stirred=moved)


def _is_unmoved(wait: Wait, verdict: Verdict, now: float) -> bool:
    """Tell whether a ready object may not have noticed yet what osk changed elsewhere."""
    if wait.heeds is None or wait.stirred or verdict.state is not State.READY:
        return False
    return now < wait.heeds.mono + wait.settle


def settled(wait: Wait, now: float) -> Wait:
    """Believe a status in the end that nothing moved against."""
    if wait.pending is None or wait.until is None or now < wait.until:
        return wait
    return replace(wait, verdict=wait.pending, pending=None, met=True, rank=_RANK[State.READY])


def held(wait: Wait, now: float, seconds: float) -> bool:
    """Tell whether the same error has been there for so long that it is shown as one."""
    return wait.failing and now - wait.same_since >= seconds


def shown(wait: Wait, now: float, seconds: float) -> Verdict:
    """Give the verdict that people see: a fresh error is still progress."""
    if wait.failing and not held(wait, now, seconds):
        return replace(wait.verdict, state=State.PROGRESSING)
    return wait.verdict


def _error(verdict: Verdict) -> tuple[State, str, str]:
    return verdict.state, verdict.reason, verdict.message


def _ready(wait: Wait, body: Body | None, judge: Judge) -> Verdict:
    return judge(wait.target, body)


def _condition(wait: Wait, body: Body | None, judge: Judge) -> Verdict:
    if body is None:
        return judge(wait.target, None)
    found = condition(body, wait.condition)
    if found is None:
        return Verdict(State.WAITING, message=f"has no condition {wait.condition} yet")
    message = str(found.get("message") or "")
    reason = str(found.get("reason") or "")
    if found.get("status") == "True" and _is_current(body, found):
        return Verdict(State.READY, reason, message, done=1, total=1)
    return Verdict(
        State.PROGRESSING, reason, message or f"{wait.condition} is {found.get('status')}", total=1
    )


def _is_current(body: Body, found: Mapping[str, object]) -> bool:
    """Tell whether a condition is about the generation that is there; one that names none is believed."""
    observed = found.get("observedGeneration") or get(body, "status", "observedGeneration")
    generation = get(body, "metadata", "generation")
    return observed is None or generation is None or str(observed) == str(generation)


def _gone(wait: Wait, body: Body | None, judge: Judge) -> Verdict:
    if body is None or (wait.uid and get(body, "metadata", "uid") != wait.uid):
        return Verdict(State.ABSENT, message="gone")
    verdict = judge(wait.target, body)
    return replace(verdict, state=State.TERMINATING)


_JUDGES: Mapping[Goal, Callable[[Wait, Body | None, Judge], Verdict]] = MappingProxyType(
    {Goal.READY: _ready, Goal.CONDITION: _condition, Goal.GONE: _gone}
)
