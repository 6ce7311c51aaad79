"""Defaults of the data plane that follow from other values."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.profile import boards, hostkinds, logins, machines, racks, shards

USES = {
    "ovn": "ovn",
    "neutron-metadata": "neutron",
    "neutron-ovn": "neutron",
    "neutron-sriov": "neutron",
    "neutron-dhcp": "neutron",
    "ovn-bgp-agent": "ovn",
    "nova": "nova",
    "telemetry": "telemetry",
    "telemetry-power-monitoring": "telemetry",
    "swift": "swift",
}
"""Services of hosts that read what a service of the control plane makes."""

_SOCKETS = "[ovn]\nvhost_sock_dir = /var/lib/vhost_sockets\n"
MIRROR = "mirror-registry"
"""The Secret with the variables of hosts that a mirror's own secrets are in."""


def dataplane(plain: dict[str, Any]) -> None:
    """Fill in what `dataplane` leaves out."""
    found = plain["dataplane"]
    racks.spread(plain)
    for name, nodeset in found["nodesets"].items():
        _nodeset(name, nodeset, found, plain)
    found["sshRanges"] = logins.ranges(plain)
    hostkinds.passes(found)
    _neutron(plain)
    shards.split(plain)
    boards.fill(plain)
    shards.waves(plain)
    found["deployments"] = ordered(found["deployments"])
    for name, each in found["deployments"].items():
        each["name"] = each["name"] or f"{found['deployment']['name']}-{name}"
        if each["nodesets"] is None:
            each["nodesets"] = list(found["nodesets"])
    if found["runner"] and found["nodesets"]:
        images = plain["controlplane"]["customImages"]
        plain["controlplane"]["customImages"] = {"ansibleeeImage": found["runner"], **images}


def _neutron(plain: dict[str, Any]) -> None:
    """Have neutron put the sockets of instances where Open vSwitch with DPDK has them."""
    neutron = plain["controlplane"]["services"].get("neutron") or {}
    config = neutron.get("config") or ""
    dpdk = any(each["dpdk"] for each in plain["dataplane"]["nodesets"].values())
    if dpdk and isinstance(config, str) and "vhost_sock_dir" not in config:
        neutron["config"] = f"{config.rstrip()}\n{_SOCKETS}".lstrip()


def tls(plain: Mapping[str, Any]) -> bool:
    """Say whether the control plane's pods use TLS; the operator turns it on where nothing is said."""
    return plain["controlplane"]["tls"]["podLevel"] is not False


def ordered(passes: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give passes in order: as they are written, but each after what it names; a circle stays as written."""
    left = dict(passes)
    found: dict[str, dict[str, Any]] = {}
    while left:
        name = next((name for name, each in left.items() if not set(each["after"]) & set(left)), None)
        if name is None:
            return {**found, **left}
        found[name] = left.pop(name)
    return found


def _nodeset(name: str, nodeset: dict[str, Any], above: dict[str, Any], plain: Mapping[str, Any]) -> None:
    nodeset["resource"] = nodeset["resource"] or name
    nodeset["settings"] = nodeset["settings"] or nodeset["resource"].removeprefix("openstack-edpm-")
    for key in ("networks", "interface", "bridge"):
        if nodeset[key] is None:
            nodeset[key] = list(above[key]) if key == "networks" else above[key]
    if nodeset["attachments"] is None:
        nodeset["attachments"] = [*nodeset["networks"][:1], *_further(nodeset)]
    listed = nodeset["services"] is not None
    if not listed:
        nodeset["services"] = _services(above["services"].get(nodeset["role"], []), plain)
    if nodeset["tls"] is None:
        nodeset["tls"] = tls(plain)
    if nodeset["novaShare"] is None and nodeset["role"] == "compute":
        nodeset["novaShare"] = above["novaShare"]
    if nodeset["provision"] and nodeset["provision"]["namespace"] is None:
        nodeset["provision"]["namespace"] = plain["namespaces"]["openstack"]
    nodeset["bare"] = machines.is_bare(nodeset)
    nodeset["vars"] = {**above["vars"], **nodeset["vars"]}
    hostkinds.fill(name, nodeset, above, listed=listed)
    if plain["mirror"]:
        _mirrored(nodeset, plain["mirror"])


def _further(nodeset: Mapping[str, Any]) -> list[str]:
    """Name the networks that Ansible's pods must be in besides the first: Swift's rings name hosts by their storage addresses."""
    return [name for name in nodeset["networks"][1:] if name == "storage" and nodeset["role"] == "swift"]


def _mirrored(nodeset: dict[str, Any], mirror: Mapping[str, Any]) -> None:
    """Have hosts take images from the mirror; what the profile says of the same variables stands."""
    host, insecure = mirror["registry"].partition("/")[0], mirror["insecure"]
    found: dict[str, Any] = {}
    if mirror["sources"]:
        found["edpm_podman_registries"] = [
            {
                "prefix": source,
                "location": source,
                "blocked": not mirror["fallback"],
                "mirrors": [
                    {"location": "/".join(filter(None, (mirror["registry"], place))), "insecure": insecure}
                ],
            }
            for source, place in mirror["sources"].items()
        ]
    if insecure:
        found["edpm_container_registry_insecure_registries"] = [host]
    if mirror["auth"]:
        found["edpm_container_registry_login"] = True
    nodeset["vars"] = {**found, **nodeset["vars"]}
    if mirror["auth"] or mirror["ca"]:
        given = {"configMap": None, "secret": MIRROR, "prefix": "", "optional": False, "existing": False}
        nodeset["varsFrom"] = [*nodeset["varsFrom"], given]


def _services(names: list[str], plain: Mapping[str, Any]) -> list[str]:
    """Leave out what the control plane has nothing for."""
    on = {name for name, each in plain["controlplane"]["services"].items() if each.get("enabled", True)}
    return [name for name in names if USES.get(name) is None or USES[name] in on]
