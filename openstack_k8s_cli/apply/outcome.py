"""How a run ended, in one event."""

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.state import Moment, State
from openstack_k8s_cli.model.events import Outcome, RunFinished
from openstack_k8s_cli.model.problems import ExitCode, Problem, gravest

_BY_CODE = {
    ExitCode.DONE: Outcome.READY,
    ExitCode.STALLED: Outcome.STALLED,
    ExitCode.APPLY_REFUSED: Outcome.REFUSED,
    ExitCode.REFUSED: Outcome.REFUSED,
    ExitCode.LEASE_HELD: Outcome.REFUSED,
}


def finish(state: State, *, began: Moment, now: Moment, options: Options) -> RunFinished:
    """Sum a finished run up: the gravest exit code, every problem once, and how to go on."""
    code = gravest(each.exit_code for each in state.steps.values())
    problems: dict[Problem, None] = {}
    for each in state.steps.values():
        problems.update(dict.fromkeys(each.problems))
    again = f"`{options.again}` goes on from here" if options.again else "the same command goes on from here"
    return RunFinished(
        at=now.at,
        outcome=_BY_CODE.get(code, Outcome.FAILED),
        exit_code=code,
        seconds=now.mono - began.mono,
        problems=tuple(problems),
        next=() if code is ExitCode.DONE else (again,),
    )
