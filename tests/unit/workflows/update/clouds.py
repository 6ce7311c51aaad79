"""A small cloud and a script that plays its operator and OLM, for tests of updates."""

from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows.update.rules import STEPS
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds
from tests.unit.workflows.update import catalogs

OLD, NEW = "0.6.0-100", "0.7.0-200"
CORE, DATAPLANE, OLM = "core.openstack.org", "dataplane.openstack.org", "operators.coreos.com"
VERSION = ObjectId(CORE, "OpenStackVersion", "openstack", "cloud")
SUBSCRIPTION = ObjectId(OLM, "Subscription", "openstack-operators", "openstack-operator")
OPENSTACK = ObjectId("operator.openstack.org", "OpenStack", "openstack-operators", "openstack")
PLAN = ObjectId(OLM, "InstallPlan", "openstack-operators", "install-new")
KINDS = (
    served(CORE, "v1beta1", "OpenStackVersion", "openstackversions"),
    served(CORE, "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
    served("operator.openstack.org", "v1beta1", "OpenStack", "openstacks"),
    served(DATAPLANE, "v1beta1", "OpenStackDataPlaneNodeSet", "openstackdataplanenodesets"),
    served(DATAPLANE, "v1beta1", "OpenStackDataPlaneService", "openstackdataplaneservices"),
    served(DATAPLANE, "v1beta1", "OpenStackDataPlaneDeployment", "openstackdataplanedeployments"),
    served(OLM, "v1alpha1", "CatalogSource", "catalogsources"),
    served(OLM, "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
    served(OLM, "v1alpha1", "InstallPlan", "installplans"),
    served(OLM, "v1alpha1", "Subscription", "subscriptions"),
    served("packages.operators.coreos.com", "v1", "PackageManifest", "packagemanifests"),
)
FILES = {
    "operators/openstack-operator/component.yaml": (
        "summary: The operator\nsteps:\n"
        "- {name: operator, manifests: [operator.yaml.j2]}\n"
        "- {name: initialize, manifests: [initialize.yaml.j2], policy: create}\n"
    ),
    "operators/openstack-operator/operator.yaml.j2": (
        "apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\n"
        "metadata: {name: index, namespace: openstack-operators}\n"
        "spec: {sourceType: grpc, image: '{{ operators.openstack.index }}'}\n---\n"
        "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\n"
        "metadata: {name: openstack-operator, namespace: openstack-operators}\n"
        "spec: {name: openstack-operator, channel: alpha, source: index, installPlanApproval: Manual}\n"
    ),
    "operators/openstack-operator/initialize.yaml.j2": (
        "apiVersion: operator.openstack.org/v1beta1\nkind: OpenStack\n"
        "metadata: {name: openstack, namespace: openstack-operators}\n"
    ),
}


def is_(kind: str, *, true: bool = True, reason: str = "") -> Body:
    """Make a condition."""
    return {
        "type": kind,
        "status": "True" if true else "False",
        "reason": reason,
        "message": f"{kind}: {true}",
    }


def images(version: str) -> dict[str, str]:
    """Give the images of a version; OVN's on hosts is another in each."""
    return {
        "keystoneAPIImage": f"keystone:{version}",
        "ovnControllerImage": f"ovn:{version}",
        "heatAPIImage": "heat:1",
    }


@dataclass
class Operator:
    """Plays openstack-operator and OLM over a cluster: each reaction does one step."""

    cluster: FakeCluster
    same_ovn: bool = False
    """Whether OVN's image on hosts is the same in both versions."""
    failing: set[str] = field(default_factory=set)
    """Services whose next deployment fails for good."""
    losing: set[str] = field(default_factory=set)
    """Services whose next deployment goes on without the host edpm-0."""
    steps: tuple[str, ...] = STEPS
    """The steps that this operator has."""
    behind: str = ""
    """The version behind the catalog's tag."""
    told: list[str] = field(default_factory=list)
    """What happened, in its order."""

    def __call__(self, event: WatchEvent) -> None:
        target = id_of(event.body)
        if event.kind == "deleted":
            if target.kind == "Pod":
                self._pulls()
            return
        if target.kind == "CatalogSource":
            self._catalog(target, event.body)
        elif target.kind == "InstallPlan":
            self._approved(event.body)
        elif target.kind == "OpenStackVersion":
            self._reconcile()
        elif target.kind == "OpenStackDataPlaneDeployment":
            self._deployment(target, event.body)

    def _pulls(self) -> None:
        self.told.append("pulled")
        catalogs.serve(self.cluster, f"index@sha256:{self.behind}", "index-new")
        if self.behind == NEW:
            self._offer()

    def _catalog(self, target: ObjectId, body: Body) -> None:
        status = {"connectionState": {"lastObservedState": "READY"}}
        if body.get("status") != status:
            self.cluster.set_status(target, status)
        if get(body, "spec", "image") == f"index:{NEW}":
            self._offer()

    def _offer(self) -> None:
        if self.cluster.peek(PLAN) is None and not self._has_upgraded():
            self.told.append("plan offered")
            meta = {"name": PLAN.name, "namespace": PLAN.namespace}
            self.cluster.put(
                {
                    "apiVersion": f"{OLM}/v1alpha1",
                    "kind": "InstallPlan",
                    "metadata": meta,
                    "spec": {"approved": False},
                }
            )
            self.cluster.set_status(
                SUBSCRIPTION,
                {
                    "state": "UpgradePending",
                    "installedCSV": f"openstack-operator.{OLD}",
                    "currentCSV": f"openstack-operator.{NEW}",
                    "installPlanRef": {"name": PLAN.name},
                    "conditions": [is_("InstallPlanPending", reason="RequiresApproval")],
                },
            )

    def _has_upgraded(self) -> bool:
        installed = get(self.cluster.peek(SUBSCRIPTION) or {}, "status", "installedCSV")
        return bool(installed == f"openstack-operator.{NEW}")

    def _approved(self, body: Body) -> None:
        if get(body, "spec", "approved") and get(body, "status", "phase") != "Complete":
            self.told.append("plan approved")
            self.cluster.set_status(PLAN, {"phase": "Complete"})
            install(self.cluster, NEW)
            version = self.cluster.peek(VERSION) or {}
            known = {OLD: self.images(OLD), NEW: self.images(NEW)}
            self.cluster.set_status(
                VERSION,
                {**version["status"], "availableVersion": NEW, "containerImageVersionDefaults": known},
            )

    def images(self, version: str) -> dict[str, str]:
        """Give the images of a version as this operator has them."""
        return {**images(version), **({"ovnControllerImage": "ovn:1"} if self.same_ovn else {})}

    def _reconcile(self) -> None:
        body = self.cluster.peek(VERSION) or {}
        status, target = body.get("status") or {}, get(body, "spec", "targetVersion")
        if not target or target == status.get("deployedVersion"):
            return
        held = [each["type"] for each in status.get("conditions", ()) if each["status"] == "True"]
        generation = body["metadata"]["generation"]
        wanted = next((each for each in self.steps if each not in held), None)
        if wanted is None:
            done = [is_("Initialized"), is_("Ready")]
            self.told.append("deployed")
            after = {
                **status,
                "deployedVersion": target,
                "conditions": done,
                "observedGeneration": generation,
            }
        elif not self._may(wanted):
            lacking = is_(wanted, true=False, reason="Init")
            kept = [each for each in status["conditions"] if each["type"] != wanted]
            after = {**status, "conditions": [*kept, lacking], "observedGeneration": generation}
        else:
            self.told.append(wanted)
            kept = [each for each in status["conditions"] if each["type"] != wanted]
            after = {**status, "conditions": [*kept, is_(wanted)], "observedGeneration": generation}
        if after != status:
            self.cluster.set_status(VERSION, after)

    def _may(self, wanted: str) -> bool:
        needed = {"MinorUpdateOVNDataplane": "ovn", "MinorUpdateDataplane": "update"}.get(wanted)
        hosts = any(each.kind == "OpenStackDataPlaneNodeSet" for each in self.cluster.ids())
        if needed is None or (not hosts and not (self.same_ovn and needed == "ovn")):
            return True
        return any(f"ran {each}" in self.told for each in (needed, f"{needed}-services"))

    def _deployment(self, target: ObjectId, body: Body) -> None:
        if body.get("status"):
            return
        (service,) = body["spec"]["servicesOverride"]
        if service in self.failing:
            self.failing.discard(service)
            self.told.append(f"failed {service}")
            ready = {
                **is_("Ready", true=False, reason="BackoffLimitExceeded"),
                "message": "task X failed on edpm-0",
            }
        else:
            self.told.append(f"ran {service}")
            ready = is_("Ready")
        generation = body["metadata"]["generation"]
        status = {"conditions": [ready], "observedGeneration": generation}
        if ready["status"] == "True":
            lost = ["edpm-0"] if service in self.losing else []
            self.losing.discard(service)
            job = jobs.name_of(service, target.name, body["spec"]["nodeSets"][0])
            status |= {"deployed": True, "ansibleExecutionSummaries": {job: {"failedHostList": lost}}}
        self.cluster.set_status(target, status)
        self._reconcile()


def install(made: FakeCluster, version: str) -> None:
    """Let OLM have installed a version of the operator."""
    name = f"openstack-operator.{version}"
    variable = {"name": "OPENSTACK_RELEASE_VERSION", "value": version}
    pod = {"template": {"spec": {"containers": [{"name": "operator", "env": [variable]}]}}}
    made.put(
        {
            "apiVersion": f"{OLM}/v1alpha1",
            "kind": "ClusterServiceVersion",
            "metadata": {"name": name, "namespace": "openstack-operators"},
            "spec": {"install": {"spec": {"deployments": [{"name": "operator", "spec": pod}]}}},
            "status": {"phase": "Succeeded"},
        }
    )
    made.set_status(SUBSCRIPTION, {"state": "AtLatestKnown", "installedCSV": name, "currentCSV": name})
    made.set_status(
        OPENSTACK, {"releaseVersion": version, "observedGeneration": 1, "conditions": [is_("Ready")]}
    )


def cloud(*, hosts: bool = True, own: Body | None = None, **operator: Any) -> tuple[FakeCluster, Operator]:
    """Make a cloud that runs the old version, by an operator of the old version."""
    made = worlds.cluster(*KINDS)
    for name in ("openstack", "openstack-operators"):
        worlds.namespace(made, name)
    meta = {"namespace": "openstack-operators"}
    made.put(
        {
            "apiVersion": f"{OLM}/v1alpha1",
            "kind": "Subscription",
            "metadata": {"name": "openstack-operator", **meta, "labels": _OURS},
            "spec": {"name": "openstack-operator", "channel": "alpha", "source": "index"},
        }
    )
    made.put(
        {
            "apiVersion": "operator.openstack.org/v1beta1",
            "kind": "OpenStack",
            "metadata": {"name": "openstack", **meta},
        }
    )
    install(made, OLD)
    _openstack(made, {"customContainerImages": own} if own else {})
    if hosts:
        nodeset(made, "compute", "ovn")
    plays = Operator(made, **operator)
    known = {OLD: plays.images(OLD)}
    made.set_status(VERSION, {**(made.peek(VERSION) or {})["status"], "containerImageVersionDefaults": known})
    made.reactions.append(plays)
    return made, plays


_OURS = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "lab"}


def _openstack(made: FakeCluster, more: Body) -> None:
    meta = {"name": "cloud", "namespace": "openstack"}
    made.put({"apiVersion": f"{CORE}/v1beta1", "kind": "OpenStackControlPlane", "metadata": meta, "spec": {}})
    status = {
        "availableVersion": OLD,
        "deployedVersion": OLD,
        "observedGeneration": 1,
        "conditions": [is_("Initialized"), is_("Ready")],
        "containerImages": images(OLD),
    }
    spec = {"targetVersion": OLD, **more}
    body = {"apiVersion": f"{CORE}/v1beta1", "kind": "OpenStackVersion", "metadata": meta}
    made.put({**body, "spec": spec, "status": status})


def nodeset(made: FakeCluster, name: str, *services: str) -> None:
    """Add hosts."""
    made.put(
        {
            "apiVersion": f"{DATAPLANE}/v1beta1",
            "kind": "OpenStackDataPlaneNodeSet",
            "metadata": {"name": name, "namespace": "openstack"},
            "spec": {"nodes": {"edpm-0": {}}, "services": ["bootstrap", *services]},
        }
    )


class Hurried(SystemClock):
    """A clock whose sleeps take no time, and are over all the same."""

    def __init__(self) -> None:
        self._slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += seconds


def world(made: FakeCluster, *, index: str = NEW, images: Body | None = None) -> World:
    """Make a world whose profile names an index image, and images of its own."""
    values = {
        **worlds.values(),
        "namespaces": {"openstack": "openstack", "operators": "openstack-operators"},
        "controlplane": {"customImages": images or {}},
        "operators": {
            "openstack": {
                "index": index if "@" in index else f"index:{index}",
                "package": "openstack-operator",
            },
            "sources": {},
        },
    }
    return World(made, Hurried(), worlds.Profile(values), components.parse(FILES), NoSecrets())
