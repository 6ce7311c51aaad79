"""What follows from the kind of a node set's hosts: services in another order, variables, and a nova service of their own."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile import cores, machines
from openstack_k8s_cli.profile.sections.deployments import DataSource, OwnService

FIRST_CELL = "cell1"
"""The one that the operators' own service `nova` is for."""
_MIGRATION = "nova-migration-ssh-key"
"""The Secret that the operators' own service reads."""
_DISK_IMAGE = "edpm-bootc.qcow2"
_SNIPPET = "26-nova-hosts.conf"
"""Read after 25-nova-extra.conf."""
_PAGES = "default_hugepagesz=1GB hugepagesz=1G hugepages={0} iommu=pt intel_iommu=on tsx=off isolcpus={1}"
_PACKAGES = frozenset({"repo-setup", "redhat"})
"""Services that enable repositories."""


_OF_A_CELL = re.compile("nova-(.+)-compute-config")


def compute_config(cell: str) -> str:
    """Name the Secret that nova makes for the hosts of a cell."""
    return f"nova-{cell}-compute-config"


def fill(name: str, nodeset: dict[str, Any], plane: dict[str, Any], *, listed: bool) -> None:
    """Fill in what follows; services that the profile lists stay in their order."""
    dpdk, sriov, bootc = nodeset["dpdk"], nodeset["sriov"], nodeset["bootc"]
    if nodeset["networkTemplate"] is None:
        parts = [word for word, each in (("dpdk", dpdk), ("sriov", dpdk and sriov)) if each]
        nodeset["networkTemplate"] = "-".join(parts) or "vlans"
    if not listed:
        nodeset["services"] = _ordered(nodeset)
    if bootc and machines.is_bare(nodeset):
        container = bootc["container"] or f"{bootc['image']}-qcow2"
        given = {"image": _DISK_IMAGE, "container": container}
        nodeset["provision"] |= {key: nodeset["provision"][key] or each for key, each in given.items()}
    nodeset["vars"] = {**dict(_variables(nodeset)), **nodeset["vars"]}
    _nova(name, nodeset, plane)


def _ordered(nodeset: Mapping[str, Any]) -> list[str]:
    services = list(nodeset["services"])
    if nodeset["bootc"]:
        services = [each for each in services if each not in _PACKAGES]
    if nodeset["dpdk"]:
        # The kernel has its huge pages and isolated cores before Open vSwitch is set up, and that before the networks.
        services = [each for each in services if each != "reboot-os"]
        _before(services, "configure-network", "reboot-os", "configure-ovs-dpdk")
    if nodeset["dpdk"] or nodeset["sriov"]:
        _after(services, "ovn", "neutron-ovn")
    if nodeset["sriov"]:
        if not nodeset["dpdk"]:
            services = [each for each in services if each != "neutron-metadata"]
        _after(services, "neutron-metadata" if nodeset["dpdk"] else "neutron-ovn", "neutron-sriov")
    return services


def _before(services: list[str], name: str, *others: str) -> None:
    at = services.index(name) if name in services else len(services)
    services[at:at] = others


def _after(services: list[str], name: str, other: str) -> None:
    if name in services and other not in services:
        services.insert(services.index(name) + 1, other)


def _variables(nodeset: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    dpdk, sriov = nodeset["dpdk"], nodeset["sriov"]
    if dpdk:
        yield from _dpdk(dpdk)
    if sriov:
        cards = ",".join(f"{network}:{card['nic']}" for network, card in sriov["cards"].items())
        yield "edpm_neutron_sriov_agent_SRIOV_NIC_physical_device_mappings", cards
        if not dpdk:
            yield "edpm_kernel_args", "iommu=pt intel_iommu=on"
    if nodeset["disks"]:
        listed = [
            {**each, "path": f"/srv/node/{each['device'].rpartition('/')[2]}"} for each in nodeset["disks"]
        ]
        yield "edpm_swift_disks", listed
        # rsync listens below 1024, in a container without root's rights.
        yield "edpm_kernel_sysctl_extra_settings", {"net.ipv4.ip_unprivileged_port_start": {"value": 873}}
    if nodeset["bootc"]:
        yield "edpm_update_system_bootc_os_container_image", nodeset["bootc"]["image"]


def _dpdk(dpdk: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    isolated = cores.write(cores.read(dpdk["pmd"]) | cores.read(dpdk["guests"] or dpdk["pmd"]))
    yield "edpm_kernel_args", _PAGES.format(dpdk["hugepages"], isolated)
    yield "edpm_tuned_profile", "cpu-partitioning"
    yield "edpm_tuned_isolated_cores", isolated
    yield "edpm_nova_libvirt_qemu_group", "hugetlbfs"
    yield "edpm_ovs_dpdk_pmd_core_list", dpdk["pmd"]
    yield "edpm_ovs_dpdk_socket_memory", dpdk["memory"]
    yield "edpm_ovs_dpdk_memory_channels", str(dpdk["channels"])
    yield "edpm_ovs_dpdk_vhost_postcopy_support", "true"
    yield "edpm_ovn_bridge_mappings", [f"{network}:{bridge}" for network, bridge in dpdk["bridges"].items()]


def _nova(name: str, nodeset: dict[str, Any], plane: dict[str, Any]) -> None:
    """Give hosts of another cell, or with settings of their own, a nova service that reads them."""
    suffix, snippet = _suffix(name, nodeset, plane), "".join(_snippet(nodeset))
    if not suffix:
        return
    config = f"nova-{name}-config" if snippet else None
    if config:
        plane["configMaps"].setdefault(config, {_SNIPPET: snippet})
    for index, service in enumerate(nodeset["services"]):
        if cell_of(service, plane) == FIRST_CELL:
            own = f"{service}-{suffix}"
            base = plane["ownServices"].get(service) or _plain(plane)
            plane["ownServices"].setdefault(own, _varied(base, nodeset["cell"] or FIRST_CELL, config))
            nodeset["services"][index] = own


def _suffix(name: str, nodeset: Mapping[str, Any], plane: Mapping[str, Any]) -> str:
    """Give what the name of its nova service ends in; empty: the common one does."""
    cell = nodeset["cell"] or FIRST_CELL
    if any(_snippet(nodeset)):
        return name
    return cell if cell != FIRST_CELL or plane["migrationSecret"] != _MIGRATION else ""


def passes(plane: dict[str, Any]) -> None:
    """Have each deployment that is for one kind of hosts run the nova service of these."""
    for each in (plane["deployment"], *plane["deployments"].values()):
        names = [name for name in each.get("nodesets") or plane["nodesets"] if name in plane["nodesets"]]
        suffixes = {_suffix(name, plane["nodesets"][name], plane) for name in names}
        if len(suffixes) != 1 or not all(suffixes):
            continue
        (suffix,) = suffixes
        for index, service in enumerate(each["services"] or ()):
            if f"{service}-{suffix}" in plane["ownServices"] and cell_of(service, plane) == FIRST_CELL:
                each["services"][index] = f"{service}-{suffix}"


def cell_of(service: str, plane: Mapping[str, Any]) -> str | None:
    """Name the cell that a service brings hosts into; None: none."""
    own = plane["ownServices"].get(service)
    if own is None:
        return FIRST_CELL if service == "nova" else None
    read = (_OF_A_CELL.fullmatch(each["secret"] or "") for each in own["sources"])
    return next((match[1] for match in read if match), None) if own["type"] == "nova" else None


def _snippet(nodeset: Mapping[str, Any]) -> Iterator[str]:
    if nodeset["dpdk"] and nodeset["dpdk"]["guests"]:
        yield f"[compute]\ncpu_dedicated_set = {nodeset['dpdk']['guests']}\n"
    if nodeset["sriov"]:
        yield "[pci]\n"
        for network, card in nodeset["sriov"]["cards"].items():
            trusted = json.dumps(card["trusted"])
            device = {
                **(card["device"] or {"devname": card["nic"]}),
                "physical_network": network,
                "trusted": trusted,
            }
            yield f"device_spec = {json.dumps(device)}\n"
    if nodeset["novaConfig"]:
        yield f"{nodeset['novaConfig'].rstrip()}\n"


def _plain(plane: Mapping[str, Any]) -> dict[str, Any]:
    """Give the service that the operators bring."""
    given = {
        "type": "nova",
        "playbook": "osp.edpm.nova",
        "sources": [
            {"secret": compute_config(FIRST_CELL)},
            {"secret": plane["migrationSecret"]},
            {"configMap": "nova-extra-config", "optional": True},
        ],
        "spec": {"containerImageFields": ["NovaComputeImage", "EdpmIscsidImage"]},
    }
    return OwnService.model_validate(given).model_dump(by_alias=True)


def _varied(service: Mapping[str, Any], cell: str, config: str | None) -> dict[str, Any]:
    """Give a nova service that reads another cell's configuration, which is checked by `cell`, and a ConfigMap more."""
    there = compute_config(FIRST_CELL)
    sources = [
        {**each, "secret": compute_config(cell), "existing": True} if each["secret"] == there else dict(each)
        for each in service["sources"]
    ]
    if config:
        sources.append(DataSource.model_validate({"configMap": config}).model_dump(by_alias=True))
    return {**service, "sources": sources}
