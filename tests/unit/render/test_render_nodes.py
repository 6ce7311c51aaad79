"""The nodes' policies: addresses, interfaces and routes, and what differs from node to node."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from tests.unit.render.rendered import steps
from tests.unit.render.variants import bodies

THREE = "platform: {workers: [w0, w1, w2]}\n"


def policies(overlay: str, *, name: str = "crc", sets: tuple[str, ...] = ()) -> dict[str, Body]:
    """Give the policies by name."""
    return bodies(steps(name, *sets, overlay=overlay), "NodeNetworkConfigurationPolicy")


def interfaces(policy: Body) -> dict[str, Any]:
    """Give a policy's interfaces by name."""
    return {each["name"]: each for each in policy["spec"]["desiredState"]["interfaces"]}


def address(policy: Body, name: str, family: int = 4) -> str:
    """Give an interface's first address with the length of its prefix."""
    found = get(interfaces(policy)[name], f"ipv{family}", "address", 0)
    return f"{found['ip']}/{found['prefix-length']}"


def test_only_some_nodes_have_a_policy() -> None:
    """`policies.only` leaves nodes out; the others keep the addresses that they have in the whole list."""
    found = policies(THREE, sets=("networks.policies.only=[w1]",))

    assert list(found) == ["enp6s0-w1"]
    assert address(found["enp6s0-w1"], "ospbr") == "192.168.122.11/24"


def test_one_node_differs() -> None:
    """A node has another address, card and routes in a network, or none of it at all."""
    overlay = """
platform: {workers: [w0, w1], nics: {default: enp6s0, w1: {default: eno1}}}
networks:
  storage: {perNode: {w1: {address: 172.18.0.77/25, routes: [{destination: 10.9.0.0/16, gateway: .1}]}}}
  tenant: {perNode: {w1: {interface: false}}}
"""
    found = policies(overlay)

    assert address(found["enp6s0-w0"], "enp6s0.21") == "172.18.0.5/24"
    assert address(found["eno1-w1"], "eno1.21") == "172.18.0.77/25"
    assert "eno1.22" not in interfaces(found["eno1-w1"])
    assert found["eno1-w1"]["spec"]["desiredState"]["routes"]["config"] == [
        {"destination": "10.9.0.0/16", "next-hop-interface": "eno1.21", "next-hop-address": "172.18.0.1"}
    ]


def test_interfaces_are_named_by_a_rule() -> None:
    """VLAN interfaces may have their network's name: policy, attachment and advertisement follow."""
    overlay = 'networks: {defaults: {device: "{name}"}, policies: {name: "{node}", resolver: .1}}\n'
    rendered = steps("crc", overlay=overlay)
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    advertised = bodies(rendered, "L2Advertisement")["internalapi"]["spec"]["interfaces"]

    assert policy["metadata"]["name"] == "crc"
    assert {"internalapi", "storage", "tenant"} <= interfaces(policy).keys()
    assert interfaces(policy)["octbr"]["bridge"]["port"] == [{"name": "octavia"}]
    assert advertised == ["internalapi"]
    assert (
        '"master": "internalapi"'
        in bodies(rendered, "NetworkAttachmentDefinition")["internalapi"]["spec"]["config"]
    )
    assert policy["spec"]["desiredState"]["dns-resolver"]["config"]["server"] == ["192.168.122.1"]


def test_nodes_with_other_cards_are_all_advertised() -> None:
    """An advertisement names the interfaces of all nodes."""
    overlay = "platform: {workers: [w0, w1], nics: {default: enp6s0, w1: {default: eno1}}}\n"

    found = bodies(steps("crc", overlay=overlay), "L2Advertisement")

    assert found["storage"]["spec"]["interfaces"] == ["enp6s0.21", "eno1.21"]


def test_a_macvlan_interface_has_the_addresses() -> None:
    """The VLAN below it has none."""
    [policy] = policies("", sets=("networks.storage.macvlan=storage",)).values()
    found = interfaces(policy)

    assert found["storage"]["mac-vlan"] == {"base-iface": "enp6s0.21", "mode": "bridge"}
    assert address(policy, "storage") == "172.18.0.5/24"
    assert found["enp6s0.21"]["ipv4"] == {"enabled": False}


def test_a_bridge_may_stay_within_its_node() -> None:
    """It has no port, and the same address on each node."""
    overlay = (
        THREE + "networks: {internalapi: {vlan: null, bridge: internalapi, local: true, nodeAddress: .1}}\n"
    )

    found = policies(overlay)

    assert {address(each, "internalapi") for each in found.values()} == {"172.17.0.1/24"}
    assert all(interfaces(each)["internalapi"]["bridge"]["port"] == [] for each in found.values())


def test_a_router_leads_nodes_and_pods_to_the_subnets() -> None:
    """Nodes and pods get the routes, with what the profile adds to each of the nodes'."""
    overlay = """
networks:
  policies: {route: {metric: 150}}
  ctlplane: {router: .1, subnets: {subnet1: {}, subnet2: {cidr: 192.168.133.0/24}}}
"""
    rendered = steps("crc", overlay=overlay)
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()

    assert policy["spec"]["desiredState"]["routes"]["config"] == [
        {
            "destination": "192.168.133.0/24",
            "next-hop-interface": "ospbr",
            "next-hop-address": "192.168.122.1",
            "metric": 150,
        }
    ]
    assert (
        '"gw": "192.168.122.1"'
        in bodies(rendered, "NetworkAttachmentDefinition")["ctlplane"]["spec"]["config"]
    )


def test_a_new_network_is_one_entry() -> None:
    """Interface, attachment, pool, advertisement and subnet come from it."""
    rendered = steps("crc", overlay="networks: {backup: {cidr: 172.40.0.0/24, vlan: 40, vips: true}}\n")
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    [config] = bodies(rendered, "NetConfig").values()

    assert address(policy, "enp6s0.40") == "172.40.0.5/24"
    assert "172.40.0.30" in bodies(rendered, "NetworkAttachmentDefinition")["backup"]["spec"]["config"]
    assert bodies(rendered, "IPAddressPool")["backup"]["spec"]["addresses"] == ["172.40.0.80-172.40.0.90"]
    assert bodies(rendered, "L2Advertisement")["backup"]["spec"]["interfaces"] == ["enp6s0.40"]
    assert [
        each["subnets"][0]["vlan"] for each in config["spec"]["networks"] if each["name"] == "backup"
    ] == [40]


def test_policies_say_all() -> None:
    """`complete` writes what holds anyhow, too: usual MTUs, the card that bridge and VLANs share, no routes."""
    overlay = 'networks: {policies: {complete: true, labels: {x/node: "{node}-{i}-{nic}"}}}\n'
    [found] = policies(overlay).values()
    desired, there = found["spec"]["desiredState"], interfaces(found)

    assert found["metadata"]["labels"]["x/node"] == "crc-0-enp6s0"
    assert "osp/interface" not in found["metadata"]["labels"]
    assert (there["enp6s0.20"]["mtu"], desired["routes"], desired["route-rules"]) == (
        1500,
        {"config": []},
        {"config": []},
    )
    assert there["enp6s0"] == {
        "name": "enp6s0",
        "description": "ctlplane interface",
        "type": "ethernet",
        "state": "up",
        "mtu": 1500,
    }


def test_an_interface_takes_more() -> None:
    """A network's `spec` goes into its interface as it is, the uppermost of several; null takes a field out."""
    overlay = """
networks:
  storage: {spec: {vlan: {reorder-headers: null}, description: disks}}
  octavia: {spec: {description: balancers}}
"""
    [found] = policies(overlay).values()
    there = interfaces(found)

    assert there["enp6s0.21"]["vlan"] == {"base-iface": "enp6s0", "id": 21}
    assert [there[name]["description"] for name in ("enp6s0.21", "octbr")] == ["disks", "balancers"]
    assert there["enp6s0.24"]["description"] == "Octavia vlan host interface"


def test_a_pool_outside_is_the_networks_all_the_same() -> None:
    """What has an address in it names the network's pool."""
    overlay = (
        "networks: {ctlplane: {pool: [10.9.0.1-10.9.0.9]}}\ncontrolplane: {addresses: {dns: 10.9.0.2}}\n"
    )
    rendered = steps("crc", overlay=overlay)
    [plane] = bodies(rendered, "OpenStackControlPlane").values()
    notes = plane["spec"]["dns"]["template"]["override"]["service"]["metadata"]["annotations"]

    assert bodies(rendered, "IPAddressPool")["ctlplane"]["spec"]["addresses"] == ["10.9.0.1-10.9.0.9"]
    assert notes["metallb.universe.tf/address-pool"] == "ctlplane"
    assert notes["metallb.universe.tf/loadBalancerIPs"] == "10.9.0.2"
