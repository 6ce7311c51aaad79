"""The whole mapping, by subject: what the import goes by, and what docs/migrating.md is made from."""

from collections.abc import Mapping

from openstack_k8s_cli.profile.importers.rules import Rule, Target
from openstack_k8s_cli.profile.importers.subjects import (
    addons,
    controlplane,
    dataplane,
    host,
    labs,
    machines,
    networks,
    operators,
    platform,
    secrets,
    services,
    storage,
    testing,
    tooling,
)

SUBJECTS = {
    "The cluster and the namespaces": platform,
    "Operators": operators,
    "Operators besides": addons,
    "Storage": storage,
    "Networks": networks,
    "Secrets": secrets,
    "The control plane": controlplane,
    "Single services": services,
    "The data plane": dataplane,
    "Virtual machines that are hosts": machines,
    "Labs": labs,
    "The host and its virtual machines": host,
    "Tests": testing,
    "install_yamls' own workings": tooling,
}

RULES: Mapping[str, tuple[Rule, ...]] = {name: each.RULES for name, each in SUBJECTS.items()}
"""By subject, in the order in which they are asked."""
TARGETS: Mapping[str, tuple[Target, ...]] = {name: each.TARGETS for name, each in SUBJECTS.items()}

README_FLOW = ("crc_storage", "input", "openstack", "openstack_init", "openstack_deploy", "edpm_deploy")
"""What install_yamls' README has one run."""


def variables() -> frozenset[str]:
    """Name every variable that the mapping knows."""
    return frozenset(name for rules in RULES.values() for rule in rules for name in rule.variables)


def targets() -> Mapping[str, Target]:
    """Give every target that the mapping knows."""
    return {name: target for listed in TARGETS.values() for target in listed for name in target.names}
