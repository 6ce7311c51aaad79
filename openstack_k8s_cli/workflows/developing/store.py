"""Keeps entries in ConfigMaps beside the ledger: one for each, and one for each object that an effect changed.

An entry is written only over the version of it that was read: of two developers who change the same thing, the second
is told. The entry is written first, then what the objects of its effects are: an effect whose object was there and of
which nothing is kept was not made yet.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.apply.records import CONFIG_MAP, NAMESPACE
from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.developing.entries import Effect, Entry, Kind, State
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals

LABEL = f"{PREFIX}overlay"
_PARTS = f"{PREFIX}overlay-of"
FORMAT = 1
_UNSAFE = re.compile(r"[^a-z0-9-]+")


def read(cluster: Cluster) -> tuple[Entry, ...]:
    """Read the entries of all clouds with one request, the oldest first; raises ClusterError."""
    found = cluster.list(CONFIG_MAP, NAMESPACE, labels=f"{LABEL}=v{FORMAT}").items
    return tuple(sorted(map(_decoded, found), key=lambda entry: (entry.since, entry.key)))


def seen(cluster: Cluster) -> tuple[Entry, ...]:
    """Read the entries of all clouds; nothing where that may not be read. Raises OskError."""

    def look() -> tuple[Entry, ...]:
        try:
            return read(cluster)
        except ClusterError as error:
            if error.kind in {ErrorKind.FORBIDDEN, ErrorKind.NOT_FOUND, ErrorKind.NAMESPACE_MISSING}:
                return ()
            raise

    return refusals.reading(look)


def write(cluster: Cluster, entry: Entry, earlier: Mapping[ObjectId, Body] | None = None) -> Entry:
    """Write an entry, and after it what the objects of its new effects are now; give it with its new version.

    Raises OskError where somebody else wrote it since it was read, and ClusterError.
    """
    body = _body(entry)
    try:
        if entry.version:
            body["metadata"]["resourceVersion"] = entry.version
            answer = cluster.update(body)
        else:
            answer = cluster.create(body)
    except ClusterError as error:
        if error.kind in {ErrorKind.EXISTS, ErrorKind.CONFLICT, ErrorKind.NOT_FOUND}:
            raise overtaken(cluster, entry) from error
        raise
    for target, kept in (earlier or {}).items():
        cluster.apply(_part(entry, target, kept), force=True)
    return replace(entry, version=str(answer.body["metadata"]["resourceVersion"]))


def check_others(cluster: Cluster, known: Iterable[Entry], mine: Iterable[Entry], *, profile: str) -> None:
    """Refuse to go on where a cloud has other development state, beside `mine`, than a plan was made with.

    Raises OskError and ClusterError.
    """
    keys = {each.key for each in mine}
    there, planned = (
        {
            each.key: each.values
            for each in found
            if each.profile == profile and each.key not in keys and each.counts
        }
        for found in (read(cluster), known)
    )
    if there == planned:
        return
    names = sorted({name for _, name in there.keys() ^ planned.keys()} or {name for _, name in there})
    problem = Problem(
        "OSK1401",
        f"Development state changed meanwhile: {', '.join(names)}",
        advice=(Advice("See how it is now, then run the command again", "osk dev status"),),
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def earlier(cluster: Cluster, entry: Entry) -> dict[ObjectId, Body]:
    """Give what the objects of an entry's effects were before; raises ClusterError."""
    found = cluster.list(CONFIG_MAP, NAMESPACE, labels=f"{_PARTS}={_hash(_name(entry))}").items
    bodies = (json.loads(zlib.decompress(base64.b64decode(each["binaryData"]["body"]))) for each in found)
    return {_id(each["object"]): each["body"] for each in bodies}


def erase(cluster: Cluster, entry: Entry) -> None:
    """Delete what was kept with an entry, and then itself; raises ClusterError."""
    if any(each.was_there for each in entry.effects):
        for each in cluster.list(CONFIG_MAP, NAMESPACE, labels=f"{_PARTS}={_hash(_name(entry))}").items:
            cluster.delete(CONFIG_MAP, NAMESPACE, each["metadata"]["name"])
    cluster.delete(CONFIG_MAP, NAMESPACE, _name(entry))


def _name(entry: Entry) -> str:
    plain = _UNSAFE.sub("-", entry.name.lower()).strip("-")
    if plain != entry.name:
        plain = f"{plain}-{_hash(entry.name)}"
    return f"{records.name_of(entry.profile, 'dev')}.{entry.kind.value}.{plain}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _body(entry: Entry) -> Body:
    form = {
        "format": FORMAT,
        "kind": entry.kind.value,
        "name": entry.name,
        "profile": entry.profile,
        "since": entry.since,
        "by": entry.by,
        "values": entry.values,
        "touches": entry.touches,
        "state": entry.state.value,
        "note": entry.note,
        "holder": entry.holder,
        "effects": [
            {
                "object": _form(each.object),
                "apiVersion": each.api_version,
                "wasThere": each.was_there,
                "early": each.early,
                "made": each.made,
            }
            for each in entry.effects
        ],
    }
    return _config_map(_name(entry), entry, {LABEL: f"v{FORMAT}"}, data={"entry": json.dumps(form)})


def _part(entry: Entry, target: ObjectId, body: Body) -> Body:
    text = json.dumps({"object": _form(target), "body": body}, separators=(",", ":"))
    kept = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    name = _name(entry)
    labels = {_PARTS: _hash(name)}
    return _config_map(
        f"{name}.{_hash(str((target.group, target)))}", entry, labels, binaryData={"body": kept}
    )


def _config_map(name: str, entry: Entry, labels: Mapping[str, str], **parts: Any) -> Body:
    labels = {MANAGED_BY: MANAGER, f"{PREFIX}profile": safe(entry.profile), **labels}
    meta = {"name": name, "namespace": NAMESPACE, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, **parts}


def _form(target: ObjectId) -> dict[str, str]:
    return {
        "group": target.group,
        "kind": target.kind,
        "namespace": target.namespace,
        "name": target.name,
    }


def _id(form: Mapping[str, str]) -> ObjectId:
    return ObjectId(form["group"], form["kind"], form["namespace"], form["name"])


def _decoded(body: Body) -> Entry:
    try:
        form = json.loads(str(get(body, "data", "entry")))
        return Entry(
            kind=Kind(form["kind"]),
            name=form["name"],
            profile=form["profile"],
            since=float(form["since"]),
            by=form["by"],
            values=form["values"],
            touches=tuple(form["touches"]),
            state=State(form["state"]),
            effects=tuple(_effects(form["effects"])),
            note=form["note"],
            holder=form.get("holder", ""),
            version=str(body["metadata"]["resourceVersion"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(body) from error


def _effects(forms: Iterable[Mapping[str, Any]]) -> Iterable[Effect]:
    for each in forms:
        yield Effect(
            _id(each["object"]), each["apiVersion"], each["wasThere"], each["early"], each.get("made", "")
        )


def overtaken(cluster: Cluster, entry: Entry) -> OskError:
    """Say that somebody else changed an entry meanwhile, and how it is now; raises ClusterError."""
    now = next(
        (each for each in read(cluster) if (each.profile, each.key) == (entry.profile, entry.key)), None
    )
    problem = Problem(
        "OSK1401",
        f"{entry.title} was {'changed' if now else 'taken back'} meanwhile by somebody else",
        subject=f"ConfigMap {NAMESPACE}/{_name(entry)}",
        detail=telling.line(now) if now else None,
        advice=(Advice("See how it is now, then run the command again", "osk dev status"),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _unreadable(body: Body) -> OskError:
    subject = f"ConfigMap {NAMESPACE}/{body['metadata']['name']}"
    advice = Advice("use the osk that wrote it, or delete the ConfigMap and deploy again", "osk deploy all")
    problem = Problem("OSK1405", "A piece of development state cannot be read", subject, None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)
