"""Single services: what is waited for, in a control plane and by themselves."""

from collections.abc import Iterator
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.model.events import Event, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.profile.services import Kind
from openstack_k8s_cli.workflows import deploying, judging, serving
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds

CORE = "core.openstack.org"
PLANE = ObjectId(CORE, "OpenStackControlPlane", "openstack", "cloud")
HEAT = ObjectId("heat.openstack.org", "Heat", "openstack", "heat")
STEP = "controlplane/control-plane/services"
KIND = Kind.model_validate(
    {
        "summary": "Heat.",
        "ready": "OpenStackControlPlaneHeatReady",
        "resources": [{"apiVersion": "heat.openstack.org/v1beta1", "kind": "Heat", "name": "heat"}],
    }
)
FILES = {
    **worlds.FILES,
    "controlplane/control-plane/component.yaml": "summary: s\nsteps: [{name: services, manifests: [plane.yaml.j2]}]\n",
    "controlplane/control-plane/plane.yaml.j2": (
        "apiVersion: core.openstack.org/v1beta1\nkind: OpenStackControlPlane\n"
        'metadata: {name: cloud, namespace: "{{ namespaces.openstack }}"}\nspec: {heat: {enabled: true}}\n'
    ),
    "controlplane/standalone/component.yaml": (
        "summary: s\nfor_each: \"['heat']\"\nsteps: [{name: service, manifests: [heat.yaml.j2]}]\n"
    ),
    "controlplane/standalone/heat.yaml.j2": (
        "apiVersion: heat.openstack.org/v1beta1\nkind: Heat\nmetadata: {name: heat, namespace: openstack}\n"
    ),
}
OPTIONS = Options(recheck=0.05, backoff=0.001, settle=0.05)


def condition(kind: str, status: str = "True", **more: str) -> Body:
    """Make a condition of a control plane."""
    return {"type": f"OpenStackControlPlane{kind}", "status": status, "message": kind, **more}


def plane(*conditions: Body, observed: int = 1) -> Body:
    """Make a control plane with a status."""
    return {
        "apiVersion": f"{CORE}/v1beta1",
        "kind": PLANE.kind,
        "metadata": {"name": PLANE.name, "namespace": PLANE.namespace, "generation": 1},
        "status": {"observedGeneration": observed, "conditions": list(conditions)},
    }


def world(*conditions: Body) -> tuple[FakeCluster, World]:
    """Make a cloud whose operator answers each change with these conditions."""
    made = worlds.cluster(
        served(CORE, "v1beta1", PLANE.kind, "openstackcontrolplanes"),
        served(HEAT.group, "v1beta1", "Heat", "heats"),
    )
    worlds.namespace(made, "openstack")

    def operator(event: WatchEvent) -> None:
        if id_of(event.body) == PLANE and event.kind != "deleted":
            generation = event.body["metadata"]["generation"]
            status = {"observedGeneration": generation, "conditions": list(conditions)}
            if event.body.get("status") != status:
                made.set_status(PLANE, status)

    made.reactions.append(operator)
    base = worlds.world(made)
    return made, World(made, base.clock, base.loaded, components.parse(FILES), base.secrets)


def end(events: Iterator[Event]) -> tuple[ExitCode, list[str]]:
    """Run to the end; give the code, and the steps that ended."""
    seen = list(events)
    (finished,) = [each for each in seen if isinstance(each, RunFinished)]
    return finished.exit_code, [each.step for each in seen if isinstance(each, StepFinished)]


def test_only_the_service_is_waited_for() -> None:
    """A control plane that is not Ready for another reason holds nobody up."""
    _, cloud = world(
        condition("HeatReady"),
        condition("NovaReady", "False", reason="Error"),
        {"type": "Ready", "status": "False"},
    )

    assert end(serving.bring(cloud, STEP, [KIND], OPTIONS)) == (ExitCode.DONE, [STEP])


@pytest.mark.parametrize(
    ("conditions", "state"),
    [
        ([condition("HeatReady")], State.READY),
        ([condition("HeatReady"), condition("NovaReady", "False", reason="Error")], State.READY),
        (
            [condition("HeatReady"), condition("ExposeHeatReady", "False", reason="Requested")],
            State.PROGRESSING,
        ),
        ([condition("HeatReady", "False", reason="Error")], State.FAILING),
        ([condition("NovaReady")], State.WAITING),
    ],
)
def test_a_control_plane_by_the_conditions_of_one_service(conditions: list[Body], state: State) -> None:
    """Its own, and that of its endpoints' routes; no other's error is its."""
    judge = judging.brought(["OpenStackControlPlaneHeatReady"])

    assert state == judge(PLANE, plane(*conditions)).state


def test_conditions_of_an_earlier_generation_do_not_count() -> None:
    """Neither for what comes nor for what goes."""
    old = plane(condition("HeatReady"), observed=0)

    assert State.WAITING == judging.brought(["OpenStackControlPlaneHeatReady"])(PLANE, old).state
    assert State.WAITING == judging.noticed()(PLANE, old).state


def test_a_service_without_a_condition_of_its_own_waits_for_all() -> None:
    """That of a catalogue of one's own may name none."""
    judge = judging.brought(["OpenStackControlPlaneHeatReady", None])

    assert State.READY != judge(PLANE, plane(condition("HeatReady"))).state


def owned(owner: str) -> Body:
    """Make a Heat that something owns."""
    meta: dict[str, Any] = {"name": "heat", "namespace": "openstack"}
    references = [{"apiVersion": "v1", "kind": owner, "name": "x", "uid": "1"}]
    return {
        "apiVersion": "heat.openstack.org/v1beta1",
        "kind": "Heat",
        "metadata": {**meta, "ownerReferences": references, "finalizers": ["openstack.org/heat"]},
    }


def test_what_goes_is_awaited_to_be_gone() -> None:
    """The run ends once the service's resource is gone, however long its operator holds it."""
    made, cloud = world(condition("NovaReady"))
    made.put(owned("OpenStackControlPlane"))

    def operator(event: WatchEvent) -> None:
        if (
            id_of(event.body) == HEAT
            and event.body["metadata"].get("deletionTimestamp")
            and event.kind == "modified"
        ):
            made.set_finalizers(HEAT)

    made.reactions.append(operator)
    ended = end(serving.take(cloud, STEP, [KIND], OPTIONS))

    assert ended == (ExitCode.DONE, [STEP, "controlplane/control-plane/gone"])
    assert made.peek(HEAT) is None


def test_what_no_control_plane_made_stays() -> None:
    """Another's resource of the same kind is not this cloud's service."""
    made, cloud = world(condition("NovaReady"))
    made.put(owned("Someone"))

    assert end(serving.take(cloud, STEP, [KIND], OPTIONS)) == (ExitCode.DONE, [STEP])
    assert made.peek(HEAT) is not None


def test_a_service_by_itself_goes_again() -> None:
    """Of those that stand by themselves only osk's are taken down."""
    made, cloud = world()
    ready = {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}
    made.reactions.append(
        lambda event: (
            made.set_status(HEAT, ready) if id_of(event.body) == HEAT and event.kind == "added" else None
        )
    )
    nothing = serving.standing_alone(cloud, ["heat"])
    list(deploying.deploy(cloud, serving.targets(["heat"]), OPTIONS))
    there = serving.standing_alone(cloud, ["heat"])
    standing = serving.standing(cloud, {"heat": KIND})
    code, _ = end(serving.take_alone(cloud, there, OPTIONS))

    assert (nothing, there, code) == ((), (HEAT,), ExitCode.DONE)
    assert (standing, serving.standing(cloud, {"heat": KIND})) == (("heat",), ())
    assert made.peek(HEAT) is None


@pytest.mark.parametrize(
    ("live", "but", "expected"),
    [
        ({"heat": {"enabled": True}, "octavia": {"enabled": True}}, ("octavia",), {"heat": True}),
        ({"heat": {"enabled": False}, "swift": {"enabled": False}}, (), {"swift": False}),
        ({"heat": {}, "unheard": {"enabled": True}}, (), {}),
    ],
)
def test_services_that_are_otherwise_than_in_the_profile(
    live: Body, but: tuple[str, ...], expected: dict[str, bool]
) -> None:
    """Those that the control plane says itself, and no switch is about, are named as they are there."""
    services = {"heat": {"enabled": False}, "octavia": {"enabled": False}, "swift": {"enabled": True}}

    assert expected == serving.otherwise(
        {"controlplane": {"services": {**services, "nova": {}}}}, {"spec": live}, but=but
    )
