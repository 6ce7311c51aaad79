"""A small model of the data plane operator and of the hosts behind it, over an in-memory cluster."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from openstack_k8s_cli.apply.records import CONFIG_MAP
from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Patch
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

NODESET, DEPLOYMENT = "OpenStackDataPlaneNodeSet", "OpenStackDataPlaneDeployment"
EVERYWHERE = "ssh-known-hosts"
_RESOURCES = {NODESET: fleets.NODESETS, DEPLOYMENT: fleets.DEPLOYMENTS}

Place = tuple[str, str]
"""Node set and host."""


@dataclass(slots=True)
class Work:
    """What the operator knows of one deployment."""

    at: dict[str, int]
    """By node set, how many of its services are through."""
    shown: dict[str, list[dict[str, str]]]
    summaries: dict[str, Any] = field(default_factory=dict)
    busy: dict[str, tuple[str, set[Place]]] = field(default_factory=dict)
    """By node set, the service that Ansible is at work on, and where."""
    before: dict[str, dict[Place, Any]] = field(default_factory=dict)
    """By node set, what hosts had of the service that Ansible is at work on."""
    end: str = ""
    """`through` or `failed`."""


@dataclass(slots=True)
class Operator:
    """Runs deployments a little at a time; hosts have what the last service to run there brought."""

    cluster: FakeCluster
    random: Random
    failing: float = 0.0
    losing: float = 0.0
    hosts: dict[Place, dict[str, Any]] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    time: int = 0

    def all(self, kind: str) -> dict[str, Body]:
        """Give the objects of a kind by name."""
        listed = self.cluster.list(_RESOURCES[kind], "openstack").items
        return {each["metadata"]["name"]: each for each in listed}

    def has(self, name: str) -> bool:
        """Tell whether a deployment is there."""
        return name in self.works

    def ended(self, name: str) -> str:
        """Tell how a deployment ended; empty: it runs."""
        return self.works[name].end if name in self.works else "gone"

    def put(self, body: Body) -> None:
        """Take what is applied, as its webhooks do."""
        name, kind = body["metadata"]["name"], body["kind"]
        there = self.cluster.peek(id_of(body))
        if kind == NODESET and there and there["spec"] != body["spec"]:
            assert not self._runs_on(name), f"{name} may not change: {self._runs_on(name)} run"
        if kind == NODESET:
            others = self.all(NODESET).items()
            twice = {
                other
                for other, each in others
                if other != name and each["spec"]["nodes"].keys() & body["spec"]["nodes"].keys()
            }
            assert not twice, f"{name} has hosts that {twice} have"
        if kind == DEPLOYMENT and there:
            assert there["spec"] == body["spec"], f"{name} is immutable"
        self.time += 1
        stamp = f"2026-01-01T{self.time // 3600:02}:{self.time // 60 % 60:02}:{self.time % 60:02}Z"
        meta = {"creationTimestamp": stamp, **body["metadata"]}
        if there:
            meta |= {key: there["metadata"][key] for key in ("creationTimestamp", "uid")}
        self.cluster.put({**(there or {}), **body, "metadata": meta})
        if kind == NODESET:
            self._keep(name, set(body["spec"]["nodes"]))
        if kind == DEPLOYMENT and name not in self.works:
            nodesets = body["spec"]["nodeSets"]
            self.works[name] = Work(dict.fromkeys(nodesets, 0), {each: [] for each in nodesets})

    def patch(self, patch: Patch) -> None:
        """Take a merge patch that takes hosts out of a node set."""
        there = self.cluster.peek(patch.id)
        assert there is not None
        gone = patch.body["spec"]["nodes"]
        nodes = {host: node for host, node in there["spec"]["nodes"].items() if host not in gone}
        self.put({**there, "spec": {**there["spec"], "nodes": nodes}})

    def delete(self, kind: str, name: str) -> None:
        """Delete an object; a host that no node set has any more is installed anew before it comes again."""
        if kind == DEPLOYMENT:
            assert self.works[name].end, f"{name} is deleted while it runs"
            del self.works[name]
        else:
            assert not self._runs_on(name), f"{name} is deleted while {self._runs_on(name)} run"
            self._keep(name, set())
        self.cluster.delete(_RESOURCES[kind], "openstack", name)

    def _runs_on(self, nodeset: str) -> list[str]:
        return [name for name, work in self.works.items() if not work.end and nodeset in work.at]

    def _keep(self, nodeset: str, hosts: set[str]) -> None:
        for place in [each for each in self.hosts if each[0] == nodeset and each[1] not in hosts]:
            del self.hosts[place]
        for host in hosts:
            self.hosts.setdefault((nodeset, host), {})

    def tick(self, only: set[str] | None = None) -> bool:
        """Begin or end one service of one node set; False: there is nothing to do."""
        bodies = self.all(DEPLOYMENT)
        todo = [
            (name, nodeset)
            for name, work in self.works.items()
            if not work.end and (only is None or name in only)
            for nodeset, number in work.at.items()
            if number < len(self._services(bodies[name], nodeset))
        ]
        if not todo:
            return False
        name, nodeset = self.random.choice(todo)
        self._step(bodies[name], self.works[name], nodeset)
        self._show(bodies[name], self.works[name])
        return True

    def _services(self, body: Body, nodeset: str) -> list[str]:
        own = body["spec"].get("servicesOverride") or self.all(NODESET)[nodeset]["spec"]["services"]
        first = body["spec"]["nodeSets"][0]
        return [each for each in own if each != EVERYWHERE or nodeset == first]

    def _step(self, body: Body, work: Work, nodeset: str) -> None:
        services = self._services(body, nodeset)
        service = services[work.at[nodeset]]
        kind = jobs.condition_of(service)
        if nodeset not in work.busy:
            places = set(self._places(body, nodeset, service))
            taken = {place for each in self.works.values() for place in _held(each)}
            if service != EVERYWHERE:
                assert not places & taken, f"two at work on {places & taken}"
            work.busy[nodeset] = service, places
            work.before[nodeset] = {each: self.hosts[each].pop(service, None) for each in places}
            work.shown[nodeset].append({"type": kind, "status": "False", "reason": "Requested"})
            return
        _, places = work.busy.pop(nodeset)
        if self.random.random() < self.failing:
            work.shown[nodeset][-1]["reason"] = "Error"
            work.shown[nodeset].append(_whole("False", "Error"))
            work.end = "failed"
            for other in work.at.keys() - {nodeset}:
                work.busy.pop(other, None)
                if not any(each["type"] == "NodeSetDeploymentReady" for each in work.shown[other]):
                    work.shown[other].append(_whole("False", "Requested"))
            return
        lost = {place for place in places if self.random.random() < self.losing}
        tagged = "ansibleTags" in body["spec"]
        for place in places - lost:
            new = self._content(body, service, place, places)
            self.hosts[place][service] = work.before[nodeset][place] if tagged else new
        work.shown[nodeset][-1] |= {"status": "True", "reason": "Ready"}
        job = jobs.name_of(service, body["metadata"]["name"], None if service == EVERYWHERE else nodeset)
        work.summaries[job] = {"failedHostList": sorted(host for _, host in lost)}
        work.at[nodeset] += 1
        if work.at[nodeset] == len(services):
            work.shown[nodeset].append(_whole("True", "Ready"))
            if all(work.at[each] == len(self._services(body, each)) for each in work.at):
                work.end = "through"

    def _places(self, body: Body, nodeset: str, service: str) -> Iterator[Place]:
        nodesets = body["spec"]["nodeSets"] if service == EVERYWHERE else [nodeset]
        limit = body["spec"].get("ansibleLimit")
        for each in nodesets:
            for host in self.all(NODESET)[each]["spec"]["nodes"]:
                if not limit or host in limit.split(","):
                    yield each, host

    def _content(self, body: Body, service: str, place: Place, places: set[Place]) -> Any:
        read = self.cluster.get(CONFIG_MAP, "openstack", "nova-extra-config") or {}
        option = body["spec"].get("ansibleExtraVars")
        return content(service, place, places, self.all(NODESET)[place[0]], (read.get("data"), option))

    def _show(self, body: Body, work: Work) -> None:
        ready = _CONDITIONS[work.end]
        status = {
            "deployed": work.end == "through",
            "conditions": [{"type": kind, **ready} for kind in ("Ready", "DeploymentReady")],
            "nodeSetConditions": work.shown,
            "ansibleExecutionSummaries": work.summaries,
        }
        self.cluster.set_status(id_of(body), status)


def content(service: str, place: Place, places: set[Place], nodeset: Body, read: tuple[Any, Any]) -> Any:
    """Give what a service brings to a host: of itself and its node set, of all hosts, or of what it reads: a snippet, variables."""
    snippet, option = read
    if service == EVERYWHERE:
        return [sorted(places), option]
    spec = nodeset["spec"]
    return [spec["nodeTemplate"], spec["nodes"][place[1]], snippet if service == "nova" else None, option]


_CONDITIONS = {
    "": {"status": "False", "reason": "Requested"},
    "through": {"status": "True", "reason": "Ready"},
    "failed": {"status": "False", "reason": "BackoffLimitExceeded"},
}


def _held(work: Work) -> Iterator[Place]:
    """List the hosts that a deployment is at work on; what runs everywhere does so beside the others."""
    for service, places in work.busy.values():
        yield from places if service != EVERYWHERE else ()


def _whole(status: str, reason: str) -> dict[str, str]:
    return {"type": "NodeSetDeploymentReady", "status": status, "reason": reason}
