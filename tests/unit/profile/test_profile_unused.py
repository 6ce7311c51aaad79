"""Nodes that a profile names and the cluster does not have."""

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import unused
from openstack_k8s_cli.profile.loading import load
from tests.fakes.profiles import HEAD, Texts

BODY = """
networks:
  policies: {only: [w0, w9]}
  storage: {perNode: {w8: {interface: false}}}
bgp: {peers: {leaf: {address: 100.64.0.9, nodes: [w7, w1]}}}
"""


def test_nodes_that_are_not_there_are_named_wherever_they_stand() -> None:
    """Policies, networks and peers of a node that is no worker would have no effect."""
    loaded = load(
        "lab", reader=Texts({"lab": f"{HEAD}name: lab\nextends: [crc]\n{BODY}"}, beside=ProfileFiles())
    )

    found = list(unused.nodes(loaded.values, loaded.provenance, workers=("w0", "w1")))

    assert [(each.code, each.summary.split("`")[1], each.subject) for each in found] == [
        ("OSK0113", "networks.policies.only[1]", "lab:7:25"),
        ("OSK0113", "networks.storage.perNode.w8", "lab:8:27"),
        ("OSK0113", "bgp.peers.leaf.nodes[0]", "lab:9:51"),
    ]
    assert not list(unused.nodes(loaded.values, loaded.provenance, workers=()))
