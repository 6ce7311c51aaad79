"""Who follows Ansible beside a run, what it hides, and what the run says at its end."""

import base64
from collections.abc import Mapping
from dataclasses import replace

from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.steps import Manifest, Origin
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import company
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

OURS = {"app.kubernetes.io/managed-by": "osk"}
STEP = "dataplane/deployment/deploy"


def secret(name: str, *, ours: bool = True, **values: str) -> Body:
    """Make a Secret."""
    meta = {"name": name, "namespace": "openstack", **({"labels": OURS} if ours else {})}
    data = {key.replace("_", "-"): base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data}


def scene(*secrets: Body) -> tuple[World, Plan]:
    """Have Secrets in the cluster, and a plan that names them."""
    world = fleets.world(key=False)
    assert isinstance(world.cluster, FakeCluster)
    for body in secrets:
        world.cluster.put(body)
    named = [Manifest(id_of(each), "v1", each, "dataplane/x", Origin("x", 0)) for each in secrets]
    plan = fleets.planned()[2]
    steps = tuple(
        replace(each, manifests=(*each.manifests, *named)) for each in plan.steps if each.id == STEP
    )
    return world, replace(plan, steps=steps)


def hidden(world: World, plan: Plan) -> set[str]:
    """Give what no line may show."""
    found = company.following(world, plan, Options())
    assert found is not None
    return set(found.secrets())


def test_the_profiles_secrets_are_hidden() -> None:
    """Also of Secrets that others made; not what is public, nor what any log may have as a word."""
    own = secret("a", password="a long one", publickey="ssh-rsa AAAA", short="word")
    others = secret("b", ours=False, token="another one")

    assert {"a long one", "another one"} == hidden(*scene(own, others))


def test_variables_of_ansible_are_hidden() -> None:
    """Whatever their names and however deep, but for short words and paths."""
    world, plan = scene()
    given = {"pin": "first value", "a": {"b": ["second value", 12345678, True, "/etc/a/path"]}, "c": "short"}
    steps = tuple(
        replace(step, manifests=tuple(with_variables(each, given) for each in step.manifests))
        for step in plan.steps
    )

    assert {"first value", "second value", "12345678"} == hidden(world, replace(plan, steps=steps))


def with_variables(manifest: Manifest, given: Mapping[str, object]) -> Manifest:
    """Give a deployment's manifest with variables of Ansible; any other as it is."""
    if manifest.id.kind != "OpenStackDataPlaneDeployment":
        return manifest
    spec = {**manifest.body["spec"], "ansibleExtraVars": dict(given)}
    return replace(manifest, body={**manifest.body, "spec": spec})


def test_secrets_of_machines_cost_no_request_each() -> None:
    """Bare machines have one each; all of osk's own come in one list."""
    world, plan = scene(*(secret(f"m{number}", password=f"password {number}") for number in range(200)))
    assert isinstance(world.cluster, FakeCluster)
    world.cluster.log.clear()

    assert len(hidden(world, plan)) == 200
    assert {"list Secret": 1} == {
        verb: count for verb, count in world.cluster.requests().items() if "Secret" in verb
    }


def test_a_plan_without_deployments_has_no_company() -> None:
    """Nothing is followed that does not run Ansible, or has run to its end."""
    world, plan = scene()

    for none in (replace(plan, steps=()), replace(plan, notes={STEP: ()})):
        assert company.following(world, none, Options()) is None


class Saying(Following):
    """Has followed a deployment of which two tasks failed."""

    def problems(self, step: str) -> tuple[Problem, ...]:
        """Say what failed."""
        return (ONE, TWO) if step == STEP else ()


ONE, TWO, OTHER, WORD = (Problem("OSK1170", text) for text in ("a failed", "b failed", "no room", "failed"))


def test_the_end_says_what_ansible_said() -> None:
    """The hosts stand in the place of the operator's word, in the step and at the run's end; others stay."""
    world, _ = scene()
    failed = StepFinished(1.0, STEP, Outcome.FAILED, 1.0, WORD)
    other = StepFinished(1.0, "x", Outcome.FAILED, 1.0, OTHER)
    end = RunFinished(2.0, Outcome.FAILED, ExitCode.DATAPLANE_FAILED, 2.0, (WORD, OTHER))
    events: list[Event] = [failed, other, end]

    told = list(company.concluded(Saying(world.cluster, world.clock), events))

    assert [
        replace(failed, problem=ONE),
        other,
        replace(end, problems=(ONE, TWO, OTHER)),
    ] == told
    assert events == list(company.concluded(None, events))
