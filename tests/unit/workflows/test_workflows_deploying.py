"""How a run ends, and what it says then."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Outcome, PlanMade, RunFinished, StepFinished
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds

PLANE = """\
apiVersion: core.openstack.org/v1beta1
kind: OpenStackControlPlane
metadata: {name: cloud, namespace: "{{ namespaces.openstack }}"}
"""
FILES = {
    **worlds.FILES,
    "controlplane/cloud/component.yaml": "summary: A cloud\nsteps: [{name: plane, manifests: [plane.yaml.j2]}]\n",
    "controlplane/cloud/plane.yaml.j2": PLANE,
}


def with_cloud(made: FakeCluster) -> World:
    """Make a world whose profile has a control plane."""
    base = worlds.world(made)
    return World(made, base.clock, base.loaded, components.parse(FILES), base.secrets)


def becomes_ready(made: FakeCluster) -> None:
    """Play the operator: what is there is Ready."""
    ready = {"conditions": [{"type": "Ready", "status": "True", "reason": "Ready"}], "observedGeneration": 1}
    body = {"apiVersion": "core.openstack.org/v1beta1", "kind": "OpenStackControlPlane"}
    made.put(body | {"metadata": {"name": "cloud", "namespace": "openstack"}, "status": ready})


@pytest.mark.parametrize(
    ("words", "expected"), [(("controlplane",), True), (("operators",), False)], ids=["a cloud", "a part"]
)
def test_a_run_that_brought_a_cloud_says_how_to_use_it(words: tuple[str, ...], expected: bool) -> None:
    """Only a run that brought the control plane ends with how to use the cloud."""
    made = worlds.cluster(
        served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes")
    )
    worlds.namespace(made, "openstack")
    becomes_ready(made)
    options = Options(
        adopt=frozenset({"OpenStackControlPlane/cloud"}) if expected else frozenset(),
        recheck=0.05,
        usage=("osk openstack endpoint list",),
    )

    *_, last = deploying.deploy(with_cloud(made), Target(words), options)

    assert isinstance(last, RunFinished)
    assert last.exit_code is ExitCode.DONE
    assert ("osk openstack endpoint list" in last.next) is expected


def cloudy() -> FakeCluster:
    """Make a cluster with the control plane's kind, its namespace and the settings of the operators' layer."""
    made = worlds.cluster(
        served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes")
    )
    worlds.namespace(made, "openstack")
    made.put(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "openstack"}}
    )
    return made


def is_stuck(made: FakeCluster) -> None:
    """Play an operator that gave up."""
    said = {"type": "Ready", "status": "False", "reason": "Error", "severity": "Error", "message": "no room"}
    body = {"apiVersion": "core.openstack.org/v1beta1", "kind": "OpenStackControlPlane"}
    status = {"conditions": [said], "observedGeneration": 1}
    made.put(body | {"metadata": {"name": "cloud", "namespace": "openstack"}, "status": status})


def test_waiting_follows_what_is_there_and_writes_nothing() -> None:
    """Whoever made it: `osk wait` ends Ready once all of it is, says how to use the cloud, and has only read."""
    made = cloudy()
    becomes_ready(made)
    made.log.clear()

    events = list(
        deploying.wait(
            with_cloud(made), Target(), Options(recheck=0.05, usage=("osk openstack endpoint list",))
        )
    )

    last = events[-1]
    assert isinstance(events[0], PlanMade)
    assert {"await"} == {step.action for step in events[0].steps}
    assert isinstance(last, RunFinished)
    assert (ExitCode.DONE, ("osk openstack endpoint list",)) == (last.exit_code, last.next)
    assert {request.verb for request in made.log} <= {"get", "list", "watch"}


def test_waiting_for_what_does_not_come_ends() -> None:
    """With `--fail-fast` an error that holds is final; the others are told, and nothing is written."""
    made = cloudy()
    is_stuck(made)
    made.log.clear()

    events = list(
        deploying.wait(
            with_cloud(made), Target(("controlplane",)), Options(recheck=0.05, fail_fast=True, held=0.05)
        )
    )

    last = events[-1]
    outcomes = {event.step: event.outcome for event in events if isinstance(event, StepFinished)}
    assert isinstance(last, RunFinished)
    assert ExitCode.DONE is not last.exit_code
    assert "no room" in str(last.problems)
    assert outcomes["controlplane/cloud/plane"] in (Outcome.FAILED, Outcome.STALLED)
    assert {request.verb for request in made.log} <= {"get", "list", "watch"}
