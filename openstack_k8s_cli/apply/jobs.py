"""Jobs that have done their work."""

from openstack_k8s_cli.apply.labels import is_ours
from openstack_k8s_cli.model.objects import Body, ObjectId, condition


def is_spent(target: ObjectId, present: Body, *ends: str) -> bool:
    """Tell a Job of osk's that has finished: it holds no state, and can only change or succeed by being made anew."""
    ended = (condition(present, kind) for kind in ends)
    finished = any(each is not None and each.get("status") == "True" for each in ended)
    return (target.group, target.kind) == ("batch", "Job") and is_ours(present) and finished
