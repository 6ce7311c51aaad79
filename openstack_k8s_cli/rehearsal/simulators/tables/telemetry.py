"""telemetry-operator."""

from dataclasses import replace

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Makes
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

TELEMETRY = "telemetry.openstack.org"
_PARTS = {
    "ceilometer": "Ceilometer",
    "autoscaling": "Autoscaling",
    "metricStorage": "MetricStorage",
    "logging": "Logging",
}
_METRICS = ("MonitoringStackReady", "ScrapeConfigReady", "PrometheusReady")


def _asked(section: str) -> Makes:
    kind = _PARTS[section]
    name = {"MetricStorage": "metric-storage"}.get(kind, kind.lower())

    def make(body: Body, _view: View) -> list[Body]:
        asked = get(body, "spec", section) or {}
        if not asked.get("enabled"):
            return []
        own = {key: value for key, value in asked.items() if key != "enabled"}
        return [parts.part(TELEMETRY, kind, name, body, own)]

    return make


def _of_part(section: str) -> Condition:
    kind, make = _PARTS[section], _asked(section)
    return Condition(
        type=f"{kind}Ready",
        init=f"{kind} not started",
        waiting=f"{kind} in progress",
        done=f"{kind} completed",
        makes=(make,),
        needs=(needs.children_ready(make),),
        stops=False,
    )


_CONDITIONS = {section: _of_part(section) for section in _PARTS}


def _enabled_parts(body: Body) -> tuple[Condition, ...]:
    """Give the conditions of what is switched on; the others are taken away."""
    return tuple(each for section, each in _CONDITIONS.items() if get(body, "spec", section, "enabled"))


def _has_observability(_body: Body, view: View) -> Lack | None:
    """Need the Cluster Observability Operator's kinds; without them the reason is a sentence."""
    if view.serves("monitoring.rhobs", "MonitoringStack"):
        return None
    reason = "Can't own MonitoringStack resource. The Cluster Observability Operator probably isn't installed"
    message = f"Error occured when trying to own: {reason}"
    return Lack(message, reason=reason, severity="Error")


def _compute_configs(body: Body, _view: View) -> list[Body]:
    names = ("ceilometer-compute-config-data", "ceilometer-ipmi-config-data", "logging-compute-config-data")
    return [objects.secret(name, namespace_of(body), {"ceilometer.conf": ""}) for name in names]


_collector = parts.stateful(
    "ceilometer",
    containers=(
        "ceilometer-central-agent",
        "ceilometer-notification-agent",
        "sg-core",
        "proxy-httpd",
    ),
)


def _metrics_conditions() -> tuple[tuple[str, Condition], ...]:
    made = [
        Condition(
            type=each,
            init=f"{each.removesuffix('Ready')} not started",
            done="Setup complete",
            needs=(_has_observability,),
        )
        for each in _METRICS
    ]
    return tuple((each.type, each) for each in made)


ROWS = (
    replace(
        row(Service(group=TELEMETRY, kind="Telemetry", operator="telemetry", codes="", prunes=True)),
        conditions=_enabled_parts,
    ),
    row(
        Service(
            group=TELEMETRY,
            kind="Ceilometer",
            operator="telemetry",
            codes="rbac mq kssvc in tls cfg dep",
            registered=(("ceilometer", "Ceilometer"),),
            workloads=_collector,
            configs=_compute_configs,
            status=parts.ready_count(_collector),
        )
    ),
    row(
        Service(
            group=TELEMETRY,
            kind="Autoscaling",
            operator="telemetry",
            codes="rbac mq mc in db cfg sync tls dep kssvc ksep",
            databases=("aodh",),
            jobs=("aodh-db-sync",),
            registered=(("aodh", "alarming"),),
            workloads=parts.stateful("aodh"),
        )
    ),
    row(
        Service(
            group=TELEMETRY,
            kind="MetricStorage",
            operator="telemetry",
            codes=" ".join(_METRICS),
            extra=_metrics_conditions(),
        )
    ),
    row(Service(group=TELEMETRY, kind="Logging", operator="telemetry", codes="rbac cfg")),
)
