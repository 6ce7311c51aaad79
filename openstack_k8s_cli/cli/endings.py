"""The last event of a run that its own stream does not end: refused, broken or stopped."""

import time
from collections.abc import Iterable

from openstack_k8s_cli.model.events import Outcome, RunFinished
from openstack_k8s_cli.model.problems import ExitCode, Problem

RUNS = frozenset(
    {
        "deploy",
        "up",
        "down",
        "stop",
        "start",
        "crc snapshot create",
        "crc snapshot restore",
        "crc snapshot delete",
        "wait",
        "teardown",
        "redeploy",
        "rehearse run",
        "update run",
        "host bmaas down",
        "host bmaas up",
        "host network create",
        "host network delete",
        "host nfs down",
        "host nfs up",
        "hosts add",
        "hosts create",
        "hosts delete",
        "hosts remove",
        "smoke",
        "dataplane reboot",
        "dataplane rotate-keys",
    }
)
"""Commands whose `-o json` is a stream of events."""

_OUTCOMES = {
    ExitCode.DONE: Outcome.READY,
    ExitCode.APPLY_REFUSED: Outcome.REFUSED,
    ExitCode.REFUSED: Outcome.REFUSED,
    ExitCode.LEASE_HELD: Outcome.REFUSED,
    ExitCode.USAGE: Outcome.REFUSED,
    ExitCode.STALLED: Outcome.STALLED,
}


def failed(began: float, code: ExitCode, problems: Iterable[Problem]) -> RunFinished:
    """End a run with an error; `began` is in seconds since the epoch."""
    now = time.time()
    return RunFinished(now, _OUTCOMES.get(code, Outcome.FAILED), code, now - began, tuple(problems))


def stopped(began: float, code: ExitCode, after: tuple[str, ...]) -> RunFinished:
    """End a run that a signal stopped; `after` says how to go on."""
    now = time.time()
    return RunFinished(now, Outcome.STOPPED, code, now - began, next=after)
