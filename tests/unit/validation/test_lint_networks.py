"""The lint rules on networks: each finds its mistake, and says nothing of the same set without it."""

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.validation import lint
from openstack_k8s_cli.validation.findings import Severity
from openstack_k8s_cli.validation.lint.objects import Objects
from tests.unit.validation.samples import (
    attachment,
    balancer,
    body,
    codes,
    found,
    interface,
    items,
    net_config,
    network,
    node_set,
    on,
    plane,
    policy,
    pool,
    service,
    vlan,
)

NET = net_config(network())
L2 = "L2Advertisement"
OTHER = network("storage", "172.18.0.0/24", ("172.18.0.100", "172.18.0.250"))
Set = list[Body]


def advertised(name: str) -> Body:
    """Make an advertisement on one interface."""
    spec = {"ipAddressPools": ["internalapi"], "interfaces": [name]}
    return body("metallb.io/v1beta1", L2, "internalapi", namespace="metallb-system", spec=spec)


def machine(name: str, mac: object) -> Body:
    """Make a bare-metal host."""
    return body("metal3.io/v1alpha1", "BareMetalHost", name, spec={"bootMACAddress": mac})


def routed(hop: str) -> Body:
    """Make a policy with one route."""
    routes = {"config": [{"destination": "0.0.0.0/0", "next-hop-address": hop}]}
    return policy(interface(), routes=routes)


def hop(next_: str, *, address: str | None = None) -> Body:
    """Make a policy with a route over an interface, which has an address or gets it by DHCP."""
    six = ":" in (address or "")
    given = {"address": [{"ip": address, "prefix-length": 64 if six else 24}]} if address else {"dhcp": True}
    route = {"destination": "0.0.0.0/0", "next-hop-address": next_, "next-hop-interface": "internalapi"}
    made = interface("internalapi", None, **{"ipv6" if six else "ipv4": given})
    return policy(made, name=f"over-{next_.partition(':')[0]}", routes={"config": [route]})


def listening(*ports: int) -> Set:
    """Make Services that share an address, each with a port."""
    shared = balancer("172.17.0.80", sharing="x")
    return [
        service(f"s{at}", shared) | {"spec": {"ports": [{"port": port}]}} for at, port in enumerate(ports)
    ]


def glance(**apis: str) -> Body:
    """Make a control plane with several Glance APIs, each with an address."""
    made = {
        name: {"override": {"service": {"internal": balancer(at, sharing="x")}}} for name, at in apis.items()
    }
    return plane(glance={"template": {"glanceAPIs": made}})


IPAM = {
    "type": "whereabouts",
    "range": "172.17.0.0/24",
    "range_start": "172.17.0.30",
    "range_end": "172.17.0.70",
}
CASES: list[tuple[str, Set, Set]] = [
    ("OSK0820", [NET, node_set([on(address="172.18.0.5")])], [NET, node_set([on(address="172.17.0.100")])]),
    ("OSK0820", [net_config(network(excludeAddresses=["172.17.0.101"])), node_set([on(address="172.17.0.101")])],
     [net_config(network(excludeAddresses=["172.17.0.101"])), node_set([on(address="172.17.0.100")])]),
    ("OSK0821", [NET, node_set([on(subnet="subnet3")])], [NET, node_set([on()])]),
    ("OSK0821", [NET, node_set([on("storage")])], [net_config(network(), OTHER), node_set([on("storage")])]),
    ("OSK0822", [NET, pool("internalapi", "172.17.0.80-172.17.0.120")], [NET, pool()]),
    ("OSK0822", [pool(), pool("two", "172.17.0.90/32")], [pool(), pool("two", "172.17.0.91/32")]),
    ("OSK0823", [NET, attachment(start="172.17.0.90", end="172.17.0.110")], [NET, attachment()]),
    ("OSK0823", [pool(), attachment(end="172.17.0.85")], [pool(), attachment()]),
    ("OSK0824", [NET, policy(interface(address="172.17.0.100"))], [NET, policy(interface(address="172.17.0.10"))]),
    ("OSK0824", [NET, node_set([on(address="172.17.0.40")]), attachment()], [NET, node_set([on(address="172.17.0.110")]), attachment()]),
    ("OSK0824", [NET, node_set([on(address="172.17.0.80")]), pool()], [NET, node_set([on(address="172.17.0.79")]), pool()]),
    ("OSK0824", [net_config(network(gateway="172.17.0.110"))],
     [net_config(network(gateway="172.17.0.110", excludeAddresses=["172.17.0.110"]))]),
    ("OSK0824", [NET, policy(interface(address="172.17.0.40")), attachment()],
     [NET, policy(interface(address="172.17.0.40")), attachment(ipam={**IPAM, "exclude": ["172.17.0.40/32"]})]),
    ("OSK0825", [policy(interface("lo", "10.0.0.1")), policy(interface("lo", "10.0.0.1"), name="node-1")],
     [policy(interface("lo", "10.0.0.1")), policy(interface("lo", "10.0.0.2"), name="node-1")]),
    ("OSK0825", [NET, node_set([on(address="172.17.0.100")], [on(address="172.17.0.100")])],
     [NET, node_set([on(address="172.17.0.100")], [on(address="172.17.0.101")])]),
    ("OSK0825", [machine("a", "52:54:00:00:00:01"), machine("b", "52:54:00:00:00:01")],
     [machine("a", "52:54:00:00:00:01"), machine("b", "52:54:00:00:00:02")]),
    ("OSK0825", [pool(), service("a", balancer("172.17.0.80")), service("b", balancer("172.17.0.80"))],
     [pool(), service("a", balancer("172.17.0.80", sharing="x")), service("b", balancer("172.17.0.80", sharing="x"))]),
    ("OSK0825", [pool(), *listening(9292, 9292)], [pool(), *listening(9292, 8776)]),
    ("OSK0825", [pool(), glance(one="172.17.0.80", two="172.17.0.80")],
     [pool(), glance(one="172.17.0.80", two="172.17.0.81"), service("a", balancer("172.17.0.80", sharing="x"))]),
    ("OSK0826", [policy(interface("enp6s0")), attachment()], [policy(interface()), attachment()]),
    ("OSK0826", [policy(interface("ospbr", type="linux-bridge")), attachment(type="bridge", bridge="octbr")],
     [policy(interface("octbr", type="linux-bridge")), attachment(type="bridge", bridge="octbr")]),
    ("OSK0827", [net_config(network(vlan=21)), policy(vlan(address="172.17.0.10"))],
     [net_config(network(vlan=20)), policy(vlan(address="172.17.0.10"))]),
    ("OSK0827", [policy(vlan(), vlan("storage"))], [policy(vlan(), vlan("storage", tag=21))]),
    ("OSK0827", [net_config(network(vlan=20), network("storage", "172.18.0.0/24", ("172.18.0.9", "172.18.0.9"), vlan=20))],
     [net_config(network(vlan=20), network("storage", "172.18.0.0/24", ("172.18.0.9", "172.18.0.9"), vlan=21))]),
    ("OSK0828", [policy(interface("enp6s0", mtu=1500), vlan(mtu=9000))],
     [policy(interface("enp6s0", mtu=9000), vlan(mtu=9000))]),
    ("OSK0828", [net_config(network(mtu=9000)), policy(interface(address="172.17.0.10", mtu=1500))],
     [net_config(network(mtu=1500)), policy(interface(address="172.17.0.10", mtu=9000))]),
    ("OSK0828", [policy(interface(mtu=1500)), attachment(mtu=9000)], [policy(interface(mtu=9000)), attachment(mtu=9000)]),
    ("OSK0829", [net_config(network(span=("172.17.0.250", "172.17.0.100")))], [NET]),
    ("OSK0829", [net_config(network(span=("172.17.0.100", "172.17.1.250")))], [NET]),
    ("OSK0829", [net_config(network(gateway="172.18.0.1"))], [net_config(network(gateway="172.17.0.1"))]),
    ("OSK0829", [net_config(network(excludeAddresses=["172.18.0.1"]))], [net_config(network(excludeAddresses=["172.17.0.1"]))]),
    ("OSK0829", [net_config(network(routes=[{"destination": "10.0.0.0/8", "nexthop": "172.18.0.1"}]))],
     [net_config(network(routes=[{"destination": "10.0.0.0/8", "nexthop": "172.17.0.1"}]))]),
    ("OSK0829", [attachment(ipam={**IPAM, "gateway": "172.18.0.1"})],
     [attachment(ipam={**IPAM, "gateway": "172.17.0.1", "routes": [{"dst": "10.0.0.0/8", "gw": "172.17.0.2"}]})]),
    ("OSK0829", [attachment(ipam={**IPAM, "routes": [{"dst": "10.0.0.0/8", "gw": "172.18.0.1"}]})],
     [attachment(ipam={"type": "static", "gateway": "172.18.0.1"})]),
    ("OSK0829", [hop("10.0.0.1", address="172.17.0.5")], [hop("172.17.0.1", address="172.17.0.5")]),
    ("OSK0829", [hop("fd00::1", address="fd01::5")], [hop("fe80::1", address="fd01::5"), hop("10.0.0.1")]),
    ("OSK0836", [policy(interface("bond0"), interface("bond0", type="bond"))],
     [policy(interface("br-ex", type="ovs-interface"), interface("br-ex", type="ovs-bridge"))]),
    ("OSK0836", [policy(vlan("enp134s0f0np0.20"))],
     [policy(vlan("enp134s0f0np0.2"), interface("ovs-bridge-of-tenants", type="ovs-bridge"))]),
    ("OSK0829", [pool("a", "172.17.0.90-172.17.0.80")], [pool()]),
    ("OSK0830", [net_config(network(), network("copy", span=("172.17.0.20", "172.17.0.30")))],
     [net_config(network(), OTHER)]),
    ("OSK0831", [NET, node_set([on("InternalApi")])], [NET, node_set([on("internalapi")])]),
    ("OSK0832", [routed("192.168.122.\uff11")], [routed("192.168.122.1")]),
    ("OSK0832", [pool("a", "172.17.0.80..90")], [pool("a", "172.17.0.80 - 172.17.0.90", "fd00::/120")]),
    ("OSK0833", [pool(), service("a", balancer("172.17.0.99"))], [pool(), service("a", balancer("172.17.0.85"))]),
    ("OSK0834", [machine("a", 31)], [machine("a", "52:54:00:00:00:31")]),
    ("OSK0834", [node_set(template={"data": "interfaces:\n- mac: 52:54:00:11:22:33\n"})],
     [node_set(template={"data": "interfaces:\n- mac: '52:54:00:11:22:33'\n"})]),
    ("OSK0835", [policy(interface()), advertised("enp6s0.20"), pool()],
     [policy(interface()), advertised("internalapi"), pool()]),
]  # fmt: skip


def test_one_bridge_on_every_node_may_have_one_address() -> None:
    """Pods' gateway on a bridge that each node has for itself is no duplicate."""
    bridge = interface("internalapi", "172.17.0.1", type="linux-bridge")

    assert set() == codes(policy(bridge), policy(bridge, name="node-1"))


@pytest.mark.parametrize(
    ("hosts", "severity"),
    [
        ([], Severity.WARNING),
        ([[on(address="172.17.0.111")]], "none"),
        ([[on(address="172.17.0.111")], [on()]], None),
    ],
)
def test_a_gateway_is_given_out_to_who_takes_what_comes(
    hosts: list[Set], severity: Severity | str | None
) -> None:
    """Hosts with fixed addresses take no gateway's; one without may, and who comes later is not known."""
    told = found(net_config(network(gateway="172.17.0.110")), node_set(*hosts))

    assert ([] if severity == "none" else [severity]) == [each.severity for each in told]


def test_each_cloud_has_networks_of_its_own() -> None:
    """Two clouds may use the same ranges in isolated networks; a pool is the whole cluster's."""
    other = net_config(network(), namespace="openstack2")

    assert set() == codes(NET, other)
    assert {"OSK0822"} == codes(NET, other, pool("internalapi", "172.17.0.100-172.17.0.110"))


def test_an_address_of_the_other_family_is_outside() -> None:
    """An IPv4 node set with an IPv6 NetConfig is found."""
    six = net_config(network(cidr="fd00::/64", span=("fd00::100", "fd00::250")))

    assert {"OSK0820"} == codes(six, node_set([on(address="172.17.0.100")]))


def test_a_message_names_both_sides() -> None:
    """An overlap says which two ranges of what meet."""
    (only,) = found(NET, pool("internalapi", "172.17.0.80-172.17.0.120"))

    assert "172.17.0.80-172.17.0.120 of pool internalapi" in only.message
    assert "allocation range internalapi/subnet1" in only.message
    assert ("spec", "addresses", 0) == only.path


def test_the_title_that_a_profile_gives_is_no_other_spelling() -> None:
    """Of osk's own objects the name in NetConfig and that of hosts come from one entry."""
    given = items(NET, node_set([on("InternalApi")]))

    assert ["OSK0831"] == [each.code for each in lint.check(Objects(given))]
    assert [] == list(lint.check(Objects(given, own=True)))
