"""Interfaces, routes and addresses of nodes that cannot work, refused at the line that says them."""

import pytest

from tests.fakes.profiles import over, problems

TWO = "platform: {workers: [w0, w1], nics: {default: enp6s0, other: enp7s0}}\n"


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (
            "platform: {nics: {default: enp6s0, other: enp6s0}}\nnetworks: {extra: {cidr: 10.9.0.0/24, nic: other, vlan: 20}}",
            "networks.extra.vlan",
            "VLAN 20 of enp6s0 is that of `internalapi`",
        ),
        (
            "platform: {nics: {default: enp6s0, other: enp6s0}}\nnetworks: {extra: {cidr: 10.9.0.0/24, nic: other}}",
            "networks.extra",
            "untagged enp6s0 is that of `ctlplane`",
        ),
        (
            "networks: {storage: {device: one}, tenant: {device: one}}",
            "networks.tenant.device",
            "`one` is an int",
        ),
        (
            "networks: {storage: {macvlan: one}, tenant: {macvlan: one}}",
            "networks.tenant.macvlan",
            "`one` is an int",
        ),
        ("networks: {defaults: {device: vlan}}", "networks.storage.device", "`vlan` is an interface of"),
        ("networks: {storage: {bridge: enp6s0}}", "networks.storage.bridge", "`enp6s0` is a card"),
        (
            "platform: {nics: {default: enp134s0f0np0}}",
            "networks.storage.device",
            "`enp134s0f0np0.21` has 16",
        ),
        ('platform: {nics: {default: ""}}', "platform.nics.default", "must be text"),
        (
            TWO + "networks: {storage: {perNode: {w0: {address: 9.9.9.9}}}}",
            "perNode.w0.address[0]",
            "lies outside",
        ),
        (
            TWO + 'networks: {storage: {perNode: {w0: {address: "fd00::1"}}}}',
            "perNode.w0.address[0]",
            "of no family",
        ),
        (
            TWO + "networks: {storage: {perNode: {w0: {address: .6}}}}",
            "perNode.w0.address[0]",
            "that of `w1`",
        ),
        (
            TWO + "networks: {storage: {perNode: {w0: {mtu: 9000}}}}",
            "perNode.w0.mtu",
            "9000 is more than the 1500",
        ),
        (TWO + "networks: {storage: {perNode: {w0: {vlan: 20}}}}", "perNode.w0.vlan", "VLAN 20 of enp6s0 is"),
        (
            TWO + "networks: {storage: {perNode: {w0: {nic: zz}}}}",
            "perNode.w0.nic",
            "`platform.nics` has no `zz`",
        ),
        (
            "networks: {aa: {cidr: 10.9.0.0/24, over: bb}, bb: {cidr: 10.9.1.0/24, over: aa}}",
            "networks.aa.over",
            "`bb` is over `aa` itself",
        ),
        (TWO + "networks: {storage: {nodeStep: 99999999999}}", "networks.storage.nodeStep", "w1"),
        (
            "networks: {storage: {routes: [{destination: foo}]}}",
            "routes[0].destination",
            "write a network such as",
        ),
        ("networks: {storage: {routes: [{destination: 10.0.0.1/8}]}}", "routes[0].destination", "host bits"),
        (
            "networks: {storage: {attachment: {routes: [{destination: foo}]}}}",
            "routes[0].destination",
            "a network",
        ),
        (
            "networks: {storage: {routes: [{destination: 10.8.0.0/24, gateway: foo}]}}",
            "routes[0].gateway",
            "`foo` is no address",
        ),
        (
            "networks: {storage: {routes: [{destination: 10.8.0.0/24, gateway: 9.9.9.9}]}}",
            "routes[0].gateway",
            "9.9.9.9 lies outside 172.18.0.0/24",
        ),
        (
            'networks: {storage: {routes: [{destination: "fd01::/64", gateway: .1}]}}',
            "routes[0].gateway",
            "no CIDR of that",
        ),
        (
            "networks: {storage: {hostRoutes: [{destination: 10.8.0.0/24}]}}",
            "hostRoutes[0]",
            "needs a `gateway`",
        ),
        ("networks: {storage: {router: 9.9.9.9}}", "storage.router", "lies outside"),
        ('networks: {storage: {gateway: "ctlplane[1]"}}', "storage.gateway[0]", "lies outside"),
        (
            "networks: {extra: {cidr: 10.9.0.0/24, local: true, bridge: b, nodeAddress: 9.9.9.9}}",
            "extra.nodeAddress[0]",
            "lies outside",
        ),
        ('networks: {storage: {cidr: "fe80::%eth0/64"}}', "storage.cidr", "names an interface"),
        ("networks: {x: {cidr: 10.9.0.0/24}}", "networks", "2 to 15"),
        ("networks: {storage: {title: x}}", "storage.title", "that NetConfig takes"),
        ("networks: {storage: {subnets: {x: {}}}}", "storage.subnets.x", "that NetConfig takes"),
        ("namespaces: {openstack: a.b}", "namespaces.openstack", "a namespace's name"),
    ],
)
def test_refused(body: str, path: str, words: str) -> None:
    """What cannot work is refused at its path, and why is said."""
    found = problems(body)

    assert any(path in each.summary and words in each.summary for each in found), found


@pytest.mark.parametrize(
    "body",
    [
        TWO
        + "networks: {storage: {perNode: {w0: {address: 100.64.0.10/30, routes: [{destination: 10.8.0.0/24, gateway: 100.64.0.9}]}}}}",
        TWO + "networks: {storage: {nic: other, vlan: 20}}",
        TWO + "networks: {storage: {perNode: {w0: {address: .5}}}}",
        TWO + "networks: {defaults: {device: '{name}'}, policies: {only: [w1]}}",
        "networks: {storage: {routes: [{destination: 10.8.0.0/24}]}}",
        "networks: {extra: {cidr: 10.9.0.0/24, over: storage}}",
    ],
)
def test_taken(body: str) -> None:
    """What can work loads."""
    assert over(body).name == "lab"
