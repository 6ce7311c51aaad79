"""A profile's hosts by name, and the way to each."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.shells import Place
from openstack_k8s_cli.dataplane.targets import SSH_PORT, Surroundings, targets
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import naming


@dataclass(frozen=True, slots=True)
class Known:
    """A host of the profile."""

    host: str
    """Its short name."""
    nodeset: str
    """The OpenStackDataPlaneNodeSet's name."""
    place: Place | None
    """None: the cluster gives its address."""
    key: str
    """Its name in the profile."""


def known(plan: Plan, cluster: Cluster | None = None) -> tuple[Known, ...]:
    """List a plan's hosts; with a cluster also those have a place that it has given an address."""
    bodies = [each.body for each in plan.manifests if each.id.kind == kinds.NODESET]
    return tuple(each for body in bodies for each in _of(body, cluster))


def none() -> OskError:
    """Say that the profile has no hosts."""
    advice = Advice("Add hosts under `dataplane.nodesets`", page="docs/profile.md")
    problem = Problem("OSK1120", "The profile has no hosts", "dataplane.nodesets", None, (advice,))
    return OskError(problem, exit_code=ExitCode.USAGE)


def chosen(
    plan: Plan, values: Mapping[str, Any], words: Iterable[str], cluster: Cluster | None = None
) -> list[Known]:
    """Find the hosts that words mean, in their order; raises OskError."""
    there = {each.host: each for each in known(plan, cluster)}
    return [there[host] for host in naming.of(plan, values).meant(words)]


def one(plan: Plan, values: Mapping[str, Any], word: str, cluster: Cluster | None = None) -> Known:
    """Find the only host that a word means; raises OskError."""
    host = naming.of(plan, values).one(word)
    return next(each for each in known(plan, cluster) if each.host == host)


def _of(body: Body, cluster: Cluster | None) -> Iterator[Known]:
    nodeset = body["metadata"]["name"]
    told = {} if cluster is None or get(body, "spec", "preProvisioned") else _inventory(cluster, body)
    there = {
        each.host: Place(each.host, each.address, each.user, each.port)
        for each in targets([body], Surroundings())
    }
    for key, node in (get(body, "spec", "nodes") or {}).items():
        host = str((node or {}).get("hostName") or key).partition(".")[0]
        yield Known(host, nodeset, told.get(host) or there.get(host), key)


def _inventory(cluster: Cluster, nodeset: Body) -> dict[str, Place]:
    """Read where the operator's own inventory has the hosts that it made."""
    meta = nodeset["metadata"]
    resource = cluster.resource("", "Secret")
    secret = (
        cluster.get(resource, meta["namespace"], f"dataplanenodeset-{meta['name']}") if resource else None
    )
    text = b64decode(get(secret or {}, "data", "inventory") or "").decode()
    groups: Mapping[str, Any] = YAML(typ="safe", pure=True).load(text) or {}
    found = {}
    for group in groups.values():
        shared = group.get("vars") or {}
        for name, own in (group.get("hosts") or {}).items():
            said = {**shared, **(own or {})}
            if said.get("ansible_host"):
                user, port = said.get("ansible_user", "cloud-admin"), int(said.get("ansible_port", SSH_PORT))
                host = str(name).partition(".")[0]
                found[host] = Place(host, str(said["ansible_host"]), str(user), port)
    return found
