"""Addresses as the examples write them, into the numbers and slices that a profile counts in; what is no address stays as it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
_FEW = 1024
_LAST_NODE = 29
"""Where the slice of the nodes ends under the draft."""


def address(text: Any) -> Address | None:
    """Read an address."""
    try:
        return ip_address(str(text))
    except ValueError:
        return None


def cidr(text: Any) -> str:
    """Write a network's CIDR in its usual form."""
    try:
        return str(ip_network(str(text), strict=False))
    except ValueError:
        return str(text)


def within(text: Any, network: str | None) -> bool:
    """Tell whether an address, or a network, is in a network."""
    try:
        inner, outer = ip_network(str(text), strict=False), ip_network(str(network), strict=False)
    except ValueError:
        return False
    return inner.prefixlen >= outer.prefixlen and inner.overlaps(outer)


def overlap(one: str, other: str) -> bool:
    """Tell whether two networks have addresses in common."""
    try:
        return ip_network(one, strict=False).overlaps(ip_network(other, strict=False))
    except ValueError:
        return False


def number(network: str | None, text: Any) -> str | None:
    """Write an address as its number in the network, in the digits of its family; None where it is not in there."""
    found = address(text)
    if found is None or not within(text, network):
        return None
    offset = int(found) - int(ip_network(str(network), strict=False).network_address)
    return f"{offset}" if isinstance(found, IPv4Address) else f"{offset:x}"


def short(network: str | None, text: Any) -> str:
    """Write an address as `.1` counted from its network, or as it is."""
    digits = number(network, text)
    return str(text) if digits is None else f".{digits}"


def part(network: str | None, first: Any, last: Any) -> str:
    """Write a range of addresses as a slice."""
    start, end = number(network, first), number(network, last)
    if start is None or end is None:
        return f"{first}-{last}"
    return start if start == end else f"{start}-{end}"


def members(given: Any) -> list[str]:
    """List the addresses of MetalLB's ranges, as far as they are few."""
    found: list[str] = []
    for text in given or ():
        first, last = (
            address(each.strip()) for each in (str(text).partition("-")[0], str(text).rpartition("-")[2])
        )
        if first is not None and last is not None and 0 <= int(last) - int(first) < _FEW:
            found += [str(first + index) for index in range(int(last) - int(first) + 1)]
    return found


def ranges(network: str | None, given: Any, *, without: Iterable[str] = ()) -> list[str]:
    """Write NetConfig's allocation ranges as slices, some addresses left out."""
    found: list[str] = []
    for each in given or ():
        if isinstance(each, Mapping):
            first, last = address(each.get("start")), address(each.get("end"))
            if first is None or last is None:
                found.append(f"{each.get('start')}-{each.get('end')}")
            else:
                found += [part(network, start, end) for start, end in _cut(first, last, without)]
    return found


def _cut(first: Address, last: Address, without: Iterable[str]) -> Iterator[tuple[Address, Address]]:
    for each in sorted(
        {int(found) for text in without if (found := address(text)) and found.version == first.version}
    ):
        if int(first) <= each <= int(last):
            if int(first) < each:
                yield first, first + (each - 1 - int(first))
            first += each + 1 - int(first)
    if int(first) <= int(last):
        yield first, last


def pools(network: str | None, given: Any) -> list[str]:
    """Write MetalLB's ranges as slices."""
    pairs = [str(each).split("-") for each in given or ()]
    return list(dict.fromkeys(part(network, pair[0].strip(), pair[-1].strip()) for pair in pairs))


def nodes(network: str | None, given: Sequence[str]) -> list[str] | None:
    """Write the nodes' addresses, in their order, as slices; None where they are not all in the network."""
    digits = [number(network, each) for each in given]
    if not digits or None in digits:
        return None
    if follow(given):
        last = str(digits[-1])
        return [f"{digits[0]}-{_LAST_NODE if last.isdecimal() and int(last) < _LAST_NODE else last}"]
    return [f"{each}-{each}" for each in digits]


def follow(given: Sequence[str]) -> bool:
    """Tell whether addresses follow each other."""
    found = [address(each) for each in given]
    if any(each is None for each in found):
        return False
    counted = [int(each) for each in found if each is not None]
    return counted == list(range(counted[0], counted[0] + len(counted)))
