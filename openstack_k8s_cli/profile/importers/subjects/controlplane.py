"""The control plane."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, to
from openstack_k8s_cli.profile.importers.settings import Settings


def _neutron(settings: Settings, draft: Draft) -> None:
    if snippet := settings.file("OPENSTACK_NEUTRON_CUSTOM_CONF"):
        draft.set("controlplane.services.neutron.config", snippet)


RULES: tuple[Rule, ...] = (
    to("STORAGE_REQUEST", "controlplane.galera.storage"),
    by(_neutron, "OPENSTACK_NEUTRON_CUSTOM_CONF", place="controlplane.services.neutron.config"),
)

TARGETS: tuple[Target, ...] = (
    Target(("openstack_deploy_prep",), "osk render --layer controlplane"),
    Target(
        ("openstack_deploy",),
        "osk deploy controlplane",
        brings=("input", "netconfig_deploy", "openstack_deploy_prep"),
    ),
    Target(("openstack_wait_deploy",), "osk deploy controlplane", brings=("openstack_deploy",)),
    Target(("openstack_deploy_cleanup",), "osk teardown controlplane"),
)
