"""Kinds of the Operator Lifecycle Manager (operator-framework/api v1 and v1alpha1)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict


def _catalog(body: Body) -> Verdict:
    state = str(get(body, "status", "connectionState", "lastObservedState") or "")
    if state == "READY":
        return Verdict(State.READY, state, done=1, total=1)
    address = get(body, "status", "connectionState", "address") or get(body, "spec", "image") or ""
    return Verdict(
        State.PROGRESSING, state, f"connecting to {address}" if address else "not connected yet", total=1
    )


_ABNORMAL = ("ResolutionFailed", "InstallPlanFailed", "BundleUnpackFailed", "CatalogSourcesUnhealthy")


def _subscription(body: Body) -> Verdict:
    state, installed = get(body, "status", "state"), get(body, "status", "installedCSV")
    if state == "AtLatestKnown" and installed:
        return Verdict(State.READY, state, installed, done=2, total=2)
    for kind in _ABNORMAL:
        found = condition(body, kind)
        if found is not None and found.get("status") == "True":
            return Verdict(
                State.FAILING, str(found.get("reason") or kind), _remedied(str(found.get("message") or ""))
            )
    pending = condition(body, "InstallPlanPending")
    if (
        pending is not None
        and pending.get("status") == "True"
        and pending.get("reason") == "RequiresApproval"
    ):
        plan, place = get(body, "status", "installPlanRef", "name") or "", get(body, "metadata", "namespace")
        approve = (
            f'kubectl patch installplan {plan} -n {place} --type merge -p \'{{"spec":{{"approved":true}}}}\''
        )
        if installed and installed != get(body, "status", "currentCSV"):
            message = f"{installed}; InstallPlan {plan} for a newer one waits for approval"
            return Verdict(State.READY, "RequiresApproval", message, done=2, total=2)
        message = f"InstallPlan {plan} waits for approval: `{approve}`"
        return Verdict(State.PROGRESSING, "RequiresApproval", message, done=1, total=2)
    return Verdict(
        State.PROGRESSING, str(state or ""), "no version installed yet", done=1 if state else 0, total=2
    )


def _remedied(message: str) -> str:
    """Add what helps where OLM has lost track of what it installed (a stale status written over a newer one)."""
    lost = re.search(r"clusterserviceversion (\S+) exists and is not referenced by a subscription", message)
    if lost is None:
        return message
    return f"OLM has lost track of {lost[1]}; delete that ClusterServiceVersion and OLM installs it anew ({message})"


_PHASES = ("Planning", "RequiresApproval", "Installing", "Complete")


def _install_plan(body: Body) -> Verdict:
    phase = str(get(body, "status", "phase") or "")
    if phase == "Complete":
        return Verdict(State.READY, phase, done=3, total=3)
    if phase == "Failed":
        found = condition(body, "Installed")
        return Verdict(State.FAILING, phase, str((found or {}).get("message") or "the installation failed"))
    return Verdict(State.PROGRESSING, phase, done=_PHASES.index(phase) if phase in _PHASES else 0, total=3)


def _service_version(body: Body) -> Verdict:
    phase = str(get(body, "status", "phase") or "")
    reason, message = (str(get(body, "status", key) or "") for key in ("reason", "message"))
    if phase == "Succeeded":
        return Verdict(State.READY, reason, message, done=1, total=1)
    state = State.FAILING if phase == "Failed" else State.PROGRESSING
    return Verdict(state, reason or phase, message, total=1)


def _operator(body: Body) -> Verdict:
    """Judge an Operator (`PACKAGE.NAMESPACE`): the ClusterServiceVersion among its components has succeeded."""
    versions = [
        each
        for each in get(body, "status", "components", "refs") or ()
        if each.get("kind") == "ClusterServiceVersion" and not _is_copied(each)
    ]
    if not versions:
        return Verdict(State.WAITING, message="no ClusterServiceVersion yet", total=1)
    verdicts = [_component(each) for each in versions]
    return next((each for each in verdicts if each.state is State.READY), verdicts[-1])


def _component(version: Mapping[str, Any]) -> Verdict:
    listed = version.get("conditions") or ()
    succeeded: Mapping[str, Any] = next((each for each in listed if each.get("type") == "Succeeded"), {})
    reason, name = str(succeeded.get("reason") or ""), str(version.get("name"))
    if succeeded.get("status") == "True":
        return Verdict(State.READY, reason, name, done=1, total=1)
    message = f"{name}: {succeeded.get('message') or 'installing'}"
    return Verdict(State.PROGRESSING, reason, message, total=1)


def _is_copied(reference: Mapping[str, Any]) -> bool:
    return any(each.get("reason") == "Copied" for each in reference.get("conditions") or ())


RULES: Mapping[tuple[str, str], Callable[[Body], Verdict]] = {
    ("operators.coreos.com", "CatalogSource"): _catalog,
    ("operators.coreos.com", "ClusterServiceVersion"): _service_version,
    ("operators.coreos.com", "InstallPlan"): _install_plan,
    ("operators.coreos.com", "Operator"): _operator,
    ("operators.coreos.com", "Subscription"): _subscription,
}
