"""Names of other objects: attachments, secrets, node sets, and what a control plane names within itself."""

import re
from collections.abc import Iterable, Iterator

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import (
    ATTACHMENT,
    CONTROL_PLANE,
    DEPLOYMENT,
    NODE_SET,
    SERVICE,
    Found,
    Objects,
    is_off,
    leaves,
    rows,
    texts,
)

_GENERATED = re.compile(
    r"cert-.*|rootca-.*|combined-ca-bundle|openstack-config(-secret)?|.*-config(-data)?|.*-ca-bundle|.*-compute-config|ceilometer-.*|swift-(conf|ring-files)"
)
"""Secrets and config maps that operators make."""
_WITHIN = {
    "databaseInstance": "galera",
    "apiDatabaseInstance": "galera",
    "cellDatabaseInstance": "galera",
    "memcachedInstance": "memcached",
    "rabbitMqClusterName": "rabbitmq",
    "cellMessageBusInstance": "rabbitmq",
}
"""Fields of a control plane that name an instance, and the section whose templates have it."""


def check(objects: Objects) -> Iterator[Found]:
    """Find names of what is not there; what a set has none of at all is taken to be in the cluster."""
    yield from _attachments(objects)
    yield from _secrets(objects)
    yield from _node_sets(objects)
    yield from _instances(objects)
    yield from _topologies(objects)
    yield from _named(objects, "BGPAdvertisement", ("peers",), "BGPPeer")
    for kind in ("L2Advertisement", "BGPAdvertisement"):
        for item in objects.every(kind):
            known = objects.names("IPAddressPool", item.id.namespace)
            for path, name in texts(item, "spec", "ipAddressPools"):
                yield from _missing("OSK0841", item, path, name, kind="IPAddressPool", known=known)


def _attachments(objects: Objects) -> Iterator[Found]:
    for kind in (CONTROL_PLANE, NODE_SET, "OpenStackClient", "OpenStackProvisionServer"):
        for item in objects.every(kind):
            known = objects.names(ATTACHMENT, item.id.namespace)
            for path, name in leaves(get(item.body, "spec"), ("spec",)):
                if {"networkAttachments", "networkAttachment"} & set(path[-2:]) and isinstance(name, str):
                    yield from _missing("OSK0842", item, path, name, kind=ATTACHMENT, known=known)


def _secrets(objects: Objects) -> Iterator[Found]:
    for kind, path_ in (
        ("BGPPeer", ("spec", "passwordSecret", "name")),
        (NODE_SET, ("spec", "nodeTemplate", "ansibleSSHPrivateKeySecret")),
        ("BareMetalHost", ("spec", "bmc", "credentialsName")),
        ("BareMetalHost", ("spec", "networkData", "name")),
        (NODE_SET, ("spec", "baremetalSetTemplate", "passwordSecret", "name")),
    ):
        for item in objects.every(kind):
            name = get(item.body, *path_)
            if isinstance(name, str):
                yield from _held(objects, item, path_, name, "Secret")
    yield from _of_planes(objects)
    yield from _of_hosts(objects)


def _of_planes(objects: Objects) -> Iterator[Found]:
    for item in objects.every(CONTROL_PLANE):
        for path, name in leaves(get(item.body, "spec"), ("spec",)):
            if isinstance(name, str) and _is_secret(path):
                yield from _held(objects, item, path, name, "Secret")


def _of_hosts(objects: Objects) -> Iterator[Found]:
    """Look at what services, hosts' variables and volumes are made of."""
    sources = [
        *((item, ("spec", "dataSources")) for item in objects.every(SERVICE)),
        *(
            (item, (*above, "ansible", "ansibleVarsFrom"))
            for item in objects.every(NODE_SET)
            for above in (("spec", "nodeTemplate"), *(path for path, _ in rows(item, "spec", "nodes")))
        ),
    ]
    for item, place in sources:
        for path, row in rows(item, *place):
            yield from _volume(objects, item, path, row, ("name", "name"))
    for kind in (CONTROL_PLANE, NODE_SET):
        for item in objects.every(kind):
            for path, row in _volumes(item):
                yield from _volume(objects, item, path, row, ("secretName", "name"))


def _is_secret(path: Path) -> bool:
    """Tell whether a field of a control plane names a Secret; those of volumes are looked at on their own."""
    return path[-1] in {"secret", "caBundleSecretName"} or (path[-1] == "secretName" and "tls" in path[-4:-1])


def _volumes(item: Item) -> Iterator[tuple[Path, dict[str, object]]]:
    places: Iterable[tuple[Path, dict[str, object]]] = (
        *rows(item, "spec", "extraMounts"),
        *rows(item, "spec", "nodeTemplate", "extraMounts"),
    )
    for path, _ in places:
        for below, _ in (*rows(item, *path, "extraVol"), (path, {})):
            for at, row in rows(item, *below, "volumes"):
                yield at, row
                source = row.get("volumeSource")
                if isinstance(source, dict):
                    yield (*at, "volumeSource"), source


def _volume(
    objects: Objects, item: Item, path: Path, row: dict[str, object], keys: tuple[str, str]
) -> Iterator[Found]:
    for word, kind, key in (
        ("secret", "Secret", keys[0]),
        ("configMap", "ConfigMap", keys[1]),
        ("secretRef", "Secret", keys[0]),
        ("configMapRef", "ConfigMap", keys[1]),
    ):
        name = get(row, word, key)
        if isinstance(name, str) and get(row, word, "optional") is not True:
            yield from _held(objects, item, (*path, word, key), name, kind)


def _held(objects: Objects, item: Item, path: Path, name: str, kind: str) -> Iterator[Found]:
    known = objects.names(kind, item.id.namespace)
    if not _GENERATED.fullmatch(name):
        yield from _missing("OSK0843", item, path, name, kind=kind, known=known)


def _node_sets(objects: Objects) -> Iterator[Found]:
    for item in objects.every(DEPLOYMENT):
        known = objects.names(NODE_SET, item.id.namespace)
        for path, name in texts(item, "spec", "nodeSets"):
            yield from _missing("OSK0844", item, path, name, kind=NODE_SET, known=known)


def _instances(objects: Objects) -> Iterator[Found]:
    for item in objects.every(CONTROL_PLANE):
        for path, name in leaves(get(item.body, "spec"), ("spec",)):
            section = _WITHIN.get(str(path[-1]))
            templates = get(item.body, "spec", section, "templates") if section else None
            if isinstance(templates, dict) and templates and isinstance(name, str):
                yield from _missing(
                    "OSK0847", item, path, name, kind=f"{section} template", known=frozenset(templates)
                )


def _topologies(objects: Objects) -> Iterator[Found]:
    for kind in (CONTROL_PLANE, NODE_SET):
        for item in objects.every(kind):
            for path, name in leaves(get(item.body, "spec"), ("spec",)):
                if path[-2:] == ("topologyRef", "name") and isinstance(name, str):
                    space = get(item.body, *path[:-1], "namespace") or item.id.namespace
                    known = objects.names("Topology", str(space))
                    yield from _missing("OSK0847", item, path, name, kind="Topology", known=known)


def _named(objects: Objects, kind: str, key: tuple[str, ...], target: str) -> Iterator[Found]:
    for item in objects.every(kind):
        known = objects.names(target, item.id.namespace)
        for path, name in texts(item, "spec", *key):
            yield from _missing("OSK0847", item, path, name, kind=target, known=known)


def _missing(
    code: str, item: Item, path: Path, name: str, *, kind: str, known: frozenset[str]
) -> Iterator[Found]:
    plain = name.rpartition("/")[2]
    if known and plain not in known and name and not placeholders.has(name) and not is_off(item, path):
        yield Found(code, item, path, f"there is no {kind} `{name}`")
