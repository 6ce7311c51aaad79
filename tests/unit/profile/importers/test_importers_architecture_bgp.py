"""BGP in the validated architectures' examples: links, loopbacks, peers, racks."""

from typing import Any

from tests.unit.profile.importers.examples import hosts, imported, loaded, lost, objects, values


def node(index: int, rack: int, *, name: str = "") -> str:
    """Write a node with two links to the leaves of its rack."""
    way = f"100.64.{rack}.9"
    return f"""\
  node_{index}:
    name: {name or f"worker-{rack}"}
    ctlplane_ip: 192.168.122.{10 + rack}
    internalapi_ip: 172.17.0.{5 + rack}
    bgp_ip: [100.64.{rack}.10, 100.65.{rack}.10]
    bgp_peers: [{way}, 100.65.{rack}.9]
    loopback_ip: 99.99.{rack}.3
    routes: {{config: [{{destination: 99.99.0.0/16, next-hop-address: {way}, next-hop-interface: enp8s0, weight: 200}}]}}
"""


def subnets(prefix: str, length: int, *, gateway: bool) -> str:
    """Write the subnets of three racks."""
    found = []
    for rack in range(3):
        net = f"{prefix}.{rack}"
        way = f", gateway: {net}.1, routes: [{{destination: 0.0.0.0/0, nexthop: {net}.1}}]" if gateway else ""
        ranges = f"allocationRanges: [{{start: {net}.1, end: {net}.6}}]"
        found.append(f"{{name: subnet{rack}, cidr: {net}.0/{length}, {ranges}{way}}}")
    return f"[{', '.join(found)}]"


ROUTED = f"""\
{node(3, 0)}{node(4, 1)}{node(5, 2)}\
  node_6: {{name: tester, ctlplane_ip: 192.168.122.13, internalapi_ip: 172.17.0.8, bgp_ip: [100.64.10.2], bgp_peers: [100.64.10.1], loopback_ip: 99.99.10.2}}
  bridgeName: ospbr
  ctlplane:
    subnets: [{{name: subnet1, cidr: 192.168.125.0/24, gateway: 192.168.125.1, allocationRanges: [{{start: 192.168.125.100, end: 192.168.125.120}}]}}]
    iface: enp7s0
    prefix-length: 24
    lb_addresses: [192.168.125.80-192.168.125.90]
    net-attach-def: '{{"type": "bridge", "bridge": "ctlplane", "isDefaultGateway": true, "ipam": {{"range": "192.168.125.0/24", "range_start": "192.168.125.30", "range_end": "192.168.125.70"}}}}'
  internalapi:
    subnets: [{{name: subnet1, cidr: 172.17.0.0/24, vlan: 20, allocationRanges: [{{start: 172.17.0.100, end: 172.17.0.250}}]}}]
    vlan: 20
    gateway: 172.17.0.1
    prefix-length: 24
    lb_addresses: [172.17.0.80-172.17.0.90]
    net-attach-def: '{{"type": "bridge", "bridge": "internalapi", "ipam": {{"range": "172.17.0.0/24", "range_start": "172.17.0.30", "range_end": "172.17.0.70"}}}}'
  bgp:
    prefix-length: 30
    ifaces: [enp8s0, enp9s0]
    asn: 64999
    peer_asn: 64998
    subnets:
      bgpnet0: {subnets("100.64", 29, gateway=True)}
      bgpnet1: {subnets("100.65", 29, gateway=True)}
      bgpmainnet: {subnets("99.99", 28, gateway=False)}
    net-attach-def: {{node6: '{{"name": "bgpnet-tester", "type": "macvlan", "master": "enp8s0", "ipam": {{"range": "100.64.10.0/24", "range_start": "100.64.10.10", "range_end": "100.64.10.19"}}}}'}}
"""
FILES = {"control-plane/networking/nncp/values.yaml": values("network-values", ROUTED)}


def networks() -> dict[str, Any]:
    """Give the networks of the example."""
    found: dict[str, Any] = loaded(FILES)["networks"]
    return found


def test_links_that_are_alike_are_said_once() -> None:
    """The links of all nodes follow a rule: each node's network begins 256 addresses after the one before."""
    found = networks()["bgpnet0"]

    assert (["100.64.0.8/30"], 256, ["2-2"]) == (found["cidr"], found["nodeStep"], found["slices"]["nodes"])
    assert [("99.99.0.0/16", ".1", {"weight": 200})] == [
        (each["destination"], each["gateway"], each["spec"]) for each in found["nodeRoutes"]
    ]
    assert found["perNode"]["tester"]["interface"] is False


def test_links_that_are_not_alike_are_said_one_by_one() -> None:
    """Two nodes in one rack, each with a network of its own, have their addresses by name."""
    files = {
        place: text.replace("100.64.1.10", "100.64.0.14").replace("100.64.1.9", "100.64.0.13")
        for place, text in FILES.items()
    }
    found = loaded(files)["networks"]["bgpnet0"]

    assert (0, ["100.64.0.14/30"]) == (found["nodeStep"], found["perNode"]["worker-1"]["address"])
    assert () == imported(files).faults


def test_hosts_ranges_leave_out_the_nodes_ends_of_links() -> None:
    """Where a node's end of a link is in the hosts' range of that network, the range goes round it."""
    files = {place: text.replace("100.64.1.10", "100.64.1.2") for place, text in FILES.items()}

    assert ["1", "3-6"] == loaded(files)["networks"]["bgpnet0"]["subnets"]["subnet1"]["hosts"]


def test_a_node_with_a_network_of_its_own() -> None:
    """A node that only runs tests has its link, and pods are attached to it."""
    found = networks()["bgpnet-tester"]

    assert (True, [".2"]) == (found["perNode"]["tester"]["interface"], found["perNode"]["tester"]["address"])
    assert (["10-19"], False) == (found["slices"]["pods"], found["hosts"])


def test_loopbacks_are_apart_from_the_hosts() -> None:
    """Nodes are known by addresses on the loopback, and the hosts' ranges leave these out."""
    found = networks()["bgpmainnet"]
    addresses = {
        name: [
            one["ip"]
            for each in objects(FILES)[f"NodeNetworkConfigurationPolicy {name}"]["spec"]["desiredState"][
                "interfaces"
            ]
            if each["name"] == "lo"
            for one in each["ipv4"]["address"]
        ]
        for name in ("worker-0", "worker-2", "tester")
    }

    assert ["1-2", "4-6"] == found["subnets"]["subnet1"]["hosts"]
    assert {"worker-0": "99.99.0.3", "worker-2": "99.99.2.3", "tester": "99.99.10.2"} == {
        name: texts[-1] for name, texts in addresses.items()
    }


def test_peers_are_those_of_each_node() -> None:
    """Each link has a peer, in each node's own network, for that node alone."""
    peers = {
        each["metadata"]["name"]: each["spec"]
        for each in objects(FILES).values()
        if each["kind"] == "BGPPeer"
    }

    assert 7 == len(peers)
    assert ("100.64.1.9", 64999, 64998) == tuple(
        peers["bgp-peer-node-4-0"][key] for key in ("peerAddress", "myASN", "peerASN")
    )
    assert "100.64.10.1" == peers["bgp-peer-node-6-0"]["peerAddress"]


def test_nodes_route_to_their_bridges() -> None:
    """The networks of pods are bridges without a port, and the nodes' own addresses are beside them."""
    found = networks()

    assert (True, None, [".1"]) == (
        found["internalapi"]["local"],
        found["internalapi"]["vlan"],
        found["internalapi"]["nodeAddress"],
    )
    assert ["192.168.122.0/24"] == found["machines"]["cidr"]


def test_a_password_in_clear_is_a_secret() -> None:
    """The neighbours' password is read from a Secret by the hosts, and not written into the profile."""
    data = """\
  nodeset:
    ansible: {ansibleVars: {edpm_frr_bgp_neighbor_password: hunter22}}
    services: [frr, ovn, libvirt, nova]
    nodes:
      edpm-r1-compute-0: {hostName: edpm-r1-compute-0, ansible: {ansibleHost: 192.168.125.101}, networks: [{name: CtlPlane, subnetName: subnet1, fixedIP: 192.168.125.101, defaultRoute: true}, {name: BgpNet0, subnetName: subnet0, fixedIP: 100.64.2.2}]}
"""
    files = {**FILES, **hosts(data, place="edpm/computes/r1/values.yaml")}
    [found] = [each for each in loaded(files)["dataplane"]["nodesets"].values() if each]

    assert "hunter22" not in imported(files).profile
    assert ["bgp-peer-password"] == [each["secret"] for each in found["varsFrom"]]
    assert ({"bgpnet0": "subnet2"}, "100.64.2.2") == (
        found["subnets"],
        found["nodes"]["edpm-r1-compute-0"]["addresses"]["bgpnet0"],
    )
    assert "compute: bgpnet0 in subnet0" in lost(files)
