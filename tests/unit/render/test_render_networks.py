"""The networks of the built-in catalogue."""

import json
import re
from ipaddress import ip_address

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.steps import Layer
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.variants import BOTH, SIX, bodies, leaves


def test_without_isolation_there_are_no_networks() -> None:
    """No policy, attachment or pool is made, and the control plane asks for none; MetalLB's operator stays."""
    rendered = steps("crc", "networks.isolation=false")
    [control_plane] = bodies(rendered, "OpenStackControlPlane").values()

    assert {step.layer for step in rendered if "nodes" in step.id} == {Layer.DATAPLANE}
    assert not bodies(rendered, "NetworkAttachmentDefinition")
    assert "metallb" not in str(control_plane)
    assert "networkAttachment" not in str(control_plane)
    assert "metallb-operator-sub" in bodies(rendered, "Subscription")


def test_nodes_are_configured_one_after_another() -> None:
    """Each node has a policy and addresses of its own, and waits for the node before it."""
    rendered = {step.id: step for step in steps("crc", overlay="platform: {workers: [w0, w1, w2]}")}

    turns = [rendered[f"networks/nodes[w{number}]/interfaces"] for number in range(3)]
    addresses = [
        next(
            get(each, "ipv4", "address", 0, "ip")
            for each in turn.manifests[0].body["spec"]["desiredState"]["interfaces"]
            if each["name"] == "ospbr"
        )
        for turn in turns
    ]

    assert [each.manifests[0].id.name for each in turns] == ["enp6s0-w0", "enp6s0-w1", "enp6s0-w2"]
    assert turns[0].id in turns[1].after
    assert turns[1].id in turns[2].after
    assert addresses == ["192.168.122.10", "192.168.122.11", "192.168.122.12"]


def test_large_frames_reach_every_interface() -> None:
    """An MTU is set on the card, the VLANs, the bridges and in NetConfig."""
    rendered = steps("crc", "networks.defaults.mtu=9000")
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    [config] = bodies(rendered, "NetConfig").values()
    interfaces = policy["spec"]["desiredState"]["interfaces"]

    assert {each["name"]: each.get("mtu") for each in interfaces}.keys() >= {"enp6s0", "enp6s0.20", "ospbr"}
    assert {each["mtu"] for each in [*interfaces, *config["spec"]["networks"]]} == {9000}


def test_ipv6_leaves_no_ipv4() -> None:
    """With every network in IPv6 no IPv4 address of a network is left."""
    rendered = steps("crc", overlay=SIX)
    networks = [step for step in rendered if step.layer in {Layer.NETWORKS, Layer.CONTROLPLANE}]

    texts = [
        value
        for each in manifests(networks).values()
        for _, value in leaves(each.body)
        if isinstance(value, str)
    ]

    assert not [text for text in texts if re.search(r"\b(192\.168|172\.\d+)\.\d+\.\d+", text)]


def test_dual_stack_has_both_families() -> None:
    """Services get an address of each family, NetConfig a subnet of each, and routes those of their own."""
    rendered = steps("crc", overlay=BOTH)
    [control_plane] = bodies(rendered, "OpenStackControlPlane").values()
    [config] = bodies(rendered, "NetConfig").values()
    annotations = get(
        control_plane,
        "spec",
        "keystone",
        "template",
        "override",
        "service",
        "internal",
        "metadata",
        "annotations",
    )
    subnets = config["spec"]["networks"][0]["subnets"]

    assert annotations["metallb.universe.tf/loadBalancerIPs"] == "fd00:bbbb::80,172.17.0.80"
    assert [each["gateway"] for each in subnets] == ["192.168.122.1", "fd00:aaaa::1"]
    assert [ip_address(each["routes"][0]["nexthop"]).version for each in subnets] == [4, 6]


def test_networks_label_what_is_made_from_them() -> None:
    """Attachment definitions and pools may have labels, in which the network's name stands."""
    overlay = 'networks: {defaults: {labels: {attachment: {x/net: "{name}"}, pool: {x/type: standard}}}}\n'
    rendered = steps("crc", overlay=overlay)
    attachments, pools = bodies(rendered, "NetworkAttachmentDefinition"), bodies(rendered, "IPAddressPool")

    assert attachments["storage"]["metadata"]["labels"]["x/net"] == "storage"
    assert pools["tenant"]["metadata"]["labels"]["x/type"] == "standard"


def test_a_card_of_its_own_for_provider_networks() -> None:
    """OVN may have a whole card in place of a bridge, and is told which."""
    overlay = """
platform: {nics: {provider: eno2}}
networks: {datacentre: {over: null, nic: provider, interface: false, attachment: {type: host-device}}}
"""
    rendered = steps("crc", overlay=overlay)
    [plane] = bodies(rendered, "OpenStackControlPlane").values()
    config = bodies(rendered, "NetworkAttachmentDefinition")["datacentre"]["spec"]["config"]

    assert get(plane, "spec", "ovn", "template", "ovnController", "nicMappings") == {"datacentre": "eno2"}
    assert '"device": "eno2"' in config


def test_an_attachment_may_have_a_gateway_and_labels_of_its_own() -> None:
    """The gateway counts from the network; labels stand beside those of all attachments."""
    overlay = """
networks:
  defaults: {labels: {attachment: {osp/net: "{name}", kind: standard}}}
  internalapi: {attachment: {gateway: .1, labels: {kind: "bgp"}}}
"""
    found = bodies(steps("crc", overlay=overlay), "NetworkAttachmentDefinition")["internalapi"]

    assert json.loads(found["spec"]["config"])["ipam"]["gateway"] == "172.17.0.1"
    assert {key: found["metadata"]["labels"][key] for key in ("osp/net", "kind")} == {
        "osp/net": "internalapi",
        "kind": "bgp",
    }


def test_a_bridge_within_a_node_leads_nowhere() -> None:
    """Hosts go by the router between the subnets; nodes and pods that are in none of them do not. Its description may have its name."""
    overlay = """
networks:
  internalapi:
    vlan: null
    bridge: api
    local: true
    nodeAddress: .1
    router: .1
    spec: {description: "{name} bridge"}
    subnets: {subnet1: {}, subnet2: {cidr: 172.17.10.0/24}}
"""
    rendered = steps("crc", overlay=overlay)
    [policy] = bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    netconfig = str(bodies(rendered, "NetConfig")["netconfig"]["spec"]["networks"])

    assert "172.17.10.0/24" not in str(policy)
    assert "{'destination': '172.17.10.0/24', 'nexthop': '172.17.0.1'}" in netconfig
    assert "internalapi bridge" in [
        each.get("description") for each in policy["spec"]["desiredState"]["interfaces"]
    ]
