"""What follows from installed operators, decided without a cluster."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.rehearsal import installed, packages
from openstack_k8s_cli.rehearsal.installed import Circumstances, Hooks, Late, Memory, Seen
from openstack_k8s_cli.rehearsal.options import Pace

CONTROL_PLANES = "openstackcontrolplanes.core.openstack.org"
NETCONFIGS = "netconfigs.network.openstack.org"
OPENSTACKS = "openstacks.operator.openstack.org"
POOLS = "ipaddresspools.metallb.io"
POLICIES = "nodenetworkconfigurationpolicies.nmstate.io"
CERTIFICATES = "certificates.cert-manager.io"
ALL = frozenset(
    {CONTROL_PLANES, NETCONFIGS, OPENSTACKS, POOLS, POLICIES, CERTIFICATES, "routes.route.openshift.io"}
)
FAST = Circumstances(crds=ALL, pace=Pace.FAST)
OPENSTACK = frozenset({("operator.openstack.org", "OpenStack")})
RUNNING = Seen(
    subscribed=frozenset({"openstack-operator"}),
    present=frozenset({"openstack-operator"}),
    succeeded=frozenset({"openstack-operator"}),
)


def with_openstack(*, initialized: bool) -> Seen:
    """See the operator with its initialization resource."""
    return Seen(
        subscribed=RUNNING.subscribed,
        present=RUNNING.present,
        succeeded=RUNNING.succeeded,
        instances=OPENSTACK,
        initialized=initialized,
    )


def test_a_bare_cluster_asks_for_nothing() -> None:
    """Without an operator nothing is served, withdrawn or registered."""
    orders = installed.decide(Seen(), Memory(), 0.0, FAST)

    assert installed.Orders() == orders


def test_kinds_come_with_the_service_version() -> None:
    """MetalLB's kinds that are not in its bundle are served once its ClusterServiceVersion is there."""
    name = frozenset({"metallb-operator"})
    subscribed = installed.decide(Seen(subscribed=name), Memory(), 0.0, FAST)
    present = installed.decide(Seen(subscribed=name, present=name), Memory(), 0.0, FAST)

    assert frozenset() == subscribed.serve
    assert {POOLS} == present.serve


def test_kinds_stay_as_long_as_what_brought_them() -> None:
    """An operator that is removed and installed anew, as from another catalog, leaves its kinds where they are."""
    memory = Memory()
    installed.decide(with_openstack(initialized=True), memory, 0.0, FAST)
    between = installed.decide(Seen(instances=OPENSTACK), memory, 1.0, FAST)
    gone = installed.decide(Seen(), memory, 2.0, FAST)

    assert frozenset() == between.withdraw
    assert CONTROL_PLANES in gone.withdraw


def test_kinds_come_with_the_first_object() -> None:
    """The OpenStack operator installs the services' kinds once there is an OpenStack resource, not before."""
    memory = Memory()
    before = installed.decide(RUNNING, memory, 0.0, FAST)
    after = installed.decide(with_openstack(initialized=False), memory, 1.0, FAST)

    assert frozenset() == before.serve
    assert {CONTROL_PLANES, NETCONFIGS} == after.serve


def test_an_operator_that_has_not_succeeded_brings_nothing() -> None:
    """A resource whose operator does not run is not acted upon."""
    seen = Seen(subscribed=RUNNING.subscribed, present=RUNNING.present, instances=OPENSTACK)

    assert installed.Orders() == installed.decide(seen, Memory(), 0.0, FAST)


def test_kinds_go_when_the_operator_is_uninstalled() -> None:
    """Subscription and ClusterServiceVersion both gone: all of its kinds leave discovery, once."""
    memory = Memory()
    installed.decide(with_openstack(initialized=True), memory, 0.0, FAST)
    version_only = installed.decide(Seen(present=RUNNING.present), memory, 1.0, FAST)
    gone = installed.decide(Seen(), memory, 2.0, FAST)
    later = installed.decide(Seen(), memory, 3.0, FAST)

    assert frozenset() == version_only.withdraw
    assert {CONTROL_PLANES, NETCONFIGS, OPENSTACKS} == gone.withdraw
    assert frozenset() == later.withdraw


def test_kinds_that_another_operator_has_too_stay() -> None:
    """The two cert-manager packages share their kinds."""
    memory = Memory(served={"cert-manager", "openshift-cert-manager-operator"})

    orders = installed.decide(Seen(subscribed=frozenset({"cert-manager"})), memory, 0.0, FAST)

    assert CERTIFICATES not in orders.withdraw


def test_webhooks_refuse_for_a_while() -> None:
    """They are registered with the OpenStack resource, and answer some seconds after it is Ready."""
    memory = Memory()
    hooks = [
        installed.decide(with_openstack(initialized=ready), memory, now, FAST).hooks
        for ready, now in ((False, 0.0), (True, 10.0), (True, 13.0), (True, 14.0), (False, 15.0))
    ]

    assert [Hooks.REFUSING] * 3 + [Hooks.ANSWERING] * 2 == hooks


def test_webhooks_answer_at_once_at_the_instant_pace() -> None:
    """Tests do not wait for what is not their subject."""
    around = Circumstances(crds=ALL, pace=Pace.INSTANT)

    orders = installed.decide(with_openstack(initialized=False), Memory(), 0.0, around)

    assert Hooks.ANSWERING == orders.hooks


def test_a_fault_keeps_webhooks_down() -> None:
    """Its seconds count from Ready, whatever the pace."""
    around = Circumstances(crds=ALL, pace=Pace.INSTANT, refused=30.0)
    memory = Memory()
    hooks = [
        installed.decide(with_openstack(initialized=True), memory, now, around).hooks
        for now in (0.0, 29.0, 30.0)
    ]

    assert [Hooks.REFUSING, Hooks.REFUSING, Hooks.ANSWERING] == hooks


def test_webhooks_go_with_the_openstack_resource() -> None:
    """Deleting it unregisters them, and the kinds stay."""
    memory = Memory()
    installed.decide(with_openstack(initialized=True), memory, 0.0, FAST)
    orders = installed.decide(RUNNING, memory, 1.0, FAST)

    assert Hooks.ABSENT == orders.hooks
    assert frozenset() == orders.withdraw


def test_a_newer_operator_takes_the_webhooks_away_and_brings_them_again() -> None:
    """As in life they are deleted meanwhile; a start in between changes nothing."""
    memory = Memory()
    old, new = (replace(with_openstack(initialized=True), release=each) for each in ("0.5.0", "0.6.0"))
    hooks = [
        installed.decide(seen, memory, now, FAST).hooks
        for seen, now in ((old, 0.0), (old, 4.0), (new, 5.0), (new, 6.0), (new, 11.0))
    ]

    assert [Hooks.REFUSING, Hooks.ANSWERING, Hooks.ABSENT, Hooks.REFUSING, Hooks.ANSWERING] == hooks


def test_a_fault_makes_a_kind_late() -> None:
    """The others do not wait for it."""
    around = Circumstances(crds=ALL, pace=Pace.FAST, late=(Late(NETCONFIGS, 20.0),))
    memory = Memory()
    early = installed.decide(with_openstack(initialized=False), memory, 100.0, around)
    due = installed.decide(with_openstack(initialized=False), memory, 120.0, around)

    assert {CONTROL_PLANES} == early.serve
    assert {CONTROL_PLANES, NETCONFIGS} == due.serve


@pytest.mark.parametrize(
    ("crd", "bare"),
    [
        ("routes.route.openshift.io", True),
        ("baremetalhosts.metal3.io", True),
        ("subscriptions.operators.coreos.com", True),
        ("dnses.operator.openshift.io", True),
        ("certmanagers.operator.openshift.io", False),
        ("frrconfigurations.frrk8s.metallb.io", False),
        ("rabbitmqclusters.rabbitmq.com", False),
        (NETCONFIGS, False),
    ],
)
def test_a_bare_cluster_has_no_operators_kinds(crd: str, *, bare: bool) -> None:
    """OpenShift's, OLM's and metal3's kinds are there from the start; those of operators are not."""
    assert bare == packages.is_bare(crd)


def test_operators_of_single_services_bring_their_own() -> None:
    """Their kinds and webhooks come with them and without an OpenStack resource, and those of no other service."""
    memory = Memory()
    name = frozenset({"infra-operator"})
    there = installed.decide(Seen(subscribed=name, present=name, succeeded=name), memory, 0.0, FAST)
    gone = installed.decide(Seen(), memory, 1.0, FAST)

    assert (frozenset({NETCONFIGS}), Hooks.ABSENT) == (there.serve, there.hooks)
    assert {"network.openstack.org", "rabbitmq.openstack.org"} < there.alone
    assert "keystone.openstack.org" not in there.alone
    assert frozenset({NETCONFIGS}) == gone.withdraw
    assert not gone.alone
