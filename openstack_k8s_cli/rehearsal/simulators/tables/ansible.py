"""The Ansible jobs of a data plane deployment: one after another for each node set, with their conditions and summaries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.dataplane.limits import limited, short
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal.simulators import conditions as lists
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.playing import Play
from openstack_k8s_cli.rehearsal.simulators.world import View

_NAMES = [
    "redhat",
    "download-cache",
    "bootstrap",
    "configure-network",
    "validate-network",
    "install-os",
    "configure-os",
    "ssh-known-hosts",
    "run-os",
    "reboot-os",
    "install-certs",
    "ovn",
    "neutron-metadata",
    "neutron-ovn",
    "neutron-sriov",
    "neutron-dhcp",
    "libvirt",
    "nova",
    "telemetry",
    "telemetry-power-monitoring",
    "logging",
    "frr",
    "ovn-bgp-agent",
    "ceph-client",
    "ceph-hci-pre",
    "swift",
    "update",
    "update-services",
    "update-system",
    "configure-ovs-dpdk",
    "fips-status",
]
PLAYBOOKS = {name: f"osp.edpm.{name.replace('-', '_').removesuffix('_os') if name == 'reboot-os' else name.replace('-', '_')}" for name in _NAMES}  # fmt: skip
"""The services that the operator ships, and their playbooks."""
SUMMARY = "rehearsal.openstack.org/summary"
"""The annotation of a job with what its last pod left behind, where hosts failed."""
TOLERATED = "OSK_MAX_FAIL_PERCENT"
_APP = "openstackansibleee"
EVERYWHERE = "ssh-known-hosts"
"""One job for all node sets of a deployment."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a node set is within a deployment."""

    finished: tuple[str, ...]
    current: str | None
    error: str = ""

    @property
    def done(self) -> bool:
        return self.current is None


def services(deployment: Body, node_set: Body) -> list[str]:
    """List the services that a deployment runs on a node set, without repetitions."""
    chosen = get(deployment, "spec", "servicesOverride") or get(node_set, "spec", "services") or ()
    first = (get(deployment, "spec", "nodeSets") or [None])[0]
    return [
        name
        for name in dict.fromkeys(str(each) for each in chosen)
        if name != EVERYWHERE or name_of(node_set) == first
    ]


def job_name(service: str, deployment: Body, node_set: Body) -> str:
    """Give the name of a service's job."""
    return jobs.name_of(service, name_of(deployment), None if service == EVERYWHERE else name_of(node_set))


def state(deployment: Body, node_set: Body, view: View) -> State:
    """Tell how far the jobs of a node set are."""
    finished: list[str] = []
    for service in services(deployment, node_set):
        name = job_name(service, deployment, node_set)
        there = view.get(in_namespace(deployment, "batch", "Job", name)) or {}
        failed = condition(there, "Failed")
        if failed is not None and failed.get("status") == "True":
            where = f"execution.name {name} execution.namespace {namespace_of(deployment)}"
            error = (
                f"backoff limit reached for {where} execution.condition.message:"
                " Job has reached the specified backoff limit"
            )
            return State(tuple(finished), service, error)
        complete = condition(there, "Complete")
        if complete is None or complete.get("status") != "True":
            return State(tuple(finished), service)
        finished.append(service)
    return State(tuple(finished), None)


def reached(deployment: Body, node_set: Body, view: View) -> Iterator[Body]:
    """Give the job of the service that is next; those before it are there already."""
    current = state(deployment, node_set, view).current
    if current is None:
        return
    name = job_name(current, deployment, node_set)
    labels = {
        "app": _APP,
        "openstackdataplaneservice": current,
        "openstackdataplanedeployment": name_of(deployment),
        "openstackdataplanenodeset": name_of(node_set),
    }
    backoff = get(deployment, "spec", "backoffLimit")
    made = objects.job(name, namespace_of(deployment), labels, backoff=6 if backoff is None else int(backoff))
    del made["metadata"]["labels"][objects.OUTCOME]  # KWOK leaves it alone; it is played (runs)
    yield made


def is_job(body: Body) -> bool:
    """Tell Ansible's jobs from others."""
    return bool(get(body, "metadata", "labels", "app") == _APP)


def conditions(deployment: Body, node_set: Body, view: View, time: str) -> list[dict[str, str]]:
    """Give the conditions of a node set within its deployment: of the services that were reached."""
    found = state(deployment, node_set, view)
    shown = [
        Shown(jobs.condition_of(each), "True", "Ready", f"Deployment ready for {each} service")
        for each in found.finished
    ]
    if found.error:
        text = f"Deployment error occurred in {found.current} service error {found.error}"
        shown.append(
            Shown(jobs.condition_of(str(found.current)), "False", "BackoffLimitExceeded", text, "Error")
        )
    elif found.current:
        text = f"Deployment not yet ready for {found.current} service"
        shown.append(Shown(jobs.condition_of(found.current), "False", "Requested", text, "Info"))
    whole = lists.mirrored(shown, "Deployment completed")
    whole = Shown("NodeSetDeploymentReady", whole.status, whole.reason, whole.message, whole.severity)
    previous = get(deployment, "status", "nodeSetConditions", name_of(node_set)) or ()
    return lists.listed([whole, *shown], previous, time)


def summaries(deployment: Body, node_set: Body, view: View) -> dict[str, Any]:
    """Give what the ended jobs reported of their hosts."""
    found = state(deployment, node_set, view)
    hosts = hosts_of(deployment, node_set)
    reports = {job_name(each, deployment, node_set): Play(each, hosts).summary() for each in found.finished}
    for service in (*found.finished, *([found.current] if found.error else ())):
        name = job_name(str(service), deployment, node_set)
        there = view.get(in_namespace(deployment, "batch", "Job", name)) or {}
        told = get(there, "metadata", "annotations", SUMMARY)
        reports |= {name: json.loads(told)} if told else {}
    return reports


def tolerated(node_set: Body) -> float:
    """Give the percent of its hosts that a node set's Ansible may lose, as osk has it in the pods' environment."""
    env = get(node_set, "spec", "env") or ()
    return float(next((each["value"] for each in env if each["name"] == TOLERATED), 0))


def hosts_of(deployment: Body, node_set: Body) -> list[str]:
    """List the hosts of a node set that a deployment is for, by their names in its inventory."""
    nodes = get(node_set, "spec", "nodes") or {}
    names = sorted(short(str(node.get("hostName") or name)) for name, node in nodes.items())
    return list(limited(str(get(deployment, "spec", "ansibleLimit") or ""), name_of(node_set), names))
