"""`platform` and `namespaces`: the cluster that the cloud is deployed on."""

from typing import Annotated, Literal

from pydantic import Field

from openstack_k8s_cli.profile.sections.crc import Crc
from openstack_k8s_cli.profile.shape import InterfaceName, Name, Namespace, Section

Capability = Literal[
    "olm", "routes", "scc", "marketplace", "machineConfig", "frrK8s", "nmstate", "clusterDns"
]

CAPABILITIES: dict[str, tuple[Capability, ...]] = {
    "openshift": ("olm", "routes", "scc", "marketplace", "machineConfig", "frrK8s", "nmstate", "clusterDns"),
    "okd": ("olm", "routes", "scc", "marketplace", "machineConfig", "frrK8s", "clusterDns"),
    "microshift": ("routes", "scc"),
    "kubernetes": (),
}
"""What each flavour brings unless the profile or the cluster says otherwise."""

CheckName = Literal[
    "api",
    "version",
    "nodes",
    "cpu",
    "memory",
    "pressure",
    "storage-class",
    "volumes",
    "catalogs",
    "operators",
    "kinds",
    "webhooks",
    "pull-secret",
    "cluster-operators",
    "network",
    "interfaces",
    "mtu",
    "policies",
    "pools",
    "dns",
    "clock",
    "rights",
]
"""The checks of a cluster (checking.cluster.RULES)."""


class Check(Section):
    """What is looked at in the cluster before something is deployed there."""

    skip: list[CheckName] = Field(
        default_factory=list, description="Checks of `osk doctor` that are left out."
    )


class Platform(Section):
    """Who runs the cluster and what it is."""

    provider: Literal["crc", "existing", "rehearsal"] = Field("existing", description="Who runs the cluster.")
    flavour: Literal["openshift", "okd", "microshift", "kubernetes"] = Field(
        "openshift", description="What the cluster is; templates ask for its capabilities instead."
    )
    version: Annotated[str, Field(pattern=r"^\d+\.\d+")] | None = Field(
        None,
        description="The cluster's version, such as 4.20, when rendering without it; null: whatever suits any.",
    )
    capabilities: list[Capability] | None = Field(
        None, description="What the cluster can do; null: derived from the flavour, or detected."
    )
    context: str | None = Field(None, description="The kubeconfig context; null: the current one.")
    workers: list[Name] = Field(
        default_factory=list,
        description="Nodes that take workloads, when rendering without the cluster; their order gives addresses.",
    )
    nics: dict[str, InterfaceName | dict[str, InterfaceName]] = Field(
        default_factory=dict,
        description="Interfaces by role, the same on every node; under a node's name where that node differs.",
    )
    check: Check = Field(default_factory=Check, description="What is looked at before a deployment.")
    crc: Crc = Field(default_factory=Crc, description="OpenShift Local, where provider is crc.")


class Namespaces(Section):
    """Where things are."""

    openstack: Namespace = Field("openstack", description="The cloud's own namespace.")
    operators: Namespace = Field(
        "openstack-operators",
        description="The operators' namespace; fixed by the operator itself since mid-2026.",
    )
    storage: Namespace = Field("crc-storage", description="Where the Jobs run that make local volumes.")
    labels: dict[str, str] = Field(
        default_factory=dict, description="Labels of the cloud's namespace; null leaves one to the cluster."
    )
