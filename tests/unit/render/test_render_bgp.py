"""BGP: peers, what they are told, links and loopbacks."""

import pytest

from openstack_k8s_cli.model.objects import get
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.test_render_nodes import address, interfaces
from tests.unit.render.variants import bodies


def test_each_link_has_its_peer() -> None:
    """One peer a link on one node, with the password of a Secret and nothing of it in the peer."""
    rendered = steps("bgp", overlay="platform: {workers: [crc]}\n")
    peers = bodies(rendered, "BGPPeer")

    assert {name: peer["spec"]["peerAddress"] for name, peer in peers.items()} == {
        "bgp-peer": "100.65.4.1",
        "bgp-peer-2": "100.64.4.1",
    }
    assert {peer["spec"]["routerID"] for peer in peers.values()} == {"172.30.4.2"}
    assert all(peer["spec"]["passwordSecret"] == {"name": "bgp-peer-password"} for peer in peers.values())
    assert "Secret metallb-system/bgp-peer-password" in manifests(rendered)
    assert bodies(rendered, "BGPAdvertisement")["bgpadvertisement"]["spec"] == {
        "ipAddressPools": ["ctlplane", "internalapi", "storage", "tenant", "designateext"],
        "peers": ["bgp-peer", "bgp-peer-2"],
    }


def test_further_nodes_have_links_of_their_own() -> None:
    """Addresses are never repeated: each node is in the next subnet, with peers only for it."""
    rendered = steps("bgp", overlay="platform: {workers: [w0, w1]}\n")
    found = bodies(rendered, "NodeNetworkConfigurationPolicy")
    peers = bodies(rendered, "BGPPeer")

    assert address(found["enp6s0-w0"], "enp7s0") == "100.65.4.2/30"
    assert address(found["enp6s0-w1"], "enp7s0") == "100.65.5.2/30"
    assert address(found["enp6s0-w1"], "lo") == "172.30.5.2/32"
    assert address(found["enp6s0-w1"], "lo", 6) == "f00d:f00d:f00d:f00d:f00d:f00d:f00d:52/128"
    assert list(peers) == ["bgp-peer", "bgp-peer-w1", "bgp-peer-2", "bgp-peer-2-w1"]
    assert peers["bgp-peer-w1"]["spec"]["peerAddress"] == "100.65.5.1"
    assert get(peers["bgp-peer-w1"], "spec", "nodeSelectors", 0, "matchExpressions", 0, "values") == ["w1"]


def test_loopbacks_are_on_one_interface() -> None:
    """`lo` has the addresses of all loopback networks, each for itself."""
    [policy] = bodies(
        steps("bgp", overlay="platform: {workers: [crc]}\n"), "NodeNetworkConfigurationPolicy"
    ).values()
    names = [each["name"] for each in policy["spec"]["desiredState"]["interfaces"]]

    assert names.count("lo") == 1
    assert interfaces(policy)["lo"]["mtu"] == 65536


def test_what_speaks_for_the_nodes_decides_how_it_is_told() -> None:
    """FRR-K8s takes an FRRConfiguration, and pods' addresses by a BGPConfiguration after the control plane; FRR takes MetalLB's extras, which are always there."""
    modern = steps("bgp", overlay="platform: {workers: [crc]}\n")
    older = steps("bgp", "bgp.backend=frr", overlay="platform: {workers: [crc]}\n")
    [frr] = bodies(modern, "FRRConfiguration").values()
    [last] = [step for step in modern if step.id.startswith("controlplane/pod-routes")]

    assert frr["spec"]["bgp"]["routers"][0]["prefixes"] == ["172.30.4.2/32"]
    assert "controlplane/control-plane/services" in last.after
    assert [each.id.kind for each in last.manifests] == ["BGPConfiguration"]
    for rendered in (modern, older):
        extras = bodies(rendered, "ConfigMap")["bgpextras"]["data"]["extras"]
        assert "neighbor 100.65.4.1 allowas-in origin" in extras
    assert not bodies(older, "FRRConfiguration")
    assert not bodies(older, "BGPConfiguration")


def test_extras_for_several_nodes_name_no_node() -> None:
    """Every loopback may be told to every leaf; what only one of the nodes has is left out."""
    rendered = steps("bgp", overlay="platform: {workers: [w0, w1]}\n")
    extras = bodies(rendered, "ConfigMap")["bgpextras"]["data"]["extras"]

    assert [each for each in extras.splitlines() if "network" in each] == [
        "  network 172.30.4.2/32",
        "  network 172.30.5.2/32",
    ]
    assert "route-map 100.65.5.1-out permit 3" in extras
    assert "neighbor" not in extras
    assert "set src" not in extras


def test_without_isolation_the_nodes_still_have_their_links() -> None:
    """BGP needs the nodes' interfaces and pools; the control plane asks for none of them."""
    rendered = steps("bgp", "networks.isolation=false", overlay="platform: {workers: [crc]}\n")
    [control_plane] = bodies(rendered, "OpenStackControlPlane").values()

    assert bodies(rendered, "NodeNetworkConfigurationPolicy")
    assert bodies(rendered, "BGPPeer")
    assert "metallb" not in str(control_plane)


def test_peers_may_be_for_some_nodes() -> None:
    """A peer that names nodes is for them alone; pools may be announced by BGP only."""
    overlay = """
platform: {workers: [w0, w1]}
bgp: {l2: false, pools: [internalapi], peers: {bgp-peer: null, leaf: {address: 100.64.0.9, asn: 65001, nodes: [w1]}}}
"""
    rendered = steps("bgp", overlay=overlay)
    leaf = bodies(rendered, "BGPPeer")["leaf"]["spec"]

    assert (leaf["peerASN"], leaf["peerAddress"]) == (65001, "100.64.0.9")
    assert get(leaf, "nodeSelectors", 0, "matchExpressions", 0, "values") == ["w1"]
    assert not bodies(rendered, "L2Advertisement")
    assert bodies(rendered, "BGPAdvertisement")["bgpadvertisement"]["spec"]["ipAddressPools"] == [
        "internalapi"
    ]


def test_ways_to_one_destination_stand_together() -> None:
    """Over both links, weighed as they are written; the hosts have none of the nodes' routes."""
    routes = "nodeRoutes: [{destination: 99.99.0.0/16, gateway: .1, spec: {weight: 200}}, {destination: 172.24.0.0/16, gateway: .1}]"
    rendered = steps(
        "bgp",
        overlay=f"platform: {{workers: [crc]}}\nnetworks: {{bgpnet1: {{{routes}}}, bgpnet2: {{{routes}}}}}\n",
    )
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    netconfig = bodies(rendered, "NetConfig")["netconfig"]

    assert [
        (each["destination"], each["next-hop-interface"], each.get("weight"))
        for each in policy["spec"]["desiredState"]["routes"]["config"]
    ] == [
        ("99.99.0.0/16", "enp7s0", 200),
        ("99.99.0.0/16", "enp8s0", 200),
        ("172.24.0.0/16", "enp7s0", None),
        ("172.24.0.0/16", "enp8s0", None),
    ]
    assert "99.99.0.0/16" not in str(netconfig)


def test_a_loopback_takes_what_its_networks_say_of_it() -> None:
    """`spec` is merged into `lo`."""
    overlay = (
        "platform: {workers: [crc]}\nnetworks: {bgpmainnet: {spec: {description: loopback interface}}}\n"
    )
    [policy] = bodies(steps("bgp", overlay=overlay), "NodeNetworkConfigurationPolicy").values()

    assert interfaces(policy)["lo"]["description"] == "loopback interface"


@pytest.mark.parametrize(
    ("values", "bridges", "cards"),
    [
        ("edpm_frr_bgp_uplinks: null, bgp_bridges: [a, b]", ["{{ bgp_bridges[0] }}", "{{ bgp_bridges[1] }}"], ["nic2", "nic3"]),
        (
            "",
            ["{{ neutron_physical_bridge_name }}", "{{ neutron_physical_bridge_name }}-2"],
            ["{{ edpm_frr_bgp_uplinks[0] }}", "{{ edpm_frr_bgp_uplinks[1] }}"],
        ),
    ],
)  # fmt: skip
def test_the_hosts_links_are_those_of_the_profile(values: str, bridges: list[str], cards: list[str]) -> None:
    """Each link is a bridge with one card and the host's address there; the loopback has the main ones."""
    overlay = f"dataplane: {{nodesets: {{compute: {{networkTemplate: bgp-ovn, vars: {{{values}}}}}}}}}\n"
    rendered = steps("bgp", overlay=overlay)
    text = bodies(rendered, "ConfigMap")["network-config-template-ipam"]["data"]["network_config_template"]
    links = [part for part in text.split("\n- type: ") if "members:" in part]

    assert [part.split("name: ")[1].splitlines()[0] for part in links] == bridges
    assert [part.split("name: ")[2].splitlines()[0] for part in links] == cards
    assert [part.split("ip_netmask: ")[1].splitlines()[0] for part in links] == [
        "{{ bgpnet1_ip }}/30",
        "{{ bgpnet2_ip }}/30",
    ]
    assert text.rstrip().endswith(
        "- ip_netmask: {{ bgpmainnet_ip }}/32\n  - ip_netmask: {{ bgpmainnet6_ip }}/128"
    )
