"""Addresses relative to their network: `.1`, `ctlplane[100+{i}]` and slices such as `5-29`; pure arithmetic."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Net = IPv4Network | IPv6Network

NOT_NETWORKS = frozenset({"defaults", "isolation", "policies"})
"""Keys under `networks` that are no networks."""

_RELATIVE = re.compile(r"\.(?P<sum>[0-9{}i+]+)\Z")
_INDEXED = re.compile(r"(?P<network>[a-z][a-z0-9-]*)\[(?P<sum>[0-9{}i+]+)\]\Z")
_SUM = re.compile(r"(\d{1,6}|\{i\})(\+(\d{1,6}|\{i\}))*\Z")
_RANGE = re.compile(r"(?P<first>[0-9A-Fa-f.:]+)(-(?P<last>[0-9A-Fa-f.:]+))?\Z")


@dataclass(frozen=True, slots=True)
class Expression:
    """An address as a profile writes it, taken apart."""

    network: str | None
    """The network it names; None: the one it stands in, or an absolute address."""
    sum: str | None
    """What follows the network's first address, such as `100+{i}`; None for an absolute address."""
    absolute: Address | None = None


def parse(text: str) -> Expression:
    """Read `.1`, `ctlplane[100+{i}]` or an address; ValueError says what is expected."""
    for pattern in (_RELATIVE, _INDEXED):
        match = pattern.match(text)
        if match and _SUM.match(match["sum"]):
            return Expression(match.groupdict().get("network"), match["sum"])
    try:
        return Expression(None, None, _plain(text))
    except ValueError:
        message = f"`{text}` is no address: write `.1` (relative to the network), `ctlplane[100+{{i}}]` or an address"
        raise ValueError(message) from None


def counted(text: str, index: int) -> str:
    """Put a host's number in place of `{i}` (from 0) and `{n}` (from 1)."""
    return text.replace("{i}", str(index)).replace("{n}", str(index + 1))


def networks_of(networks: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the entries of a profile's `networks` that are networks, in order."""
    return {name: entry for name, entry in networks.items() if name not in NOT_NETWORKS}


def nets(network: Mapping[str, Any]) -> list[Net]:
    """Give a network's CIDRs."""
    return [ip_network(text) for text in network["cidr"]]


def parse_net(text: str) -> Net:
    """Read a CIDR; ValueError says what is wrong."""
    if "%" in text:
        raise ValueError(f"`{text}` names an interface (`%`), and a network has none")
    return ip_network(text)


def _plain(text: str) -> Address:
    if "%" in text:
        raise ValueError("it names an interface")
    return ip_address(text)


def cidr(network: Mapping[str, Any], *, family: int | None = None) -> Net:
    """Give a network's CIDR: the first, or the one of a family (4 or 6); ValueError when there is none."""
    for text in network["cidr"]:
        net = ip_network(text)
        if family in {None, net.version}:
            return net
    raise ValueError("the network has no CIDR" + (f" of IPv{family}" if family else ""))


def address(
    network: Mapping[str, Any],
    expression: str,
    *,
    networks: Mapping[str, Any] | None = None,
    index: int = 0,
    family: int | None = None,
) -> str:
    """Resolve an expression; `networks` is needed where it names another one, `index` takes the place of `{i}`.

    Numbers are written as a person writes them: `.10` in an IPv6 network is `::10`, as text.
    """
    parsed = parse(expression)
    if parsed.absolute is not None:
        return str(parsed.absolute)
    home = network
    if parsed.network is not None:
        if networks is None or parsed.network not in networks_of(networks):
            raise ValueError(f"`{expression}` names the network `{parsed.network}`, which is not there")
        home = networks[parsed.network]
    return str(nth(cidr(home, family=family), str(_total(parsed.sum or "0", index))))


def named(expression: str, networks: Mapping[str, Any]) -> str | None:
    """Give the network that an expression names, or that an absolute address lies in or is of the pool of; None: none."""
    parsed = parse(expression)
    if parsed.absolute is None:
        return parsed.network
    number, version = int(parsed.absolute), parsed.absolute.version
    homes = (
        name
        for name, network in networks_of(networks).items()
        if any(parsed.absolute in net for net in nets(network))
        or any(first <= number <= last for first, last in pool(network, version))
    )
    return next(homes, None)


def pool(network: Mapping[str, Any], family: int) -> list[tuple[int, int]]:
    """Give the first and last addresses, as numbers, of a pool outside of its network; none where it has none."""
    return [
        (int(ip_address(first)), int(ip_address(last)))
        for first, last in map(parse_slice, network.get("pool") or ())
        if ip_address(first).version == family
    ]


def span(
    network: Mapping[str, Any], ranges: str | Sequence[str], *, family: int | None = None
) -> list[tuple[str, str]]:
    """Resolve slices such as `5-29` or `[100-120, 150-200]` to pairs of first and last address."""
    net = cidr(network, family=family)
    listed = [ranges] if isinstance(ranges, str) else ranges
    return [(str(first), str(last)) for first, last in (_ends(net, text) for text in listed)]


def parse_slice(text: str) -> tuple[str, str]:
    """Take a slice apart: numbers or addresses; ValueError says what is expected."""
    match = _RANGE.match(text)
    if not match or (is_number(match["first"]) and not match["first"][0].isdecimal()):
        raise ValueError(f"`{text}` is no slice: write `5-29`, a number, or two addresses with `-` between")
    first, last = match["first"], match["last"] or match["first"]
    if is_number(first) != is_number(last):
        raise ValueError(f"`{text}` mixes a number and an address")
    if is_number(first):
        base = 10 if first.isdecimal() and last.isdecimal() else 16
        if int(first, base) > int(last, base):
            raise ValueError(f"`{text}` ends before it begins")
        return first, last
    start, end = ip_address(first), ip_address(last)
    if start.version != end.version or int(start) > int(end):
        raise ValueError(f"`{text}` ends before it begins")
    return first, last


def _ends(net: Net, text: str) -> tuple[Address, Address]:
    first, last = parse_slice(text)
    if not is_number(first):
        return ip_address(first), ip_address(last)
    return nth(net, first), nth(net, last)


def is_number(text: str) -> bool:
    """Tell a slice's number, such as `30` or IPv6's `1e`, from an address."""
    return not set(text) & {".", ":"}


def of_family(slices: Sequence[str], family: int) -> list[str]:
    """Give the slices that are of a family: all that are numbers, and the addresses of that family."""
    return [
        text
        for text in slices
        if is_number(parse_slice(text)[0]) or ip_address(parse_slice(text)[0]).version == family
    ]


def _total(text: str, index: int) -> int:
    return sum(index if part == "{i}" else int(part) for part in text.split("+"))


def nth(net: Net, digits: str) -> Address:
    """Give the address of a network that a number stands for; ValueError when it lies outside."""
    # In IPv6 the digits are taken as the hexadecimal ones, so that .100 and ::100 name the same host.
    try:
        offset = int(digits, 10 if isinstance(net, IPv4Network) else 16)
    except ValueError:
        raise ValueError(f"`{digits}` is no number in {net}") from None
    if offset >= net.num_addresses:
        raise ValueError(f"{digits} lies outside {net}")
    return net[offset]


def written(net: Net, slices: list[str], index: int) -> str | None:
    """Give the index-th address of slices; numbers count as they are written, so that after ::9 comes ::10."""
    left = index
    for text in slices:
        first, last = parse_slice(text)
        if not first.isdecimal() or not last.isdecimal():
            start, end = _ends(net, text)
            size = int(end) - int(start) + 1
            if left < size:
                return str(start + left)
        else:
            size = int(last) - int(first) + 1
            if left < size:
                return str(nth(net, str(int(first) + left)))
        left -= size
    return None
