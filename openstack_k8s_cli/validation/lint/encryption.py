"""TLS: the control plane and the data plane must agree."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, NODE_SET, Found, Objects, together


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
            elif planned and told is True and not _has_certificates(objects, item.id.name, item.body):
                message = "TLS is on, and no service of the node set installs certificates"
                yield Found("OSK0872", item, ("spec", "services"), message)


def _has_certificates(objects: Objects, name: str, body: object) -> bool:
    services = get(body, "spec", "services")  # type: ignore[arg-type]  # a body
    if not services or "install-certs" in services:
        return True
    deployments = [
        each
        for each in objects.every("OpenStackDataPlaneDeployment")
        if name in (get(each.body, "spec", "nodeSets") or ())
    ]
    return any("install-certs" in (get(each.body, "spec", "servicesOverride") or ()) for each in deployments)
