"""Whether somebody fills in the images of services by themselves: beside the OpenStack operator nobody does."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.workflows import planning, refusals, serving
from openstack_k8s_cli.workflows.world import World

_ANYWHERE = "default"
"""A namespace that is there before the cloud's own is: nothing is written to it either."""
_PLACES = {"galera": "controlplane.galera.spec"}


def check(world: World, names: Iterable[str]) -> None:
    """Refuse services whose resources the API server would not take as they are; raises OskError."""
    if not serving.has_operator(world):
        return  # each brings its operator, whose webhook fills them in
    _, full = planning.bearings(world)
    problems = refusals.reading(
        lambda: [found for name in names for found in _refused(world, name, full.manifests)]
    )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def _refused(world: World, name: str, manifests: Iterable[Manifest]) -> Iterator[Problem]:
    said = dict.fromkeys(
        answer
        for each in manifests
        if each.component == f"{serving.STANDALONE}[{name}]" and (answer := _answer(world, each.body))
    )
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
