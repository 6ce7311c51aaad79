"""The cluster and the namespaces."""

import re

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, command, needless, to
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.sections.platform import CAPABILITIES

_ON_MICROSHIFT = (*CAPABILITIES["microshift"], "olm", "marketplace", "frrK8s", "clusterDns")
"""What install_yamls takes one to have: its operators come by OLM there, too."""


def _flavour(settings: Settings, draft: Draft) -> None:
    if settings.true("OKD"):
        draft.set("platform.flavour", "okd")
    if settings["MICROSHIFT"] not in {"", "0"}:
        draft.set("platform.flavour", "microshift")
        draft.set("platform.capabilities", list(_ON_MICROSHIFT))


def _operators_namespace(settings: Settings, draft: Draft) -> None:
    name = settings["OPERATOR_NAMESPACE"]
    draft.set("namespaces.operators", name)


_SECONDS = {"s": 1, "m": 60, "h": 3600}
_THEIRS = 500
"""Seconds that nearly every wait of install_yamls has."""
_PATIENCE = 600
"""Seconds without progress that osk waits unless told otherwise."""


def _seconds(settings: Settings, name: str) -> int:
    parts = re.findall(r"(\d+)([smh]?)", settings[name])
    if not parts or "".join(number + unit for number, unit in parts) != settings[name].strip():
        message = f"`{settings[name]}` is no duration such as 500s"
        raise ValueError(message)
    return sum(int(number) * _SECONDS[unit or "s"] for number, unit in parts)


def _scale(settings: Settings, draft: Draft) -> None:
    """Stretch osk's deadlines as far as the other ones were stretched; they are not made shorter."""
    seconds = _seconds(settings, "TIMEOUT")
    if seconds > _THEIRS:
        draft.set("timeouts.scale", round(seconds / _THEIRS, 2))


def _step(name: str, step: str, patience: int = _PATIENCE) -> Rule:
    """Give a step the patience that it was given, where it is more than osk has anyway."""

    def carry(settings: Settings, draft: Draft) -> None:
        seconds = _seconds(settings, name)
        if seconds > patience:
            draft.set(f'timeouts.steps."{step}".stall', f"{seconds}s")

    note = f"deadlines follow progress, and are never less than {patience // 60}m without any"
    return by(carry, name, place=f"timeouts.steps.{step}.stall", note=note)


RULES: tuple[Rule, ...] = (
    to("NAMESPACE", "namespaces.openstack"),
    by(
        _operators_namespace,
        "OPERATOR_NAMESPACE",
        place="namespaces.operators",
        note="the operator itself fixes it to openstack-operators since mid-2026",
    ),
    by(_flavour, "OKD", "MICROSHIFT", place="platform.flavour"),
    by(_scale, "TIMEOUT", place="timeouts.scale", note="in proportion to 500s, where it is more"),
    _step("CERTMANAGER_TIMEOUT", "operators/cert-manager"),
    _step("NNCP_TIMEOUT", "networks/nodes"),
    _step("DATAPLANE_TIMEOUT", "dataplane/deployment", 1800),
    _step("BAREMETAL_TIMEOUT", "dataplane/deployment", 1800),
    needless("NNCP_CLEANUP_TIMEOUT", note="a teardown waits as long as there is progress"),
    needless(
        "OUT",
        "OPERATOR_BASE_DIR",
        "CLEANUP_DIR_CMD",
        note="osk writes no files; `osk render --output-dir DIR` does",
    ),
    command("KUBECONFIG", place="osk --kubeconfig FILE"),
)

TARGETS: tuple[Target, ...] = (
    Target(("namespace", "operator_namespace"), "osk deploy namespaces"),
    Target(("namespace_cleanup",), "osk teardown all"),
    Target(("wait",), "osk wait"),
    Target(("cleanup", "deploy_cleanup"), "osk teardown controlplane"),
    Target(("help",), "osk --help"),
)
