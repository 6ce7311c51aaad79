"""A run's events, made up for tests."""

from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    PlanMade,
    PlannedStep,
    RunFinished,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem
from openstack_k8s_cli.model.verdicts import State, Verdict

NETS = "networks/netconfig/netconfig"
PLANE = "controlplane/openstack/openstack"
PODS = "dataplane/hosts/discovery"
NETCONFIG = ObjectId("network.openstack.org", "NetConfig", "openstack", "netconfig")
GALERA = ObjectId("mariadb.openstack.org", "Galera", "openstack", "openstack")
PROBLEM = Problem(
    "OSK0601",
    "No progress for 10 minutes",
    subject=str(GALERA),
    detail="deepest cause: Pod a/b: <script>alert('x')</script>",
    advice=(Advice("Look at it", "osk status", "docs/errors.md"),),
)


def judged(at: float, state: State, *, done: int = 0, message: str = "") -> ObjectJudged:
    """Judge the Galera."""
    return ObjectJudged(at, PLANE, GALERA, Verdict(state, message=message, done=done, total=4))


EVENTS: tuple[Event, ...] = (
    PlanMade(
        1000.0,
        "deploy",
        "lab & co",
        "rehearsal <x>",
        "f" * 64,
        (
            PlannedStep(NETS, "networks", "networks/netconfig", "apply", 1, ()),
            PlannedStep(PLANE, "controlplane", "controlplane/openstack", "apply", 1, (NETS,)),
            PlannedStep(PODS, "dataplane", "dataplane/hosts", "exec", 0, (PLANE,)),
        ),
        ("2 hosts of compute are new",),
    ),
    StepStarted(1000.5, NETS),
    ObjectChanged(1001.0, NETS, NETCONFIG, Change.UNCHANGED),
    StepFinished(1002.0, NETS, Outcome.READY, 1.5),
    StepStarted(1002.0, PLANE),
    ObjectChanged(1003.0, PLANE, GALERA, Change.CREATED),
    judged(1004.0, State.PROGRESSING, done=1, message="one & two"),
    judged(1005.0, State.PROGRESSING, done=3),
    judged(1006.0, State.FAILING, done=2, message="flapping"),
    Warned(1007.0, "the API server was away", PLANE),
    TaskRan(1008.0, PLANE, "pod-0", "mysql --version", "failed", "<no>"),
    StepFinished(1009.0, PLANE, Outcome.STALLED, 7.0, PROBLEM),
    StepBlocked(1009.0, PODS, (PLANE,)),
    RunFinished(1010.0, Outcome.STALLED, ExitCode.STALLED, 10.0, (PROBLEM,), ("osk deploy all",)),
)
"""One of every type, with a step of each ending."""
