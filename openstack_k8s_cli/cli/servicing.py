"""What `osk dev service-image` does: one service's containers get another image, through the OpenStackVersion."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.cli import developing
from openstack_k8s_cli.cli.developing import Wish
from openstack_k8s_cli.developing.entries import Kind

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event

CONTROL_PLANE = "controlplane/control-plane"
_TOUCHES = ("controlplane/custom-images", CONTROL_PLANE)


def image(
    session: "Session", name: str, reference: str, *, backend: str | None, save: bool, yes: bool
) -> "Iterator[Event]":
    """Give a service's containers another image."""
    from openstack_k8s_cli.developing import operators, services
    from openstack_k8s_cli.workflows.developing import fields

    operators.check_image(reference)
    work = session.work
    known = fields.images(work.connection.cluster)
    of_profile = _backends(work.loaded.values, name)
    path = services.path(name, backend, known, of_profile)
    given: Any = reference
    for key in reversed(("controlplane", "customImages", *path)):
        given = {key: given}
    called = f"{name}/{backend}" if backend else name
    wish = Wish(kind=Kind.SERVICE_IMAGE, name=called, values=given, touches=_TOUCHES, note=reference)
    return developing.change(session, wish, save=save, yes=yes, work=work)


def _backends(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    service = values["controlplane"]["services"].get(name.partition("-")[0]) or {}
    return tuple(service.get("backends") or ())
