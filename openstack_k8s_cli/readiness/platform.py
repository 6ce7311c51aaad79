"""Kinds of the platform: nmstate, MetalLB, cert-manager, bare metal, admission webhooks."""

from collections.abc import Callable, Mapping

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import by, current


def _node_network_policy(body: Body) -> Verdict:
    """Judge a NodeNetworkConfigurationPolicy.

    Degraded comes with the first node that fails; "no matching node" is no success, although older
    releases of kubernetes-nmstate set Available with it (its api/shared/conditions.go).
    """
    degraded = condition(body, "Degraded")
    if degraded is not None and degraded.get("status") == "True":
        return Verdict(
            State.FAILING, str(degraded.get("reason") or ""), str(degraded.get("message") or ""), total=1
        )
    for kind in ("Available", "Ignored"):
        found = condition(body, kind)
        if found is not None and found.get("status") == "True" and found.get("reason") == "NoMatchingNode":
            return Verdict(
                State.FAILED, "NoMatchingNode", str(found.get("message") or "no node matches its selector")
            )
    available = condition(body, "Available")
    if available is None:
        return Verdict(State.WAITING, message="nmstate has not answered yet", total=1)
    reason, message = str(available.get("reason") or ""), str(available.get("message") or "")
    if available.get("status") == "True":
        return Verdict(State.READY, reason, message, done=1, total=1)
    return Verdict(State.PROGRESSING, reason, message or "the nodes are being configured", total=1)


def _admission(body: Body) -> Verdict:
    """Judge a webhook configuration: every webhook has the CA that its certificate is checked with.

    cert-manager's injector fills `caBundle` in after the operator has written the configuration; before that the
    API server refuses what the webhook is about.
    """
    listed = body.get("webhooks") or []
    trusted = sum(1 for each in listed if get(each, "clientConfig", "caBundle"))
    if listed and trusted == len(listed):
        return Verdict(State.READY, done=trusted, total=trusted)
    return Verdict(State.PROGRESSING, message="caBundle is not there yet", done=trusted, total=len(listed))


_HOST_STATES = ("registering", "inspecting", "preparing", "available", "provisioning", "provisioned")
_AT_HAND = frozenset({"available", "ready", "provisioning", "provisioned", "externally provisioned"})
"""States of a machine that can be taken, or has been; releases before 4.8 say `ready` for `available`."""


def _bare_metal_host(body: Body) -> Verdict:
    """Judge a BareMetalHost (metal3's baremetal-operator, apis/metal3.io/v1alpha1): inspected, and without an error.

    It has no conditions and says nothing of its generation; an error stays in `errorMessage` until it is overcome.
    """
    state = str(get(body, "status", "provisioning", "state") or "")
    done = _HOST_STATES.index(state) if state in _HOST_STATES else 0
    error = str(get(body, "status", "errorMessage") or "")
    if error:
        kind = str(get(body, "status", "errorType") or state)
        return Verdict(State.FAILING, kind, error, done=done, total=len(_HOST_STATES))
    if state in _AT_HAND:
        return Verdict(State.READY, state, done=done, total=len(_HOST_STATES))
    if not state:
        return Verdict(State.WAITING, message="the bare metal operator has not answered yet", total=1)
    return Verdict(State.PROGRESSING, state, done=done, total=len(_HOST_STATES))


def _machine_pool(body: Body) -> Verdict:
    """Judge a MachineConfigPool (machine-config-operator, pkg/controller/node/status.go): every node runs the new configuration.

    `Updated` stays True until the controller has looked at a new `spec.configuration`.
    """
    total, done = (int(get(body, "status", key) or 0) for key in ("machineCount", "updatedMachineCount"))
    degraded = condition(body, "Degraded")
    if degraded is not None and degraded.get("status") == "True":
        words = str(degraded.get("message") or "") or _text_of(body, "NodeDegraded")
        return Verdict(
            State.FAILING, str(degraded.get("reason") or "Degraded"), words, done=done, total=total
        )
    wanted, there = (get(body, part, "configuration", "name") for part in ("spec", "status"))
    updated = condition(body, "Updated")
    if updated is None or not current(body):
        message = "the machine config controller has not answered yet"
        return Verdict(State.WAITING, message=message, observed=False, total=total)
    if updated.get("status") == "True" and wanted == there:
        return Verdict(State.READY, message=str(updated.get("message") or ""), done=done, total=total)
    message = f"{done} of {total} nodes have the new configuration"
    if get(body, "spec", "paused"):
        return Verdict(State.FAILING, "Paused", f"the pool is paused; {message}", done=done, total=total)
    return Verdict(State.PROGRESSING, message=message, done=done, total=total)


def _text_of(body: Body, kind: str) -> str:
    found = condition(body, kind) or {}
    return str(found.get("message") or "")


RULES: Mapping[tuple[str, str], Callable[[Body], Verdict]] = {
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _admission,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _admission,
    ("cert-manager.io", "Certificate"): by("Ready"),
    ("cert-manager.io", "ClusterIssuer"): by("Ready"),
    ("cert-manager.io", "Issuer"): by("Ready"),
    ("machineconfiguration.openshift.io", "MachineConfigPool"): _machine_pool,
    ("metal3.io", "BareMetalHost"): _bare_metal_host,
    ("metallb.io", "MetalLB"): by("Available"),
    ("nmstate.io", "NMState"): by("Available"),
    ("nmstate.io", "NodeNetworkConfigurationPolicy"): _node_network_policy,
}
