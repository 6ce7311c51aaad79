"""Plays a reducer by hand: inputs at seconds, and what it says to each."""

from openstack_k8s_cli.apply import reducer
from openstack_k8s_cli.apply.messages import Began, Input, Refused, Request, Wrote
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.apply.state import Moment, Rules, State, initial
from openstack_k8s_cli.model.events import Change, Event, Outcome
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Step, Timeout
from tests.unit.apply.plans import build, judge, thing_id

ONE, TWO = "networks/one/main", "networks/two/main"
PATIENCE = Timeout(stall=100.0, total=1000.0)


class Play:
    """Feeds a reducer and remembers what it says."""

    def __init__(self, *steps: Step, options: Options | None = None) -> None:
        self.state: State = initial(build(*steps).steps)
        self.options = options or Options(backoff=2.0, held=60.0)
        self.requests: list[Request] = []
        self.events: list[Event] = []
        self.at(0.0, Began())

    def at(self, second: float, message: Input) -> "Play":
        """Give an input at a second."""
        rules = Rules(judge, self.options)
        moment = Moment(1000.0 + second, second)
        self.state, requests, events = reducer.reduce(self.state, message, moment, rules=rules)
        self.requests, self.events = list(requests), list(events)
        return self

    @property
    def outcomes(self) -> dict[str, Outcome | None]:
        """Every step's outcome so far."""
        return {step_id: each.outcome for step_id, each in self.state.steps.items()}


def wrote(name: str, body: Body, step_id: str = ONE, warnings: tuple[str, ...] = ()) -> Wrote:
    """Say that a Thing was written."""
    meta = {"name": name, "namespace": "cloud", "uid": f"uid-{name}"}
    return Wrote(step_id, thing_id(name), Change.CREATED, {**body, "metadata": meta}, warnings)


def status(phase: str, message: str = "", done: int = 0) -> Body:
    """Make a Thing's status."""
    return {"metadata": {"name": "x"}, "status": {"phase": phase, "message": message, "done": done}}


def refused(kind: ErrorKind, *, retry_after: float | None = None, jitter: float = 1.0) -> Refused:
    """Say that a request of step one failed."""
    return Refused(ONE, ClusterError(kind, f"it is {kind.value}", retry_after=retry_after), jitter)
