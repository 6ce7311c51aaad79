"""The engine while its API server cannot be reached."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli import apply, plan, readiness
from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.events import Event, ObjectJudged, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step
from openstack_k8s_cli.model.verdicts import State, Verdict
from tests.cluster import severable
from tests.cluster.severable import Way
from tests.fakes.secrets import NoSecrets

CONFIG_MAPS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
GATE = ObjectId("", "ConfigMap", "outage", "first")


def judge(target: ObjectId, body: Body | None) -> Verdict:
    """Hold the first ConfigMap back until someone marks it."""
    if target == GATE and body is not None and not get(body, "metadata", "annotations", "go"):
        return Verdict(State.WAITING, message="held")
    return readiness.judge(target, body)


def step(name: str, body: Body, after: tuple[str, ...] = ()) -> Step:
    """Make a step with one object."""
    manifest = Manifest(id_of(body), "v1", body, "networks/outage", Origin("networks/outage/x.yaml.j2", 0))
    needs = frozenset(f"networks/{each}/main" for each in after)
    return Step(
        f"networks/{name}/main", Layer.NETWORKS, f"networks/{name}", Action.APPLY, (manifest,), after=needs
    )


def config(name: str) -> Body:
    """Make a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "outage"},
        "data": {"a": "1"},
    }


PLAN = plan.build(
    [
        step("space", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "outage"}}),
        step("first", config("first")),
        step("second", config("second"), after=("first",)),
    ],
    profile="outage",
)


@pytest.fixture
def way(kubeconfig: Path, tmp_path: Path) -> Iterator[Way]:
    """Lay a way to the module's cluster that can be cut."""
    laid = severable.through(kubeconfig, tmp_path / "kubeconfig")
    yield laid
    laid.cut()


def test_run_goes_on_after_an_outage(cluster: Cluster, way: Way, tmp_path: Path) -> None:
    """Connections that are refused for a while end nothing: what happened meanwhile is seen, and the rest is done."""
    cut_off = kubernetes.connect(str(tmp_path / "kubeconfig"))
    options = apply.Options(backoff=0.1, values_digest="v", holder="outage test")
    events: list[Event] = []
    for event in apply.run(PLAN, cut_off, SystemClock(), judge=judge, options=options, secrets=NoSecrets()):
        events.append(event)
        if isinstance(event, ObjectJudged) and event.verdict.message == "held":
            way.cut()
            cluster.merge(CONFIG_MAPS, "outage", "first", {"metadata": {"annotations": {"go": "on"}}})
        if isinstance(event, Warned) and "does not answer" in event.message:
            way.mend()

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE
    assert cluster.get(CONFIG_MAPS, "outage", "second") is not None
