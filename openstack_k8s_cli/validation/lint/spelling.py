"""Names of networks in several spellings, and values that only look like an address."""

import re
from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import (
    NET_CONFIG,
    NODE_SET,
    POLICY,
    POOL,
    Found,
    Objects,
    leaves,
    rows,
    texts,
)
from openstack_k8s_cli.validation.lint.ranges import address, network, span, subnets

_ADDRESSES = frozenset(
    {"bmcAddress", "end", "fixedIP", "gateway", "ip", "next-hop-address", "nexthop", "peerAddress", "start"}
)
_KINDS = (NET_CONFIG, NODE_SET, POLICY, "BGPPeer")
_MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
_BARE_MAC = re.compile(r"^[ -]*[\w-]*:?[ ]*[0-9]{2}(:[0-5][0-9]){5}[ ]*$", re.MULTILINE)
"""In YAML 1.1 a number to the base of 60."""
_MAPPINGS = ("edpm_network_config_os_net_config_mappings",)


def check(objects: Objects) -> Iterator[Found]:
    """Find spellings that one reader takes for the same and another does not."""
    # Of osk's own, both spellings are of one entry of the profile, whose `title` is what NetConfig calls it.
    for item in () if objects.own else objects.every(NODE_SET):
        yield from _names(objects, item)
    for kind in _KINDS:
        for item in objects.every(kind):
            yield from _addresses(item)
    for item in objects.every(POOL):
        for path, text in texts(item, "spec", "addresses"):
            start, dash, end = text.partition("-")
            fits = span(start.strip(), end.strip()) if dash else network(text)
            if not fits and not placeholders.has(text):
                yield Found("OSK0832", item, path, _no_address(text))
    yield from _macs(objects)


def _names(objects: Objects, item: Item) -> Iterator[Found]:
    known = {each.network.lower(): each.network for each in subnets(objects, item.id.namespace)}
    seen: set[str] = set()
    places = [path for path, _ in rows(item, "spec", "nodes")]
    for place in (("spec", "nodeTemplate"), *places):
        for path, row in rows(item, *place, "networks"):
            name = str(row.get("name"))
            first = known.setdefault(name.lower(), name)
            if first != name and name not in seen:
                seen.add(name)
                yield Found("OSK0831", item, (*path, "name"), f"`{name}` is spelt `{first}` elsewhere")


def _addresses(item: Item) -> Iterator[Found]:
    for path, value in leaves(get(item.body, "spec"), ("spec",)):
        if path[-1] not in _ADDRESSES and path[-2:-1] != ("server",):
            continue
        if isinstance(value, str) and value and not placeholders.has(value) and not _is_address(value):
            yield Found("OSK0832", item, path, _no_address(value))


def _is_address(text: str) -> bool:
    return address(text) is not None or network(text) is not None


def _no_address(text: str) -> str:
    strange = next((each for each in text if not each.isascii()), None)
    why = f": U+{ord(strange):04X} in it is no ASCII character" if strange else ""
    return f"`{text}` is no address{why}"


def _macs(objects: Objects) -> Iterator[Found]:
    for item in objects.every("BareMetalHost"):
        yield from _mac(item, ("spec", "bootMACAddress"), get(item.body, "spec", "bootMACAddress"))
    for item in objects.every(NODE_SET):
        for path, value in leaves(get(item.body, "spec"), ("spec",)):
            if set(_MAPPINGS) & set(path):
                yield from _mac(item, path, value)
            elif isinstance(value, str) and _BARE_MAC.search(value):
                message = "has a MAC address without quotes, which YAML 1.1 takes for a number"
                yield Found("OSK0834", item, path, message)


def _mac(item: Item, path: Path, value: Any) -> Iterator[Found]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        message = f"is the number {value}; a MAC address without quotes is a number to some readers"
        yield Found("OSK0834", item, path, message)
    elif (
        isinstance(value, str) and ":" in value and not _MAC.fullmatch(value) and not placeholders.has(value)
    ):
        yield Found("OSK0834", item, path, f"`{value}` is no MAC address")
