"""The data plane."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, number, to
from openstack_k8s_cli.profile.importers.settings import Settings


def _nova(settings: Settings, draft: Draft) -> None:
    if snippet := settings.file("DATAPLANE_EXTRA_NOVA_CONFIG_FILE"):
        draft.set("dataplane.novaConfig", snippet)


RULES: tuple[Rule, ...] = (
    to("DATAPLANE_TOTAL_NODES", "dataplane.nodesets.compute.count", number),
    to("DATAPLANE_ANSIBLE_SECRET", "dataplane.sshSecret"),
    to("DATAPLANE_ANSIBLE_USER", "dataplane.user"),
    to("DATAPLANE_NETWORK_INTERFACE_NAME", "dataplane.interface"),
    to("DATAPLANE_NTP_SERVER", "dataplane.ntp"),
    to("DATAPLANE_REGISTRY_URL", "dataplane.registry.url"),
    to("DATAPLANE_CONTAINER_TAG", "dataplane.registry.tag"),
    to("DATAPLANE_CONTAINER_PREFIX", "dataplane.registry.prefix"),
    to("DATAPLANE_REPO_SETUP_REPO", "dataplane.repositories.repository"),
    to("DATAPLANE_REPO_SETUP_BRANCH", "dataplane.repositories.branch"),
    by(_nova, "DATAPLANE_EXTRA_NOVA_CONFIG_FILE", place="dataplane.novaConfig"),
)

TARGETS: tuple[Target, ...] = (
    Target(("edpm_deploy_prep", "edpm_deploy_networker_prep"), "osk render --layer dataplane"),
    Target(("edpm_deploy",), "osk deploy dataplane", brings=("input",)),
    Target(("edpm_wait_deploy",), "osk deploy dataplane", brings=("edpm_deploy",)),
    Target(("edpm_deploy_cleanup", "edpm_deploy_networker_cleanup"), "osk teardown dataplane"),
    Target(("edpm_deploy_networker",), "osk deploy dataplane", brings=("input",)),
    Target(("edpm_deploy_baremetal",), "osk deploy dataplane", brings=("input",)),
    Target(("edpm_wait_deploy_baremetal",), "osk deploy dataplane", brings=("edpm_deploy_baremetal",)),
)
