"""Rows and conditions in the shapes that many services share: a service's API, its workers, its mirrors."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, wording
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import name_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Makes, Row
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View


def mirror(type: str, kind: str, makes: Makes) -> Condition:  # noqa: A002 -- the condition's own field
    """Give the condition of the custom resources that a service makes, which it does not wait for one by one."""
    return wording.of_child(type, kind, makes, needs.children_ready(makes))


def single(group: str, kind: str, name: str, *section: str) -> Makes:
    """Make one part of a service, of a section of its spec; nothing where that is left out."""

    def make(body: Body, _view: View) -> Iterator[Body]:
        asked = get(body, "spec", *section)
        if asked is not None:
            yield parts.part(group, kind, name.format(name_of(body)), body, asked)

    return make


def members(group: str, *names: tuple[str, str, str]) -> tuple[tuple[str, Condition], ...]:
    """Give the codes of a service's parts: kind, name and section of the spec; the code is the section."""
    return tuple(
        (section, mirror(f"{kind}Ready", kind, single(group, kind, name, section)))
        for kind, name, section in names
    )


def worker(group: str, kind: str, operator: str) -> Row:
    """Give the row of a service's part that has no API of its own."""
    workloads = parts.stateful("{}", service=operator)
    return row(
        Service(
            group=group,
            kind=kind,
            operator=operator,
            codes="in tls cfg nad dep",
            workloads=workloads,
            status=parts.ready_count(workloads),
        )
    )


def api(group: str, kind: str, operator: str, port: int, registered: tuple[tuple[str, str], ...]) -> Row:
    """Give the row of a service's API."""
    workloads = parts.stateful("{}", service=operator)
    return row(
        Service(
            group=group,
            kind=kind,
            operator=operator,
            codes="in tls svc kssvc cfg nad dep ksep",
            registered=registered,
            services=parts.apis(operator, port),
            workloads=workloads,
            status=parts.ready_count(workloads),
        )
    )
