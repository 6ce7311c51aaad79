"""What `osk dev build` does: an operator's checkout becomes an image that the cluster pulls, and the operator runs it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import developing
from openstack_k8s_cli.developing.entries import Kind

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.developing.building import Registry
    from openstack_k8s_cli.model.events import Event


def build(
    session: "Session",
    name: str,
    folder: Path,
    *,
    registry: str | None,
    crds: Sequence[Path],
    save: bool,
    yes: bool,
) -> "Iterator[Event]":
    """Build an operator's image, push it, and let the operator run it; all that can be refused or asked comes first."""
    from openstack_k8s_cli.adapters.podman import Podman
    from openstack_k8s_cli.cli import kindfiles
    from openstack_k8s_cli.developing import layers, operators
    from openstack_k8s_cli.workflows.developing import building, checking

    operators.check(name)
    work = session.work
    checking.check(work.informed)
    checking.check_has(work.informed, name)
    developing.ask(session, work, (Kind.IMAGE, name), yes=yes)
    kinds = kindfiles.wishes(session, name, crds)(work)
    if save:
        work.profiles.put(work.profile_name, layers.leaves(developing.image_of(name, "any")), dry=True)
    place = _registry(work, registry)
    called = f"{name}-operator"
    images = Podman(session.environment, session.tell)
    reference, made = building.built(work.connection.cluster, images, place, called, str(folder))
    session.tell(f"pushed as {reference}")
    return developing.image(session, name, reference, save=save, yes=True, made=(*made, *kinds))


def _registry(work: "Work", given: str | None) -> "Registry":
    from openstack_k8s_cli.developing import building as places
    from openstack_k8s_cli.workflows.developing import building

    if given:
        return places.other(given)
    connection = work.connection
    return building.own(
        connection.cluster, work.on_cluster.values["namespaces"]["operators"], connection.bearer()
    )
