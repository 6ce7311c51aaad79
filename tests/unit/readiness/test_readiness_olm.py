"""What osk says when OLM needs a hand."""

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import id_of
from openstack_k8s_cli.model.verdicts import State


def test_a_version_that_olm_lost_is_named_with_its_remedy() -> None:
    """OLM does not recover from a Subscription that lost its version; the message says what helps."""
    message = (
        "constraints not satisfiable: clusterserviceversion metallb-operator.v4.18.1 exists and is not "
        "referenced by a subscription, subscription metallb-operator-sub exists"
    )
    failed = {
        "type": "ResolutionFailed",
        "status": "True",
        "reason": "ConstraintsNotSatisfiable",
        "message": message,
    }
    body = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": "metallb-operator-sub", "namespace": "metallb-system"},
        "status": {"conditions": [failed]},
    }

    verdict = readiness.judge(id_of(body), body)

    assert verdict.state is State.FAILING
    assert verdict.message.startswith(
        "OLM has lost track of metallb-operator.v4.18.1; delete that ClusterServiceVersion"
    )


def test_an_operator_that_runs_is_ready_while_a_newer_one_waits() -> None:
    """Whoever approves upgrades himself can go on deploying; an upgrade that was approved is waited for."""
    pending = {"type": "InstallPlanPending", "status": "True", "reason": "RequiresApproval"}
    status = {
        "conditions": [pending],
        "installPlanRef": {"name": "install-y"},
        "state": "UpgradePending",
        "installedCSV": "openstack-operator.v1",
        "currentCSV": "openstack-operator.v2",
    }
    body = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": "openstack-operator", "namespace": "openstack-operators"},
        "status": status,
    }
    approved = {**status, "conditions": [{**pending, "reason": "Installing"}]}

    verdicts = [readiness.judge(id_of(body), {**body, "status": each}) for each in (status, approved)]

    assert [State.READY, State.PROGRESSING] == [each.state for each in verdicts]
    assert "install-y" in verdicts[0].message


def test_an_install_plan_that_waits_is_approved_by_a_command() -> None:
    """Who said `approval: manual` is told how to approve."""
    pending = {"type": "InstallPlanPending", "status": "True", "reason": "RequiresApproval"}
    body = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": "openstack-operator", "namespace": "openstack-operators"},
        "status": {"conditions": [pending], "installPlanRef": {"name": "install-x"}},
    }

    verdict = readiness.judge(id_of(body), body)

    assert (verdict.state, verdict.reason) == (State.PROGRESSING, "RequiresApproval")
    assert (
        "kubectl patch installplan install-x -n openstack-operators --type merge "
        """-p '{"spec":{"approved":true}}'""" in verdict.message
    )
