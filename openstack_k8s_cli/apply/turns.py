"""One turn of the reducer: how steps begin, go on, end, and block or free others."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from openstack_k8s_cli.apply import settling, troubles
from openstack_k8s_cli.apply.messages import Adjust, Execute, Follow, Remove, Request, RunHook, Write
from openstack_k8s_cli.apply.settling import Touch, Written
from openstack_k8s_cli.apply.state import Moment, Phase, Rules, StepState
from openstack_k8s_cli.apply.waiting import Goal, Wait
from openstack_k8s_cli.model.events import Event, Outcome, StepBlocked, StepFinished, StepStarted
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.steps import Action


@dataclass(slots=True)
class Turn:
    """One call of reduce while it is being worked out."""

    steps: dict[str, StepState]
    uids: dict[ObjectId, str]
    changes: dict[ObjectId, Written]
    gone: set[ObjectId]
    now: Moment
    rules: Rules
    requests: list[Request] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def put(self, each: StepState) -> StepState:
        """Keep a step's new state."""
        self.steps[each.step.id] = each
        return each

    def tell(self, event: Event) -> None:
        """Say something to whoever listens."""
        self.events.append(event)


def start_free(turn: Turn) -> None:
    """Begin every step whose own needs are met."""
    for step_id in tuple(turn.steps):
        each = turn.steps[step_id]
        if each.phase is Phase.PENDING and all(_allows(turn, before) for before in each.step.after):
            turn.tell(StepStarted(turn.now.at, each.step.id))
            begun = replace(each, phase=Phase.WORKING, started=turn.now, progressed=turn.now.mono)
            advance(turn, turn.put(begun))


def _allows(turn: Turn, before: str) -> bool:
    return before not in turn.steps or turn.steps[before].succeeded


def advance(turn: Turn, each: StepState) -> None:
    """Ask for the step's next request, or begin to wait."""
    step = each.step
    match step.action:
        case Action.APPLY:
            requests: tuple[Request, ...] = tuple(Write(step.id, manifest) for manifest in step.manifests)
        case Action.DELETE:
            requests = tuple(Remove(step.id, target) for target in step.deletes)
        case Action.PATCH:
            requests = tuple(Adjust(step.id, patch) for patch in step.patches)
        case Action.EXEC:
            requests = (Execute(step.id, step.exec),) if step.exec else ()
        case Action.AWAIT:
            requests = ()
        case Action.PLAYBOOK | Action.HOST if step.hook is not None:
            requests = (RunHook(step.id, step.hook),)
        case Action.PLAYBOOK | Action.HOST:
            finish(turn, each, Outcome.REFUSED, ExitCode.APPLY_REFUSED, troubles.not_runnable(step))
            return
        case _:
            assert_never(step.action)
    if each.position < len(requests):
        turn.requests.append(requests[each.position])
    else:
        _await_gates(turn, each)


def _await_gates(turn: Turn, each: StepState) -> None:
    gates = tuple(
        Wait(
            gate.target,
            Goal.CONDITION if gate.condition else Goal.READY,
            condition=gate.condition or "",
            stall=gate.stall,
            same_since=turn.now.mono,
            heeds=_last_change(turn, each) if gate.settle else None,
            settle=gate.settle or 0.0,
        )
        for gate in each.step.gates
    )
    turn.requests += [Follow(gate.target) for gate in gates]
    end_when_met(turn, turn.put(replace(each, phase=Phase.WAITING, waits=each.waits + gates)))


def _last_change(turn: Turn, each: StepState) -> Touch | None:
    """Tell when osk last changed an object of the step's component."""
    mine = (other for other in turn.steps.values() if other.step.component == each.step.component)
    return settling.newest(other.touched for other in mine)


def end_when_met(turn: Turn, each: StepState) -> None:
    """End the step once everything it waits for holds."""
    if each.phase is Phase.WAITING and not each.unmet:
        finish(turn, each, Outcome.READY, ExitCode.DONE)


def finish(turn: Turn, each: StepState, outcome: Outcome, code: ExitCode, *problems: Problem) -> None:
    """End a step; begin what it frees, or block what needs it."""
    done = replace(each, phase=Phase.DONE, outcome=outcome, exit_code=code, problems=problems, retry_at=None)
    turn.put(done)
    seconds = turn.now.mono - each.started.mono
    turn.tell(StepFinished(turn.now.at, each.step.id, outcome, seconds, problems[0] if problems else None))
    if outcome is Outcome.READY:
        start_free(turn)
        return
    _block(turn, each.step.id)
    if turn.rules.options.fail_fast and outcome is not Outcome.STOPPED:
        _stop_others(turn, each.step.id)


def _block(turn: Turn, culprit: str) -> None:
    """End every step that comes after this one, directly or through others."""
    blocked = {culprit}
    for each in list(turn.steps.values()):
        if each.phase is Phase.PENDING and each.step.after & blocked:
            blocked.add(each.step.id)
            turn.put(replace(each, phase=Phase.DONE, outcome=Outcome.SKIPPED))
            turn.tell(StepBlocked(turn.now.at, each.step.id, (culprit,)))


def _stop_others(turn: Turn, culprit: str) -> None:
    for step_id in tuple(turn.steps):
        each = turn.steps[step_id]
        if each.running:
            finish(turn, each, Outcome.STOPPED, ExitCode.DONE)
    for each in list(turn.steps.values()):
        if each.phase is Phase.PENDING:
            turn.put(replace(each, phase=Phase.DONE, outcome=Outcome.SKIPPED))
            turn.tell(StepBlocked(turn.now.at, each.step.id, (culprit,)))
