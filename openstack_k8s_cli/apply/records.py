"""Keeps the ledger in ConfigMaps of the namespace `osk-system`, compressed, in shards where it is large."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model import hooks
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Fate, Layer

NAMESPACE = hooks.HOME
LABEL = f"{PREFIX}ledger"
FORMAT = 1
SHARD = 900_000
"""Bytes of one ConfigMap; the API server takes 1 MiB."""

CONFIG_MAP = Resource("", "v1", "ConfigMap", "configmaps", True)  # namespaced
_UNSAFE = re.compile(r"[^a-z0-9-]+")


def name_of(profile: str, layer: str) -> str:
    """Name the ConfigMap, and the Lease, of a cloud's layer, or of what else is kept of it."""
    plain = _UNSAFE.sub("-", profile.lower()).strip("-") or "x"
    if plain != profile:
        plain = f"{plain}-{hashlib.sha256(profile.encode()).hexdigest()[:8]}"
    return f"osk.{plain}.{layer}"


def read(cluster: Cluster) -> tuple[Record, ...]:
    """Read every record of every cloud with one request; none where osk was never. Raises ClusterError."""
    try:
        found = cluster.list(CONFIG_MAP, NAMESPACE, labels=f"{LABEL}=v{FORMAT}").items
    except ClusterError as error:
        if is_missing(error):
            return ()
        raise
    parts = {body["metadata"]["name"]: str(get(body, "data", "ledger") or "") for body in found}
    heads = [body for body in found if get(body, "data", "shards") is not None]
    return tuple(_decoded(body, parts) for body in heads)


def write(cluster: Cluster, record: Record, *, shard: int = SHARD) -> None:
    """Write a record; the shards first, then the head that names them, so that an end in between loses nothing."""
    name = name_of(record.profile, record.layer)
    parts = list(_pieces(_encoded(record), shard))
    revision = hashlib.sha256("".join(parts).encode()).hexdigest()[:10]
    names = [f"{name}.{revision}.{number}" for number in range(1, len(parts))]
    for each, part in zip(names, parts[1:], strict=True):
        cluster.apply(_body(record, each, {"ledger": part}), force=True)
    cluster.apply(_body(record, name, {"ledger": parts[0], "shards": ",".join(names)}), force=True)
    if names:
        _sweep(cluster, record, keep={name, *names})


def erase(cluster: Cluster, record: Record) -> None:
    """Delete a record."""
    cluster.delete(CONFIG_MAP, NAMESPACE, name_of(record.profile, record.layer))
    _sweep(cluster, record, keep=set())


def _sweep(cluster: Cluster, record: Record, *, keep: set[str]) -> None:
    """Delete shards that no head names."""
    name = name_of(record.profile, record.layer)
    for body in cluster.list(CONFIG_MAP, NAMESPACE, labels=f"{LABEL}=v{FORMAT}").items:
        each = body["metadata"]["name"]
        if each.startswith(f"{name}.") and each not in keep:
            cluster.delete(CONFIG_MAP, NAMESPACE, each)


def make_namespace(cluster: Cluster) -> None:
    """Make the namespace that ledger and leases live in."""
    labels = {MANAGED_BY: MANAGER}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}
    )


def _body(record: Record, name: str, data: Mapping[str, str]) -> Body:
    labels = {
        MANAGED_BY: MANAGER,
        LABEL: f"v{FORMAT}",
        f"{PREFIX}profile": safe(record.profile),
        f"{PREFIX}layer": record.layer.value,
    }
    meta = {"name": name, "namespace": NAMESPACE, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(data)}


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, max(len(text), 1), size):
        yield text[start : start + size]


def _encoded(record: Record) -> str:
    form = {
        "format": FORMAT,
        "profile": record.profile,
        "layer": record.layer.value,
        "clusterId": record.cluster_id,
        "digest": record.digest,
        "valuesDigest": record.values_digest,
        "version": record.version,
        "entries": [_entry(entry) for entry in record.entries],
    }
    text = json.dumps(form, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _entry(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "fate": entry.fate.value}


def _decoded(head: Body, parts: Mapping[str, str]) -> Record:
    names = [name for name in str(get(head, "data", "shards")).split(",") if name]
    text = str(get(head, "data", "ledger") or "") + "".join(parts.get(name, "") for name in names)
    try:
        form = json.loads(zlib.decompress(base64.b64decode(text)))
        entries = tuple(
            Entry(**{**each, "id": ObjectId(**each["id"]), "fate": Fate(each["fate"])})
            for each in form["entries"]
        )
        return Record(
            form["profile"],
            Layer(form["layer"]),
            form["clusterId"],
            form["digest"],
            form["valuesDigest"],
            form["version"],
            entries,
        )
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise _unreadable(head) from error


def _unreadable(head: Body) -> OskError:
    subject = f"ConfigMap {NAMESPACE}/{head['metadata']['name']}"
    advice = Advice(
        "use the osk that wrote it, or delete the ConfigMap: osk then finds its objects again by their labels",
    )
    problem = Problem("OSK0531", "The ledger cannot be read", subject=subject, advice=(advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)


def is_missing(error: ClusterError) -> bool:
    """Tell whether the ledger's namespace is not there yet."""
    return error.kind in {ErrorKind.NAMESPACE_MISSING, ErrorKind.NOT_FOUND}
