"""The router of NAT64 is made with its network and goes before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from openstack_k8s_cli.dataplane.labs.looks import Sight
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.making import Making, State
from openstack_k8s_cli.workflows.labs.nets import PAGE
from openstack_k8s_cli.workflows.telling import Told

_USER = "osk"


@dataclass(frozen=True, slots=True)
class Router:
    """It, as the only machine of its own making."""

    making: Making
    machine: Machine

    def check(self, networks: Sequence[str]) -> None:
        """Refuse what cannot be made once these networks are there; raises OskError (exit 4)."""
        if self.machine.link and not self.machine.link.dns:
            advice = Advice("Name some", "osk profile set labs.nat64.forwarders '[192.0.2.1]'", PAGE)
            what = "The router of NAT64 has no name server to ask: the hypervisor's own is one that only it reaches"
            problem = Problem("OSK1325", what, "labs.nat64.forwarders", None, (advice,))
            raise OskError(problem, exit_code=ExitCode.REFUSED)
        found = self.making.look()
        self.making.check(found.once_up(networks), [self.machine])

    def create(self, *, dry: bool) -> Iterator[Told]:
        """Make it, unless it is there."""
        found = self.making.look()
        missing = self.making.missing(found, [self.machine])
        if not missing:
            yield Told(self.machine.name, "it is there already", "ok")
        elif dry:
            yield Told(self.machine.name, "it would be made", "ok")
        else:
            yield from self.making.create(missing, found, Access(_USER, ""), None)

    def delete(self, *, dry: bool) -> Iterator[Told]:
        """Take it away, with its disks."""
        found = self.making.look()
        if dry or self.making.state(self.machine, found) is State.FOREIGN:
            return
        changed = False
        for told in self.making.delete({self.machine.name: self.machine.volumes}, found, boards=False):
            changed = True
            yield told
        if not changed:
            yield Told(self.machine.name, "there is nothing left of it", "ok")

    def without(self, sight: Sight) -> Sight:
        """Give what was seen without it: its own network is not in use by it."""
        rest = {
            name: tuple(each for each in at if each != self.machine.name)
            for name, at in sight.attached.items()
        }
        return replace(sight, attached=rest)
