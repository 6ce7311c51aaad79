"""nova-operator (and placement-operator): cells, their conductors, APIs."""

from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, database, row, transport
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Makes
from openstack_k8s_cli.rehearsal.simulators.tables import parts, shapes
from openstack_k8s_cli.rehearsal.simulators.world import View

NOVA = "nova.openstack.org"


def _cells(body: Body) -> list[tuple[str, dict[str, Any]]]:
    return sorted((get(body, "spec", "cellTemplates") or {}).items())


def _bus(cell: dict[str, Any]) -> str:
    found = get(cell, "messagingBus", "cluster") or cell.get("cellMessageBusInstance")
    return str(found or "rabbitmq")


def _api_bus(body: Body) -> str | None:
    found = get(body, "spec", "messagingBus", "cluster") or get(body, "spec", "apiMessageBusInstance")
    return str(found) if found else None


def _cell_buses(body: Body, view: View) -> Iterator[Body]:
    for name, cell in _cells(body):
        cluster = _bus(cell)

        def chosen(_: Body, cluster: str = cluster) -> str:
            return cluster

        yield from transport(f"{{}}-{name}-transport", chosen)(body, view)


def _api_databases(body: Body, _view: View) -> list[Body]:
    return database("nova_api", body, instance=get(body, "spec", "apiDatabaseInstance"))


def _cell_databases(body: Body, _view: View) -> Iterator[Body]:
    for name, cell in _cells(body):
        yield from database(f"nova_{name}", body, instance=cell.get("cellDatabaseInstance"))


def _with_defaults(body: Body, **more: Any) -> dict[str, Any]:
    namespace = namespace_of(body)
    keystone = f"https://keystone-public-{namespace}.apps-crc.testing"
    return {
        "apiDatabaseHostname": f"openstack.{namespace}.svc",
        "cell0DatabaseHostname": f"openstack.{namespace}.svc",
        "keystonePublicAuthURL": keystone,
        "registeredCells": {},
        **more,
    }


def _cell_objects(body: Body, _view: View) -> Iterator[Body]:
    for name, cell in _cells(body):
        section = {key: value for key, value in cell.items() if key != "messagingBus"}
        section.setdefault("conductorServiceTemplate", {})
        section.setdefault("noVNCProxyServiceTemplate", {})
        server = cell.get("cellDatabaseInstance") or "openstack"
        given = {
            "cellName": name,
            "cellDatabaseHostname": f"{server}.{namespace_of(body)}.svc",
            **{key: each for key, each in body["spec"].items() if key.endswith("ContainerImageURL")},
        }
        yield parts.part(
            NOVA, "NovaCell", f"{name_of(body)}-{name}", body, section, **_with_defaults(body, **given)
        )


def _top(kind: str, name: str, part: str) -> Makes:
    def make(body: Body, _view: View) -> Iterator[Body]:
        asked = get(body, "spec", f"{part}ServiceTemplate") or {}
        if asked.get("enabled") is not False:
            more = _with_defaults(body, **parts.given_image(body, part))
            yield parts.part(NOVA, kind, name.format(name_of(body)), body, asked, **more)

    return make


def _conductor(body: Body, _view: View) -> list[Body]:
    section, cell = get(body, "spec", "conductorServiceTemplate"), get(body, "spec", "cellName")
    more = {"cellName": cell, **parts.given_image(body, "conductor")}
    return [parts.part(NOVA, "NovaConductor", f"{name_of(body)}-conductor", body, section, **more)]


def _console(body: Body, _view: View) -> Iterator[Body]:
    section, cell = get(body, "spec", "noVNCProxyServiceTemplate") or {}, get(body, "spec", "cellName")
    if cell != "cell0" and section.get("enabled") is not False:
        more = {"cellName": cell, "cellDatabaseHostname": get(body, "spec", "cellDatabaseHostname")}
        more |= parts.given_image(body, "novncproxy")
        yield parts.part(NOVA, "NovaNoVNCProxy", f"{name_of(body)}-novncproxy", body, section, **more)


def _compute_config(body: Body, _view: View) -> Iterator[Body]:
    """Make the secret that compute nodes of the cell read."""
    cell = get(body, "spec", "cellName")
    if cell != "cell0":
        name = f"{name_of(body)}-compute-config"
        yield objects.secret(name, namespace_of(body), {"01-nova.conf": "[DEFAULT]\n", "nova-blank.conf": ""})


def _cell_jobs(body: Body, _view: View) -> list[Body]:
    names = (f"{name_of(body)}-db-sync",)
    labels = {"service": "nova-conductor", "cell": str(get(body, "spec", "cellName"))}
    return [objects.job(name, namespace_of(body), labels) for name in names]


def _mappings(body: Body, _view: View) -> list[Body]:
    return [
        objects.job(
            f"{name_of(body)}-{name}-cell-mapping", namespace_of(body), {"service": "nova", "cell": name}
        )
        for name, _ in _cells(body)
    ]


def _neutron_metadata(body: Body, _view: View) -> list[Body]:
    return [objects.secret("nova-metadata-neutron-config", namespace_of(body), {"05-nova-metadata.conf": ""})]


def _registered(body: Body, view: View) -> dict[str, Any]:
    ready = {
        name_of(made): "rehearsal"
        for made in _cell_objects(body, view)
        if needs.is_ready(view.get(in_namespace(body, NOVA, "NovaCell", name_of(made))) or {})
    }
    return {"registeredCells": ready} if ready else {}


def _all_of(type: str, init: str, done: str, makes: Makes, *, waiting: str = "") -> Condition:  # noqa: A002 -- the condition's own field
    return Condition(
        type=type,
        init=init,
        waiting=waiting or init,
        done=done,
        makes=(makes,),
        needs=(needs.children_ready(_without_secrets(makes), named=False),),
    )


def _without_secrets(makes: Makes) -> Makes:
    return lambda body, view: [each for each in makes(body, view) if each["kind"] != "Secret"]


_EXTRA = (
    (
        "apimq",
        _all_of(
            "NovaAPIMQReady",
            "API message bus not started",
            "API message bus creation successfully",
            transport("{}-api-transport", _api_bus),
            waiting="API message bus creation ongoing",
        ),
    ),
    (
        "cellmq",
        _all_of(
            "NovaAllCellsMQReady",
            "Message bus creation not started",
            "All message busses created successfully",
            _cell_buses,
            waiting="Message bus creation ongoing for cell0,cell1",
        ),
    ),
    ("apidb", _all_of("NovaAPIDBReady", "DB create not started", "DB create completed", _api_databases)),
    (
        "celldb",
        _all_of(
            "NovaAllCellDBReady",
            "DB creation not started",
            "All DBs created successfully",
            _cell_databases,
            waiting="DB creation ongoing for cell0,cell1",
        ),
    ),
    (
        "cells",
        Condition(
            type="NovaAllCellReady",
            init="NovaCells are not started",
            waiting="NovaCell cell0,cell1 is not Ready",
            done="All NovaCells are ready",
            makes=(_mappings, _cell_objects),
            needs=(needs.children_ready(_cell_objects),),
            stops=False,
        ),
    ),
    ("api", shapes.mirror("NovaAPIReady", "NovaAPI", _top("NovaAPI", "{}-api", "api"))),
    (
        "scheduler",
        shapes.mirror(
            "NovaSchedulerReady",
            "NovaScheduler",
            _top("NovaScheduler", "{}-scheduler", "scheduler"),
        ),
    ),
    (
        "metadata",
        shapes.mirror(
            "NovaMetadataReady",
            "NovaMetadata",
            _top("NovaMetadata", "{}-metadata", "metadata"),
        ),
    ),
)

_CELL = (
    ("conductor", shapes.mirror("NovaConductorReady", "NovaConductor", _conductor)),
    ("console", shapes.mirror("NovaNoVNCProxyReady", "NovaNoVNCProxy", _console)),
    (
        "compute",
        Condition(
            type="NovaComputeServiceConfigReady",
            init="Compute service config generation is not started",
            done="Service config create completed",
            makes=(_compute_config,),
        ),
    ),
    (
        "computes",
        Condition(
            type="NovaAllControlPlaneComputesReady", init="NovaCompute not started", done="Setup complete"
        ),
    ),
)

_SYNC = Condition(
    type="DBSyncReady",
    init="DBsync not started",
    waiting="DBsync job still running",
    done="DBsync completed",
    makes=(_cell_jobs,),
    needs=(needs.jobs_done(_cell_jobs, "DBsync job error occurred {}"),),
)

_conductors = parts.stateful("{}", service="nova-conductor", containers=("{}-conductor",), cell=True)
_schedulers = parts.stateful("{}", service="nova-scheduler", containers=("nova-scheduler-scheduler",))
_consoles = parts.stateful("{}", service="nova-novncproxy", containers=("{}-novncproxy",), cell=True)
_apis = parts.stateful("{}", service="nova-api", containers=("nova-api-log", "nova-api-api"))
_metadata = parts.stateful(
    "{}", service="nova-metadata", containers=("nova-metadata-log", "nova-metadata-metadata")
)


def _metadata_services(body: Body, _view: View) -> list[Body]:
    override = get(body, "spec", "override", "service")
    labels = {"service": "nova-metadata"}
    return [objects.service("nova-metadata-internal", namespace_of(body), labels, 8775, override=override)]


def _console_services(body: Body, _view: View) -> list[Body]:
    cell = str(get(body, "spec", "cellName"))
    labels = {"service": "nova-novncproxy", "cell": cell}
    return [objects.service(f"nova-novncproxy-{cell}-public", namespace_of(body), labels, 6080)]


def _part(kind: str, codes: str, workloads: Makes, **more: Any) -> Service:
    return Service(
        group=NOVA,
        kind=kind,
        operator="nova",
        codes=codes,
        workloads=workloads,
        status=parts.ready_count(workloads),
        **more,
    )


ROWS = (
    row(
        Service(
            group=NOVA,
            kind="Nova",
            operator="nova",
            codes="rbac in kssvc apimq cellmq apidb celldb mc cells api scheduler metadata",
            registered=(("nova", "compute"),),
            extra=_EXTRA,
            status=_registered,
            prunes=True,
        )
    ),
    row(
        Service(
            group=NOVA,
            kind="NovaCell",
            operator="nova",
            codes="in conductor console compute computes",
            extra=_CELL,
        )
    ),
    row(_part("NovaConductor", "in tls mc cfg sync nad dep cron", _conductors, extra=(("sync", _SYNC),))),
    row(_part("NovaScheduler", "in tls cfg nad dep", _schedulers)),
    row(_part("NovaNoVNCProxy", "in tls mc cfg svc nad dep", _consoles, services=_console_services)),
    row(
        _part(
            "NovaAPI",
            "in tls mc cfg nad dep svc ksep",
            _apis,
            services=parts.apis("nova", 8774),
            registered=(("nova", "compute"),),
        )
    ),
    row(
        _part(
            "NovaMetadata",
            "in tls mc cfg nad dep svc",
            _metadata,
            services=_metadata_services,
            configs=_neutron_metadata,
        )
    ),
    row(
        Service(
            group="placement.openstack.org",
            kind="PlacementAPI",
            operator="placement",
            codes="rbac in tls db svc kssvc cfg sync nad dep ksep",
            databases=("placement",),
            jobs=("placement-db-sync",),
            registered=(("placement", "placement"),),
            services=parts.apis("placement", 8778),
            workloads=parts.deployed("placement"),
            status=parts.ready_count(parts.deployed("placement")),
        )
    ),
)
