"""What an update goes by, read from the cluster: nothing else remembers how far one came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

CORE, DATAPLANE, OLM = "core.openstack.org", "dataplane.openstack.org", "operators.coreos.com"
RELEASE = "OPENSTACK_RELEASE_VERSION"
"""The variable of the operator's Deployment that holds the version it offers."""


@dataclass(frozen=True, slots=True)
class Live:
    """A cloud and its operator as they are now."""

    version: Body
    """The OpenStackVersion."""
    control_plane: Body | None
    subscription: Body | None
    service_version: Body | None
    """The ClusterServiceVersion that is installed."""
    offered: str = ""
    """The ClusterServiceVersion that the catalog's channel ends with; empty: not known."""
    brings: frozenset[str] = frozenset()
    """The images of that one, as its catalog lists them; empty: not known."""
    catalog_pods: tuple[Body, ...] = ()
    """Those that serve the subscribed catalog, where it is an image."""
    nodesets: tuple[Body, ...] = ()
    """Those that have hosts."""
    service_types: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, Any] = field(default_factory=dict)
    """The images that the profile has in place of the operator's."""

    @property
    def deployed(self) -> str:
        """Give the version that the cloud runs."""
        return str(get(self.version, "status", "deployedVersion") or "")

    @property
    def available(self) -> str:
        """Give the version that the installed operator offers."""
        return str(get(self.version, "status", "availableVersion") or "")

    @property
    def target(self) -> str:
        """Give the version that the cloud is to run."""
        return str(get(self.version, "spec", "targetVersion") or "")

    @property
    def known(self) -> Mapping[str, Mapping[str, Any]]:
        """Give the images of every version that the operator knows."""
        return get(self.version, "status", "containerImageVersionDefaults") or {}

    @property
    def custom(self) -> Mapping[str, Any]:
        """Give the images that stand in for the operator's own."""
        return get(self.version, "spec", "customContainerImages") or {}

    @property
    def renews(self) -> bool:
        """Whether the profile names other images of one's own than the cloud has."""
        return bool(self.wanted) and self.wanted != self.custom

    @property
    def installed(self) -> str:
        """Name the ClusterServiceVersion that is installed."""
        return str(get(self.subscription or {}, "status", "installedCSV") or "")

    @property
    def upgrades(self) -> bool:
        """Tell whether a newer operator is on offer."""
        return bool(self.offered and self.installed != self.offered)

    @property
    def catalog_images(self) -> frozenset[str]:
        """Give the digests of what the catalog's pods run; empty while there is none."""
        return frozenset(
            str(each["imageID"])
            for pod in self.catalog_pods
            for each in get(pod, "status", "containerStatuses") or ()
            if each.get("imageID")
        )

    @property
    def release(self) -> str:
        """Give the version that the installed operator brings, as its own Deployments have it; empty: not known."""
        deployments = get(self.service_version or {}, "spec", "install", "spec", "deployments") or ()
        for each in deployments:
            for container in get(each, "spec", "template", "spec", "containers") or ():
                for variable in container.get("env") or ():
                    if variable.get("name") == RELEASE:
                        return str(variable.get("value") or "")
        return ""

    @property
    def pending_plan(self) -> ObjectId | None:
        """Name the InstallPlan that waits for approval, if any."""
        found = condition(self.subscription or {}, "InstallPlanPending")
        waits = (
            found is not None and found.get("status") == "True" and found.get("reason") == "RequiresApproval"
        )
        name = get(self.subscription or {}, "status", "installPlanRef", "name")
        if not waits or not name or self.subscription is None:
            return None
        return ObjectId(OLM, "InstallPlan", self.subscription["metadata"]["namespace"], str(name))

    @property
    def has_ovn(self) -> bool:
        """Tell whether the control plane has OVN."""
        return get(self.control_plane or {}, "spec", "ovn", "enabled") is not False

    def ovn_services(self) -> dict[str, tuple[str, ...]]:
        """Give the services that bring OVN to hosts, each with the node sets that have it."""
        found: dict[str, tuple[str, ...]] = {}
        for nodeset in self.nodesets:
            for service in get(nodeset, "spec", "services") or ():
                if self.service_types.get(service, service) == "ovn":
                    found[service] = (*found.get(service, ()), nodeset["metadata"]["name"])
        return found


def read(cluster: Cluster, *, namespace: str, operators: str, package: str) -> Live:
    """Look at a cloud; raises ClusterError, and OskError where there is none."""
    versions = lookups.listed(cluster, CORE, "OpenStackVersion", namespace)
    if not versions:
        raise OskError(_no_cloud(namespace), exit_code=ExitCode.REFUSED)
    planes = lookups.listed(cluster, CORE, "OpenStackControlPlane", namespace)
    subscription = _subscription(cluster, operators, package)
    channel = _channel(cluster, subscription)
    services = lookups.listed(cluster, DATAPLANE, "OpenStackDataPlaneService", namespace)
    nodesets = lookups.listed(cluster, DATAPLANE, "OpenStackDataPlaneNodeSet", namespace)
    return Live(
        version=versions[0],
        control_plane=planes[0] if planes else None,
        subscription=subscription,
        service_version=_service_version(cluster, subscription),
        offered=str(channel.get("currentCSV") or get(subscription or {}, "status", "currentCSV") or ""),
        brings=frozenset(get(channel, "currentCSVDesc", "relatedImages") or ()),
        catalog_pods=_catalog_pods(cluster, subscription),
        nodesets=tuple(each for each in nodesets if get(each, "spec", "nodes")),
        service_types={
            each["metadata"]["name"]: get(each, "spec", "edpmServiceType") or each["metadata"]["name"]
            for each in services
        },
    )


def _subscription(cluster: Cluster, namespace: str, package: str) -> Body | None:
    found = lookups.listed(cluster, OLM, "Subscription", namespace)
    return next((each for each in found if get(each, "spec", "name") == package), None)


def _service_version(cluster: Cluster, subscription: Body | None) -> Body | None:
    name = get(subscription or {}, "status", "installedCSV")
    resource = cluster.resource(OLM, "ClusterServiceVersion")
    if not name or subscription is None or resource is None:
        return None
    return cluster.get(resource, subscription["metadata"]["namespace"], str(name))


def _catalog_pods(cluster: Cluster, subscription: Body | None) -> tuple[Body, ...]:
    if subscription is None:
        return ()
    spec = subscription["spec"]
    namespace = str(spec.get("sourceNamespace") or subscription["metadata"]["namespace"])
    return lookups.listed(cluster, "", "Pod", namespace, labels=f"olm.catalogSource={spec['source']}")


def _channel(cluster: Cluster, subscription: Body | None) -> Mapping[str, Any]:
    """Find the subscribed channel in its catalog."""
    if subscription is None:
        return {}
    spec = subscription["spec"]
    for package in lookups.listed(
        cluster, "packages.operators.coreos.com", "PackageManifest", subscription["metadata"]["namespace"]
    ):
        ours = package["metadata"]["name"] == spec["name"]
        if not ours or get(package, "status", "catalogSource") != spec["source"]:
            continue
        for channel in get(package, "status", "channels") or ():
            if channel.get("name") == (spec.get("channel") or get(package, "status", "defaultChannel")):
                found: Mapping[str, Any] = channel
                return found
    return {}


def _no_cloud(namespace: str) -> Problem:
    return Problem(
        "OSK0711",
        f"There is no OpenStackVersion in namespace {namespace}, so there is no cloud to update",
        subject=f"Namespace {namespace}",
        advice=(Advice("Deploy the control plane first", "osk deploy controlplane"),),
    )
