"""What the cluster knows of a service that is made anew: an annotation of its control plane, from before the first change to after the last.

It goes with the control plane; the same command goes on from it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.apply.labels import HOLD
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals

PLANE = ("core.openstack.org", "OpenStackControlPlane")
_PREFIX = "redeploy.osk.openstack.org/"


@dataclass(frozen=True, slots=True)
class Mark:
    """A service on its way out and in again."""

    service: str
    by: str
    since: str
    targets: Mapping[ObjectId, str]
    """Its resources as they were, with their UIDs."""
    databases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is to be dropped, by Galera cluster; empty: nothing."""
    dropped: bool = False

    @property
    def line(self) -> str:
        """Say it in one line."""
        what = ", its databases dropped," if self.databases else ""
        return f"{self.service} is being made anew{what} by {self.by} since {self.since}: `osk redeploy {self.service}` goes on"

    def document(self, profile: str) -> dict[str, Any]:
        """Give its JSON form, as other development state has it."""
        return {
            "kind": "redeploy",
            "name": self.service,
            "profile": profile,
            "state": "pending",
            "value": "",
            "by": self.by,
            "since": self.since,
            "process": "",
            "values": {},
            "effects": [str(each) for each in self.targets],
            "undo": f"osk redeploy {self.service}",
        }


def plane(cluster: Cluster, namespace: str) -> Body | None:
    """Give the control plane of a namespace; raises ClusterError."""
    resource = cluster.resource(*PLANE)
    found = cluster.list(resource, namespace).items if resource else ()
    return (
        {"apiVersion": resource.api_version, "kind": resource.kind, **found[0]}
        if resource and found
        else None
    )


def of(body: Body | None) -> tuple[Mark, ...]:
    """Read the marks of a control plane; one that cannot be read counts as none."""
    notes = get(body or {}, "metadata", "annotations") or {}
    return tuple(
        found
        for name, text in sorted(notes.items())
        if name.startswith(_PREFIX) and (found := _read(name.removeprefix(_PREFIX), text))
    )


def write(cluster: Cluster, body: Body, mark: Mark) -> None:
    """Put a mark on a control plane; raises ClusterError."""
    form = {
        "by": mark.by,
        "since": mark.since,
        "targets": [
            [each.group, each.kind, each.namespace, each.name, uid] for each, uid in mark.targets.items()
        ],
        "databases": {instance: list(names) for instance, names in mark.databases.items()},
        "dropped": mark.dropped,
    }
    _annotate(cluster, body, mark.service, json.dumps(form, separators=(",", ":"), sort_keys=True))


def erase(cluster: Cluster, body: Body, service: str) -> None:
    """Take a mark off; raises ClusterError."""
    _annotate(cluster, body, service, None)


def left(cluster: Cluster, mark: Mark) -> Iterator[tuple[Resource, Body]]:
    """Give the resources of a mark that are there as they were, on their way out or not; raises ClusterError."""
    for target, uid in mark.targets.items():
        resource = cluster.resource(target.group, target.kind)
        body = cluster.get(resource, target.namespace, target.name) if resource else None
        if resource and body and body["metadata"]["uid"] == uid:
            yield resource, {"apiVersion": resource.api_version, "kind": resource.kind, **body}


def is_held(body: Body) -> bool:
    """Tell whether osk keeps a resource from going."""
    return HOLD in (get(body, "metadata", "finalizers") or ())


def found(cluster: Cluster, namespace: str) -> tuple[Mark, ...]:
    """Find which services are on their way; raises OskError."""
    return refusals.reading(lambda: of(plane(cluster, namespace)))


def halfway(cluster: Cluster, namespace: str) -> tuple[str, ...]:
    """Say which services are on their way, each in a line; raises OskError."""
    return tuple(each.line for each in found(cluster, namespace))


def refuse(cluster: Cluster, namespace: str) -> None:
    """Refuse to work on a control plane of which a service was left halfway out; raises OskError.

    A mark of one whose resources are all new is of no use any more, and goes.
    """

    def look() -> list[Mark]:
        body, found = plane(cluster, namespace), []
        for mark in of(body):
            if any(True for _ in left(cluster, mark)):
                found.append(mark)
            elif body is not None:
                erase(cluster, body, mark.service)
        return found

    unfinished = refusals.reading(look)
    if unfinished:
        advice = [
            Advice(f"Let {each.service} come to its end", f"osk redeploy {each.service}")
            for each in unfinished
        ]
        lines = "\n".join(each.line for each in unfinished)
        problem = Problem(
            "OSK1436", "A service is halfway out of this control plane", None, lines, tuple(advice)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def after_drop(mark: Mark) -> Mark:
    """Note that the databases are gone."""
    return replace(mark, dropped=True)


def _annotate(cluster: Cluster, body: Body, service: str, text: str | None) -> None:
    resource = cluster.resource(*PLANE)
    if resource is None:
        raise ClusterError(ErrorKind.NOT_SERVED, f"{PLANE[1]} is not served")
    meta = body["metadata"]
    patch = {"metadata": {"annotations": {f"{_PREFIX}{service}": text}}}
    cluster.merge(resource, meta["namespace"], meta["name"], patch)


def _read(service: str, text: str) -> Mark | None:
    try:
        form: dict[str, Any] = json.loads(text)
        targets = {ObjectId(*each[:4]): str(each[4]) for each in form["targets"]}
        databases = {str(each): tuple(map(str, names)) for each, names in form["databases"].items()}
        return Mark(service, str(form["by"]), str(form["since"]), targets, databases, bool(form["dropped"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
