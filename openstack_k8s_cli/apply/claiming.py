"""Applying where fields belong to others: taken, left to them, or refused.

The cluster's resolver has one list of upstreams, which the API server takes as one value. Where it is only what every
cluster begins with, nobody chose it, whoever wrote it; what somebody chose stays, and a run says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.options import Options, named
from openstack_k8s_cli.apply.ports import Answer, Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, ObjectId, get

_WIDTH = 80
"""Letters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class _Yielded:
    """A field that is left to those who chose it."""

    section: str
    key: str
    what: str
    command: str
    """Takes it over."""

    @property
    def place(self) -> str:
        return f".{self.section}.{self.key}"

    def concerns(self, error: ClusterError) -> list[bool]:
        """Tell of each conflict whether it is about this."""
        return [f"{each.field}.".startswith(f"{self.place}.") for each in error.conflicts]

    def without(self, body: Body) -> Body:
        """Take it out."""
        section = body.get(self.section)
        if not isinstance(section, Mapping):
            return body
        rest = {key: each for key, each in section.items() if key != self.key}
        others = {key: each for key, each in body.items() if key != self.section}
        return others | ({self.section: rest} if rest else {})


_FIELDS: Mapping[tuple[str, str], _Yielded] = {
    ("operator.openshift.io", "DNS"): _Yielded(
        "spec", "upstreamResolvers", "upstream resolvers", "osk deploy networks/dns --adopt DNS/default"
    ),
}


def applied(
    cluster: Cluster, target: ObjectId, body: Body, options: Options, *, dry_run: bool = False
) -> tuple[Answer, str]:
    """Apply; by force an object that is taken over, or where the profile lists every manager that stands in the way.

    What osk set by a patch is its own too, though the server counts it as another entry. Raises ClusterError.
    Gives also what is to be said of fields that were left to others; empty: none were.
    """
    taken = named(target, options.force | options.adopt)
    try:
        return cluster.apply(body, dry_run=dry_run, force=taken), ""
    except ClusterError as error:
        managers = {each.manager for each in error.conflicts}
        if error.kind is not ErrorKind.OWNED_FIELDS or not managers:
            raise
        if not managers - options.force_from - {MANAGER}:
            return cluster.apply(body, dry_run=dry_run, force=True), ""
        return _yielding(cluster, target, body, error, options, dry_run=dry_run)


def _yielding(
    cluster: Cluster, target: ObjectId, body: Body, error: ClusterError, options: Options, *, dry_run: bool
) -> tuple[Answer, str]:
    field = _FIELDS.get((target.group, target.kind))
    concerned = field.concerns(error) if field else []
    resource = cluster.resource(target.group, target.kind)
    if field is None or resource is None or not any(concerned):
        raise error
    live = cluster.get(resource, target.namespace, target.name) or {}
    theirs = get(live, field.section, field.key)
    owners = [(each.manager, own) for each, own in zip(error.conflicts, concerned, strict=True)]
    if _is_nobodys(theirs):
        if {name for name, own in owners if not own} - options.force_from - {MANAGER}:
            raise error
        return cluster.apply(body, dry_run=dry_run, force=True), ""
    answer, _ = applied(cluster, target, field.without(body), options, dry_run=dry_run)
    managers = sorted({name for name, own in owners if own})
    said = f"{target} keeps the {field.what} of {', '.join(managers)} ({_short(theirs)}): `{field.command}` takes them over"
    return answer, said


def given_back(cluster: Cluster, target: ObjectId, body: Body) -> Answer:
    """Apply earlier values over whatever is there by now, but for what somebody else chose meanwhile. Raises ClusterError."""
    field = _FIELDS.get((target.group, target.kind))
    try:
        return cluster.apply(body, force=field is None)
    except ClusterError as error:
        if field is None or error.kind is not ErrorKind.OWNED_FIELDS:
            raise
        return cluster.apply(field.without(body) if any(field.concerns(error)) else body, force=True)


def kept(target: ObjectId, patch: Body) -> Body:
    """Take out of what is to be taken away what goes by itself, unless others wrote it."""
    field = _FIELDS.get((target.group, target.kind))
    return field.without(patch) if field else patch


def _is_nobodys(upstreams: Any) -> bool:
    """Tell what every cluster has where nobody said anything: the node's own resolvers, one after another."""
    found = upstreams or {}
    plain = {"policy": "Sequential", "protocolStrategy": "", "transportConfig": {}}
    rest = {key: each for key, each in found.items() if key != "upstreams" and each != plain.get(key)}
    return not rest and all(each.get("type") == "SystemResolvConf" for each in found.get("upstreams") or ())


def _short(value: Any) -> str:
    """Name the servers."""
    names = [str(each.get("address") or each.get("type")) for each in value.get("upstreams") or ()]
    text = ", ".join(names)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
