"""Node sets that a profile has once and the cloud has once in each rack."""

from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile.hosts import hosts
from openstack_k8s_cli.profile.loading import load
from tests.fakes.profiles import HEAD, Texts, problems

RACKS = """
networks:
  link: {cidr: 100.64.0.8/30, nodeStep: 256, gateway: .1, attached: false, slices: {nodes: 2, hosts: 1-6}, interface: false}
bgp:
  racks:
    r0: {subnet: subnet0, cidrs: {ctlplane: 192.168.130.0/24, link: 100.64.0.0/29}}
    r1: {subnet: subnet1, cidrs: {ctlplane: 192.168.131.0/24, link: 100.64.1.0/29}}
dataplane:
  networks: [ctlplane, link]
  deployments: {first: {nodesets: [hosts]}}
  nodesets:
    compute: null
    hosts: {racks: [r0, r1], name: "edpm-{rack}-{i}", address: ".100+{i}", peers: {link: .1}, addresses: {link: .2}, vars: {"{rack}": "in {rack}"}}
"""


def dataplane(body: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the data plane and the networks of a profile over crc."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: crc\n{body}"}, beside=ProfileFiles())
    values = load("lab", reader=reader).values
    return values["dataplane"], values["networks"]


def test_each_rack_has_its_node_set() -> None:
    """Under names of their own, in the rack's subnets; deployments that name the one run all."""
    plane, _ = dataplane(RACKS)
    nodesets = plane["nodesets"]

    assert [(name, each["resource"]) for name, each in nodesets.items()] == [
        ("r0-hosts", "r0-hosts"),
        ("r1-hosts", "r1-hosts"),
    ]
    assert nodesets["r1-hosts"]["subnets"] == {"ctlplane": "subnet1", "link": "subnet1"}
    assert nodesets["r1-hosts"]["vars"] == {"r1": "in r1"}
    assert plane["deployments"]["first"]["nodesets"] == ["r0-hosts", "r1-hosts"]


def test_hosts_have_the_addresses_and_neighbours_of_their_rack() -> None:
    """What counts from a network counts from the rack's subnet of it."""
    plane, networks = dataplane(RACKS)
    [host] = hosts(plane["nodesets"]["r1-hosts"], networks)

    assert host.name == "edpm-r1-0"
    assert [each.address for each in host.networks] == ["192.168.131.100", "100.64.1.2"]
    assert host.vars == {"edpm_frr_bgp_peers": ["100.64.1.1"]}


def test_a_rack_that_is_not_there_is_refused() -> None:
    """At the line of the node set that names it, once."""
    (problem,) = problems("dataplane: {nodesets: {compute: {racks: [r7]}}}\n")

    assert problem.summary == "`dataplane.nodesets.compute.racks`: `bgp.racks` has no `r7`"
    assert problem.subject == "lab:5:41"


def test_neighbours_are_in_networks_of_the_hosts() -> None:
    """A peer in a network that the hosts are not in would never be reached."""
    (problem,) = problems("dataplane: {nodesets: {compute: {peers: {external: .1}}}}\n")

    assert "its hosts are not in `external`" in problem.summary
