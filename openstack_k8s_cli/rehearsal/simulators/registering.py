"""What the cloud's own file learns from objects: hosts register once Ansible has started their services, databases are made."""

from collections.abc import Iterator
from pathlib import Path

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal.cloud import databases, hosts, state
from openstack_k8s_cli.rehearsal.simulators import needs
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace
from openstack_k8s_cli.rehearsal.simulators.tables import ansible
from openstack_k8s_cli.rehearsal.simulators.world import View, World

_DATAPLANE = "dataplane.openstack.org"


class Registry:
    """The cloud's file in the cluster's folder; None: nobody asks for it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._made: set[str] = set()
        """UIDs of databases that are known to be made."""

    def notice(self, job: Body, world: World) -> None:
        """Look at a Job: once for each that is complete its hosts register."""
        labels = get(job, "metadata", "labels") or {}
        service = labels.get("openstackdataplaneservice")
        if self._folder is None or not service or (condition(job, "Complete") or {}).get("status") != "True":
            return
        view = View(world)
        there = view.get(in_namespace(job, _DATAPLANE, "OpenStackDataPlaneService", service)) or {}
        kind = str(get(there, "spec", "edpmServiceType") or service)
        found = list(_hosts(job, labels, view)) if kind in hosts.KINDS else []
        if found:
            with state.opened(self._folder) as cloud:
                if job["metadata"]["uid"] not in cloud.jobs:
                    cloud.jobs.append(job["metadata"]["uid"])
                    hosts.register(cloud, kind, found)

    def made(self, database: Body) -> None:
        """Look at a MariaDBDatabase: once for each that is Ready its database is made."""
        uid = database["metadata"]["uid"]
        if self._folder is None or uid in self._made or not needs.is_ready(database):
            return
        self._made.add(uid)
        with state.opened(self._folder) as cloud:
            if uid not in cloud.jobs:
                cloud.jobs.append(uid)
                instance = get(database, "metadata", "labels", "dbName") or "openstack"
                databases.make(cloud, str(instance), str(get(database, "spec", "name")))

    def gone(self, body: Body) -> None:
        """Forget all with the control plane and its databases."""
        if self._folder is not None and body["kind"] == "OpenStackControlPlane":
            state.forget(self._folder)


def _hosts(job: Body, labels: dict[str, str], view: View) -> Iterator[tuple[str, str, str]]:
    """Give the hosts that a Job ran on: short name, name and address."""
    places = (
        in_namespace(job, _DATAPLANE, kind, str(labels.get(label)))
        for kind, label in (
            ("OpenStackDataPlaneDeployment", "openstackdataplanedeployment"),
            ("OpenStackDataPlaneNodeSet", "openstackdataplanenodeset"),
        )
    )
    deployment, node_set = (view.get(each) for each in places)
    if deployment is None or node_set is None:
        return
    whole = {short(each): each for each in get(node_set, "status", "allHostnames") or ()}
    for host in ansible.hosts_of(deployment, node_set):
        names = get(node_set, "status", "allHostnames", whole.get(host, host)) or {}
        addresses = get(node_set, "status", "allIPs", whole.get(host, host)) or {}
        name = next((each for network, each in names.items() if network.lower() == "ctlplane"), host)
        address = next((each for network, each in addresses.items() if network.lower() == "ctlplane"), "")
        yield host, str(name), str(address)
