"""Plans of networks that cannot work, refused before anything is applied."""

import pytest

from tests.fakes.profiles import over, problems


@pytest.mark.parametrize(
    ("body", "place", "path", "words"),
    [
        ("networks: {storage: {cidr: 172.17.0.128/25}}", "5:28", "storage.cidr[0]", "overlaps 172.17.0.0/24"),
        (
            "networks: {storage: {subnets: {subnet1: {}, s2: {cidr: 172.17.0.0/25}}}}",
            "5:56",
            "storage.subnets.s2.cidr[0]",
            "overlaps 172.17.0.0/24 of `internalapi`",
        ),
        (
            "networks: {storage: {subnets: {s1: {cidr: 10.1.0.0/24}, s2: {cidr: 10.1.0.0/25}}}}",
            "5:68",
            "storage.subnets.s2.cidr[0]",
            "of the same network",
        ),
        (
            "networks: {storage: {cidr: [172.18.0.0/24, 172.18.1.0/24]}}",
            "5:28",
            "storage.cidr",
            "two of one family",
        ),
        ("networks: {storage: {slices: {pods: 30-300}}}", "5:37", "storage.slices.pods", "300 lies outside"),
        (
            "networks: {storage: {subnets: {s1: {cidr: 10.1.0.0/28, hosts: 2-20}}}}",
            "5:63",
            "storage.subnets.s1.hosts",
            "20 lies outside 10.1.0.0/28",
        ),
        (
            "networks: {storage: {slices: {vips: 60-90}}}",
            "5:37",
            "storage.slices.vips",
            "172.18.0.60-172.18.0.70 of services is pods' already",
        ),
        (
            "networks: {storage: {slices: {hosts: 90-250}}}",
            "5:38",
            "storage.slices.hosts",
            "172.18.0.90 of hosts is services' already",
        ),
        (
            "networks: {storage: {slices: {nodes: 5-30}}}",
            "5:30",
            "storage.slices.pods",
            "172.18.0.30 of pods is the nodes' already",
        ),
        ("networks: {tenant: {vlan: 20}}", "5:27", "tenant.vlan", "VLAN 20 is that of `internalapi` already"),
        (
            "networks: {storage: {mtu: 9000}}",
            "5:27",
            "storage.mtu",
            "9000 is more than the 1500 of `ctlplane`",
        ),
        ("networks: {ctlplane: {mtu: 1400}}", None, "ctlplane.mtu", "1400 is less than the 1500 of"),
        (
            "networks: {datacentre: {mtu: 9000}}",
            None,
            "datacentre.mtu",
            "is more than the 1500 of `ctlplane`",
        ),
        (
            'networks: {ctlplane: {mtu: 1200}, storage: {mtu: 1200, cidr: "fd00::/64"}, defaults: {mtu: 1200}}',
            "5:50",
            "storage.mtu",
            "IPv6 needs at least 1280",
        ),
        (
            "networks: {storage: {gateway: 10.0.9.1}}",
            "5:31",
            "storage.gateway[0]",
            "lies outside 172.18.0.0/24",
        ),
        ("networks: {storage: {dns: .300}}", "5:27", "storage.dns[0]", "300 lies outside"),
        (
            "networks: {storage: {subnets: {s1: {cidr: 10.1.0.0/28, gateway: 10.2.0.1}}}}",
            "5:65",
            "storage.subnets.s1.gateway",
            "10.2.0.1 lies outside 10.1.0.0/28",
        ),
        (
            "platform: {workers: [a, b, c]}\nnetworks: {link: {cidr: 10.9.0.8/30, vlan: 99, attached: false, hosts: false, perNode: {b: {address: 10.9.0.14/30}}}}",
            None,
            "link.slices.nodes",
            "5 lies outside 10.9.0.8/30",
        ),
        (
            "platform: {workers: [a, b, c]}\nnetworks: {storage: {slices: {nodes: 5-6}}}",
            "6:38",
            "storage.slices.nodes",
            "has 2 addresses of IPv4 for 3 nodes",
        ),
        (
            "networks: {storage: {pool: 172.18.0.30-172.18.0.40}}",
            "5:28",
            "storage.pool",
            "172.18.0.30-172.18.0.40 of services is pods' already",
        ),
        (
            "networks: {storage: {slices: {hosts: 100-101}}}\ndataplane: {nodesets: {compute: {count: 3}}}",
            "5:38",
            "storage.slices.hosts",
            "storage has 2 free addresses in `subnet1` for 3 hosts: widen it, or `networks.storage.cidr` (172.18.0.0/24)",
        ),
        (
            "networks: {storage: {vlan: null}}",
            "5:21",
            "storage",
            "`ctlplane` is untagged on `default` already",
        ),
        (
            "networks: {octavia: {bridge: ospbr}}",
            "5:30",
            "octavia.bridge",
            "is the bridge of `ctlplane` already",
        ),
        ("networks: {storage: {local: true}}", "5:29", "storage.local", "needs a `bridge`"),
        (
            "networks: {storage: {nodeAddress: .9}}",
            "5:35",
            "storage.nodeAddress",
            "every node the same address",
        ),
        ("networks: {storage: {loopback: true}}", "5:32", "storage.loopback", "takes no `vlan`"),
        (
            "networks: {storage: {over: nowhere}}",
            "5:28",
            "storage.over",
            "there is no other network `nowhere`",
        ),
        ("networks: {storage: {nic: fast}}", "5:27", "storage.nic", "`platform.nics` has no `fast`"),
    ],
)
def test_a_plan_that_cannot_work_is_problems(body: str, place: str | None, path: str, words: str) -> None:
    """Each with its path, what does not fit what, and the place in the file."""
    found = problems(f"{body}\n")
    named = [each for each in found if each.summary.startswith(f"`networks.{path}`")]

    assert {words in each.summary for each in named} == {True}, found
    assert named[0].code in {"OSK0110", "OSK0111"}
    assert place is None or named[0].subject == f"lab:{place}"


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (
            "bgp: {racks: {r9: {subnet: s9, cidrs: {nowhere: 10.0.0.0/30}}}}",
            "bgp.racks.r9.cidrs.nowhere",
            "no network",
        ),
        ("bgp: {pools: [storagemgmt]}", "bgp.pools[0]", "no network `storagemgmt` with a pool"),
        ("bgp: {peers: {p: {address: 'x[1]'}}}", "bgp.peers.p.address", "names the network `x`"),
        ("bgp: {routerId: 'bgpmainnet6[2]'}", "bgp.routerId", "is no IPv4 address"),
        (
            "networks: {bgpmainnet: {subnets: {subnet4: {hosts: 2-14}}}}",
            "networks.bgpmainnet",
            "is the nodes' already",
        ),
    ],
)
def test_a_bgp_plan_that_cannot_work_is_problems(body: str, path: str, words: str) -> None:
    """Peers, pools and racks name networks that are there, and no host gets a node's loopback."""
    found = problems(f"{body}\n", extends="crc, bgp")

    assert [each for each in found if path in each.summary and words in each.summary], found


def test_an_address_of_a_service_is_one_of_its_pool() -> None:
    """MetalLB would leave the service without one."""
    [found] = problems("controlplane: {addresses: {api: 'internalapi[120]'}}\n")

    assert "172.17.0.120 is not in the pool of `internalapi`, 172.17.0.80-172.17.0.90" in found.summary


@pytest.mark.parametrize(
    "body",
    [
        "networks: {isolation: false, storage: {slices: {hosts: 20-250}}}",
        "networks: {defaults: {mtu: 9000}}",
        "networks: {ctlplane: {mtu: 9000}, storage: {mtu: 9000}}",
        "networks: {storage: {slices: {hosts: [100-120, 150-160]}}}",
        "networks: {extra: {cidr: 10.9.0.0/24, vlan: 20, nic: second}}\nplatform: {nics: {second: enp7s0}}",
        "networks: {storage: {subnets: {subnet1: {cidr: 10.8.0.0/24}}}, foot: {cidr: 10.8.0.0/24, vlan: 99, attached: false, hosts: false}}",
        "platform: {workers: [a, b, c]}\nnetworks: {link: {cidr: 10.9.0.8/30, vlan: 99, attached: false, hosts: false, slices: {nodes: 2-2}, perNode: {b: {address: 10.9.0.14/30}, c: {interface: false}}}}",
    ],
)
def test_a_plan_that_can_work_is_taken(body: str) -> None:
    """No false alarm: parts that nothing uses may overlap, and a node may stand in a subnet of another network."""
    assert over(f"{body}\n").name == "lab"


def test_services_have_addresses_of_a_pool_outside() -> None:
    """What has a fixed address has it in the pool, wherever that is."""
    pool = "networks: {internalapi: {pool: 10.9.0.1-10.9.0.9}}\n"
    (problem, *_) = problems(pool)
    buses = ", ".join(
        f"{name}: 10.9.0.{at}" for at, name in enumerate(("api", "rabbitmq", "rabbitmq-cell1"), 1)
    )

    assert "is not in the pool of `internalapi`, 10.9.0.1-10.9.0.9" in problem.summary
    assert over(f"{pool}controlplane: {{addresses: {{{buses}}}}}\n").values
    assert "counts from nowhere" in problems("networks: {storage: {pool: 30-40}}\n")[0].summary
