"""What no single value shows: references between sections, and addresses within their networks."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.profile import addresses, hostchecks
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.layers import Merged
from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.schema import FIELDS
from openstack_k8s_cli.profile.sections.controlplane import ADDRESSES


@dataclass(frozen=True, slots=True)
class _Finding:
    path: Path
    message: str
    code: str = "OSK0111"
    missing: str | None = None
    """The network that should be there."""


def of_values(
    values: Mapping[str, Any], merged: Merged, *, fields: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """Check a filled profile; a place for each problem. `fields` are those that services ask for."""
    networks = values["networks"]
    found = [
        *_ranges(networks),
        *_shared(networks),
        *_vlans(networks),
        *_overlaps(networks),
        *_nics(values),
        *_names(("controlplane", "addresses"), values["controlplane"]["addresses"], _addressed(values)),
        *_names(("fields",), values["fields"], (*FIELDS, *fields)),
        *_controlplane(values),
        *_dataplane(values),
    ]
    if not found:  # hosts stand in networks: what is wrong with those comes first
        found = [_Finding(*each) for each in hostchecks.findings(values)]
    return tuple(_problem(each, merged) for each in found)


def _ranges(networks: Mapping[str, Any]) -> Iterator[_Finding]:
    for name, network in networks_of(networks).items():
        for key in ("gateway", "dns"):
            for index, text in enumerate(network[key]):
                yield from _address(("networks", name, key, index), text, network, networks)
        for part in ("nodes", "pods", "vips", "hosts"):
            if network["cidr"] and _uses(network, part):
                yield from _slice(("networks", name, "slices", part), network, part)
        if not network["cidr"] and _needs_cidr(network):
            yield _Finding(("networks", name), "needs a `cidr` for what is made from it", "OSK0110")


def _uses(network: Mapping[str, Any], part: str) -> bool:
    if part == "pods":
        return bool(network["attached"] and network["attachment"]["ipam"])
    if part == "nodes":
        return bool(network["nodes"] and network["interface"])
    return bool(network[part])


def _needs_cidr(network: Mapping[str, Any]) -> bool:
    return any(_uses(network, part) for part in ("nodes", "pods", "vips", "hosts"))


def _slice(path: Path, network: Mapping[str, Any], part: str) -> Iterator[_Finding]:
    for text in network["slices"][part]:
        homes = addresses.nets(network)
        try:
            ends = [each for pair in _spans(network, text) for each in pair]
        except ValueError as error:
            yield _Finding(path, f"`{text}`: {error}")
            continue
        if not all(any(ip_address(end) in home for home in homes) for end in ends):
            yield _Finding(path, f"`{text}` lies outside {' and '.join(network['cidr'])}")


def _spans(network: Mapping[str, Any], text: str) -> list[tuple[str, str]]:
    families = {net.version for net in addresses.nets(network)}
    if not text.partition("-")[0].isdecimal():
        return addresses.span(network, text)
    return [pair for family in sorted(families) for pair in addresses.span(network, text, family=family)]


def _address(
    path: Path, text: str, network: Mapping[str, Any], networks: Mapping[str, Any]
) -> Iterator[_Finding]:
    try:
        addresses.address(network, text, networks=networks)
    except ValueError as error:
        yield _Finding(path, str(error))


def _shared(networks: Mapping[str, Any]) -> Iterator[_Finding]:
    there = networks_of(networks)
    for name, network in there.items():
        if network["over"] is not None and (network["over"] not in there or network["over"] == name):
            yield _Finding(
                ("networks", name, "over"), f"there is no other network `{network['over']}`", "OSK0110"
            )


def _vlans(networks: Mapping[str, Any]) -> Iterator[_Finding]:
    seen: dict[tuple[str, int], str] = {}
    for name, network in networks_of(networks).items():
        if network["vlan"] is None or network["over"] is not None:
            continue
        first = seen.setdefault((network["nic"], network["vlan"]), name)
        if first != name:
            yield _Finding(("networks", name, "vlan"), f"VLAN {network['vlan']} is that of `{first}` already")


def _overlaps(networks: Mapping[str, Any]) -> Iterator[_Finding]:
    seen: list[tuple[str, addresses.Net]] = []
    for name, network in networks_of(networks).items():
        for index, net in enumerate(addresses.nets(network)):
            for other, its in seen:
                if other != name and net.version == its.version and net.overlaps(its):
                    yield _Finding(("networks", name, "cidr", index), f"{net} overlaps {its} of `{other}`")
            seen.append((name, net))


def _nics(values: Mapping[str, Any]) -> Iterator[_Finding]:
    roles = set(values["platform"]["nics"])
    for each in values["platform"]["nics"].values():
        roles |= set(each) if isinstance(each, dict) else set()
    if not values["networks"]["isolation"]:
        return
    for name, network in networks_of(values["networks"]).items():
        if network["interface"] and network["over"] is None and network["nic"] not in roles:
            message = f"`platform.nics` has no `{network['nic']}`"
            yield _Finding(("networks", name, "nic"), message, "OSK0110")


def _names(home: Path, given: Iterable[str], known: Sequence[str]) -> Iterator[_Finding]:
    """Find names that no template asks for: they would have no effect."""
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            near = f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(known)}"
            yield _Finding((*home, name), f"nothing has a use for this name; {near}", "OSK0106")


def _addressed(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what may have an address inside the cloud."""
    buses = values["controlplane"]["services"].get("rabbitmq", {}).get("instances") or {}
    return (*ADDRESSES, *buses)


def _controlplane(values: Mapping[str, Any]) -> Iterator[_Finding]:
    if not values["networks"]["isolation"]:
        return
    for name, text in values["controlplane"]["addresses"].items():
        if name not in _addressed(values):
            continue
        yield from _address(("controlplane", "addresses", name), text, {"cidr": []}, values["networks"])


def _dataplane(values: Mapping[str, Any]) -> Iterator[_Finding]:
    there = networks_of(values["networks"])
    for index, name in enumerate(values["dataplane"]["networks"]):
        if name not in there:
            yield _Finding(("dataplane", "networks", index), f"there is no network `{name}`", "OSK0110", name)
    for key, nodeset in values["dataplane"]["nodesets"].items():
        home: Path = ("dataplane", "nodesets", key)
        for index, name in enumerate(nodeset["networks"]):
            if name not in there and name not in values["dataplane"]["networks"]:
                yield _Finding((*home, "networks", index), f"there is no network `{name}`", "OSK0110", name)
        texts = {(*home, "address"): nodeset["address"]}
        texts |= {
            (*home, "nodes", name, "address"): node["address"] for name, node in nodeset["nodes"].items()
        }
        first = there.get(nodeset["networks"][0]) if nodeset["networks"] else None
        for path, text in texts.items():
            if text is not None and first is not None:
                yield from _address(path, text, first, values["networks"])


def _problem(found: _Finding, merged: Merged) -> Problem:
    text = write(found.path)
    advice = Advice(f"See where `{text}` comes from", f"osk profile explain {text}", "docs/profile.md")
    return Problem(found.code, f"`{text}`: {found.message}", _where(found, merged), None, (advice,))


def _where(found: _Finding, merged: Merged) -> str | None:
    """Find the place: of what took the other end away, or else the value's own, or the nearest around it."""
    removal = merged.origins.get(("networks", found.missing or ""))
    if removal is not None:
        return str(removal)
    lengths = range(len(found.path), 1, -1)
    return next(
        (str(merged.origins[path]) for length in lengths if (path := found.path[:length]) in merged.origins),
        None,
    )
