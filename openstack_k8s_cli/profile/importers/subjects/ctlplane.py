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
}
_PODS = [("30", "70")]
_VIPS = ("80", "90")

Range = tuple[int, int]


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
        """Give MetalLB's pool; ValueError where it is none of this network."""
        if not self._settings.differs(self.names["pool"]):
            return _VIPS
        first, _, last = self._settings[self.names["pool"]].partition("-")
        net = ip_network(self.cidr)
        ends = [ip_address(text.strip()) for text in (first, last)]
        if not all(end.version == net.version and end in net for end in ends):
            message = f"`{first}-{last}` lies outside {net}"
            raise ValueError(message)
        one, other = (self._written(int(end) - int(net[0])) for end in ends)
        return one, other

    def parts(self) -> dict[str, list[tuple[str, str]]]:
        """Give the network's slices, none of which reaches into another."""
        try:
            pool = self.vips()
        except ValueError:
            pool = _VIPS
        taken = (int(pool[0], self._base), int(pool[1], self._base))
        pods, hosts = self._without(_PODS, taken), self._without(self._hosts, taken)
        start = self._settings.number(self.names["suffix"])
        begins = [int(each) for each, _ in (*pods, *hosts, pool) if each.isdecimal()]
        last = min([each for each in begins if each > start] or [255]) - 1
        return {"nodes": [(str(start), str(max(start, last)))], "pods": pods, "vips": [pool], "hosts": hosts}

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


def _traits(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    if len(found) > 1:
        draft.traits.append("dualstack")
    elif found[0].names is _SIX:
        draft.traits.append("ipv6")


def _network(settings: Settings, draft: Draft) -> None:
    found = families(settings)
    draft.set(f"{_PATH}.cidr", [each.cidr for each in found])
    for each in found:
        try:
            each.vips()
        except ValueError as error:
            draft.lose(each.names["pool"], str(error), f"a part of the network in `{_PATH}.slices.vips`")
    first, last = found[0].parts()["vips"][0]
    if not int(first, 16) <= int(_VIPS[0], 16) <= int(last, 16) and first.isdecimal():
        draft.set("controlplane.addresses.dns", f"ctlplane[{first}]")
    for part in ("nodes", "pods", "vips", "hosts"):
        by_family = [(each, each.parts()[part]) for each in found]
        if len(found) > 1 and by_family[0][1] != by_family[1][1]:
            texts = [
                f"{each.absolute(first)}-{each.absolute(last)}"
                for each, ends in by_family
                for first, last in ends
            ]
        else:
            texts = [f"{first}-{last}" for first, last in by_family[0][1]]
        draft.set(f"{_PATH}.slices.{part}", texts)


def _servers(settings: Settings, draft: Draft) -> None:
    found = families(settings)
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
