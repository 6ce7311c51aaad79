"""TLS: the control plane and the data plane must agree."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item
from openstack_k8s_cli.validation.lint.objects import (
    CONTROL_PLANE,
    DEPLOYMENT,
    NODE_SET,
    Found,
    Objects,
    texts,
    together,
)

_INSTALLS = "install-certs"


def check(objects: Objects) -> Iterator[Found]:
    """Compare `tlsEnabled` of node sets with the internal TLS of the control plane of their namespace."""
    for plane in objects.last(CONTROL_PLANE):
        within = get(plane.body, "spec", "tls", "podLevel", "enabled")
        planned = within is not False
        for item in objects.every(NODE_SET):
            if not together(item.id.namespace, plane.id.namespace):
                continue
            told = get(item.body, "spec", "tlsEnabled")
            if told is None and within is None:
                continue
            if (told is not False) != planned:
                word = "on" if planned else "off"
                message = f"TLS within {plane.id} is {word}, and `tlsEnabled` says otherwise"
                yield Found("OSK0872", item, ("spec", "tlsEnabled"), message)
            elif planned and told is True and not _has_certificates(objects, item):
                message = "TLS is on, and no service of the node set installs certificates"
                yield Found("OSK0872", item, ("spec", "services"), message)


def _has_certificates(objects: Objects, node_set: Item) -> bool:
    services = _listed(node_set, "services")
    if not services or _INSTALLS in services:
        return True
    return any(
        node_set.id.name in _listed(each, "nodeSets") and _INSTALLS in _listed(each, "servicesOverride")
        for each in objects.every(DEPLOYMENT)
    )


def _listed(item: Item, key: str) -> tuple[str, ...]:
    return tuple(text for _, text in texts(item, "spec", key))
