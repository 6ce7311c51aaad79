"""What the kinds of hosts ask for and do not have: a cell, cores that nobody else uses, disks, a deployment of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile import cores, deploychecks
from openstack_k8s_cli.profile.deploychecks import CLASH, MISSING, TWICE, Finding
from openstack_k8s_cli.profile.hostkinds import cell_of
from openstack_k8s_cli.profile.paths import Path

_GIB = 1024
_SERVICES = {"dpdk": "configure-ovs-dpdk", "sriov": "neutron-sriov"}
"""What sets up a kind of hosts."""


def findings(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the kinds of hosts of filled values."""
    plane, known = values["dataplane"], deploychecks.cells(values)
    for name, nodeset in plane["nodesets"].items():
        here: Path = ("dataplane", "nodesets", name)
        cell = nodeset["cell"]
        if cell is not None and known is not None and cell not in known:
            listed = ", ".join(known) or "none"
            yield (
                (*here, "cell"),
                f"nova has no cell `{cell}` for hosts, but {listed} (`controlplane.services.nova.cells`)",
                MISSING,
            )
        if nodeset["dpdk"]:
            yield from _dpdk((*here, "dpdk"), nodeset["dpdk"])
        if nodeset["sriov"]:
            yield from _cards((*here, "sriov", "cards"), nodeset["sriov"]["cards"])
        yield from _disks(here, nodeset)
        yield from _brought(here, nodeset)
    yield from _passes(plane)


def _brought(here: Path, nodeset: Mapping[str, Any]) -> Iterator[Finding]:
    """Find lists of services without what a kind of hosts needs, or with it too late."""
    services = nodeset["services"]
    for kind, name in _SERVICES.items():
        if nodeset[kind] and name not in services:
            yield (*here, "services"), f"`{kind}` needs the service `{name}`, which is not listed", MISSING
    late = [each for each in ("configure-network", "configure-ovs-dpdk") if each in services]
    if nodeset["dpdk"] and sorted(late, key=services.index) == ["configure-network", "configure-ovs-dpdk"]:
        message = "`configure-ovs-dpdk` comes after `configure-network`, whose bridges need it"
        yield (*here, "services", services.index("configure-ovs-dpdk")), message, CLASH


def _dpdk(here: Path, dpdk: Mapping[str, Any]) -> Iterator[Finding]:
    shared = cores.read(dpdk["pmd"]) & cores.read(dpdk["guests"]) if dpdk["guests"] else frozenset()
    if shared:
        yield (*here, "guests"), f"{cores.write(shared)} carry packets already (`pmd`)", CLASH
    memory = sum(map(int, dpdk["memory"].split(",")))
    if memory > dpdk["hugepages"] * _GIB:
        message = (
            f"{memory} MiB for Open vSwitch (`memory`) do not fit into {dpdk['hugepages']} pages of 1 GiB"
        )
        yield (*here, "hugepages"), message, CLASH


def _cards(here: Path, cards: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for network, card in cards.items():
        first = seen.setdefault(card["nic"], network)
        if first != network:
            yield (*here, network, "nic"), f"{card['nic']} is the card of `{first}` already", TWICE


def _disks(here: Path, nodeset: Mapping[str, Any]) -> Iterator[Finding]:
    has_service = "swift" in nodeset["services"]
    if nodeset["disks"] and not has_service:
        yield (*here, "disks"), "its services do not include `swift`, which keeps objects on them", MISSING
    given = (nodeset, *nodeset["nodes"].values())
    if has_service and not any("edpm_swift_disks" in each["vars"] for each in given):
        yield (*here, "services"), "`swift` has no disks: name them under `disks`", MISSING
    if has_service and "storage" not in nodeset["networks"]:
        yield (*here, "networks"), "Swift's hosts are known by their addresses in `storage`", MISSING
    seen: set[str] = set()
    for index, disk in enumerate(nodeset["disks"]):
        if disk["device"] in seen:
            yield (*here, "disks", index, "device"), f"{disk['device']} is there already", TWICE
        seen.add(disk["device"])


def _passes(plane: Mapping[str, Any]) -> Iterator[Finding]:
    """Find deployments whose service for nova is not that of all their hosts: hosts would come into the wrong cell."""
    nodesets = plane["nodesets"]
    lists: list[tuple[Path, Any, Any]] = [
        (("dataplane", "deployment", "services"), plane["deployment"]["services"], nodesets)
    ]
    lists += [
        (("dataplane", "deployments", name, "services"), each["services"], each["nodesets"])
        for name, each in plane["deployments"].items()
    ]
    for path, services, names in lists:
        for index, service in enumerate(services or ()):
            cell = cell_of(service, plane)
            for name in names if cell else ():
                home = _cell(nodesets[name], plane) if name in nodesets else None
                if home not in (None, cell):
                    message = f"`{service}` brings hosts into {cell}, but those of `{name}` are in {home}"
                    yield (*path, index), f"{message}: give these a deployment of their own", CLASH
                    break


def _cell(nodeset: Mapping[str, Any], plane: Mapping[str, Any]) -> str | None:
    """Name the cell that the hosts of a node set are in by their services."""
    return next((cell for each in nodeset["services"] if (cell := cell_of(each, plane))), None)
