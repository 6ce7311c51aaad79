"""Networks."""

from ipaddress import ip_network

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, number, switch, to
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.importers.subjects import bgp, ctlplane

_PREFIXES = {
    "internalapi": "NETWORK_INTERNALAPI_ADDRESS_PREFIX",
    "storage": "NETWORK_STORAGE_ADDRESS_PREFIX",
    "tenant": "NETWORK_TENANT_ADDRESS_PREFIX",
    "storagemgmt": "NETWORK_STORAGEMGMT_ADDRESS_PREFIX",
    "designate": "NETWORK_DESIGNATE_ADDRESS_PREFIX",
    "designateext": "NETWORK_DESIGNATE_EXT_ADDRESS_PREFIX",
}
_VLANS = ("internalapi", "storage", "tenant", "storagemgmt", "octavia", "designate", "designateext")
_ROUTES = {
    "NNCP_ADDITIONAL_HOST_ROUTES": "ctlplane",
    "INTERNALAPI_HOST_ROUTES": "internalapi",
    "STORAGE_HOST_ROUTES": "storage",
    "STORAGEMGMT_HOST_ROUTES": "storagemgmt",
    "TENANT_HOST_ROUTES": "tenant",
}


def _prefixes(settings: Settings, draft: Draft) -> None:
    is_dual = len(ctlplane.families(settings)) > 1
    for network, name in _PREFIXES.items():
        if settings.has(name) and settings.true("NETWORK_ISOLATION_IPV4"):
            four = f"{settings[name].strip()}.0/24"
            draft.set(f"networks.{network}.cidr", [four, ctlplane.SIX_CIDRS[network]] if is_dual else [four])


def _vlans(settings: Settings, draft: Draft) -> None:
    start, step = settings.number("NETWORK_VLAN_START"), settings.number("NETWORK_VLAN_STEP")
    for index, network in enumerate(_VLANS):
        draft.set(f"networks.{network}.vlan", start + index * step)


def _routes(settings: Settings, draft: Draft) -> None:
    for name, network in _ROUTES.items():
        for each in settings.words(name):
            ip_network(each, strict=False)
        if settings.words(name):
            draft.set(f"networks.{network}.routes", [{"destination": each} for each in settings.words(name)])


def _macvlan(settings: Settings, draft: Draft) -> None:
    if settings["NETWORK_STORAGE_MACVLAN"].strip():
        draft.set("networks.storage.macvlan", "storage")


def _some_nodes(settings: Settings, draft: Draft) -> None:
    if settings.words("NNCP_NODES"):
        draft.set("networks.policies.only", settings.words("NNCP_NODES"))


RULES: tuple[Rule, ...] = (
    to("NETWORK_ISOLATION", "networks.isolation", switch),
    *ctlplane.RULES,
    by(
        _prefixes,
        *_PREFIXES.values(),
        place="networks.NAME.cidr",
        note="NetConfig, attachments and service addresses follow",
    ),
    by(
        _vlans,
        "NETWORK_VLAN_START",
        "NETWORK_VLAN_STEP",
        place="networks.NAME.vlan",
        note="advertisements follow",
    ),
    to("NNCP_INTERFACE", "platform.nics.default"),
    to("NNCP_BRIDGE", "networks.ctlplane.bridge"),
    to("NETWORK_MTU", "networks.defaults.mtu", number, "the VLANs and every bridge follow"),
    by(_routes, *_ROUTES, place="networks.NAME.routes"),
    by(_macvlan, "NETWORK_STORAGE_MACVLAN", place="networks.storage.macvlan"),
    by(
        _some_nodes,
        "NNCP_NODES",
        place="networks.policies.only",
        note="addresses are counted over all nodes",
    ),
    *bgp.RULES,
)

TARGETS: tuple[Target, ...] = (
    Target(("nncp",), "osk deploy nodes", brings=("nmstate",)),
    Target(("nncp_cleanup",), "osk teardown networks"),
    Target(("netattach",), "osk deploy attachments"),
    Target(("netattach_cleanup",), "osk teardown networks"),
    Target(("metallb_config",), "osk deploy load-balancers", brings=("metallb",)),
    Target(("metallb_config_cleanup",), "osk teardown networks"),
    Target(("netconfig_deploy",), "osk deploy netconfig", brings=("input",)),
    Target(("netconfig_deploy_prep",), "osk render --component netconfig"),
    Target(("netconfig_deploy_cleanup",), "osk teardown networks"),
)
