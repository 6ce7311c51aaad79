"""Machines that are there are stopped and started again; nothing of them is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.telling import Told

_PATIENCE = 300
"""Seconds that a machine has to shut down, or to come up."""


@dataclass(frozen=True, slots=True)
class Power:
    """The machines of a profile that were made."""

    making: Making
    found: Found
    made: tuple[Machine, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Choose them; raises OskError (exit 4) where libvirt does not answer."""
        if self.found.libvirt:
            raise OskError(looks.silent(self.found.libvirt, self.found.user), exit_code=ExitCode.REFUSED)
        there, own = self.found.made, self.making.profile
        made = (each for each in self.making.machines if each.name in there)
        object.__setattr__(self, "made", tuple(each for each in made if there[each.name].profile == own))

    def running(self, *, bare: bool | None = None) -> tuple[Machine, ...]:
        """Give those that run; `bare`: only those that the cluster switches, or only the others."""
        on = (each for each in self.made if self.found.made[each.name].state != "shut off")
        return tuple(each for each in on if bare in {None, each.bare})

    def resting(self) -> tuple[Machine, ...]:
        """Give those that do not."""
        return tuple(each for each in self.made if each not in self.running())

    def stop(self, machines: Sequence[Machine], *, force: bool) -> Iterator[Told]:
        """Have them shut down and wait for it; raises OskError in the end for those that do not."""
        forms = {each.name: {"name": each.name} for each in machines}
        yield from self._played("machines-stop.yaml", forms, osk_force=force)

    def start(self, machines: Sequence[Machine]) -> Iterator[Told]:
        """Start them and wait until they answer; raises OskError in the end for those that do not."""
        forms = {each.name: {"name": each.name, "address": _address(each)} for each in machines}
        yield from self._played("machines-start.yaml", forms)

    def _played(self, playbook: str, forms: Mapping[str, Mapping[str, Any]], **shared: Any) -> Iterator[Told]:
        there = Hypervisor(self.making.ansible, self.making.hypervisor)
        yield from there.told(playbook, {"machines": forms}, {"osk_patience": _PATIENCE, **shared})


def _address(machine: Machine) -> str:
    """Give where it answers to SSH; empty: of one whose address is the cluster's matter."""
    found = machine.link.addresses[:1] if machine.link else ()
    return found[0].partition("/")[0] if found else ""
