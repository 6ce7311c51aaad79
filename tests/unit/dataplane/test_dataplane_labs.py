"""Networks of libvirt: what a profile comes to, as XML, and what a look at a hypervisor makes of them."""

import json
from dataclasses import replace

import pytest

from openstack_k8s_cli.dataplane.labs import bmaas, looks, nat64, networks
from openstack_k8s_cli.dataplane.labs.looks import State
from openstack_k8s_cli.dataplane.making import seeds
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.model.problems import OskError
from tests.ssh.netxml import check_network
from tests.unit.dataplane.labs import DEFAULT, probe
from tests.unit.dataplane.machines import PLAIN, values

ISO = "labs.networks={iso: {address: ['172.16.1.1/24', 'fd00:aaaa::1/64'], forward: nat}}"
SIX = "networks.ctlplane={cidr: 'fd00:aaaa::/64', gateway: '.1', dns: ['.1']}"
MANY = (
    "dataplane.nodesets.compute.provision.libvirt={nics: [{network: a-segment-of-its-own}, {bridge: br0}]}",
    "labs.nat64={}",
    "labs.networks={l2: {}, open: {of: internalapi, forward: open, domain: lab.example.com}}",
    "labs.networks.far={address: 172.16.1.1/24, mtu: 9000, dhcp: 172.16.1.9-172.16.1.20}",
    "labs.networks.far.routes=[{destination: 10.9.0.0/16, gateway: 172.16.1.2}]",
)


@pytest.mark.parametrize("sets", [PLAIN, (ISO,), MANY, (*PLAIN, SIX)])
def test_networks_are_as_libvirt_has_them(sets: tuple[str, ...]) -> None:
    """By what libvirt's schema says; test_dataplane_schemas.py asks the schema itself where it is installed."""
    for net in networks.wanted(values(*sets)):
        check_network(networks.text(net, "crc"))


@pytest.mark.parametrize(
    "wrong",
    [
        "<network><name>a</name><nothing/></network>",
        "<network><name>a</name><ip address='1.2.3'/></network>",
        "<network><name>a</name><forward mode='nat'/></network>",
        "<network><name>a</name><forward mode='nat'/><forward mode='open'/><ip address='10.0.0.1'/></network>",
        "<network><name>a</name><bridge name='a-name-too-long-for-linux'/></network>",
    ],
)
def test_the_check_of_networks_refuses(wrong: str) -> None:
    """What libvirt would refuse, such as install_yamls' two ways out of one network."""
    with pytest.raises((AssertionError, KeyError, ValueError)):
        check_network(wrong)


def test_what_a_profile_comes_to() -> None:
    """Cards' networks follow: the first has the gateway's address of ctlplane, further ones are segments without any."""
    found = {each.name: each for each in networks.wanted(values(*MANY))}

    assert ["l2", "open", "far", "default", "a-segment-of-its-own", "nat64"] == [*found]
    assert (("192.168.122.1/24",), "nat") == (found["default"].addresses, found["default"].forward)
    segment = found["a-segment-of-its-own"]
    assert ((), "none", 11) == (segment.addresses, segment.forward, len(segment.bridge))
    assert ("172.17.0.1/24",) == found["open"].addresses
    assert ["default"] == [each.name for each in networks.wanted(values())]
    assert len({each.identity for each in found.values()}) == len(found)


def test_what_cards_of_crc_are_in_is_made() -> None:
    """Segments, as leaves of BGP have them; the network of bare machines comes with those."""
    cards = "platform.crc.interfaces={bgp1: {network: l41-host-1}, baremetal: {network: crc-bmaas}}"

    found = {each.name: each for each in networks.wanted(values(cards))}

    assert ["default", "l41-host-1"] == [*found]
    assert ((), "none", False) == (
        found["l41-host-1"].addresses,
        found["l41-host-1"].forward,
        found["l41-host-1"].dns,
    )


def test_both_families_and_nat64() -> None:
    """IPv6 is behind the hypervisor's address, too; NAT64's prefix leads to the router, through addresses that libvirt lets pass."""
    (iso, *_) = networks.wanted(values(ISO))
    router = networks.wanted(values("labs.nat64={}"))[-1]
    text = networks.text(router, "crc")

    assert 1 == networks.text(iso, "crc").count('<nat ipv6="yes">')
    assert 'address="fd00:abcd:abcd:fcff::" prefix="96" gateway="fd00:abcd:abcd:fc00::2"' in text
    assert '<dns enable="no"' in text
    assert "ipv6=" not in text
    assert "fd00:abcd:abcd:fcff:ffff:ffff:ffff:fffe/64" in router.addresses


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (probe(), [State.MISSING, State.MISSING]),
        (probe(networks.wanted(values(ISO))), [State.MADE, State.MADE]),
        (probe(networks.wanted(values(ISO)), profile="other"), [State.THERE, State.THERE]),
        (probe(others=[DEFAULT]), [State.MISSING, State.THERE]),
        (probe(others=[DEFAULT.replace("255.255.255.0", "255.255.0.0")]), [State.MISSING, State.FOREIGN]),
        (probe(networks.wanted(values(ISO))).replace("@osk network iso", ""), [State.OFF, State.MADE]),
        (
            probe([replace(each, mtu=1400) for each in networks.wanted(values(ISO))]),
            [State.DIFFERS, State.DIFFERS],
        ),
    ],
)
def test_how_networks_are(output: str, expected: list[State]) -> None:
    """Those of a distribution do where their addresses are right; osk's own are known by their mark."""
    sight = looks.read(output)

    assert expected == [looks.state(each, sight, "crc") for each in networks.wanted(values(ISO))]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (probe(), []),
        (probe(others=[DEFAULT]), []),
        (probe(more=["address virbr1 fe80::1/64", "address lo 127.0.0.1/8", "address lo ::1/128"]), []),
        (probe(more=["address eth0 172.16.0.9/16"]), ["172.16.1.0/24 overlaps with 172.16.0.0/16"]),
        (
            probe(others=[DEFAULT.replace("default", "mine")]),
            ["overlaps with 192.168.122.0/24 of the network"],
        ),
        (
            probe(others=["<network><name>x</name><bridge name='iso'/></network>"]),
            ["the bridge iso is that of the network `x`"],
        ),
        (probe(more=["address iso 10.9.9.9/24"]), ["the hypervisor has an interface iso already"]),
        (
            probe(others=[DEFAULT.replace("192.168.122.1", "10.0.0.1")]),
            ["it has 10.0.0.1/24, the profile says"],
        ),
        ("@osk libvirt no Permission denied", ["Permission denied"]),
    ],
)
def test_what_stands_in_the_way(output: str, expected: list[str]) -> None:
    """It is said before the first change, each with what to do."""
    problems = looks.obstacles(looks.read(output), networks.wanted(values(ISO)), "crc")

    assert [True for _ in expected] == [
        words in str(each.detail) for words, each in zip(expected, problems, strict=True)
    ]
    assert all(each.advice for each in problems)


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ("labs.networks={a: {of: nowhere}}", "there is no network `nowhere`"),
        ("labs.networks={a: {of: ctlplane, address: 10.0.0.1/24}}", "either `of` a network or its own"),
        ("labs.networks={a: {address: [10.0.0.1/24, 10.1.0.1/24]}}", "one address of each family"),
        ("labs.networks={a: {address: 10.0.0.1}}", "no address with the length"),
        ("labs.networks={a: {address: 10.0.0.1/24, dhcp: 10.0.1.1-10.0.1.9}}", "lies outside of the network"),
        ("labs.networks={a-name-longer-than-linux: {}}", "needs a `bridge`"),
        ("labs.nat64={ipv6: 'fd00::/56'}", "is a /64"),
        ("labs.nat64={prefix: 'fd00:abcd:abcd:fc00:1::/96'}", "lies outside of `ipv6`"),
        ("labs.nfs.path=/srv", "two levels"),
        ("labs.bmaas.name=same", "a rule for names"),
    ],
)
def test_what_a_profile_may_not_say(sets: str, words: str) -> None:
    """It is refused where it stands."""
    with pytest.raises(OskError) as caught:
        values(sets)

    assert words in str(caught.value.problems)


def test_the_router_is_set_up_by_cloud_init() -> None:
    """With both families' addresses and gateways, and what NAT64, DNS64 and advertisements need; nobody has a key there."""
    wanted = values("labs.nat64={}")["labs"]["nat64"]
    router = nat64.router(wanted, "crc", ["192.0.2.53"])
    files = seeds.files(router, Access("osk", ""))
    user = json.loads(files["user-data"].removeprefix("#cloud-config\n"))
    card = json.loads(files["network-config"])["ethernets"]["lan0"]
    written = {each["path"]: each["content"] for each in user["write_files"]}

    assert ["172.30.0.2/24", "fd00:abcd:abcd:fc00::2/64"] == card["addresses"]
    assert {"0.0.0.0/0": "172.30.0.1", "::/0": "fd00:abcd:abcd:fc00::1"} == {
        each["to"]: each["via"] for each in card["routes"]
    }
    assert "prefix fd00:abcd:abcd:fcff::/96\ndynamic-pool 192.168.255.0/24" in written["/etc/osk-nat64.conf"]
    assert "dns64-prefix: fd00:abcd:abcd:fcff::/96" in written["/etc/unbound/unbound.conf.d/osk.conf"]
    assert "forward-addr: 192.0.2.53" in written["/etc/unbound/unbound.conf.d/osk.conf"]
    assert "ssh_authorized_keys" not in user["users"][0]
    assert ["systemctl", "restart", "osk-nat64", "unbound", "radvd"] == user["runcmd"][-1]


def test_nodes_for_ironic() -> None:
    """Each machine with its board, by the identity and the card that it is made with."""
    wanted = values("labs.bmaas={count: 2, firmware: bios, boards: {address: 'fd00::1', port: 8002}}")[
        "labs"
    ]["bmaas"]
    machines = bmaas.bare(wanted, "crc")
    first = bmaas.nodes(wanted, "crc", "word")["nodes"][0]

    assert ["bmaas-0", "bmaas-1"] == [each.name for each in machines]
    assert "http://[fd00::1]:8002" == first["driver_info"]["redfish_address"]
    assert f"/redfish/v1/Systems/{machines[0].identity}" == first["driver_info"]["redfish_system_id"]
    assert (machines[0].cards[0].mac, "boot_mode:bios") == (
        first["ports"][0]["address"],
        first["properties"]["capabilities"],
    )
