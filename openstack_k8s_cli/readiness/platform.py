"""Kinds of the platform: nmstate, MetalLB, cert-manager, admission webhooks."""

from collections.abc import Callable, Mapping

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import by_condition


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


def _by(kind: str) -> Callable[[Body], Verdict]:
    return lambda body: by_condition(body, kind)


RULES: Mapping[tuple[str, str], Callable[[Body], Verdict]] = {
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _admission,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _admission,
    ("cert-manager.io", "Certificate"): _by("Ready"),
    ("cert-manager.io", "ClusterIssuer"): _by("Ready"),
    ("cert-manager.io", "Issuer"): _by("Ready"),
    ("metallb.io", "MetalLB"): _by("Available"),
    ("nmstate.io", "NMState"): _by("Available"),
    ("nmstate.io", "NodeNetworkConfigurationPolicy"): _node_network_policy,
}
