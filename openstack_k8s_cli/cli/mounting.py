"""What `osk dev mount` and `osk dev ansible` do: pods get a checkout in the place of what their image has."""

from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import developing
from openstack_k8s_cli.cli.developing import Wish
from openstack_k8s_cli.cli.servicing import CONTROL_PLANE
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.steps import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.developing.mounting import Share
    from openstack_k8s_cli.model.events import Event

_NODE_SETS = "dataplane/nodesets"


def mount(
    session: "Session", service: str, folder: str, *, at: str | None, address: str | None, yes: bool
) -> "Iterator[Event]":
    """Mount a checkout into a service's pods, or into Ansible's."""
    from openstack_k8s_cli.developing import mounting
    from openstack_k8s_cli.workflows.developing import checking, fields
    from openstack_k8s_cli.workflows.developing import mounting as live

    work = session.work
    kind = Kind.ANSIBLE if service == mounting.ANSIBLE else Kind.MOUNT
    if kind is Kind.MOUNT:
        mounting.check_service(service, fields.mounted(work.connection.cluster))
        mounting.check_enabled(work.loaded.values, service)
    checking.check(work.informed, Layer.DATAPLANE if kind is Kind.ANSIBLE else Layer.CONTROLPLANE)
    cluster, namespace = work.connection.cluster, work.informed.namespace
    share = mounting.named(folder, service) or _share(session, work, service, Path(folder), address)
    place = at or live.place(cluster, namespace, service)
    wish = Wish(
        kind=kind,
        name=service,
        values=mounting.values(
            work.released.values, service, mounting.name(service, share, namespace), place
        ),
        touches=(_NODE_SETS if kind is Kind.ANSIBLE else CONTROL_PLANE,),
        note=f"{share} at {place}",
    )
    bodies = mounting.objects(service, share, namespace)
    made = live.wishes(cluster, bodies)
    return developing.change(session, wish, wishes=lambda _: made, yes=yes, work=work)


def _share(session: "Session", work: "Work", service: str, folder: Path, address: str | None) -> "Share":
    """Look at a folder of this machine, and say how the cluster's nodes mount it."""
    from openstack_k8s_cli.adapters import checkouts
    from openstack_k8s_cli.cli import placing
    from openstack_k8s_cli.developing import mounting
    from openstack_k8s_cli.workflows.developing import mounting as live

    server = placing.address(session, work, address)
    loops = server == placing.CRC_HOST
    found = checkouts.look(folder, mounting.parts(service))
    mounting.check(service, found, ("127.0.0.1",) if loops else live.clients(work.connection.cluster))
    return mounting.Share(server, f"{found.path}{mounting.below(service)}")
