"""What became of objects lately, from the API server's own memory of each kind's changes."""

import contextlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.rehearsal.simulators import table

_TOO_OLD = re.compile(r"too old resource version: \d+ \((\d+)\)")


@dataclass(frozen=True, slots=True)
class History:
    """The states of one object that is there, as a watch would have seen them."""

    bodies: tuple[Body, ...]
    whole: bool
    """From its making on; the server forgets what is older than a minute when there is much else."""


def remembered(cluster: Cluster, resource: Resource) -> dict[ObjectId, History]:
    """Read the histories of a kind's objects that are there now, as far back as the server remembers."""
    while True:
        try:
            return _remembered(cluster, resource)
        except ClusterError as error:
            if error.kind is not ErrorKind.GONE:  # it forgot more between the two questions
                raise


def _remembered(cluster: Cluster, resource: Resource) -> dict[ObjectId, History]:
    since = _oldest(cluster, resource)
    there = {id_of(body): body["metadata"] for body in cluster.list(resource).items}
    ahead = {
        target: meta["resourceVersion"]
        for target, meta in there.items()
        if int(meta["resourceVersion"]) > int(since)
    }
    bodies: dict[ObjectId, list[Body]] = {}
    whole: set[ObjectId] = set()
    for kind, body in _changes(cluster, resource, since) if ahead else ():
        target = id_of(body)
        if body["metadata"]["uid"] == there.get(target, {}).get("uid"):
            bodies.setdefault(target, []).append(body)
            whole |= {target} if kind == "added" else set()
        if ahead.get(target) == body["metadata"]["resourceVersion"]:
            del ahead[target]
        if not ahead:
            break
    return {target: History(tuple(seen), target in whole) for target, seen in bodies.items()}


def of_simulated(cluster: Cluster) -> dict[ObjectId, History]:
    """Read the histories of every object whose controller is simulated."""
    kinds = [found for row in table.ROWS if (found := cluster.resource(row.group, row.kind))]
    with ThreadPoolExecutor(4) as pool:
        read = pool.map(lambda kind: remembered(cluster, kind), kinds)
        return {target: each for found in read for target, each in found.items()}


def until_gone(cluster: Cluster, target: ObjectId, *, since: str) -> tuple[Body, ...]:
    """Give the states of an object from a version to its end, which must have come or be near."""
    resource = cluster.resource(target.group, target.kind)
    assert resource is not None
    seen: list[Body] = []
    for kind, body in _changes(cluster, resource, since):
        if id_of(body) == target:
            seen.append(body)
            if kind == "deleted":
                break
    return tuple(seen)


def _changes(cluster: Cluster, resource: Resource, since: str) -> Iterator[tuple[str, Body]]:
    with contextlib.closing(cluster.watch(resource, "", since)) as events:
        yield from ((each.kind, each.body) for each in events if each.kind != "bookmark")


def _oldest(cluster: Cluster, resource: Resource) -> str:
    """Ask for what is surely forgotten; the refusal says from which version on changes are remembered."""
    try:
        next(_changes(cluster, resource, "1"))
    except ClusterError as error:
        found = _TOO_OLD.search(error.message)
        if error.kind is ErrorKind.GONE and found:
            return found[1]
        raise
    return "1"
