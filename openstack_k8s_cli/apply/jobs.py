"""Jobs, and deployments of the data plane, that have done their work or failed for good."""

from openstack_k8s_cli.apply.labels import is_ours
from openstack_k8s_cli.model.objects import Body, ObjectId, condition

_JOB = ("batch", "Job")
_DEPLOYMENT = ("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
_SPENT = "BackoffLimitExceeded"
"""The reason for which openstack-operator never looks at a deployment of the data plane again."""


def is_spent(target: ObjectId, present: Body, *ends: str) -> bool:
    """Tell a Job of osk's that has finished: it holds no state, and can only change or succeed by being made anew.

    So does a deployment of the data plane whose Ansible failed for good; one that succeeded is left alone, since
    Ansible would run on the hosts again.
    """
    if not is_ours(present):
        return False
    kind = (target.group, target.kind)
    if kind == _DEPLOYMENT:
        ready = condition(present, "Ready") or {}
        return "Failed" in ends and (ready.get("status"), ready.get("reason")) == ("False", _SPENT)
    ended = (condition(present, each) for each in ends)
    return kind == _JOB and any(each is not None and each.get("status") == "True" for each in ended)
