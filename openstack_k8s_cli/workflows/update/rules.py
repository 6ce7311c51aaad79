"""When a stage of an update is over: readiness as the stage has it."""

from collections.abc import Mapping

from openstack_k8s_cli.model.objects import Body, condition, conditions, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import ERRORS, current
from openstack_k8s_cli.workflows.judging import Rule, as_ever

STEPS = (
    "MinorUpdateOVNControlplane",
    "MinorUpdateOVNDataplane",
    "MinorUpdateRabbitMQ",
    "MinorUpdateMariaDB",
    "MinorUpdateMemcached",
    "MinorUpdateKeystone",
    "MinorUpdateControlplane",
    "MinorUpdateDataplane",
)
"""The conditions of an update in their order; older operators have not got all of them."""
_ASKED = "no deployment of OVN on the hosts was seen yet"


def subscription(body: Body) -> Verdict:
    """Judge a Subscription: at its newest, or with an InstallPlan to approve."""
    found = condition(body, "InstallPlanPending")
    if found is not None and found.get("status") == "True" and found.get("reason") == "RequiresApproval":
        plan = get(body, "status", "installPlanRef", "name") or ""
        return Verdict(State.READY, "RequiresApproval", f"InstallPlan {plan} waits for approval")
    return as_ever(body)


def openstack(release: str) -> Rule:
    """Judge the OpenStack resource: Ready, and by the operator of this release; empty: any."""

    def rule(body: Body) -> Verdict:
        running = str(get(body, "status", "releaseVersion") or "")
        if release and running and running != release:
            return Verdict(State.WAITING, message=f"still of {running}; {release} has not answered yet")
        return as_ever(body)

    return rule


def offers(release: str) -> Rule:
    """Judge an OpenStackVersion: the operator's own version is on offer; empty: any."""

    def rule(body: Body) -> Verdict:
        available = str(get(body, "status", "availableVersion") or "")
        if release and available != release:
            return Verdict(State.WAITING, message=f"offers {available or 'nothing'} yet, not {release}")
        return as_ever(body)

    return rule


def reached(kind: str, target: str) -> Rule:
    """Judge an OpenStackVersion: this step of the update is done.

    Its conditions go as soon as all are True, so a version that is deployed has passed every step.
    """

    def rule(body: Body) -> Verdict:
        done = _done(body)
        if get(body, "spec", "targetVersion") != target:
            return Verdict(State.WAITING, message=f"its target is not {target}", done=done)
        if deployed(body, target):
            return Verdict(State.READY, message=f"{target} is deployed", done=done)
        if not current(body):
            return Verdict(State.WAITING, message="its operator has not seen the change yet", observed=False)
        found = condition(body, kind)
        if found is None and any(condition(body, each) for each in STEPS[STEPS.index(kind) + 1 :]):
            return Verdict(State.READY, message="its operator has no such step", done=done)
        if found is None:
            return Verdict(State.WAITING, message=f"has no condition {kind} yet", done=done)
        return _told(found, done)

    return rule


def is_deployed(target: str) -> Rule:
    """Judge an OpenStackVersion: the whole update is done."""

    def rule(body: Body) -> Verdict:
        if deployed(body, target):
            return Verdict(State.READY, message=f"{target} is deployed")
        return Verdict(State.PROGRESSING, message=f"{target} is not deployed yet", done=_done(body))

    return rule


def deployed(body: Body, target: str) -> bool:
    """Tell whether a version is what the cloud runs and is to run."""
    return bool(get(body, "status", "deployedVersion") == get(body, "spec", "targetVersion") == target)


def is_true(body: Body, kind: str, target: str) -> bool:
    """Tell whether a step of the update is over."""
    return reached(kind, target)(body).state is State.READY


def _told(found: Mapping[str, object], done: int) -> Verdict:
    reason, message = str(found.get("reason") or ""), str(found.get("message") or "")
    if found.get("status") == "True":
        return Verdict(State.READY, reason, message, done=done)
    if found.get("type") == "MinorUpdateOVNDataplane" and reason == "Init":
        message = _ASKED
    failing = found.get("status") == "False" and reason in ERRORS
    return Verdict(State.FAILING if failing else State.PROGRESSING, reason, message, done=done)


def _done(body: Body) -> int:
    return sum(
        each.get("status") == "True"
        for each in conditions(body)
        if str(each.get("type")).startswith("MinorUpdate") and each.get("type") != "MinorUpdateAvailable"
    )
