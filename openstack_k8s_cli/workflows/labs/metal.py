"""Bare machines for the cloud's own users are made and taken away, with their boards and their network."""

from collections.abc import Iterator
from dataclasses import dataclass

from openstack_k8s_cli.dataplane.labs import looks
from openstack_k8s_cli.dataplane.labs.looks import Sight
from openstack_k8s_cli.dataplane.making import looks as made
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.dataplane.making import Making, State
from openstack_k8s_cli.workflows.labs.nets import Nets
from openstack_k8s_cli.workflows.telling import Told


@dataclass(frozen=True, slots=True)
class Metal:
    """The machines, and their network, which is the only one of its nets."""

    making: Making
    nets: Nets

    @property
    def names(self) -> tuple[str, ...]:
        """Name the network."""
        return tuple(each.name for each in self.nets.nets)

    def look(self) -> tuple[Sight, Found]:
        """Look at the hypervisor once for both; raises OskError where that is not possible."""
        output = self.making.probed("networks=yes")
        return looks.read(output), made.read(output)

    def check(self, sight: Sight, found: Found) -> None:
        """Refuse what cannot be made, before anything is; raises OskError (exit 4)."""
        self.nets.check(sight, self.nets.nets)
        self.making.check(found.once_up(self.names), self.making.machines)

    def missing(self, found: Found) -> tuple[Machine, ...]:
        """List machines that are not there, or whose boards are not."""
        return self.making.missing(found, self.making.machines)

    def network(self, sight: Sight, *, dry: bool) -> Iterator[Told]:
        """Make the network."""
        missing = self.nets.missing(sight, self.nets.nets)
        if missing and not dry:
            yield from self.nets.create(missing)
        elif missing:
            yield from (Told(name, "it would be made", "ok") for name in self.names)
        else:
            yield from (Told(name, "it is there already", "ok") for name in self.names)

    def create(self, found: Found, password: SecretText | None, *, dry: bool) -> Iterator[Told]:
        """Make the machines and their boards."""
        missing = self.missing(found)
        if missing and not dry:
            yield from self.making.create(missing, found, Access("", ""), password)
        for each in self.making.machines:
            if each not in missing:
                yield Told(each.name, "it is there already", "ok")
            elif dry:
                yield Told(each.name, f"it would be made: it is {self.making.state(each, found)}", "ok")

    def doomed(self, found: Found) -> dict[str, tuple[str, ...]]:
        """Give what is to go, with volumes: also what the profile has no more, and nothing that others made."""
        mine = {
            each.name: each.volumes
            for each in self.making.machines
            if self.making.state(each, found) is not State.FOREIGN
        }
        return {**mine, **{name: found.made[name].volumes for name in self.making.leftover(found)}}

    def delete(self, found: Found, *, dry: bool) -> Iterator[Told]:
        """Take machines and boards away; what is gone already stands in nobody's way."""
        doomed = self.doomed(found)
        there = [name for name in doomed if name in found.domains]
        changed = False
        for told in () if dry else self.making.delete(doomed, found, boards=True):
            changed = True
            yield told
        if dry and there:
            yield from (Told(name, "it would be deleted", "ok") for name in there)
        elif not changed:
            yield Told(", ".join(doomed), "there is nothing left of it", "ok")
