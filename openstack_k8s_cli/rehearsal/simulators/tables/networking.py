"""neutron-operator and ovn-operator."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import objects, wording
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, attachments, row
from openstack_k8s_cli.rehearsal.simulators.objects import name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Lack, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

NEUTRON, OVN = "neutron.openstack.org", "ovn.openstack.org"
_PORTS = {"NB": 6641, "SB": 6642}


def _has_databases(body: Body, view: View) -> Lack | None:
    """Need both OVN databases; until then neutron shows an error that passes."""
    there = view.all(OVN, "OVNDBCluster", namespace_of(body))
    for side in ("NB", "SB"):
        found = next((each for each in there if get(each, "spec", "dbType") == side), None)
        if found is None or not get(found, "status", "internalDbAddress"):
            return trouble(
                f"Service config create error occurred internal DBEndpoint not ready yet for {side}"
            )
    return None


def _agent_configs(body: Body, _view: View) -> list[Body]:
    names = ("ovn-metadata", "ovn", "dhcp", "sriov")
    secrets = [
        objects.secret(
            f"{name_of(body)}-{name}-agent-neutron-config", namespace_of(body), {"10-neutron.conf": ""}
        )
        for name in names
    ]
    return [objects.secret(f"{name_of(body)}-config", namespace_of(body), {"01-neutron.conf": ""}), *secrets]


def _database(body: Body, _view: View) -> list[Body]:
    side = str(get(body, "spec", "dbType") or "NB").lower()
    name = f"ovsdbserver-{side}"
    claim = parts.claim_of(body, f"{name_of(body)}-etc-ovn")
    return [parts.set_of(body, name, {"service": name}, name, claim=claim)]


def _database_services(body: Body, _view: View) -> list[Body]:
    side = str(get(body, "spec", "dbType") or "NB")
    name = f"ovsdbserver-{side.lower()}"
    return [
        objects.service(f"{name}-{index}", namespace_of(body), {"statefulset.kubernetes.io/pod-name": f"{name}-{index}"}, _PORTS[side])
        for index in range(parts.replicas(body))
    ]  # fmt: skip


def _database_status(body: Body, view: View) -> dict[str, Any]:
    status: dict[str, Any] = dict(parts.ready_count(_database)(body, view))
    if status.get("readyCount"):
        side = str(get(body, "spec", "dbType") or "NB")
        host = f"ssl:ovsdbserver-{side.lower()}-0.{namespace_of(body)}.svc.cluster.local:{_PORTS[side]}"
        status |= {"internalDbAddress": host, "dbAddress": host}
    return status


def _agents(body: Body, _view: View) -> list[Body]:
    return [
        objects.daemon_set(
            name,
            namespace_of(body),
            {"service": name},
            image=str(get(body, "spec", field) or objects.image("base")),
        )
        for name, field in (
            ("ovn-controller", "ovnContainerImage"),
            ("ovn-controller-ovs", "ovsContainerImage"),
        )
    ]


def _agent_config(body: Body, _view: View) -> list[Body]:
    return [objects.config_map("ovncontroller-config", namespace_of(body), {"ovsdb-config": ""})]


def _southbound(body: Body, view: View) -> Lack | None:
    there = view.all(OVN, "OVNDBCluster", namespace_of(body))
    found = any(
        get(each, "spec", "dbType") == "SB" and get(each, "status", "internalDbAddress") for each in there
    )
    return None if found else Lack("Input data resources missing: OVNDBCluster SB")


def _agent_network(body: Body) -> tuple[str, ...]:
    name = get(body, "spec", "networkAttachment")
    return (str(name),) if name else ()


_northd = parts.stateful("ovn-northd", service="ovn-northd")

ROWS = (
    row(
        Service(
            group=NEUTRON,
            kind="NeutronAPI",
            operator="neutron",
            codes="rbac in mq mc tls db svc kssvc cfg sync nad dep ksep",
            databases=("neutron",),
            jobs=("neutron-db-sync",),
            registered=(("neutron", "network"),),
            services=parts.apis("neutron", 9696),
            workloads=parts.deployed("neutron"),
            extra=(
                ("cfg", wording.with_parts(wording.CONFIG, makes=(_agent_configs,), needs=(_has_databases,))),
            ),
            status=parts.ready_count(parts.deployed("neutron")),
        )
    ),
    row(
        Service(
            group=OVN,
            kind="OVNDBCluster",
            operator="ovn",
            codes="rbac in tls cfg nad dep expose",
            workloads=_database,
            extra=(
                ("nad", attachments(_agent_network)),
                ("expose", wording.with_parts(wording.EXPOSE, makes=(_database_services,))),
            ),
            status=_database_status,
        )
    ),
    row(
        Service(
            group=OVN,
            kind="OVNNorthd",
            operator="ovn",
            codes="rbac in tls dep",
            workloads=_northd,
            extra=(("in", wording.with_parts(wording.INPUT, needs=(_southbound,))),),
            status=parts.ready_count(_northd),
        )
    ),
    row(
        Service(
            group=OVN,
            kind="OVNController",
            operator="ovn",
            codes="rbac in tls cfg nad dep",
            workloads=_agents,
            extra=(
                ("in", wording.with_parts(wording.INPUT, needs=(_southbound,))),
                ("nad", attachments(_agent_network)),
                ("cfg", wording.with_parts(wording.CONFIG, makes=(_agent_config,))),
            ),
        )
    ),
)
