"""What would go wrong with the data plane's hosts, found before anything is made."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.profile import addresses, hostfilling, hosts
from openstack_k8s_cli.profile.paths import Path, write

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

MISSING, CLASH, TWICE, TLS = "OSK0110", "OSK0111", "OSK0114", "OSK0115"


def findings(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the hosts, services and deployments of filled values."""
    plane = values["dataplane"]
    yield from _hosts(plane["nodesets"], values["networks"], (values["bgp"] or {"racks": {}})["racks"])
    yield from _resources(plane["nodesets"])
    yield from _tls(values)
    yield from _services(values)
    yield from _sources(values)
    yield from _passes(plane)
    yield from _machines(values)
    for index, name in enumerate(plane["secretNames"]):
        if name not in values["secrets"]:
            yield ("dataplane", "secretNames", index), f"`secrets` has no `{name}`", MISSING


def _hosts(
    nodesets: Mapping[str, Any], networks: Mapping[str, Any], racks: Collection[str]
) -> Iterator[Finding]:
    names: dict[str, Path] = {}
    taken: dict[str, Path] = {}
    for key, nodeset in nodesets.items():
        here: Path = ("dataplane", "nodesets", key)
        for rack in nodeset["racks"]:
            if rack not in racks:
                yield (*here, "racks"), f"`bgp.racks` has no `{rack}`", MISSING
        for name in nodeset["peers"]:
            if name not in nodeset["networks"]:
                yield (*here, "peers", name), f"its hosts are not in `{name}`", MISSING
        try:
            found = hosts.hosts(nodeset, networks) if nodeset["networks"] else ()
        except (ValueError, KeyError) as error:
            yield (*here, "address"), str(error).strip("'"), CLASH
            continue
        for host in found:
            place = (*here, "nodes", host.name) if host.name in nodeset["nodes"] else here
            yield from _twice(names, host.host_name, place, "host name")
            yield from _subnets(host, place, networks)
            if not host.plain:
                yield from _addresses(host, place, taken, networks)


def _subnets(host: hosts.Host, place: Path, networks: Mapping[str, Any]) -> Iterator[Finding]:
    for each in host.networks:
        network = networks.get(each.name)
        if network is None:
            continue
        known = list(network.get("subnets") or ()) or ["subnet1", "subnet2"][: len(network["cidr"])]
        if not network["hosts"]:
            message = f"{host.name} cannot be in {each.name}: that network has no hosts (`networks.{each.name}.hosts`)"
            yield place, message, MISSING
        elif each.subnet not in known:
            message = (
                f"{host.name} is in `{each.subnet}` of {each.name}, which has {', '.join(known) or 'none'}"
            )
            yield place, message, MISSING


def _addresses(
    host: hosts.Host, place: Path, taken: dict[str, Path], networks: Mapping[str, Any]
) -> Iterator[Finding]:
    for each in host.networks:
        if each.address is None:
            continue
        yield from _twice(taken, str(ip_address(each.address)), place, "address")
        nets = addresses.nets(hosts.home(networks.get(each.name, {"cidr": []}), each.subnet))
        if nets and not any(ip_address(each.address) in net for net in nets):
            subnet = " and ".join(map(str, nets))
            yield place, f"{each.address} of {host.name} lies outside {each.name} ({subnet})", CLASH


def _twice(seen: dict[str, Path], value: str, place: Path, word: str) -> Iterator[Finding]:
    first = seen.setdefault(value, place)
    if first is place:
        return
    yield place, f"the {word} {value} is that of a host of `{write(first)}` already", TWICE


def _resources(nodesets: Mapping[str, Any]) -> Iterator[Finding]:
    for key in ("resource", "settings"):
        seen: dict[str, str] = {}
        found = []
        for name, nodeset in nodesets.items():
            first = seen.setdefault(nodeset[key], name)
            if first != name:
                message = f"`{nodeset[key]}` is that of the node set `{first}` already"
                found.append((("dataplane", "nodesets", name, key), message, TWICE))
        if found:  # two of one name have the same settings, too
            yield from found
            return


def _tls(values: Mapping[str, Any]) -> Iterator[Finding]:
    wanted = hostfilling.tls(values)
    for name, nodeset in values["dataplane"]["nodesets"].items():
        if nodeset["tls"] != wanted:
            says = "uses TLS" if wanted else "does not use TLS"
            message = f"the control plane {says} (`controlplane.tls.podLevel`); its operator refuses hosts that differ"
            yield ("dataplane", "nodesets", name, "tls"), message, TLS


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
        elif (use := hostfilling.USES.get(name)) and not services[use].get("enabled", True):
            message = f"`{name}` reads what `controlplane.services.{use}` makes, which is off"
            yield (*path, index), message, MISSING


def _sources(values: Mapping[str, Any]) -> Iterator[Finding]:
    made = _made(values)
    for name, service in values["dataplane"]["ownServices"].items():
        for index, source in enumerate(service["sources"]):
            wanted = source["configMap"] or source["secret"]
            if wanted in made or source["optional"] or source["existing"]:
                continue
            if wanted.startswith("nova-cell") and wanted.endswith("-compute-config"):
                continue
            message = f"nothing makes `{wanted}`: add it to `dataplane.configMaps` or `dataplane.secretNames`, or say `existing: true`"
            yield ("dataplane", "ownServices", name, "sources", index), message, MISSING


def _made(values: Mapping[str, Any]) -> set[str]:
    plane, services = values["dataplane"], values["controlplane"]["services"]
    ceph = values["storage"]["ceph"] or {}
    on = [each for name, each in MADE.items() if services.get(name, {}).get("enabled", True)]
    return {
        *(each for some in on for each in some),
        *plane["configMaps"],
        *(["ceph-nova"] if ceph.get("fsid") else []),
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


def _machines(values: Mapping[str, Any]) -> Iterator[Finding]:
    names: dict[str, Path] = {}
    cards: dict[str, Path] = {}
    for key, nodeset in values["dataplane"]["nodesets"].items():
        for name, host in (nodeset["provision"] or {"hosts": {}})["hosts"].items():
            here: Path = ("dataplane", "nodesets", key, "provision", "hosts", name)
            yield from _twice(names, name, here, "name")
            yield from _twice(cards, host["mac"].lower(), (*here, "mac"), "MAC address")
            secret = f"{name}-bmc-secret"
            if host["credentials"] is None and "password" not in values["secrets"].get(secret, {}):
                message = f"its board's password is missing: set `secrets.{secret}.password`, or name a Secret under `credentials`"
                yield (*here, "credentials"), message, MISSING
