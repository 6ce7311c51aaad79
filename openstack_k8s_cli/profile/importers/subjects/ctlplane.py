"""The control plane's network: part of the networks. It moves as a whole, where install_yamls moves parts of it."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, by, needless
from openstack_k8s_cli.profile.importers.settings import Settings

_PATH = "networks.ctlplane"
_FOUR = {
    "switch": "NETWORK_ISOLATION_IPV4",
    "prefix": "NNCP_CTLPLANE_IP_ADDRESS_PREFIX",
    "suffix": "NNCP_CTLPLANE_IP_ADDRESS_SUFFIX",
    "pool": "METALLB_POOL",
    "dns": "NNCP_DNS_SERVER",
}
_SIX = {
    "switch": "NETWORK_ISOLATION_IPV6",
    "prefix": "NNCP_CTLPLANE_IPV6_ADDRESS_PREFIX",
    "suffix": "NNCP_CTLPLANE_IPV6_ADDRESS_SUFFIX",
    "pool": "METALLB_IPV6_POOL",
    "dns": "NNCP_DNS_SERVER_IPV6",
    "gateway": "NNCP_GATEWAY_IPV6",
}
SIX_CIDRS = {
    "internalapi": "fd00:bbbb::/64",
    "storage": "fd00:cccc::/64",
    "tenant": "fd00:dddd::/64",
    "storagemgmt": "fd00:dede::/64",
    "designate": "fd00:eded::/64",
    "designateext": "fd00:eaea::/64",
}
"""The other networks in IPv6, which no variable moves."""
_PODS = [("30", "70")]
_VIPS = ("80", "90")

Range = tuple[int, int]


class OutsideError(ValueError):
    """A pool that is in none of the network's CIDRs."""


class Family:
    """The network in one family; its numbers are written in decimal in IPv4, in hexadecimal in IPv6."""

    def __init__(self, settings: Settings, names: dict[str, str]) -> None:
        self._settings = settings
        self.names = names
        is_four = names is _FOUR
        self._base = 10 if is_four else 16
        self.prefix = settings[names["prefix"]].strip() + ("." if is_four else "")
        self.cidr = f"{settings[names['prefix']].strip()}{'.0/24' if is_four else '/64'}"
        self._hosts = [("100", "120"), ("150", "200") if is_four else ("200", "250")]

    def absolute(self, text: str) -> str:
        """Give the address that a number stands for."""
        return f"{self.prefix}{text}"

    def vips(self) -> tuple[str, str]:
        """Give MetalLB's pool; OutsideError where it is none of this network, ValueError where it is none at all."""
        if not self._settings.differs(self.names["pool"]):
            return _VIPS
        first, _, last = self._settings[self.names["pool"]].partition("-")
        net = ip_network(self.cidr)
        ends = [ip_address(text.strip()) for text in (first, last)]
        if not all(end.version == net.version and end in net for end in ends):
            message = f"`{first}-{last}` lies outside {net}"
            raise OutsideError(message)
        one, other = (self._written(int(end) - int(net[0])) for end in ends)
        return one, other

    def parts(self) -> dict[str, list[tuple[str, str]]]:
        """Give the network's slices, none of which reaches into another."""
        try:
            pool = self.vips()
        except OutsideError:
            pool = _VIPS
        pods, hosts = _PODS, self._hosts
        for taken in ((int(pool[0], self._base), int(pool[1], self._base)), *self._servers()):
            pods, hosts = self._without(pods, taken), self._without(hosts, taken)
        start = self._number(self._settings[self.names["suffix"]].strip())
        begins = [int(each, self._base) for each, _ in (*pods, *hosts, pool)]
        following = [each for each in begins if each > start]
        last = self._before(min(following)) if following else self._written(start)
        nodes = [
            (self._written(start), max(last, self._written(start), key=lambda each: int(each, self._base)))
        ]
        return {"nodes": nodes, "pods": pods, "vips": [pool], "hosts": hosts}

    def _servers(self) -> Iterator[Range]:
        """Give the numbers of the name server and the gateway, where they are in the network."""
        net = ip_network(self.cidr)
        for name in (self.names["dns"], self.names.get("gateway", "")):
            address = ip_address(self._settings[name].strip()) if name in self._settings else None
            if address and address.version == net.version and address in net:
                yield (number := int(address) - int(net[0])), number

    def _before(self, number: int) -> str:
        """Write the number before one, as people count: 29 before 30, also where that is hexadecimal."""
        text = self._written(number)
        return str(int(text) - 1) if text.isdecimal() else self._written(number - 1)

    def texts(self, ends: Iterable[tuple[str, str]], *, relative: bool = True) -> list[str]:
        """Write parts as the profile does: numbers where they can be, else addresses."""
        return [
            f"{first}-{last}"
            if relative and (first + last).isdecimal()
            else f"{self.absolute(first)}-{self.absolute(last)}"
            for first, last in ends
        ]

    def _number(self, text: str) -> int:
        try:
            return int(text, self._base)
        except ValueError:
            message = f"`{text}` is no number of an address"
            raise ValueError(message) from None

    def _without(self, parts: Iterable[tuple[str, str]], taken: Range) -> list[tuple[str, str]]:
        whole = [(int(first, self._base), int(last, self._base)) for first, last in parts]
        return [
            (self._written(first), self._written(last))
            for part in whole
            for first, last in _carved(part, taken)
        ]

    def _written(self, number: int) -> str:
        return f"{number:d}" if self._base == 10 else f"{number:x}"  # noqa: PLR2004  # decimal


def _carved(part: Range, taken: Range) -> Iterator[Range]:
    if taken[1] < part[0] or taken[0] > part[1]:
        yield part
        return
    if part[0] < taken[0]:
        yield part[0], taken[0] - 1
    if taken[1] < part[1]:
        yield taken[1] + 1, part[1]


def families(settings: Settings) -> list[Family]:
    """Give the families that are on; ValueError when none is."""
    found = [Family(settings, names) for names in (_FOUR, _SIX) if settings.true(names["switch"])]
    if not found:
        raise ValueError("neither IPv4 nor IPv6 is on")
    return found


def six_prefixes(settings: Settings) -> dict[str, str]:
    """Give what IPv6 addresses begin with, by network; none where IPv6 is off."""
    if not settings.true(_SIX["switch"]):
        return {}
    own = {name: cidr.partition("/")[0] for name, cidr in SIX_CIDRS.items()}
    return {"ctlplane": settings[_SIX["prefix"]].strip(), **own}


def _traits(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    if len(found) > 1:
        draft.traits.append("dualstack")
    elif found[0].names is _SIX:
        draft.traits.append("ipv6")


def _network(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    draft.set(f"{_PATH}.cidr", [each.cidr for each in found])
    outside: list[str] = []
    for each in found:
        try:
            each.vips()
        except OutsideError:
            outside.append(settings[each.names["pool"]].strip())
    if outside:
        draft.set(f"{_PATH}.pool", outside)
        draft.set("controlplane.addresses.dns", outside[0].partition("-")[0].strip())
    first, last = found[0].parts()["vips"][0]
    if not outside and not int(first, 16) <= int(_VIPS[0], 16) <= int(last, 16):
        dns = f"ctlplane[{first}]" if first.isdecimal() else found[0].absolute(first)
        draft.set("controlplane.addresses.dns", dns)
    for part in ("nodes", "pods", "vips", "hosts"):
        by_family = [(each, each.parts()[part]) for each in found]
        alike = all(ends == by_family[0][1] for _, ends in by_family)
        texts = [each.texts(ends, relative=alike) for each, ends in by_family]
        same = all(each == texts[0] for each in texts)
        draft.set(f"{_PATH}.slices.{part}", texts[0] if same else [each for one in texts for each in one])


def _servers(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    _network(settings, draft)
    if any(settings.differs(each.names["dns"]) for each in found):
        draft.set(
            f"{_PATH}.dns",
            [
                settings[each.names["dns"]].strip() if each.names["dns"] in settings else each.absolute("1")
                for each in found
            ],
        )


def _gateway(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    _network(settings, draft)
    if found[-1].names is _SIX:
        four = [each.absolute("1") for each in found if each.names is _FOUR]
        draft.set(f"{_PATH}.gateway", [*four, settings["NNCP_GATEWAY_IPV6"].strip()])


RULES: tuple[Rule, ...] = (
    by(
        _traits,
        "NETWORK_ISOLATION_IPV4",
        "NETWORK_ISOLATION_IPV6",
        place="extends: [ipv6] or [dualstack]",
        note="every network with its own CIDR, also in NetConfig and the attachments",
    ),
    by(
        _network,
        "NETWORK_ISOLATION_USE_DEFAULT_NETWORK",
        *(each[key] for each in (_FOUR, _SIX) for key in ("prefix", "suffix", "pool")),
        place=f"{_PATH}.cidr, {_PATH}.slices",
        note="the whole network moves, not parts of it, and its parts make room for the pool",
    ),
    by(_servers, _FOUR["dns"], _SIX["dns"], place=f"{_PATH}.dns"),
    by(_gateway, "NNCP_GATEWAY_IPV6", place=f"{_PATH}.gateway"),
    needless("NNCP_GATEWAY", place=f"{_PATH}.gateway", note="install_yamls does not read it for the cloud"),
)
