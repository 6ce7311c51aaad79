"""What must hold before an operator is changed: there is one, and it is this cloud's."""

from openstack_k8s_cli.apply.ports import Resource
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.world import World

_SUBSCRIPTIONS = Resource(
    "operators.coreos.com", "v1alpha1", "Subscription", "subscriptions", True
)  # namespaced


def check(world: World) -> None:
    """Refuse where the OpenStack operator is not this cloud's, or not there; raises OskError."""
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
