"""What is plugged into CRC's machine beside its own: further interfaces and disks, and whether the node has them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.crc import cards, disks
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.facts import DOMAIN, look_at_libvirt
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.crc.wanted import Disk, Interface, Wanted
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.workstation import settling

_SEEN = 90.0
"""Seconds until nmstate tells a new interface; it looks once a minute."""
_Plugged = TypeVar("_Plugged", Interface, Disk)


class Plugging:
    """The devices that a profile wants in the machine."""

    def __init__(
        self,
        host: Host,
        wanted: Wanted,
        nics: Mapping[str, Any],
        tell: Callable[[str], object],
        clock: Clock | None = None,
    ) -> None:
        self._host = host
        self._wanted = wanted
        self._nics = nics
        self._tell = tell
        self._clock = clock or SystemClock()

    @property
    def _has_machine(self) -> bool:
        return DOMAIN in look_at_libvirt(self._host).domains

    def must_have_machine(self) -> None:
        """Refuse to plug something into nothing; raises OskError (exit 4)."""
        if not self._has_machine:
            advice = Advice("Start it: all that the profile wants is plugged in then", "osk crc start")
            problem = Problem("OSK1461", "CRC has no machine on this host yet", None, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.REFUSED)

    def coming(
        self, interfaces: Sequence[Interface] | None = None, further: Sequence[Disk] | None = None
    ) -> Sequence[str]:
        """Say what would be plugged in."""
        is_made = self._has_machine
        cards_of = self._wanted.interfaces if interfaces is None else interfaces
        disks_of = self._wanted.disks if further is None else further
        lost = [each for each in cards_of if not is_made or not cards.is_whole(self._host, each)]
        small = [each for each in disks_of if not is_made or not disks.is_whole(self._host, each)]
        return (
            *(f"attach interface {each.mac} in the network {each.network}" for each in lost),
            *(f"attach disk {each.name} of {each.size} GiB" for each in small),
        )

    def going(self, interfaces: Sequence[Interface], names: Sequence[str]) -> Sequence[str]:
        """Say what would be taken out; a machine that is gone may have left what DHCP keeps for it."""
        if not self._has_machine:
            return tuple(cards.releasable(self._host, interfaces))
        there = [each.mac for each in interfaces if cards.is_there(self._host, each)]
        known = [each for each in names if disks.is_there(self._host, each)]
        return (
            *(f"detach interface {each}" for each in there),
            *(f"detach and delete disk {each}" for each in known),
        )

    def plug(
        self, interfaces: Sequence[Interface] | None = None, further: Sequence[Disk] | None = None
    ) -> Done:
        """Plug in what is not yet, all of it unless some are named."""
        cards_of = self._wanted.interfaces if interfaces is None else interfaces
        disks_of = self._wanted.disks if further is None else further
        return self._told(
            *(cards.attach(self._host, each) for each in cards_of),
            *(disks.attach(self._host, each) for each in disks_of),
        )

    def unplug(self, interfaces: Sequence[Interface]) -> Done:
        """Take interfaces out."""
        if not self._has_machine:
            return self._told(Done(tuple(cards.release(self._host, interfaces))))
        return self._told(*(cards.detach(self._host, each) for each in interfaces))

    def drop(self, names: Sequence[str]) -> Done:
        """Take disks out and delete them."""
        return self._told(*(disks.detach(self._host, each) for each in names))

    def _told(self, *done: Done) -> Done:
        found = Done(tuple(text for each in done for text in each.said), any(each.waits for each in done))
        for text in found.said:
            self._tell(text)
        return found

    def interfaces(self, roles: Sequence[str]) -> Sequence[Interface]:
        """Choose interfaces by their roles, all without any; raises OskError (exit 2)."""
        none = Problem(
            "OSK1241",
            "The profile wants no further interface",
            "platform.crc.interface",
            advice=(
                Advice(
                    "Give it one, with `networkMode: system`", "osk profile explain platform.crc.interface"
                ),
            ),
        )
        known = {each.role: each for each in self._wanted.interfaces}
        return _chosen(roles, known, "platform.crc.interfaces", none)

    def disks(self, names: Sequence[str]) -> Sequence[Disk]:
        """Choose disks by their names, all without any; raises OskError (exit 2)."""
        none = Problem(
            "OSK1387",
            "The profile wants no further disk",
            "platform.crc.disks",
            advice=(Advice("Give it one", "osk profile set platform.crc.disks.rook.size 100Gi"),),
        )
        known = {each.name: each for each in self._wanted.disks}
        return _chosen(names, known, "platform.crc.disks", none)

    def disks_there(self, names: Sequence[str]) -> Sequence[str]:
        """Choose among the disks that the profile names and those that the machine has; raises OskError (exit 2)."""
        there = disks.there(self._host) if self._has_machine else ()
        known = sorted({*(each.name for each in self._wanted.disks), *there})
        _known(names, known, "platform.crc.disks")
        return names or known

    def verify(self, cluster: Cluster, interfaces: Sequence[Interface], *, wait: bool) -> None:
        """See that the node has interfaces, under the names that the profile says; waits for new ones."""
        until = self._clock.monotonic() + (_SEEN if wait else 0)
        for each in interfaces:
            if not self._verified(cluster, each, until):
                return

    def _verified(self, cluster: Cluster, interface: Interface, until: float) -> bool:
        """See to one; False: nobody is there who would tell."""
        while True:
            name = refusals.reading(lambda: settling.seen_in(cluster, interface.mac))
            if name is None:
                text = "nmstate is not in the cluster yet, which would tell the interface's name in the node"
                self._tell(text)
                return False
            if name:
                self._compare(interface.role, name)
                return True
            if self._clock.monotonic() >= until:
                printing.warn(
                    f"the node does not tell an interface {interface.mac} (yet): osk crc network attach looks again"
                )
                return True
            self._clock.sleep(5)

    def _compare(self, role: str, name: str) -> None:
        known = sorted(set(self._names(role)))
        if name in known:
            self._tell(f"the node has the interface as {name}")
            return
        said = ", ".join(known) or "nothing"
        printing.warn(
            f"the interface `{role}` is {name} in the node; the profile says {said}: "
            f"osk profile set platform.nics.{role} {name}"
        )

    def _names(self, role: str) -> Iterator[str]:
        for key, value in self._nics.items():
            if isinstance(value, Mapping):
                yield from (str(each) for other, each in value.items() if other == role)
            elif key == role:
                yield str(value)


def _chosen(
    words: Sequence[str], known: Mapping[str, _Plugged], path: str, none: Problem
) -> Sequence[_Plugged]:
    """Choose by names, all without any; raises OskError (exit 2), `none` where the profile wants nothing."""
    if not known:
        raise OskError(none, exit_code=ExitCode.USAGE)
    _known(words, [*known], path)
    return [known[each] for each in words or known]


def _known(names: Sequence[str], known: Sequence[str], key: str) -> None:
    unknown = [each for each in names if each not in known]
    if unknown:
        there = f"there are: {', '.join(known)}" if known else "it names none"
        advice = Advice("Name one of them, or write it into the profile", f"osk profile explain {key}")
        summary = f"The profile has no `{unknown[0]}`"
        raise OskError(Problem("OSK1387", summary, key, there, (advice,)), exit_code=ExitCode.USAGE)
