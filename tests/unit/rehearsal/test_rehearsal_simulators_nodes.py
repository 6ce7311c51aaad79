"""What a simulated node says of its interfaces."""

from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.rehearsal.simulators import table
from openstack_k8s_cli.rehearsal.simulators.world import View, World
from tests.unit.rehearsal.test_rehearsal_simulators_machines import cluster


def told(*interfaces: dict[str, Any]) -> dict[str, Any]:
    """Give what is told of the only node once a policy with these interfaces is met, by name."""
    world = World()
    policy = cluster(
        "nmstate.io/v1",
        "NodeNetworkConfigurationPolicy",
        "p",
        spec={"desiredState": {"interfaces": list(interfaces)}},
    )
    for each in (cluster("v1", "Node", "crc"), policy):
        world.put(each)
    row = table.BY_KIND["nmstate.io", "NodeNetworkConfigurationPolicy"]
    (met,) = row.conditions(policy) if callable(row.conditions) else row.conditions
    made = [body for make in met.makes for body in make(policy, View(world))]
    state = next(body for body in made if body["kind"] == "NodeNetworkState")
    return {str(each["name"]): each for each in get(state, "status", "currentState", "interfaces")}


def test_the_cards_below_are_there() -> None:
    """Those of VLANs, bridges and bonds, with room for the largest packets; `osk doctor` looks for them."""
    vlan = {"name": "enp6s0.20", "type": "vlan", "mtu": 9000, "vlan": {"base-iface": "enp6s0", "id": 20}}
    bridge = {"name": "br", "type": "linux-bridge", "bridge": {"port": [{"name": "bond0"}]}}
    bond = {"name": "bond0", "type": "bond", "link-aggregation": {"port": ["ens4", "ens5"]}}

    found = told(vlan, bridge, bond)

    assert {"enp6s0", "ens4", "ens5"} == found.keys() - {"enp6s0.20", "br", "bond0"}
    assert {"type": "ethernet", "state": "up", "mtu": 9000, "name": "enp6s0"} == found["enp6s0"]
    assert found["bond0"] == bond


def test_interfaces_that_are_taken_down_are_not_there() -> None:
    """Nor is a card told of that nothing is on."""
    assert {} == told({"name": "enp6s0.20", "type": "vlan", "state": "absent"})
