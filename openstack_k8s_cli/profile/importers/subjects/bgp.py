"""BGP: part of the networks."""

from ipaddress import ip_address, ip_network

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, by
from openstack_k8s_cli.profile.importers.settings import Settings

_LINKS = (
    ("bgpnet1", "bgp-peer", "NNCP_BGP_1_INTERFACE", "NNCP_BGP_1_IP_ADDRESS", "BGP_LEAF_1", "bgp1"),
    ("bgpnet2", "bgp-peer-2", "NNCP_BGP_2_INTERFACE", "NNCP_BGP_2_IP_ADDRESS", "BGP_LEAF_2", "bgp2"),
)
_LINK, _LOOPBACK, _LOOPBACK6 = 30, 28, 124


def _trait(settings: Settings, draft: Draft) -> None:
    if settings.true("NETWORK_BGP"):
        draft.traits.append("bgp")


def _autonomous_systems(settings: Settings, draft: Draft) -> None:
    if settings.true("NETWORK_BGP"):
        draft.set("bgp.asn", settings.number("BGP_ASN"))
        draft.set("bgp.peerAsn", settings.number("BGP_PEER_ASN"))


def _links(settings: Settings, draft: Draft) -> None:
    """Carry over the nodes' links to the leaves, each leaf in the link's network where it lies in it."""
    if not settings.true("NETWORK_BGP"):
        return
    for network, peer, card, node, leaf, role in _LINKS:
        if settings.has(card):
            draft.set(f"platform.nics.{role}", settings[card])
        address = ip_address(settings[node].strip())
        net = ip_network(f"{address}/{_LINK}", strict=False)
        if settings.differs(node):
            draft.set(f"networks.{network}.cidr", [str(net)])
            draft.set(f"networks.{network}.slices.nodes", [str(int(address) - int(net[0]))])
        other = ip_address(settings[leaf].strip())
        is_in = other.version == net.version and other in net
        draft.set(
            f"bgp.peers.{peer}.address", f"{network}[{int(other) - int(net[0])}]" if is_in else str(other)
        )


def _loopbacks(settings: Settings, draft: Draft) -> None:
    """Carry over the nodes' loopback addresses, and keep them out of what hosts get."""
    if not settings.true("NETWORK_BGP"):
        return
    four, six = (ip_address(settings[name].strip()) for name in ("BGP_SOURCE_IP", "BGP_SOURCE_IP6"))
    if settings.differs("BGP_SOURCE_IP"):
        net = ip_network(f"{four}/{_LOOPBACK}", strict=False)
        offset = int(four) - int(net[0])
        draft.set("networks.bgpmainnet.cidr", [str(net)])
        draft.set("networks.bgpmainnet.slices.nodes", [str(offset)])
        draft.set("bgp.routerId", f"bgpmainnet[{offset}]")
        racks = {f"172.30.{number}.0/{_LOOPBACK}": number for number in range(1, 5)}
        draft.set("networks.bgpmainnet.subnets.subnet4.hosts", ["2-14"])
        if str(net) in racks:
            subnet = f"networks.bgpmainnet.subnets.subnet{racks[str(net)]}.hosts"
            draft.set(subnet, _around(offset, format_of="d"))
    if settings.differs("BGP_SOURCE_IP6"):
        wide = ip_network(f"{six}/{_LOOPBACK6}", strict=False)
        draft.set("networks.bgpmainnet6.cidr", [str(wide)])
        draft.set("networks.bgpmainnet6.slices.nodes", [str(six)])
        base = "f00d:f00d:f00d:f00d:f00d:f00d:f00d"
        racks = {f"{base}:{number}0/{_LOOPBACK6}": number for number in range(1, 5)}
        draft.set("networks.bgpmainnet6.subnets.subnet4.hosts", ["2-e"])
        if str(wide) in racks:
            subnet = f"networks.bgpmainnet6.subnets.subnet{racks[str(wide)]}.hosts"
            draft.set(subnet, _around(int(six) - int(wide[0]), format_of="x"))


def _around(taken: int, *, format_of: str) -> list[str]:
    """Give the addresses from 2 to 14 without one."""
    parts = [(2, min(taken - 1, 14)), (max(taken + 1, 2), 14)]
    return [f"{first:{format_of}}-{last:{format_of}}" for first, last in parts if first <= last]


def _password(settings: Settings, draft: Draft) -> None:
    if settings.true("NETWORK_BGP") and settings["BGP_PEER_PASSWORD"]:
        draft.set('secrets."bgp-peer-password".password', settings["BGP_PEER_PASSWORD"])


RULES: tuple[Rule, ...] = (
    by(_trait, "NETWORK_BGP", place="extends: [bgp]"),
    Rule(("BGP_OVN_ROUTING",), Fate.CARRIED, "dataplane.nodesets.compute.networkTemplate, vars"),
    by(_autonomous_systems, "BGP_ASN", "BGP_PEER_ASN", place="bgp.asn, bgp.peerAsn"),
    by(
        _links,
        *(name for link in _LINKS for name in link[2:5]),
        place="platform.nics, networks.bgpnet1, networks.bgpnet2, bgp.peers",
        note="further nodes have links of their own instead of the same addresses",
    ),
    by(
        _loopbacks,
        "BGP_SOURCE_IP",
        "BGP_SOURCE_IP6",
        place="networks.bgpmainnet, networks.bgpmainnet6, bgp.routerId",
        note="further nodes have loopbacks of their own",
    ),
    by(_password, "BGP_PEER_PASSWORD", place='secrets."bgp-peer-password".password'),
)
