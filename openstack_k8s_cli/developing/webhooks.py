"""Webhook configurations that point at a workstation for as long as the operator behind them runs there.

They are changed in place: the OpenStack operator's init program writes its own form of them at its next look (which keeps
only `caBundle`), and cert-manager puts its certificate into whatever has the annotation; so the annotation goes, and who
runs the operator writes them again where they were put back.
"""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from openstack_k8s_cli.model.objects import Body, ObjectId, get

GROUP = "admissionregistration.k8s.io"
KINDS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
OPERATORS = frozenset({"openstack", "infra", "openstack-baremetal"})
"""Those with webhooks of their own; the services' live in the first."""
INJECTED = "cert-manager.io/inject-ca-from"
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "MutatingWebhookConfiguration": "mutating-webhook-configuration",
        "ValidatingWebhookConfiguration": "validating-webhook-configuration",
    }
)


def ids(operator: str) -> tuple[ObjectId, ...]:
    """Name the configurations of an operator."""
    if operator not in OPERATORS:
        return ()
    return tuple(ObjectId(GROUP, kind, "", f"{operator}-operator-{_NAMES[kind]}") for kind in KINDS)


def pointed(configuration: Body, *, at: str, authority: bytes) -> Body:
    """Let a configuration call a workstation, `at` HOST:PORT, whose certificate an authority signed."""
    bundle = base64.b64encode(authority).decode()
    hooks = [
        {**hook, "clientConfig": {"url": f"https://{at}{path(hook)}", "caBundle": bundle}}
        for hook in configuration.get("webhooks") or ()
    ]
    meta = configuration["metadata"]
    kept = {key: each for key, each in (meta.get("annotations") or {}).items() if key != INJECTED}
    others = {key: each for key, each in meta.items() if key != "annotations"}
    return {**configuration, "metadata": others | ({"annotations": kept} if kept else {}), "webhooks": hooks}


def is_pointed(configuration: Body, *, at: str, authority: bytes) -> bool:
    """Tell whether a configuration still calls the workstation."""
    wanted = pointed(configuration, at=at, authority=authority)
    return wanted["webhooks"] == configuration.get("webhooks") and INJECTED not in (
        get(configuration, "metadata", "annotations") or {}
    )


def path(hook: Body) -> str:
    """Give the path that a webhook is called by, wherever it points."""
    found = get(hook, "clientConfig", "service", "path")
    return str(found) if found else urlsplit(str(get(hook, "clientConfig", "url") or "")).path
