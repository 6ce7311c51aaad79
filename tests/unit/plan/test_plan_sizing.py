"""What the manifests of a plan need of a cluster."""

from typing import Any

import pytest

from openstack_k8s_cli.model.quantities import GIB, MIB
from openstack_k8s_cli.plan.sizing import Amount, Demand, Load, Share, demand
from tests.unit.plan.test_plan_building import manifest

CORE = "core.openstack.org/v1beta1"


def control_plane(**spec: Any) -> Demand:
    """Size a control plane of these sections."""
    made = manifest("OpenStackControlPlane", "cp", namespace="openstack", api=CORE, spec=spec)
    return demand([made])


def loads(found: Demand) -> dict[str, int]:
    """Count the pods by workload."""
    return {each.name: each.copies for each in found.loads if each.name != "openstackclient"}


def test_replicas_and_cells_are_counted() -> None:
    """Each template of a map is a workload, with the replicas that it says, one where it says none."""
    cells = {"cell0": {}, "cell1": {"conductorServiceTemplate": {"replicas": 3}}}
    found = loads(control_plane(nova={"template": {"cellTemplates": cells}}))

    assert found["nova.template.cellTemplates.cell1.conductorServiceTemplate"] == 3
    assert found["nova.template.cellTemplates.cell0.conductorServiceTemplate"] == 1
    assert "nova.template.cellTemplates.cell0.noVNCProxyServiceTemplate" not in found
    assert found["nova.template.apiServiceTemplate"] == 1


@pytest.mark.parametrize(
    "spec",
    [
        {"heat": {"template": {}}},
        {"keystone": {"enabled": False, "template": {}}},
        {},
        {"ovn": {"enabled": True, "template": {"ovnController": {}, "ovnNorthd": {"enabled": False}}}},
        {"cinder": {"enabled": False}},
    ],
)
def test_what_is_off_needs_nothing(spec: dict[str, Any]) -> None:
    """Services that are off, that the cluster leaves off, or that have nothing to do need nothing."""
    assert loads(control_plane(**spec)) == {}


def test_extras_of_telemetry_only_where_they_are_on() -> None:
    """Metrics are counted once they are switched on; the ceilometer is without a word."""
    assert loads(control_plane(telemetry={"template": {}})) == {"telemetry.template.ceilometer": 1}
    found = loads(control_plane(telemetry={"template": {"metricStorage": {"enabled": True}}}))
    assert "telemetry.template.metricStorage" in found


def test_image_service_is_there_twice_unless_it_is_single() -> None:
    """A split image service has a pod for outside and one for inside."""
    apis = {"default": {"replicas": 3}, "edge": {"type": "edge", "replicas": 1}}
    found = loads(control_plane(glance={"template": {"glanceAPIs": apis}}))

    assert found == {"glance.template.glanceAPIs.default": 6, "glance.template.glanceAPIs.edge": 1}


def test_message_buses_request_what_their_operator_gives_them() -> None:
    """A message bus asks for a processor and 2 GiB, or for what its template says."""
    buses = {"rabbitmq": {}, "small": {"resources": {"requests": {"cpu": "250m", "memory": "512Mi"}}}}
    found = {each.name: each.requests for each in control_plane(rabbitmq={"templates": buses}).loads}

    assert found["rabbitmq.templates.rabbitmq"] == Amount(1, 2 * GIB)
    assert found["rabbitmq.templates.small"] == Amount(0.25, 512 * MIB)


def test_service_by_itself_needs_what_it_needs_in_a_control_plane() -> None:
    """A service that is deployed by a resource of its own counts as in a control plane, also where it is off there."""
    alone = demand(
        [manifest("Heat", "heat", api="heat.openstack.org/v1beta1", spec={"heatAPI": {"replicas": 2}})]
    )
    within = control_plane(heat={"enabled": True, "template": {"heatAPI": {"replicas": 2}}})

    assert alone.total() + Share(Amount(), Amount(0.05, 128 * MIB)) == within.total()


def test_operators_count_unless_they_are_off() -> None:
    """The OpenStack kind brings 21 operators and its own; one that is off needs nothing, one that asks for more gets it."""
    more = {"name": "nova", "controllerManager": {"resources": {"requests": {"memory": "1Gi"}}}}
    off = {"name": "heat", "replicas": 0}
    made = manifest("OpenStack", "o", api="operator.openstack.org/v1beta1", spec={})
    changed = manifest(
        "OpenStack", "o", api="operator.openstack.org/v1beta1", spec={"operatorOverrides": [more, off]}
    )

    before, after = demand([made]).total().requests, demand([changed]).total().requests
    assert before.cpu == pytest.approx(0.22)
    assert after.memory - before.memory == GIB - 2 * 256 * MIB


def test_pods_of_manifests_count_by_their_containers() -> None:
    """A Deployment counts with what its containers request, or limit where nothing is requested."""
    containers = [
        {"resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}},
        {"resources": {"requests": {"memory": "1Gi"}}},
    ]
    spec = {"replicas": 2, "template": {"spec": {"containers": containers}}}
    total = demand([manifest("Deployment", "d", api="apps/v1", spec=spec)]).total().requests

    assert total == Amount(2, 4 * GIB)


def test_pods_are_dealt_out() -> None:
    """Copies go to different nodes while there are some, what is everywhere to each, and what is bound where it is bound."""
    unit = Amount(1, GIB)
    found = Demand(
        (
            Load("a", unit, unit, 3),
            Load("b", unit, unit, everywhere=True),
            Load("c", unit, unit * 5, node="two"),
        )
    ).spread(["one", "two", "three"])

    assert {name: share.requests.cpu for name, share in found.items()} == {"one": 2, "two": 3, "three": 2}
    assert Demand((Load("a", unit, unit, 3),)).spread([]) == {}


def test_needs_are_the_larger_of_what_is_used_and_requested() -> None:
    """What is requested stays reserved; what is used beyond it must be there too."""
    assert Share(Amount(1, 2 * GIB), Amount(2, GIB)).needs == Amount(2, 2 * GIB)


def test_volumes_have_sizes_and_classes() -> None:
    """Volumes of services that are on are counted with their size, 10 GiB where they say none, and their class."""
    found = control_plane(
        storageClass="local",
        galera={"templates": {"openstack": {"replicas": 3, "storageRequest": "5G", "storageClass": "fast"}}},
        rabbitmq={"templates": {"rabbitmq": {}}},
        ironic={"template": {"ironicConductors": [{"storageRequest": "9Gi"}]}},
    ).volumes

    assert [(each.size, each.copies, each.storage_class) for each in found] == [
        (5e9, 3, "fast"),
        (10 * GIB, 1, "local"),
    ]
