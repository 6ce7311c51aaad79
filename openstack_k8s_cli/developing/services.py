"""Images of services, by names such as `nova-api`, and the fields of an OpenStackVersion that say them, such as `novaAPIImage`."""

import difflib
import re
from collections.abc import Iterable, Mapping

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

CUSTOM_RESOURCE = "openstackversions.core.openstack.org"
_SERVICES: Mapping[str, str] = {
    "aodh": "api evaluator listener notifier",
    "barbican": "api keystone-listener worker",
    "ceilometer": "central compute ipmi mysqld-exporter notification sgcore",
    "cinder": "api backup scheduler volume",
    "cloudkitty": "api proc",
    "designate": "api backendbind9 central mdns producer unbound worker",
    "edpm": "frr iscsid kepler logrotate-crond multipathd neutron-dhcp-agent neutron-metadata-agent neutron-ovn-agent "
    "neutron-sriov-agent node-exporter openstack-network-exporter ovn-bgp-agent podman-exporter",
    "glance": "api",
    "heat": "api cfnapi engine",
    "infra": "dnsmasq memcached redis",
    "ironic": "api conductor inspector neutron-agent pxe python-agent",
    "keystone": "api",
    "manila": "api scheduler share",
    "neutron": "api",
    "nova": "api compute conductor novnc scheduler",
    "octavia": "api healthmanager housekeeping rsyslog worker",
    "openstack": "client network-exporter",
    "ovn": "controller controller-ovs nb-dbcluster northd sb-dbcluster",
    "placement": "api",
    "swift": "account container object proxy",
    "telemetry": "node-exporter",
    "test": "ansibletest horizontest tempest tobiko",
    "watcher": "api applier decision-engine",
}
_ALONE = (
    "agent",
    "ansibleee",
    "apache",
    "horizon",
    "ksm",
    "mariadb",
    "net-utils",
    "os-container",
    "rabbitmq",
)
NAMES = (*(f"{name}-{part}" for name, parts in _SERVICES.items() for part in parts.split()), *_ALONE)
"""Those that releases have had so far, for completion; which there are, the cluster's own kind says."""

Path = tuple[str, ...]
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


def name(field: str) -> str:
    """Name the image that a field says."""
    several = field.endswith("Images")
    return "-".join(_WORD.findall(field.removesuffix("s" if several else "").removesuffix("Image"))).lower()


def path(given: str, backend: str | None, fields: Mapping[str, bool], backends: Iterable[str]) -> Path:
    """Find the field of an image, with its back end where there is one for each; raises OskError.

    `fields` are all that the cluster knows, and whether each is of several; `backends` those that the profile has.
    """
    names = {name(each): each for each in fields}
    if given not in names:
        near = difflib.get_close_matches(given, [*names, *fields], n=1)
        text = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(sorted(names))}"
        raise _refused(f"The release has no image `{given}`", given, text)
    field, several = names[given], fields[names[given]]
    if several and not backend:
        known = ", ".join(backends)
        text = f"Name it: `--backend NAME`{f', one of {known}' if known else ''}"
        raise _refused(f"There is one image `{given}` for each back end", given, text)
    if backend and not several:
        raise _refused(f"There is one image `{given}` for all back ends", given, "Leave `--backend` out")
    return (field, backend) if backend else (field,)


def _refused(summary: str, subject: str, text: str) -> OskError:
    return OskError(Problem("OSK1420", summary, subject, None, (Advice(text),)), exit_code=ExitCode.USAGE)
