"""Whether somebody fills in the images of services by themselves: beside the OpenStack operator nobody does."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.world import World

COMPONENT = "controlplane/standalone"
"""What brings services by themselves: one for each."""
_OPERATOR = ("operator.openstack.org", "OpenStack")
_ANYWHERE = "default"
"""A namespace that is there before the cloud's own is: nothing is written to it either."""
_PLACES = {"galera": "controlplane.galera.spec"}


def check(world: World, manifests: Iterable[Manifest]) -> None:
    """Refuse services whose resources the API server would not take as they are; raises OskError."""
    alone: dict[str, list[Body]] = {}
    for each in manifests:
        component, _, item = each.component.partition("[")
        if component == COMPONENT:
            alone.setdefault(item.removesuffix("]"), []).append(each.body)
    if not alone or not has_operator(world):
        return  # each brings its operator, whose webhook fills them in
    problems = refusals.reading(
        lambda: [found for name, bodies in alone.items() for found in _refused(world, name, bodies)]
    )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def has_operator(world: World) -> bool:
    """Tell whether the OpenStack operator is there, which brings the operators of all services."""
    return world.cluster.resource(*_OPERATOR) is not None


def _refused(world: World, name: str, bodies: Iterable[Body]) -> Iterator[Problem]:
    said = dict.fromkeys(filter(None, (_answer(world, each) for each in bodies)))
    if said:
        home = _PLACES.get(name, f"controlplane.services.{name}.spec")
        yield Problem(
            "OSK1445",
            f"`{name}` cannot stand by itself as it is beside the OpenStack operator, which fills in no images of it",
            subject=name,
            detail="\n".join(said),
            advice=(
                Advice("Take a cluster without the OpenStack operator"),
                Advice(f"or put what is missing under `{home}`", f"osk profile explain {home}"),
            ),
        )


def _answer(world: World, body: Body) -> str:
    """Give what the API server has against an object; empty: nothing, or nothing that it can tell yet."""
    try:
        _try(world, body)
    except ClusterError as error:
        if error.kind is ErrorKind.INVALID:
            return error.message
        if error.kind is ErrorKind.UNREACHABLE:
            raise
    return ""


def _try(world: World, body: Body) -> None:
    try:
        world.cluster.apply(body, dry_run=True, force=True)
    except ClusterError as error:
        if error.kind is not ErrorKind.NAMESPACE_MISSING:
            raise
        elsewhere = {**body, "metadata": {**body["metadata"], "namespace": _ANYWHERE}}
        world.cluster.apply(elsewhere, dry_run=True, force=True)
