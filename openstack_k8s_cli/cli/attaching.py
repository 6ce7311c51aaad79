"""What `osk crc network` and `osk crc disk` do."""

from collections.abc import Sequence

from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.crc import kubeconfigs, steps
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.facts import DOMAIN, look_at_libvirt
from openstack_k8s_cli.crc.steps import Change
from openstack_k8s_cli.model.problems import ExitCode


class Attaching:
    """The machine of a host, and what is plugged into it by itself."""

    def __init__(self, station: Workstations) -> None:
        self._station = station

    def attach(self, roles: Sequence[str] = (), *, dry_run: bool = False, yes: bool = False) -> ExitCode:
        """Attach interfaces, and see that the node has them."""
        station, same = self._station, "it is attached already"
        chosen = station.devices.interfaces(roles)
        station.devices.must_have_machine()
        if dry_run:
            return station.ended(station.devices.coming(chosen, ()), dry_run=True, same=same)
        done = self._plugged(station.devices.plug(chosen, ()), yes=yes)
        if kubeconfigs.own(station.host) is not None and look_at_libvirt(station.host).domains.get(DOMAIN):
            station.devices.verify(station.cluster(), chosen, wait=bool(done))
        return station.ended(done, dry_run=False, same=same)

    def detach(self, roles: Sequence[str] = (), *, dry_run: bool = False) -> ExitCode:
        """Detach interfaces."""
        station, same = self._station, "it is not attached"
        chosen = station.devices.interfaces(roles)
        if dry_run:
            return station.ended(station.devices.going(chosen, ()), dry_run=True, same=same)
        return station.ended(station.devices.unplug(chosen).said, dry_run=False, same=same)

    def attach_disks(
        self, names: Sequence[str] = (), *, dry_run: bool = False, yes: bool = False
    ) -> ExitCode:
        """Attach disks, and make them where they are not there yet."""
        station, same = self._station, "it is attached already"
        chosen = station.devices.disks(names)
        station.devices.must_have_machine()
        if dry_run:
            return station.ended(station.devices.coming((), chosen), dry_run=True, same=same)
        done = self._plugged(station.devices.plug((), chosen), yes=yes)
        return station.ended(done, dry_run=False, same=same)

    def detach_disks(
        self, names: Sequence[str] = (), *, dry_run: bool = False, yes: bool = False
    ) -> ExitCode:
        """Detach disks and delete them."""
        station, same = self._station, "there is no such disk"
        chosen = station.devices.disks_there(names)
        going = station.devices.going((), chosen)
        if dry_run or not going:
            return station.ended(going, dry_run=dry_run, same=same)
        text = f"This deletes the disk {', '.join(chosen)} with all that is on it. Go on?"
        questions.confirm(text, yes=yes)
        return station.ended(station.devices.drop(chosen).said, dry_run=False, same=same)

    def _plugged(self, done: Done, *, yes: bool) -> Sequence[Change | str]:
        """Start the machine anew where it has no slot for a device; gives all that was changed."""
        if not done.waits:
            return done.said
        again = steps.restart(loses=True)
        self._station.ask(again, yes=yes)
        self._station.make(again[:1])
        return [*done.said, *again[:1], *self._station.started(yes=yes)]
