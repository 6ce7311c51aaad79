"""Which interfaces a policy takes down, and which never."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.teardown import nodes


def _policy(*interfaces: dict[str, Any], selector: dict[str, str] | None = None) -> Body:
    return {
        "apiVersion": "nmstate.io/v1",
        "kind": "NodeNetworkConfigurationPolicy",
        "metadata": {"name": "p", "uid": "u", "labels": {"a": "b"}},
        "spec": {
            "nodeSelector": selector or {},
            "desiredState": {"interfaces": list(interfaces), "dns-resolver": {"config": {}}},
        },
    }


def _state(route: str, *interfaces: dict[str, Any], destination: str = "0.0.0.0/0") -> Body:
    routes = {"running": [{"destination": destination, "next-hop-interface": route}]}
    return {"status": {"currentState": {"interfaces": list(interfaces), "routes": routes}}}


VLAN = {"name": "eth1.20", "type": "vlan", "state": "up"}
CARD = {"name": "eth1", "type": "ethernet", "state": "up"}


def test_virtual_interfaces_go() -> None:
    """What is not needed by the node is taken down."""
    assert (("eth1.20",), {}) == nodes.removable(_policy(VLAN), [_state("eth0")])


def test_the_loopback_never_goes() -> None:
    """`lo` stays even where a policy names it, as with BGP."""
    down, stay = nodes.removable(_policy({"name": "lo", "type": "loopback"}), [_state("eth0")])

    assert down == ()
    assert list(stay) == ["lo"]


@pytest.mark.parametrize(
    "interfaces",
    [
        (),
        ({"name": "br", "bridge": {"port": [{"name": "eth1"}]}},),
        ({"name": "br", "link-aggregation": {"port": ["eth1"]}},),
        ({"name": "br", "vlan": {"base-iface": "eth1"}},),
        ({"name": "br"}, {"name": "eth1", "controller": "br"}),
        (
            {"name": "br", "vlan": {"base-iface": "bond"}},
            {"name": "bond", "link-aggregation": {"port": ["eth1"]}},
        ),
    ],
    ids=["itself", "bridge port", "bond port", "vlan base", "controller", "two below"],
)
def test_the_default_route_never_goes(interfaces: tuple[dict[str, Any], ...]) -> None:
    """The interface of the default route stays, and so does everything below it."""
    route = "br" if interfaces else "eth1"
    down, stay = nodes.removable(_policy(CARD, VLAN), [_state(route, *interfaces)])

    assert down == ("eth1.20",)
    assert list(stay) == ["eth1"]


def test_the_default_route_of_ipv6_counts() -> None:
    """A node with IPv6 only is as careful a case."""
    assert nodes.removable(_policy(CARD), [_state("eth1", destination="::/0")])[0] == ()


def test_without_a_state_cards_stay() -> None:
    """Where nmstate tells nothing of the node, network cards are left alone and the rest goes."""
    down, stay = nodes.removable(_policy(CARD, VLAN), [])

    assert down == ("eth1.20",)
    assert list(stay) == ["eth1"]


def test_the_absent_policy_says_nothing_else() -> None:
    """It keeps its selector, and drops addresses, routes and resolvers."""
    policy = _policy(CARD, VLAN, selector={"kubernetes.io/hostname": "crc"})
    wanted = {"interfaces": [{"name": "eth1.20", "type": "vlan", "state": "absent"}]}
    made = nodes.absent(policy, ["eth1.20"])

    assert {"nodeSelector": {"kubernetes.io/hostname": "crc"}, "desiredState": wanted} == made["spec"]
    assert made["metadata"] == {"name": "p"}


def test_a_policy_asks_its_own_node() -> None:
    """A policy for one host is judged by that host's state."""
    states = {ObjectId("nmstate.io", "NodeNetworkState", "", name): _state(name) for name in ("one", "two")}
    mine = nodes.states_for(_policy(selector={"kubernetes.io/hostname": "two"}), states)

    assert (_state("two"),) == mine
    assert len(nodes.states_for(_policy(), states)) == 2
