"""What must hold before something is changed: it is there, and it is this cloud's."""

from collections.abc import Iterator

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.developing.entries import Entry, State
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.developing import effects, rollouts
from openstack_k8s_cli.workflows.world import World

_SUBSCRIPTIONS = Resource(
    "operators.coreos.com", "v1alpha1", "Subscription", "subscriptions", True
)  # namespaced
_CHANGED = {
    Layer.CONTROLPLANE: ("OpenStackControlPlane", "control plane"),
    Layer.DATAPLANE: ("OpenStackDataPlaneNodeSet", "data plane"),
}


def check(world: World, layer: Layer = Layer.OPERATORS, old: Entry | None = None) -> None:
    """Refuse to change what is not there, or an OpenStack operator that is not this cloud's; raises OskError.

    `old` is what the change takes the place of: one that was killed while the operator was gone goes on.
    """
    if layer in _CHANGED:
        _check_deployed(world, layer)
    else:
        _check_operator(world, halfway=old is not None and old.state is not State.THERE)


def check_has(world: World, operator: str) -> None:
    """Refuse an operator that the installed release has not: nothing of it would ever come up; raises OskError.

    Where it has its Deployment it is there, whatever the release says of itself.
    """
    namespace = str(world.loaded.values["namespaces"]["operators"])
    known = refusals.reading(lambda: frozenset(_known(world, namespace)))
    target = operators.deployment(operator, namespace)
    if not known or operator in known or refusals.reading(lambda: effects.read(world.cluster, target)):
        return
    problem = Problem(
        "OSK1441",
        f"The installed release has no operator of {operator}",
        subject=operator,
        advice=(Advice(f"Those that it has are: {', '.join(sorted(known))}"),),
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def _known(world: World, namespace: str) -> Iterator[str]:
    """Name the operators that the release has an image of, or where it names none those that are there."""
    said = dict(rollouts.variables(world)).keys()
    named = [each for each in operators.NAMES if operators.variable(each) in said]
    yield from named or _running(world.cluster, namespace)


def _running(cluster: Cluster, namespace: str) -> Iterator[str]:
    resource = cluster.resource("apps", "Deployment")
    there = {each["metadata"]["name"] for each in cluster.list(resource, namespace).items} if resource else ()
    for each in operators.NAMES:
        if operators.deployment(each, namespace).name in there:
            yield each


def _check_deployed(world: World, layer: Layer) -> None:
    """Refuse to be the first to deploy something: single steps are driven, not all that comes before them."""
    kind, what = _CHANGED[layer]
    _, plan = planning.bearings(world)
    wanted = [each.id for each in plan.manifests if each.id.kind == kind]
    if not wanted:
        raise _absent(f"The profile has no {what}", f"osk render --layer {layer.value}")
    absent = refusals.reading(lambda: [each for each in wanted if effects.read(world.cluster, each) is None])
    if absent:
        raise _absent(f"{absent[0]} is not deployed yet", f"osk deploy {layer.value}")


def _absent(summary: str, command: str) -> OskError:
    problem = Problem(
        "OSK1421", f"{summary}, so nothing of it can be changed", advice=(Advice("See first", command),)
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _check_operator(world: World, *, halfway: bool) -> None:
    facts, _ = planning.bearings(world)
    values = world.loaded.values
    if not values["operators"]["openstack"]["enabled"]:
        raise _refused(
            "the profile has only operators of single services", "osk profile explain operators.single"
        )
    if "openstack" in facts.shared:
        raise _refused("it is another cloud's of osk's, where it has to be changed", "osk dev status")
    if "openstack" in facts.operators:
        raise _refused(
            "others than osk installed it: change it the way it was installed", "osk status operators -v"
        )
    if halfway:
        return
    name, namespace = values["operators"]["openstack"]["package"], values["namespaces"]["operators"]
    if refusals.reading(lambda: world.cluster.get(_SUBSCRIPTIONS, namespace, name)) is None:
        raise _refused("it is not installed", "osk deploy operators")


def _refused(why: str, command: str) -> OskError:
    problem = Problem(
        "OSK1403",
        f"The OpenStack operator cannot be changed from here: {why}",
        advice=(Advice("See what there is", command),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
