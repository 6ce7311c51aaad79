"""Networks."""

from openstack_k8s_cli.profile.importers.rules import Rule, Target, number, switch, to

RULES: tuple[Rule, ...] = (
    to("NETWORK_ISOLATION", "networks.isolation", switch),
    to("NNCP_INTERFACE", "platform.nics.default"),
    to("NNCP_BRIDGE", "networks.ctlplane.bridge"),
    to("NETWORK_MTU", "networks.defaults.mtu", number),
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
