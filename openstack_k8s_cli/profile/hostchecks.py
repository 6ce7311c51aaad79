"""What would go wrong with the data plane's hosts, found before anything is made."""

from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.profile import (
    addresses,
    boards,
    deploychecks,
    hostfilling,
    hosts,
    kindchecks,
    logins,
    machines,
    roomchecks,
)
from openstack_k8s_cli.profile.deploychecks import CLASH, MISSING, TWICE, Finding
from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.shards import name_of

TLS = "OSK0115"
Seen = dict[str, tuple[Path, str]]
"""Where each value stands first, and whose it is."""


def findings(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the hosts, services and deployments of filled values."""
    plane = values["dataplane"]
    yield from _hosts(plane["nodesets"], values["networks"], (values["bgp"] or {"racks": {}})["racks"])
    yield from _resources(plane["nodesets"])
    yield from _tls(values)
    yield from deploychecks.findings(values)
    yield from kindchecks.findings(values)
    yield from logins.findings(values)
    yield from _machines(values)
    yield from _virtual(values)
    for index, name in enumerate(plane["secretNames"]):
        if name not in values["secrets"]:
            yield ("dataplane", "secretNames", index), f"`secrets` has no `{name}`", MISSING


def _hosts(
    nodesets: Mapping[str, Any], networks: Mapping[str, Any], racks: Collection[str]
) -> Iterator[Finding]:
    names: Seen = {}
    taken: Seen = {}
    for key, nodeset in nodesets.items():
        here: Path = ("dataplane", "nodesets", key)
        for rack in nodeset["racks"]:
            if rack not in racks:
                yield (*here, "racks"), f"`bgp.racks` has no `{rack}`", MISSING
        for name in nodeset["peers"]:
            if name not in nodeset["networks"]:
                yield (*here, "peers", name), f"its hosts are not in `{name}`", MISSING
        if nodeset["count"] > 1 and name_of(nodeset, 0) == name_of(nodeset, 1):
            message = f"gives {nodeset['count']} hosts one name: write `{{i}}`, their number, into it"
            yield (*here, "name"), message, TWICE
        try:
            found = hosts.hosts(nodeset, networks) if nodeset["networks"] else ()
        except (ValueError, KeyError) as error:
            # One word for all shards of a node set that has no room, which are one to the profile.
            yield (*here, "address"), roomchecks.ruled(nodeset, networks) or str(error).strip("'"), CLASH
            continue
        for host in found:
            place = (*here, "nodes", host.name) if host.name in nodeset["nodes"] else here
            name = host.host_name.partition(".")[0].lower()
            yield from _twice(names, name, (place, host.name), "host name")
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


def _addresses(host: hosts.Host, place: Path, taken: Seen, networks: Mapping[str, Any]) -> Iterator[Finding]:
    for each in host.networks:
        if each.address is None:
            continue
        yield from _twice(taken, str(ip_address(each.address)), (place, host.name), "address")
        nets = addresses.nets(hosts.home(networks.get(each.name, {"cidr": []}), each.subnet))
        if nets and not any(ip_address(each.address) in net for net in nets):
            subnet = " and ".join(map(str, nets))
            yield place, f"{each.address} of {host.name} lies outside {each.name} ({subnet})", CLASH


def _twice(seen: Seen, value: str, whose: tuple[Path, str], word: str) -> Iterator[Finding]:
    first = seen.setdefault(value, whose)
    if first != whose:
        yield whose[0], f"the {word} {value} is that of a host of `{write(first[0])}` already", TWICE


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


def _machines(values: Mapping[str, Any]) -> Iterator[Finding]:
    names: Seen = {}
    cards: Seen = {}
    for key, nodeset in values["dataplane"]["nodesets"].items():
        for name, host in (nodeset["provision"] or {"hosts": {}})["hosts"].items():
            here: Path = ("dataplane", "nodesets", key, "provision", "hosts", name)
            yield from _twice(names, name, (here, name), "name")
            yield from _twice(cards, host["mac"].lower(), ((*here, "mac"), name), "MAC address")
            secret = f"{name}-bmc-secret"
            if host["credentials"] is None and "password" not in values["secrets"].get(secret, {}):
                message = f"its board's password is missing: set `secrets.{secret}.password`, or name a Secret under `credentials`"
                yield (*here, "credentials"), message, MISSING


def _virtual(values: Mapping[str, Any]) -> Iterator[Finding]:
    cards: Seen = {}
    for key, nodeset in values["dataplane"]["nodesets"].items():
        here: Path = ("dataplane", "nodesets", key, "provision", "libvirt")
        wanted = machines.of(nodeset)
        if wanted is None or not nodeset["networks"]:
            continue
        if wanted["bare"]:
            try:
                boards.address(nodeset, values)
            except (ValueError, KeyError) as error:
                where = "name it in `dataplane.hypervisor.boards.address`"
                yield (*here, "bare"), f"{str(error).strip(chr(39))}: {where}", MISSING
        known = {each.name for each in hosts.hosts(nodeset, values["networks"])}
        for name, card in wanted["macs"].items():
            if name in known:
                yield from _twice(cards, card.lower(), ((*here, "macs", name), name), "MAC address")
            elif not nodeset.get("part") and not nodeset["racks"]:
                yield (*here, "macs", name), f"the node set has no host `{name}`", MISSING
