"""Operators: where they come from."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, to
from openstack_k8s_cli.profile.importers.settings import Settings

_OPENSTACK = "operators.openstack"


def _index(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_OPENSTACK}.index", settings["OPENSTACK_IMG"])


def _subscription(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_OPENSTACK}.channel", settings["OPERATOR_CHANNEL"])
    draft.set(f"{_OPENSTACK}.source", settings["OPERATOR_SOURCE"])
    namespace = settings["OPERATOR_SOURCE_NAMESPACE"]
    if namespace != settings["OPERATOR_NAMESPACE"]:
        draft.set(f"{_OPENSTACK}.sourceNamespace", namespace)


RULES: tuple[Rule, ...] = (
    by(_index, "OPENSTACK_IMG", "OPENSTACK_K8S_TAG", place="operators.openstack.index"),
    by(
        _subscription,
        "REDHAT_OPERATORS",
        "OPERATOR_CHANNEL",
        "OPERATOR_SOURCE",
        "OPERATOR_SOURCE_NAMESPACE",
        place="operators.openstack.channel, source, sourceNamespace",
    ),
    to("NMSTATE_NAMESPACE", "operators.sources.nmstate.namespace"),
    to("NMSTATE_SUBSCRIPTION", "operators.sources.nmstate.package"),
)

TARGETS: tuple[Target, ...] = (
    Target(("validate_marketplace",), "osk deploy marketplace"),
    Target(("nmstate",), "osk deploy nmstate"),
    Target(("metallb",), "osk deploy metallb"),
    Target(("certmanager",), "osk deploy cert-manager"),
    Target(("metallb_cleanup", "certmanager_cleanup"), "osk teardown operators"),
    Target(("openstack_prep",), "osk render --component openstack-operator"),
    Target(
        ("openstack",),
        "osk deploy operators",
        brings=(
            "validate_marketplace",
            "nmstate",
            "nncp",
            "metallb",
            "certmanager",
            "netattach",
            "metallb_config",
        ),
    ),
    Target(("openstack_wait",), "osk wait operators"),
    Target(("openstack_init",), "osk deploy openstack-operator", brings=("openstack",)),
    Target(("openstack_cleanup",), "osk teardown operators"),
)
