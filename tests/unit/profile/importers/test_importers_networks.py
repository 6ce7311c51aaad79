"""install_yamls' networks into a profile."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import paths
from tests.fakes import importing

SIX = "NETWORK_ISOLATION_IPV4=false\nNETWORK_ISOLATION_IPV6=true\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("NNCP_INTERFACE=ens3", {"platform.nics.default": "ens3"}),
        ("NETWORK_MTU=9000", {"networks.storage.mtu": 9000, "networks.octavia.mtu": 9000}),
        (
            "NETWORK_VLAN_START=100\nNETWORK_VLAN_STEP=10",
            {
                "networks.internalapi.vlan": 100,
                "networks.storagemgmt.vlan": 130,
                "networks.designateext.vlan": 160,
            },
        ),
        (
            "NETWORK_STORAGE_ADDRESS_PREFIX=10.18.0",
            {"networks.storage.cidr": ["10.18.0.0/24"], "networks.tenant.cidr": ["172.19.0.0/24"]},
        ),
        (
            "NETWORK_ISOLATION_USE_DEFAULT_NETWORK=false",
            {"networks.ctlplane.cidr": ["172.16.1.0/24"], "dataplane.sshRanges": ["172.16.1.0/24"]},
        ),
        ("NNCP_CTLPLANE_IP_ADDRESS_PREFIX=10.5.5", {"networks.ctlplane.cidr": ["10.5.5.0/24"]}),
        ("NNCP_CTLPLANE_IP_ADDRESS_SUFFIX=15", {"networks.ctlplane.slices.nodes": ["15-29"]}),
        ("NNCP_DNS_SERVER=8.8.8.8", {"networks.ctlplane.dns": ["8.8.8.8"]}),
        ("NNCP_NODES='w1 w2'", {"networks.policies.only": ["w1", "w2"]}),
        ("NETWORK_STORAGE_MACVLAN=true", {"networks.storage.macvlan": "storage"}),
        (
            "TENANT_HOST_ROUTES=10.1.0.0/16 10.2.0.0/16",
            {
                "networks.tenant.routes[1].destination": "10.2.0.0/16",
                "networks.tenant.routes[1].gateway": None,
            },
        ),
        (SIX, {"networks.storagemgmt.cidr": ["fd00:dede::/64"], "networks.ctlplane.dns": [".1"]}),
        (
            SIX
            + "NNCP_CTLPLANE_IPV6_ADDRESS_PREFIX=fd11::\nNNCP_GATEWAY_IPV6=fd11::2\nNNCP_DNS_SERVER_IPV6=fd11::53",
            {
                "networks.ctlplane.cidr": ["fd11::/64"],
                "networks.ctlplane.gateway": ["fd11::2"],
                "networks.ctlplane.dns": ["fd11::53"],
            },
        ),
        (
            "NETWORK_ISOLATION_IPV6=true\nNETWORK_TENANT_ADDRESS_PREFIX=10.9.0",
            {
                "networks.tenant.cidr": ["10.9.0.0/24", "fd00:dddd::/64"],
                "networks.storage.cidr": ["172.18.0.0/24", "fd00:cccc::/64"],
            },
        ),
    ],
)
def test_variables_have_their_places(lines: str, expected: dict[str, object]) -> None:
    """Each variable reaches all that follows from it."""
    values = importing.values(lines)

    assert {path: paths.get(values, paths.parse(path)) for path in expected} == expected


def test_a_pool_takes_its_addresses_from_the_other_parts() -> None:
    """Pods and hosts make room, and the name server's address moves into the pool."""
    found = importing.values("METALLB_POOL=192.168.122.60-192.168.122.65\n")
    late = importing.values("METALLB_POOL=192.168.122.190-192.168.122.210\n")

    assert found["networks"]["ctlplane"]["slices"]["pods"] == ["30-59", "66-70"]
    assert found["controlplane"]["addresses"]["dns"] == "ctlplane[60]"
    assert late["networks"]["ctlplane"]["slices"]["hosts"] == ["100-120", "150-189"]


def test_servers_take_their_addresses_from_the_other_parts() -> None:
    """Neither pods nor hosts get a name server's address, or a gateway's."""
    four = importing.values("NNCP_DNS_SERVER=192.168.122.53\n")["networks"]["ctlplane"]
    six = importing.values(f"{SIX}NNCP_GATEWAY_IPV6=fd00:aaaa::110\n")["networks"]["ctlplane"]

    assert (four["dns"], four["slices"]["pods"]) == (["192.168.122.53"], ["30-52", "54-70"])
    assert six["slices"]["hosts"][:2] == ["fd00:aaaa::100-fd00:aaaa::10f", "111-120"]


def test_a_pool_outside_of_the_network_is_carried_over() -> None:
    """It is the network's pool all the same, and the cloud's name server has the first of its addresses."""
    found = importing.values("METALLB_POOL=10.9.9.80-10.9.9.90\n")

    assert found["networks"]["ctlplane"]["pool"] == ["10.9.9.80-10.9.9.90"]
    assert found["controlplane"]["addresses"]["dns"] == "10.9.9.80"


def test_both_families_have_their_parts() -> None:
    """Where they differ they stand as addresses."""
    lines = "NETWORK_ISOLATION_IPV6=true\nNNCP_CTLPLANE_IPV6_ADDRESS_SUFFIX=20\n"

    found = importing.values(lines)["networks"]["ctlplane"]["slices"]

    assert found["nodes"] == ["192.168.122.10-192.168.122.29", "fd00:aaaa::20-fd00:aaaa::29"]
    assert found["vips"] == ["80-90"]


def test_a_pool_with_letters_stands_as_addresses() -> None:
    """Numbers of IPv6 are hexadecimal; the name server's address moves with the pool."""
    found = importing.values(f"{SIX}METALLB_IPV6_POOL=fd00:aaaa::a0-fd00:aaaa::af\n")
    slices = found["networks"]["ctlplane"]["slices"]

    assert (slices["vips"], slices["pods"]) == (["fd00:aaaa::a0-fd00:aaaa::af"], ["30-70"])
    assert found["controlplane"]["addresses"]["dns"] == "fd00:aaaa::a0"


def test_nodes_may_count_in_hexadecimal() -> None:
    """As far as the part that follows."""
    found = importing.values(f"{SIX}NNCP_CTLPLANE_IPV6_ADDRESS_SUFFIX=1a\n")

    assert found["networks"]["ctlplane"]["slices"]["nodes"] == ["fd00:aaaa::1a-fd00:aaaa::29"]


def test_bgp_is_a_trait() -> None:
    """Peers, links and loopbacks are those of the trait as far as no variable says otherwise."""
    assert importing.written("NETWORK_BGP=true\n", ["openstack"]) == {
        "extends[0]": "crc",
        "extends[1]": "bgp",
        'namespaces.labels."pod-security.kubernetes.io/enforce"': None,
        'namespaces.labels."security.openshift.io/scc.podSecurityLabelSync"': None,
        "dataplane.nodesets": None,
    }


def test_bgp_takes_other_leaves_links_and_loopbacks() -> None:
    """Leaves count in the links that they are on; hosts make room for a node's loopback."""
    lines = """
NETWORK_BGP=true
BGP_ASN=65000
BGP_PEER_ASN=65001
NNCP_BGP_1_INTERFACE=ens4
NNCP_BGP_1_IP_ADDRESS=10.0.1.2
BGP_LEAF_1=10.0.1.1
BGP_LEAF_2=10.7.7.7
BGP_SOURCE_IP=172.30.4.5
BGP_SOURCE_IP6=f00d:f00d:f00d:f00d:f00d:f00d:f00d:4e
BGP_PEER_PASSWORD=hush
"""
    found = importing.values(lines, ["openstack"])
    networks, bgp = found["networks"], found["bgp"]

    assert (bgp["asn"], bgp["peerAsn"], bgp["routerId"]) == (65000, 65001, "bgpmainnet[5]")
    assert [peer["address"] for peer in bgp["peers"].values()] == ["bgpnet1[1]", "10.7.7.7"]
    assert (found["platform"]["nics"]["bgp1"], networks["bgpnet1"]["cidr"]) == ("ens4", ["10.0.1.0/30"])
    assert networks["bgpmainnet"]["subnets"]["subnet4"]["hosts"] == ["2-4", "6-14"]
    assert networks["bgpmainnet6"]["subnets"]["subnet4"]["hosts"] == ["2-d"]
    assert found["secrets"]["bgp-peer-password"]["password"].reveal() == "hush"


def test_loopbacks_elsewhere_leave_the_racks_alone() -> None:
    """Then no rack's range has a node's address in it."""
    lines = "NETWORK_BGP=true\nBGP_SOURCE_IP=10.255.0.9\nBGP_SOURCE_IP6=fd99::9\n"

    networks = importing.values(lines, ["openstack"])["networks"]

    assert networks["bgpmainnet"]["cidr"] == ["10.255.0.0/28"]
    assert networks["bgpmainnet"]["subnets"]["subnet4"]["hosts"] == ["2-14"]
    assert networks["bgpmainnet6"]["cidr"] == ["fd99::/124"]


@pytest.mark.parametrize(
    "name", ["BGP_ASN=65000", "NNCP_BGP_1_IP_ADDRESS=10.0.1.2", "BGP_SOURCE_IP=10.0.0.1"]
)
def test_without_bgp_its_variables_say_nothing(name: str) -> None:
    """install_yamls reads them only with NETWORK_BGP."""
    assert importing.written(name) == {"extends[0]": "crc"}


def test_a_network_without_a_family_is_refused() -> None:
    """With both switches off there is no network at all."""
    with pytest.raises(OskError) as caught:
        importing.outcome("NETWORK_ISOLATION_IPV4=false\n")

    assert "neither IPv4 nor IPv6" in caught.value.problems[0].summary
