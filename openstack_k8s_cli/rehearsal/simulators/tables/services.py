"""Services made of an API and workers: barbican, heat, horizon, ironic, octavia, designate."""

from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, row
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Row
from openstack_k8s_cli.rehearsal.simulators.tables import parts, shapes
from openstack_k8s_cli.rehearsal.simulators.world import View


def _parent(
    kind: str, codes: str, operator: str, extra: tuple[tuple[str, Condition], ...], **more: Any
) -> Row:
    return row(
        Service(
            group=f"{operator}.openstack.org",
            kind=kind,
            operator=operator,
            codes=f"{codes} {' '.join(code for code, _ in extra)}",
            databases=(operator,),
            jobs=(f"{operator}-db-sync",),
            extra=extra,
            prunes=True,
            **more,
        )
    )


def _worker(operator: str, kind: str, *, codes: str = "in tls cfg nad dep", generation: bool = True) -> Row:
    workloads = parts.deployed("{}", service=operator)
    return row(
        Service(
            group=f"{operator}.openstack.org",
            kind=kind,
            operator=operator,
            codes=codes,
            workloads=workloads,
            status=parts.ready_count(workloads),
            generation=generation,
        )
    )


def _api(
    operator: str, kind: str, name: str, port: int, registered: tuple[str, str], *, generation: bool = True
) -> Row:
    workloads = parts.deployed("{}", service=operator)
    return row(
        Service(
            group=f"{operator}.openstack.org",
            kind=kind,
            operator=operator,
            codes="in tls svc kssvc cfg nad dep ksep",
            registered=(registered,),
            services=parts.apis(name, port),
            workloads=workloads,
            status=parts.ready_count(workloads),
            generation=generation,
        )
    )


def _horizon_status(body: Body, view: View) -> dict[str, Any]:
    namespace = body["metadata"]["namespace"]
    return parts.ready_count(parts.deployed("horizon"))(body, view) | {
        "endpoint": f"https://horizon-{namespace}.apps-crc.testing"
    }


ROWS = (
    _parent(
        "Barbican",
        "rbac mq in db cfg sync",
        "barbican",
        shapes.members(
            "barbican.openstack.org",
            ("BarbicanAPI", "{}-api", "barbicanAPI"),
            ("BarbicanWorker", "{}-worker", "barbicanWorker"),
            ("BarbicanKeystoneListener", "{}-keystone-listener", "barbicanKeystoneListener"),
        ),
    ),
    _api("barbican", "BarbicanAPI", "barbican", 9311, ("barbican", "key-manager"), generation=False),
    _worker("barbican", "BarbicanWorker", generation=False),
    _worker("barbican", "BarbicanKeystoneListener", generation=False),
    _parent(
        "Heat",
        "rbac mq mc in db cfg sync",
        "heat",
        shapes.members(
            "heat.openstack.org",
            ("HeatEngine", "{}-engine", "heatEngine"),
            ("HeatAPI", "{}-api", "heatAPI"),
            ("HeatCfnAPI", "{}-cfnapi", "heatCfnAPI"),
        ),
    ),
    _api("heat", "HeatAPI", "heat-api", 8004, ("heat", "orchestration")),
    _api("heat", "HeatCfnAPI", "heat-cfnapi", 8000, ("heat-cfn", "cloudformation")),
    _worker("heat", "HeatEngine", codes="in tls cfg dep"),
    row(
        Service(
            group="horizon.openstack.org",
            kind="Horizon",
            operator="horizon",
            codes="rbac in mc tls cfg svc dep",
            services=parts.apis("horizon", 443),
            workloads=parts.deployed("horizon"),
            status=_horizon_status,
        )
    ),
    _parent(
        "Ironic",
        "rbac mq in db cfg sync",
        "ironic",
        shapes.members(
            "ironic.openstack.org",
            ("IronicAPI", "{}-api", "ironicAPI"),
            ("IronicInspector", "{}-inspector", "ironicInspector"),
            ("IronicNeutronAgent", "{}-ironic-neutron-agent", "ironicNeutronAgent"),
        ),
    ),
    _api("ironic", "IronicAPI", "ironic", 6385, ("ironic", "baremetal")),
    _api(
        "ironic", "IronicInspector", "ironic-inspector", 5050, ("ironic-inspector", "baremetal-introspection")
    ),
    _worker("ironic", "IronicConductor"),
    _worker("ironic", "IronicNeutronAgent", codes="in tls cfg dep"),
    _parent(
        "Octavia",
        "rbac mq in db cfg sync",
        "octavia",
        shapes.members("octavia.openstack.org", ("OctaviaAPI", "{}-api", "octaviaAPI")),
    ),
    _api("octavia", "OctaviaAPI", "octavia", 9876, ("octavia", "load-balancer")),
    _worker("octavia", "OctaviaAmphoraController"),
    _worker("octavia", "OctaviaRsyslog", codes="in cfg nad dep"),
    _parent(
        "Designate",
        "rbac mq in db cfg sync",
        "designate",
        shapes.members(
            "designate.openstack.org",
            ("DesignateAPI", "{}-api", "designateAPI"),
            ("DesignateCentral", "{}-central", "designateCentral"),
            ("DesignateWorker", "{}-worker", "designateWorker"),
            ("DesignateProducer", "{}-producer", "designateProducer"),
            ("DesignateMdns", "{}-mdns", "designateMdns"),
            ("DesignateBackendbind9", "{}-backendbind9", "designateBackendbind9"),
            ("DesignateUnbound", "{}-unbound", "designateUnbound"),
        ),
    ),
    _api("designate", "DesignateAPI", "designate", 9001, ("designate", "dns")),
    *(
        _worker("designate", f"Designate{part}")
        for part in ("Central", "Worker", "Producer", "Mdns", "Backendbind9", "Unbound")
    ),
)
