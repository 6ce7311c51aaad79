"""What would go wrong with the services of hosts and their deployments: what nobody brings or makes, and what clashes."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile import hostfilling
from openstack_k8s_cli.profile.hostkinds import cell_of
from openstack_k8s_cli.profile.paths import Path

SHIPPED = (
    "accel-drivers", "bootstrap", "ceph-client", "ceph-hci-pre", "cleanup", "configure-network", "configure-os",
    "configure-ovs-dpdk", "ddp-package-option", "derive-pci-devicespec", "download-cache", "fips-status", "frr",
    "install-certs", "install-os", "instanceha-monitoring", "libvirt", "logging", "neutron-dhcp",
    "neutron-metadata", "neutron-ovn", "neutron-sriov", "nova", "ovn", "ovn-bgp-agent", "reboot-os", "redhat",
    "run-os", "ssh-known-hosts", "swift", "telemetry", "telemetry-power-monitoring", "update", "update-services",
    "update-system", "validate-network",
)  # fmt: skip
"""Services of hosts that the operators bring, in August 2026."""
MADE = {
    "nova": ("nova-cell1-compute-config", "nova-metadata-neutron-config"),
    "neutron": (
        "neutron-ovn-metadata-agent-neutron-config",
        "neutron-ovn-agent-neutron-config",
        "neutron-dhcp-agent-neutron-config",
        "neutron-sriov-agent-neutron-config",
    ),
    "ovn": ("ovncontroller-config",),
    "telemetry": (
        "ceilometer-compute-config-data",
        "ceilometer-ipmi-config-data",
        "logging-compute-config-data",
    ),
    "swift": ("swift-conf", "swift-storage-config-data", "swift-ring-files"),
}
"""Secrets and ConfigMaps that services of the control plane make for hosts."""

Finding = tuple[Path, str, str]
"""Where, what, and the code."""

MISSING, CLASH, TWICE = "OSK0110", "OSK0111", "OSK0114"
FIRST = "cell0"
"""The cell of what is in none: it has no hosts."""
_OF_A_CELL = re.compile("nova-(.+)-compute-config")


def findings(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the services, what they read, and the deployments of filled values."""
    yield from _services(values)
    yield from _sources(values)
    yield from _variables(values)
    yield from _passes(values["dataplane"])


def _services(values: Mapping[str, Any]) -> Iterator[Finding]:
    plane = values["dataplane"]
    known = {*SHIPPED, *plane["ownServices"], *(["repo-setup"] if plane["repositories"] else [])}
    for name, nodeset in plane["nodesets"].items():
        yield from _listed(("dataplane", "nodesets", name, "services"), nodeset["services"], known, values)
    lists: dict[Path, Any] = {("dataplane", "deployment", "services"): plane["deployment"]["services"]}
    lists |= {
        ("dataplane", "deployments", name, "services"): each["services"]
        for name, each in plane["deployments"].items()
    }
    for path, names in lists.items():
        yield from _listed(path, names or (), known, values)


def _listed(
    path: Path, names: Iterable[str], known: Collection[str], values: Mapping[str, Any]
) -> Iterator[Finding]:
    services = values["controlplane"]["services"]
    for index, name in enumerate(names):
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`dataplane.ownServices` takes one of your own"
            yield (*path, index), f"there is no service `{name}`; {hint}", MISSING
        elif (use := _use(name, values["dataplane"])) and not services[use].get("enabled", True):
            message = f"`{name}` reads what `controlplane.services.{use}` makes, which is off"
            yield (*path, index), message, MISSING


def _use(name: str, plane: Mapping[str, Any]) -> str | None:
    """Name the service of the control plane that makes what one of the hosts reads."""
    return hostfilling.USES.get(name) or ("nova" if cell_of(name, plane) else None)


def _sources(values: Mapping[str, Any]) -> Iterator[Finding]:
    made, known = _made(values), cells(values)
    for name, service in values["dataplane"]["ownServices"].items():
        here: Path = ("dataplane", "ownServices", name, "sources")
        for index, source in enumerate(service["sources"]):
            if source["optional"] or source["existing"]:
                continue
            wanted = source["configMap"] or source["secret"]
            if known is not None and (match := _OF_A_CELL.fullmatch(wanted)):
                if match[1] not in known:
                    message = f"nova has no cell `{match[1]}` for hosts, but {', '.join(known) or 'none'}"
                    yield (*here, index), f"nothing makes `{wanted}`: {message}", MISSING
            elif wanted not in made and not _OF_A_CELL.fullmatch(wanted):
                yield (*here, index), _nobody(wanted), MISSING


def _variables(values: Mapping[str, Any]) -> Iterator[Finding]:
    made = _made(values)
    for name, nodeset in values["dataplane"]["nodesets"].items():
        for index, source in enumerate(nodeset["varsFrom"]):
            wanted = source["configMap"] or source["secret"]
            if not source["optional"] and not source["existing"] and wanted not in made:
                yield ("dataplane", "nodesets", name, "varsFrom", index), _nobody(wanted), MISSING


def _nobody(name: str) -> str:
    return f"nothing makes `{name}`: add it to `dataplane.configMaps` or `dataplane.secretNames`, or say `existing: true`"


def cells(values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Name the cells that hosts can be in; None: a control plane of one's own brings them."""
    if values["controlplane"]["from"] is not None:
        return None
    nova = values["controlplane"]["services"].get("nova", {})
    return (
        tuple(each for each in nova.get("cells") or () if each != FIRST) if nova.get("enabled", True) else ()
    )


def _made(values: Mapping[str, Any]) -> set[str]:
    plane, services = values["dataplane"], values["controlplane"]["services"]
    ceph = values["storage"]["ceph"] or {}
    on = [each for name, each in MADE.items() if services.get(name, {}).get("enabled", True)]
    return {
        *(each for some in on for each in some),
        *plane["configMaps"],
        *(["ceph-nova"] if ceph.get("fsid") else []),
        *([values["bgp"]["passwordSecret"]] if values["bgp"] else []),
        *([hostfilling.MIRROR] if values["mirror"] else []),
        *plane["secretNames"],
        plane["sshSecret"],
        plane["migrationSecret"],
        values["controlplane"]["secret"],
        values["controlplane"]["libvirtSecret"],
        "nova-extra-config",
        "combined-ca-bundle",
    }


def _passes(plane: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    passes = plane["deployments"]
    for name, each in passes.items():
        here: Path = ("dataplane", "deployments", name)
        first = seen.setdefault(each["name"], name)
        if first != name:
            message = f"`{each['name']}` is the name of the deployment `{first}` already"
            yield (*here, "name"), message, TWICE
        for key, known in (("nodesets", plane["nodesets"]), ("after", passes)):
            for index, other in enumerate(each[key]):
                if other not in known:
                    word = "node set" if key == "nodesets" else "deployment"
                    yield (*here, key, index), f"there is no {word} `{other}`", MISSING
        if set(each["after"]) - set(list(passes)[: list(passes).index(name)]) & set(passes):
            yield (*here, "after"), "these deployments come after each other in a circle", CLASH
