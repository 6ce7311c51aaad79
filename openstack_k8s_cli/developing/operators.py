"""The operators that the OpenStack operator starts, by the names that overrides know them by."""

import difflib
import re

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

OPENSTACK = "openstack"
NAMES = (
    *(OPENSTACK, "barbican", "cinder", "designate", "glance", "heat", "horizon", "infra", "ironic"),
    *("keystone", "manila", "mariadb", "neutron", "nova", "octavia", "openstack-baremetal", "ovn"),
    *("swift", "telemetry", "test", "watcher"),
)
_ELSEWHERE = {"placement": "nova", "rabbitmq": "infra", "rabbitmq-cluster": "infra", "cyborg": "nova"}
"""Services without an operator of their own, and whose does their work."""
_REFERENCE = re.compile(
    r"(?P<host>[a-zA-Z0-9.-]+(:\d+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?"
)


def deployment(name: str, namespace: str) -> ObjectId:
    """Give the Deployment of an operator."""
    return ObjectId("apps", "Deployment", namespace, f"{name}-operator-controller-manager")


def variable(name: str) -> str:
    """Name the variable of the init operator that says an operator's image."""
    if name == OPENSTACK:
        return "OPERATOR_IMAGE_URL"
    return f"RELATED_IMAGE_{name.upper().replace('-', '_')}_OPERATOR_MANAGER_IMAGE_URL"


def check(name: str) -> None:
    """Refuse a name that no operator has; raises OskError."""
    if name in NAMES:
        return
    near = difflib.get_close_matches(name, NAMES, n=1)
    if name in _ELSEWHERE:
        text = f"It has none of its own: `{_ELSEWHERE[name]}` does its work"
    else:
        text = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(NAMES)}"
    problem = Problem("OSK1400", f"There is no operator `{name}`", subject=name, advice=(Advice(text),))
    raise OskError(problem, exit_code=ExitCode.USAGE)


def check_image(image: str) -> None:
    """Refuse what cannot be an image; raises OskError."""
    if _REFERENCE.fullmatch(image):
        return
    advice = Advice("Write it as HOST/NAME:TAG or HOST/NAME@sha256:DIGEST, in lower case")
    problem = Problem("OSK1406", f"`{image}` is no image reference", subject=image, advice=(advice,))
    raise OskError(problem, exit_code=ExitCode.USAGE)
