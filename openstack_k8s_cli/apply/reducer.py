"""The engine's mind: `(state, input, now) → (state, requests, events)`, without threads, clock or network."""

from dataclasses import replace
from typing import assert_never

from openstack_k8s_cli.apply import settling, troubles, turns, waiting
from openstack_k8s_cli.apply.messages import (
    Began,
    Executed,
    Faulted,
    Follow,
    HookEnded,
    Input,
    NotYet,
    Patched,
    Refused,
    Removed,
    Request,
    Seen,
    TaskTold,
    Ticked,
    Wrote,
)
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.apply.settling import Written
from openstack_k8s_cli.apply.state import Moment, Rules, State, StepState, patience
from openstack_k8s_cli.apply.turns import Turn
from openstack_k8s_cli.apply.waiting import Goal, Wait
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Layer
from openstack_k8s_cli.model.verdicts import State as Condition
from openstack_k8s_cli.model.verdicts import Verdict

Result = tuple[State, tuple[Request, ...], tuple[Event, ...]]


def reduce(state: State, message: Input, now: Moment, *, rules: Rules) -> Result:
    """Take in one input; give the next state, what to ask for, and what to tell."""
    turn = Turn(dict(state.steps), dict(state.uids), dict(state.changes), set(state.gone), now, rules)
    match message:
        case Began():
            turns.start_free(turn)
        case Wrote() | Patched():
            _changed(turn, message)
        case Executed():
            _executed(turn, message)
        case TaskTold() | Faulted():
            _heard(turn, message)
        case HookEnded():
            _hook_ended(turn, message)
        case Removed():
            _removed(turn, message)
        case Refused():
            _refused(turn, message)
        case Seen():
            _seen(turn, message)
        case Ticked():
            _ticked(turn)
        case _:
            assert_never(message)
    after = State(turn.steps, turn.uids, turn.changes, frozenset(turn.gone))
    return after, tuple(turn.requests), tuple(turn.events)


def _changed(turn: Turn, message: Wrote | Patched) -> None:
    """Tell what a write did, and go on; what is patched is its owner's, and the step's gates alone are awaited."""
    if message.change is Change.CONFIGURED:
        version = str(get(message.body, "metadata", "resourceVersion") or "")
        turn.changes[message.id] = Written(version, turn.now.mono + turn.rules.options.settle)
    turn.tell(ObjectChanged(turn.now.at, message.step, message.id, message.change))
    turn.events += [Warned(turn.now.at, text, message.step) for text in message.warnings]
    each = turn.steps[message.step]
    if isinstance(message, Wrote):
        _wrote(turn, each, message)
    elif each.running:
        turns.advance(turn, _succeeded(turn, each))


def _wrote(turn: Turn, each: StepState, message: Wrote) -> None:
    turn.uids[message.id] = get(message.body, "metadata", "uid") or ""
    turn.gone.discard(message.id)
    if not each.running:
        return
    changed = message.change in (Change.CREATED, Change.CONFIGURED)
    touch = settling.touch_of(message.body, changed=changed, at=turn.now.at, mono=turn.now.mono)
    each = replace(each, touched=settling.newest((each.touched, touch)))
    wait = Wait(message.id, Goal.READY, written=turn.changes.get(message.id))
    wait, _ = waiting.look(wait, message.body, turn.now.mono, judge=turn.rules.judge)
    if not wait.met:
        turn.requests.append(Follow(message.id))
    each = _succeeded(turn, replace(each, waits=(*each.waits, wait)))
    each = _show(turn, each)
    if not _end_when_failed(turn, each):
        turns.advance(turn, each)


def _succeeded(turn: Turn, each: StepState) -> StepState:
    """Note that the present request is done, which is progress."""
    done = replace(
        each,
        position=each.position + 1,
        attempts=0,
        retry_at=None,
        trouble="",
        failure=None,
        progressed=turn.now.mono,
    )
    return turn.put(done)


def _executed(turn: Turn, message: Executed) -> None:
    """Go on after a command; one that failed is repeated, since what it talks to may only just have restarted."""
    each = turn.steps[message.step]
    if not each.running:
        return
    ran, said = message.ran, troubles.last_lines(message.ran.stderr or message.ran.stdout)
    if ran.exit_code == 0:
        _tell_task(turn, each, message, "ok", said)
        turns.advance(turn, _succeeded(turn, each))
        return
    trouble = f"status {ran.exit_code}: {said}"
    if trouble != each.trouble:
        _tell_task(turn, each, message, "failed", said)
    failure = troubles.command_failed(each.step, message.pod, ran)
    _repeat(turn, replace(each, trouble=trouble, failure=failure), _delay(turn, each, message.jitter))


def _tell_task(turn: Turn, each: StepState, message: Executed, outcome: str, said: str) -> None:
    text = " ".join(each.step.exec.command) if each.step.exec else ""
    turn.tell(TaskRan(turn.now.at, each.step.id, message.pod, text, outcome, said))


def _heard(turn: Turn, message: TaskTold | Faulted) -> None:
    """Pass on what is told of a step's work beside its objects; all of it is progress."""
    each = turn.steps[message.step]
    if not each.running:
        return
    if isinstance(message, Faulted):
        _faulted(turn, each, message)
    else:
        told = message.told
        turn.put(replace(each, progressed=turn.now.mono))
        at = turn.now.at
        more = {"nodeset": told.nodeset, "service": told.service, "play": told.play}
        turn.tell(TaskRan(at, message.step, told.host, told.task, told.outcome, told.message, **more))


def _faulted(turn: Turn, each: StepState, message: Faulted) -> None:
    """Say what failed; it is tried again, unless the first failure is to end the run."""
    turn.tell(Warned(turn.now.at, message.text, message.step))
    if turn.rules.options.fail_fast:
        turns.finish(turn, each, Outcome.FAILED, _failure(each), message.problem)


def _hook_ended(turn: Turn, message: HookEnded) -> None:
    """End a hook's step; one that failed is not repeated by itself, for it may have done half of its work."""
    each = turn.steps[message.step]
    if not each.running or each.step.hook is None:
        return
    record = each.step.manifests[0].id
    if message.problem is None and message.body is not None:
        turn.uids[record] = get(message.body, "metadata", "uid") or ""
        turn.tell(ObjectChanged(turn.now.at, message.step, record, message.change))
    if message.change is not Change.UNCHANGED and not each.step.hook.playbook:
        outcome = "failed" if message.problem else "ok"
        name = f"hook {each.step.hook.name}"
        turn.tell(TaskRan(turn.now.at, message.step, "localhost", name, outcome, message.words))
    if message.problem is not None:
        turns.finish(turn, each, Outcome.FAILED, ExitCode.FAILED, message.problem)
        return
    turns.advance(turn, _succeeded(turn, each))


def _removed(turn: Turn, message: Removed) -> None:
    each = turn.steps[message.step]
    if not each.running:
        return
    if message.uid:
        wait = Wait(message.id, Goal.GONE, uid=message.uid, same_since=turn.now.mono)
        each = replace(each, waits=(*each.waits, wait))
        turn.requests.append(Follow(message.id))
    else:
        turn.gone.add(message.id)
        turn.tell(ObjectChanged(turn.now.at, message.step, message.id, message.change))
    turns.advance(turn, _succeeded(turn, each))


def _refused(turn: Turn, message: Refused) -> None:
    each = turn.steps[message.step]
    if not each.running:
        return
    error = message.error
    target = _present(each)
    if not _repeats(each, error):
        turns.finish(
            turn,
            each,
            Outcome.REFUSED,
            troubles.exit_code(error),
            *troubles.refused(each.step, target, error),
        )
        return
    delay = _delay(turn, each, message.jitter, soon=_is_unserved(error))
    if isinstance(error, ClusterError) and error.retry_after is not None:
        delay = max(delay, error.retry_after)
    text = str(error)
    if target is not None and text != each.trouble:
        reason = error.kind.value if isinstance(error, ClusterError) else "not yet"
        turn.tell(ObjectJudged(turn.now.at, message.step, target, Verdict(Condition.WAITING, reason, text)))
    _repeat(turn, replace(each, trouble=text, failure=None), delay)


def _delay(turn: Turn, each: StepState, jitter: float, *, soon: bool = False) -> float:
    """Give the seconds before the next repetition: doubled each time, up to a cap."""
    options = turn.rules.options
    cap = options.serving_cap if soon else options.backoff_cap
    return min(options.backoff * 2.0**each.attempts, cap) * (0.5 + jitter / 2)


def _repeat(turn: Turn, each: StepState, delay: float) -> None:
    turn.put(replace(each, attempts=each.attempts + 1, retry_at=turn.now.mono + delay))


def _is_unserved(error: Exception) -> bool:
    return isinstance(error, ClusterError) and error.kind is ErrorKind.NOT_SERVED


def _repeats(each: StepState, error: Exception) -> bool:
    if isinstance(error, NotYet):
        return True
    if not isinstance(error, ClusterError):
        return False
    return error.retried and (error.kind is not ErrorKind.UNAUTHORIZED or each.trouble != str(error))


def _present(each: StepState) -> ObjectId | None:
    """Name the object of the present request."""
    step = each.step
    targets = [
        *(manifest.id for manifest in step.manifests if step.action is Action.APPLY),
        *(patch.id for patch in step.patches),
        *step.deletes,
    ]
    return targets[each.position] if each.position < len(targets) else None


def _seen(turn: Turn, message: Seen) -> None:
    for each in list(turn.steps.values()):
        if each.running and any(wait.target == message.id for wait in each.waits):
            _look(turn, each, message)


def _look(turn: Turn, each: StepState, message: Seen) -> None:
    waits, progress = [], False
    for wait in each.waits:
        if wait.target == message.id:
            was_met = wait.met
            wait, moved = waiting.look(  # noqa: PLW2901  # the new wait takes the old one's place
                replace(wait, written=turn.changes.get(wait.target)),
                message.body,
                turn.now.mono,
                judge=turn.rules.judge,
                note=message.note,
                unknown=message.unknown,
            )
            progress = progress or moved
            if wait.goal is Goal.GONE and wait.met and not was_met:
                turn.gone.add(wait.target)
                turn.tell(ObjectChanged(turn.now.at, each.step.id, wait.target, Change.DELETED))
        waits.append(wait)
    each = replace(each, waits=tuple(waits), progressed=turn.now.mono if progress else each.progressed)
    each = _show(turn, turn.put(each))
    if not _end_when_failed(turn, each):
        turns.end_when_met(turn, each)


def _show(turn: Turn, each: StepState) -> StepState:
    """Tell every verdict that looks different from when it was last told."""
    waits = []
    for wait in each.waits:
        verdict = waiting.shown(wait, turn.now.mono, turn.rules.options.held)
        is_gone = wait.goal is Goal.GONE and wait.met  # told as deleted already
        if wait.seen and verdict != wait.told and not is_gone:
            turn.tell(ObjectJudged(turn.now.at, each.step.id, wait.target, verdict))
        waits.append(replace(wait, told=verdict))
    return turn.put(replace(each, waits=tuple(waits)))


def _end_when_failed(turn: Turn, each: StepState) -> bool:
    options = turn.rules.options
    for wait in each.unmet:
        hopeless = wait.verdict.state is Condition.FAILED
        if hopeless or (options.fail_fast and waiting.held(wait, turn.now.mono, options.held)):
            turns.finish(turn, each, Outcome.FAILED, _failure(each), troubles.failed(wait))
            return True
    return False


def _failure(each: StepState) -> ExitCode:
    if each.step.action is Action.DELETE:
        return ExitCode.TEARDOWN_BLOCKED
    return ExitCode.DATAPLANE_FAILED if each.step.layer is Layer.DATAPLANE else ExitCode.FAILED


def _ticked(turn: Turn) -> None:
    for step_id in list(turn.steps):
        if not turn.steps[step_id].running:
            continue
        each, settled = _settle(turn, turn.steps[step_id])
        each = _show(turn, each)
        if _end_when_failed(turn, each) or _end_when_late(turn, each):
            continue
        if settled:
            turns.end_when_met(turn, each)
        if each.retry_at is not None and each.retry_at <= turn.now.mono:
            turns.advance(turn, turn.put(replace(each, retry_at=None)))


def _settle(turn: Turn, each: StepState) -> tuple[StepState, bool]:
    """Believe what nothing moved against for long enough, which is progress; also tell whether there was any."""
    waits = tuple(waiting.settled(wait, turn.now.mono) for wait in each.waits)
    if waits == each.waits:
        return each, False
    return turn.put(replace(each, waits=waits, progressed=turn.now.mono)), True


def _end_when_late(turn: Turn, each: StepState) -> bool:
    total = turn.now.mono - each.started.mono >= each.step.timeout.total
    if not total and turn.now.mono - each.progressed < patience(each):
        return False
    if each.failure is not None:
        turns.finish(turn, each, Outcome.FAILED, _failure(each), each.failure)
        return True
    code = ExitCode.TEARDOWN_BLOCKED if each.step.action is Action.DELETE else ExitCode.STALLED
    turns.finish(turn, each, Outcome.STALLED, code, troubles.stalled(each, total=total))
    return True
