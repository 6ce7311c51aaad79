"""A program whose run is made up: `python -m tests.unit.cli.stage ACT [json] [OPTION...]`, for tests of signals and streams."""

import os
import queue
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from openstack_k8s_cli.cli import running
from openstack_k8s_cli.cli.scope import Output, Scope
from openstack_k8s_cli.cli.session import Session, bounded
from openstack_k8s_cli.cli.signals import Listener
from openstack_k8s_cli.model.events import (
    Event,
    Outcome,
    PlanMade,
    PlannedStep,
    RunFinished,
    StepFinished,
    StepStarted,
    Warned,
)
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import redaction

STEP = "networks/metallb/pools"
PROBLEM = Problem("OSK0501", "It does not fit", subject="Secret a/b", advice=(Advice("Mend it", "osk plan"),))
ACTS: dict[str, Callable[[], Iterator[Event]]] = {}


def act(play: Callable[[], Iterator[Event]]) -> Callable[[], Iterator[Event]]:
    """Put a play on the programme."""
    ACTS[play.__name__] = play
    return play


def begun() -> Iterator[Event]:
    """Make a plan of one step and start it."""
    planned = PlannedStep(STEP, "networks", "networks/metallb", "apply", 1, ())
    yield PlanMade(100.0, "deploy", "lab", "stage", "0" * 64, (planned,))
    yield StepStarted(101.0, STEP)


@act
def waits() -> Iterator[Event]:
    """Wait for something that does not come."""
    yield from begun()
    queue.SimpleQueue[None]().get()


@act
def prepares() -> Iterator[Event]:
    """Get ready for long, as before a first build."""
    sys.stderr.write("preparing\n")
    sys.stderr.flush()
    queue.SimpleQueue[None]().get()
    yield from begun()


@act
def clings() -> Iterator[Event]:
    """Wait, and do not end when asked to."""
    try:
        yield from begun()
        queue.SimpleQueue[None]().get()
    finally:
        sys.stderr.write("clinging\n")
        sys.stderr.flush()
        queue.SimpleQueue[None]().get()


@act
def succeeds() -> Iterator[Event]:
    """Reach the end."""
    yield from begun()
    yield Warned(101.5, "the sky is grey")
    yield StepFinished(102.0, STEP, Outcome.READY, 1.0)
    yield RunFinished(103.0, Outcome.READY, ExitCode.DONE, 3.0, next=("osk openstack endpoint list",))


@act
def fails() -> Iterator[Event]:
    """End with a problem."""
    yield from begun()
    yield StepFinished(102.0, STEP, Outcome.FAILED, 1.0, PROBLEM)
    yield RunFinished(103.0, Outcome.FAILED, ExitCode.FAILED, 3.0, (PROBLEM,))


@act
def is_refused() -> Iterator[Event]:
    """Be refused before the plan is made."""
    raise OskError(PROBLEM, exit_code=ExitCode.REFUSED)
    yield


@act
def breaks() -> Iterator[Event]:
    """Have a fault."""
    yield from begun()
    raise ValueError("secret of the engine room")


@act
def talks() -> Iterator[Event]:
    """Say a lot, so that a pipe without a reader is noticed, then write that the end was reached."""
    yield from begun()
    for number in range(5000):
        yield Warned(102.0 + number, "word " * 20)
    sys.stderr.write("reached the end\n")
    yield RunFinished(6000.0, Outcome.READY, ExitCode.DONE, 3.0)


def main() -> None:
    """Run one act, with `-o json` where `json` follows."""
    play = ACTS[sys.argv[1]]
    scope = Scope(output=Output.JSON if "json" in sys.argv[2:] else None)
    Listener().install()

    def body(session: Session) -> ExitCode:
        known = replace(session, environment=dict(os.environ))
        given = [word for word in sys.argv[2:] if word not in {"json", "anew"}]
        again = redaction.command_line(["osk", "deploy", "all", *given])
        again = f"{again}   # anew" if "anew" in sys.argv[2:] else again
        return running.run(known, "deploy", play(), again=again)

    bounded(body, scope=scope, command="osk deploy")


if __name__ == "__main__":
    main()
