"""Operators: where they come from."""

from openstack_k8s_cli.profile import origins
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Carry, Rule, Target, by, command, needless, to
from openstack_k8s_cli.profile.importers.settings import Settings

_OPENSTACK = "operators.openstack"
_SOURCES = "operators.sources"
_SINGLE = "operators.single"
_OWN_INDEX = "openstack-operator-index"
WHOLE = frozenset({"openstack", "openstack_prep", "openstack_wait", "openstack_init", "openstack_deploy"})
"""Targets that bring, or need, the OpenStack operator."""
SINGLE = {
    "infra": "infra",
    "baremetal": "baremetal",
    "mariadb": "mariadb",
    "rabbitmq": "rabbitmq",
    "test_operator": "test",
    **{
        name: name
        for name in (
            *("barbican", "cinder", "designate", "glance", "heat", "horizon", "ironic", "keystone"),
            *("manila", "neutron", "nova", "octavia", "ovn", "swift", "telemetry"),
        )
    },
}
"""Targets that install one operator, and its name under `operators.single`."""


def _index(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_OPENSTACK}.index", settings["OPENSTACK_IMG"])


def _subscription(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_OPENSTACK}.channel", settings["OPERATOR_CHANNEL"])
    draft.set(f"{_OPENSTACK}.source", settings["OPERATOR_SOURCE"])
    namespace, own = settings["OPERATOR_SOURCE_NAMESPACE"], settings["OPERATOR_NAMESPACE"]
    if namespace != own or settings["OPERATOR_SOURCE"] != _OWN_INDEX:
        draft.set(f"{_OPENSTACK}.sourceNamespace", namespace)


def _single(name: str) -> Carry:
    """Have the operator of one service, in place of the OpenStack operator where that was not installed."""
    variable = f"{name.upper()}_IMG"

    def carry(settings: Settings, draft: Draft) -> None:
        if settings.has(variable, "OPENSTACK_K8S_TAG"):
            draft.set(f"{_SINGLE}.{name}.index", settings[variable])
        else:
            draft.set(f"{_SINGLE}.{name}", {})
        if not settings.ran & WHOLE:
            draft.set(f"{_OPENSTACK}.enabled", False)
            draft.set("dataplane.nodesets", None)

    return carry


def _nmstate_release(settings: Settings, draft: Draft) -> None:
    if settings.true("OKD") and settings["NMSTATE_VERSION"] != origins.NMSTATE_RELEASE:
        files = [
            {"url": each["url"], "sha256": each["sha256"]}
            for each in origins.nmstate(settings["NMSTATE_VERSION"])
        ]
        kept = [{key: value for key, value in each.items() if value} for each in files]
        draft.set(f"{_SOURCES}.nmstate.manifests", kept)


def _installed(settings: Settings, draft: Draft) -> None:
    """Leave out what was switched off, and bring what was switched on; policies of the nodes bring nmstate along."""
    if "true" not in settings["INSTALL_CERT_MANAGER"]:
        draft.set(f"{_SOURCES}.certManager.install", False)
    usual = settings.true("NETWORK_ISOLATION") or settings.true("NETWORK_BGP")
    policies = "nncp" in settings.named or "true" in settings["INSTALL_NNCP"]
    nmstate = policies or "nmstate" in settings.named or "true" in settings["INSTALL_NMSTATE"]
    if usual and not policies:
        draft.set("networks.policies.enabled", False)
    elif not usual and nmstate:
        draft.set("networks.policies.enabled", True)
        draft.set("networks.policies.only", None if policies else [])
    if not nmstate:
        draft.set(f"{_SOURCES}.nmstate.install", False)


RULES: tuple[Rule, ...] = (
    by(_index, "OPENSTACK_IMG", "OPENSTACK_K8S_TAG", place=f"{_OPENSTACK}.index"),
    by(
        _subscription,
        "REDHAT_OPERATORS",
        "OPERATOR_CHANNEL",
        "OPERATOR_SOURCE",
        "OPERATOR_SOURCE_NAMESPACE",
        place=f"{_OPENSTACK}.channel, source, sourceNamespace",
        note="the catalog of a source that is there is not made",
    ),
    to("NMSTATE_NAMESPACE", f"{_SOURCES}.nmstate.namespace"),
    to("NMSTATE_SUBSCRIPTION", f"{_SOURCES}.nmstate.package", note="it names the Subscription, too"),
    to("NMSTATE_OPERATOR_GROUP", f"{_SOURCES}.nmstate.group"),
    by(
        _nmstate_release,
        "NMSTATE_VERSION",
        place=f"{_SOURCES}.nmstate.manifests",
        note="on OKD, where it comes from manifests",
    ),
    by(
        _installed,
        "INSTALL_CERT_MANAGER",
        "INSTALL_NMSTATE",
        "INSTALL_NNCP",
        place=f"{_SOURCES}.certManager.install, {_SOURCES}.nmstate.install, networks.policies.enabled, only",
        note="an operator that is there already is used anyway",
    ),
    command(
        *(f"{name.upper()}_IMG" for name in SINGLE.values()),
        place=f"{_SINGLE}.NAME.index",
        note="with the target that installs that operator; else the one index of the OpenStack operator has all of them, and `operators.overrides` swaps one",
    ),
    needless("INFRA_RABBITMQ_IMG", note="install_yamls reads it nowhere"),
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
    *(
        Target(
            (target, f"{target}_prep"),
            "osk deploy single",
            f"in the profile: `{_SINGLE}.{name}`",
            carry=_single(name),
        )
        for target, name in SINGLE.items()
    ),
)
