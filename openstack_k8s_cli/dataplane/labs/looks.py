"""What networks a hypervisor has, from what its probe prints (playbooks/hypervisor.sh), and what stands in the way of more."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any
from xml.etree import ElementTree as ET

from openstack_k8s_cli.dataplane.labs.networks import SPACE, Net
from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.model.problems import AGAIN, Advice, Problem

_PAGE = "docs/labs.md"


class State(StrEnum):
    """How a network is."""

    MISSING = "missing"
    OFF = "off"
    """There, and not up; it may be half made."""
    DIFFERS = "differs"
    """There, and the profile says something else by now."""
    MADE = "made"
    THERE = "there"
    """Another made it, and it does."""
    FOREIGN = "foreign"
    """Another made it, and it does not."""


@dataclass(frozen=True, slots=True)
class Network:
    """One that is there."""

    name: str
    profile: str | None
    """None: osk did not make it."""
    active: bool
    bridge: str
    forward: str
    addresses: frozenset[str]
    routes: frozenset[tuple[str, str]]
    mtu: int


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a look told."""

    libvirt: str = ""
    """Why it does not answer; empty: it does."""
    user: str = ""
    networks: Mapping[str, Network] = field(default_factory=dict)
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By network, the machines that have a card in it, also those that are off."""
    own: tuple[tuple[str, str], ...] = ()
    """The hypervisor's own interfaces and addresses."""
    resolvers: tuple[str, ...] = ()
    """Name servers that the hypervisor asks and machines could."""


def read(output: str) -> Sight:
    """Read what the probe printed."""
    told = looks.told(output)
    active = set(told.get("network", ()))
    networks = [
        _network(*line.partition(" ")[::2], active=line.partition(" ")[0] in active)
        for line in told.get("networkxml", ())
        if " " in line  # it may go meanwhile
    ]
    attached: dict[str, list[str]] = {}
    for line in told.get("attached", ()):
        network, _, machine = line.partition(" ")
        attached.setdefault(network, []).append(machine)
    found = looks.read(output)
    return Sight(
        found.libvirt,
        found.user,
        {each.name: each for each in networks},
        {name: tuple(dict.fromkeys(names)) for name, names in attached.items()},
        tuple((line.partition(" ")[0], line.partition(" ")[2]) for line in told.get("address", ())),
        tuple(dict.fromkeys(told.get("resolver", ())))[:3],
    )


def _network(name: str, form: str, *, active: bool) -> Network:
    top = ET.fromstring(b64decode(form))  # noqa: S314  # libvirt's own
    mark = top.find(f"metadata/{{{SPACE}}}network")
    forward, bridge, mtu = top.find("forward"), top.find("bridge"), top.find("mtu")
    return Network(
        name,
        mark.get("profile") if mark is not None else None,
        active,
        (bridge.get("name") or "") if bridge is not None else "",
        (forward.get("mode") or "nat") if forward is not None else "none",
        frozenset(_with_length(each) for each in top.findall("ip") if each.get("address")),
        frozenset((_with_length(each), each.get("gateway", "")) for each in top.findall("route")),
        int(mtu.get("size") or 0) if mtu is not None else 0,
    )


def _with_length(element: ET.Element) -> str:
    """Give an address with the length of its prefix, which libvirt also takes as a mask."""
    address = element.get("address", "")
    whole = "128" if ":" in address else "32"
    return str(ip_interface(f"{address}/{element.get('prefix') or element.get('netmask') or whole}"))


def state(net: Net, sight: Sight, profile: str) -> State:
    """Say how a network is."""
    there = sight.networks.get(net.name)
    if there is None:
        return State.MISSING
    unlike = bool(differences(net, there))
    if there.profile != profile:
        return State.FOREIGN if unlike else State.THERE if there.active else State.OFF
    return State.OFF if not there.active else State.DIFFERS if unlike else State.MADE


def differences(net: Net, there: Network) -> tuple[str, ...]:
    """Say what a network has that the profile says otherwise; of one that others made only what machines notice."""
    pairs: list[tuple[str, Any, Any]] = [
        ("addresses", sorted(there.addresses), sorted(str(ip_interface(each)) for each in net.addresses))
    ]
    if there.profile is not None:
        pairs += [
            ("forward", there.forward, net.forward),
            ("bridge", there.bridge, net.bridge),
            ("MTU", there.mtu or 1500, net.mtu),
            ("routes", sorted(there.routes), sorted(net.routes)),
        ]
    return tuple(
        f"{what}: it has {_shown(has)}, the profile says {_shown(says)}"
        for what, has, says in pairs
        if has != says
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(" by ".join(each) if isinstance(each, tuple) else each for each in value) or "none"
    return str(value)


def obstacles(sight: Sight, nets: Sequence[Net], profile: str) -> tuple[Problem, ...]:
    """Say what stands in the way of making networks; all of it, before the first change."""
    if sight.libvirt:
        return (looks.silent(sight.libvirt, sight.user),)
    return tuple(problem for net in nets for problem in _obstacles(net, sight, profile))


def _obstacles(net: Net, sight: Sight, profile: str) -> Iterator[Problem]:
    now = state(net, sight, profile)
    if now is State.FOREIGN:
        there = sight.networks[net.name]
        whose = f"of the profile `{there.profile}`" if there.profile else "that osk did not make"
        advice = (
            Advice("Give yours another name", "osk profile explain labs.networks", _PAGE),
            Advice(
                "Or take the other one away yourself",
                f"virsh net-destroy {net.name}; virsh net-undefine {net.name}",
            ),
        )
        yield Problem(
            "OSK1320",
            f"There is a network `{net.name}` {whose}, and it is another one",
            net.name,
            "; ".join(differences(net, there)),
            advice,
        )
    elif now is State.MISSING:
        taken = [*_overlaps(net, sight), *_bridges(net, sight)]
        if taken:
            room = (Advice("Give it other addresses, or another bridge", "osk profile explain labs"),)
            summary = f"There is no room for the network `{net.name}`"
            yield Problem("OSK1321", summary, net.name, "; ".join(taken), room)


def _overlaps(net: Net, sight: Sight) -> Iterator[str]:
    bridges = {each.bridge for each in sight.networks.values() if each.active}
    others = [
        (f"the network `{each.name}`", own) for each in sight.networks.values() for own in each.addresses
    ]
    others += [
        (f"the hypervisor's interface {name}", own)
        for name, own in sight.own
        if name not in bridges
        and not ip_interface(own).is_link_local
        and ip_interface(own).ip != ip_address("::1")
    ]
    for own in net.addresses:
        mine = ip_network(own, strict=False)
        for what, other in others:
            theirs = ip_network(other, strict=False)
            if mine.version == theirs.version and mine.overlaps(theirs):
                yield f"{mine} overlaps with {theirs} of {what}"


def _bridges(net: Net, sight: Sight) -> Iterator[str]:
    for each in sight.networks.values():
        if each.bridge == net.bridge:
            yield f"the bridge {net.bridge} is that of the network `{each.name}`"
    if net.bridge in {name for name, _ in sight.own} - {each.bridge for each in sight.networks.values()}:
        yield f"the hypervisor has an interface {net.bridge} already"


def in_use(sight: Sight, names: Iterable[str]) -> tuple[Problem, ...]:
    """Say which networks machines have cards in."""
    return tuple(
        Problem(
            "OSK1323",
            f"Machines have cards in the network `{name}`: {', '.join(sight.attached[name])}",
            name,
            None,
            (
                Advice("Take CRC's card out of it", "osk crc network detach")
                if "crc" in sight.attached[name]
                else Advice("Delete them, or take their cards out of it", "osk hosts delete"),
                Advice(
                    "Or delete it all the same; they lose it, and do not start before it is there again",
                    f"{AGAIN} --force",
                ),
            ),
        )
        for name in names
        if sight.attached.get(name)
    )
