"""Small plans, kinds and bodies that the engine's tests share."""

from collections.abc import Iterable, Sequence
from typing import Any

from openstack_k8s_cli import apply, plan
from openstack_k8s_cli.apply.ports import Resource, WatchEvent
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.secrets import SecretKey, SecretText
from openstack_k8s_cli.model.steps import (
    Action,
    Exec,
    Gate,
    Layer,
    Manifest,
    Origin,
    Policy,
    Step,
    Timeout,
)
from openstack_k8s_cli.model.verdicts import State, Verdict
from tests.fakes.cluster import FakeCluster

THING = Resource("example.org", "v1", "Thing", "things", True, frozenset({"get", "list", "watch", "patch"}))


def manifest(
    kind: str,
    name: str,
    *,
    namespace: str = "cloud",
    policy: Policy = Policy.APPLY,
    keys: Iterable[SecretKey] = (),
    api_version: str = "",
    **rest: Any,
) -> Manifest:
    """Make a manifest of a core kind or a Thing."""
    api = api_version or ("example.org/v1" if kind == "Thing" else "v1")
    meta = {"name": name} if kind == "Namespace" else {"name": name, "namespace": namespace}
    body = {"apiVersion": api, "kind": kind, "metadata": meta, **rest}
    origin = Origin("networks/test/test.yaml.j2", 0)
    return Manifest(id_of(body), api, body, "networks/test", origin, policy, secret_keys=tuple(keys))


def thing(name: str, **spec: Any) -> Manifest:
    """Make a Thing, which is Ready when its status says so."""
    return manifest("Thing", name, spec={"size": 1, **spec})


def thing_id(name: str) -> ObjectId:
    """Name a Thing."""
    return ObjectId("example.org", "Thing", "cloud", name)


def step(
    name: str,
    *manifests: Manifest,
    action: Action = Action.APPLY,
    after: Sequence[str] = (),
    gates: Sequence[Gate] = (),
    layer: Layer = Layer.NETWORKS,
    timeout: Timeout | None = None,
    exec_: Exec | None = None,
    deletes: Sequence[ObjectId] = (),
) -> Step:
    """Make a step; its id is `layer/name/main`."""
    return Step(
        f"{layer.value}/{name}/main",
        layer,
        f"{layer.value}/{name}",
        action,
        manifests,
        tuple(gates),
        frozenset(f"{layer.value}/{each}/main" for each in after),
        timeout or Timeout(),
        exec_,
        tuple(deletes),
    )


def build(*steps: Step) -> plan.Plan:
    """Build a plan of the profile `lab`."""
    return plan.build(steps, profile="lab")


def judge(target: ObjectId, body: Body | None) -> Verdict:
    """Judge a Thing by `status.phase`, everything else by its being there."""
    if body is None:
        return Verdict(State.ABSENT, message="not there yet")
    if get(body, "metadata", "deletionTimestamp"):
        return Verdict(State.TERMINATING, message="being deleted")
    if target.kind != "Thing":
        return Verdict(State.READY)
    status = body.get("status") or {}
    phase = status.get("phase", "waiting")
    return Verdict(
        State(phase), status.get("reason", ""), status.get("message", ""), done=status.get("done", 0)
    )


def cluster(*more: Resource, ready: bool = True) -> FakeCluster:
    """Make a fake cluster that serves Things, and more; with `ready` its controller makes each Ready."""
    made = FakeCluster(THING, *more)
    if ready:
        made.reactions.append(lambda event: _make_ready(made, event))
    return made


def _make_ready(made: FakeCluster, event: WatchEvent) -> None:
    body = event.body
    if body["kind"] == "Thing" and event.kind != "deleted" and get(body, "status", "phase") != "ready":
        made.set_status(id_of(body), {"phase": "ready"})


class Values:
    """Secret values as the profile gives them."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def resolve(self, path: str) -> SecretText:
        """Give a value."""
        return SecretText(self.values[path])


class Ticking:
    """The real clock, for a shell whose threads wait in real time."""

    def now(self) -> float:
        """Give a time."""
        return self.monotonic()

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        import time  # noqa: PLC0415

        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let no time pass."""


def drive(wanted: plan.Plan, over: FakeCluster, **options: Any) -> list[Event]:
    """Run a plan to its end, in little time."""
    chosen = apply.Options(**{"backoff": 0.001, "recheck": 0.05, "settle": 0.05, **options})
    return list(apply.run(wanted, over, Ticking(), judge=judge, options=chosen, secrets=Values()))
