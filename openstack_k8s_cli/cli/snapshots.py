"""What `osk crc snapshot` does: CRC and the hosts that osk made are copied together while they are off, and put back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.cli import printing, questions, restorable
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.cli.restorable import refused, time
from openstack_k8s_cli.cli.sleeping import Stage, guests, stopping, wakings
from openstack_k8s_cli.crc import snapshots, steps
from openstack_k8s_cli.crc.answers import Machine
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.crc.snapshots import Index, Snapshot
from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.copying import Copying
from openstack_k8s_cli.workflows.telling import Task, Told, chained
from openstack_k8s_cli.workflows.workstation import certificates, stages

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Those of the host's CRC."""

    machines: Machines

    @property
    def host(self) -> Host:
        """Where CRC is."""
        return self.machines.stations.host

    @property
    def index(self) -> Index:
        """Read what there is."""
        return snapshots.read(self.host)

    def create(self, name: str, *, yes: bool) -> Iterator[Event]:
        """Take one; one that was begun and not finished is begun anew."""
        machine, runs = self._machine(), self.machines.crc_runs
        kept = self.index.snapshots.get(name)
        if kept and kept.whole and kept.was_running and not (runs and not self.machines.power.resting()):
            yield from self._on(kept, yes=yes)
            return
        before = self._begun(name)
        snapshots.check(self.host)
        wanted = self._wanted(name, machine, before, runs=runs)
        self._room(snapshots.lacking(self.host), Copying(self.machines.making, name).lacking(wanted.machines))
        if runs or self.machines.power.running():
            text = guests(self.machines, self.machines.power.running()) if runs else ""
            self.machines.session.tell(
                f"servers go down with their hosts: {text}" if text else "no server runs"
            )
            questions.confirm("The cloud is stopped for it, for some minutes. Go on?", yes=yes)
        yield from chained(self.machines.clock, self._taking(wanted, before))

    def _on(self, snapshot: Snapshot, *, yes: bool) -> Iterator[Event]:
        """Go on after an interruption behind the last copy."""
        stations = self.machines.stations
        self.machines.session.tell(
            f"`{snapshot.name}` is whole, of {time(snapshot.made)}; the cloud is still to be woken"
        )
        stations.ask(steps.start(stations.station.look(), stations.station.wanted), yes=yes)
        yield from chained(self.machines.clock, self._up_again(snapshot))

    def _begun(self, name: str) -> Snapshot | None:
        """Give one that was begun; raises OskError for a name that is no name, or taken."""
        if not _NAME.fullmatch(name):
            advice = Advice(
                "Use small letters, digits and dashes, 40 at most", "osk crc snapshot create before-update"
            )
            raise refused(
                "OSK1356", f"`{name}` is no name for a snapshot", name, advice, exit_code=ExitCode.USAGE
            )
        before = self.index.snapshots.get(name)
        if before and before.whole:
            advice = Advice("Take another name, or delete it first", f"osk crc snapshot delete {name}")
            raise refused("OSK1356", f"There is a snapshot `{name}`", name, advice)
        return before

    def _wanted(self, name: str, machine: Machine, before: Snapshot | None, *, runs: bool) -> Snapshot:
        now = self.machines.clock.now()
        until = Snapshot.usable(now, self._expiry(now) if runs else None)
        found = self.machines.power.found.made
        disks = {each.name: looks.lasting(found[each.name].volumes) for each in self.machines.power.made}
        kept = before if before and not runs else None
        return Snapshot(
            name,
            now,
            kept.until if kept else until,
            machine.bundle,
            self.machines.loaded.name,
            disks,
            was_running=runs or bool(kept and kept.was_running),
            disks=snapshots.further(self.host),
        )

    def _expiry(self, now: float) -> float | None:
        try:
            return certificates.expiry(self.machines.stations.cluster(), now)
        except (OskError, ClusterError) as error:
            printing.warn(f"how long the cluster's certificates last is not known: {error}")
            return None

    def _taking(self, wanted: Snapshot, before: Snapshot | None) -> Iterator[Stage]:
        machines, host = self.machines, self.host
        copying = Copying(machines.making, wanted.name)

        def begun() -> Iterator[Told]:
            if before and before.machines:
                yield from copying.delete(before.machines)
            if before:
                snapshots.delete(host, wanted.name)
            snapshots.write(host, self.index.having(wanted))
            yield Told(wanted.name, "begun", "ok")

        def copied() -> Iterator[Told]:
            snapshots.take(host, wanted.name)
            yield Told("crc", f"the machine of {wanted.name} is copied")

        def done() -> Iterator[Told]:
            snapshots.write(host, self.index.having(replace(wanted, whole=True)))
            yield Told(wanted.name, f"whole; it can be put back until {time(wanted.until)}")

        tasks = [
            Task("begin", begun),
            *stopping(machines, force=False),
            Task("copy-crc", copied),
            *([Task("copy-hosts", lambda: copying.take(wanted.machines))] if wanted.machines else ()),
            Task("end", done),
        ]
        after = (f"osk crc snapshot restore {wanted.name}",)
        yield lambda: machines.story("crc/snapshot", tasks, after=after)
        if wanted.was_running:
            yield from self._up_again(replace(wanted, whole=True))

    def _up_again(self, snapshot: Snapshot) -> Iterator[Stage]:
        """Wake the cloud, and note that it was."""

        def noted() -> Iterator[Told]:
            snapshots.write(self.host, self.index.having(replace(snapshot, was_running=False)))
            yield Told(snapshot.name, "the cloud is awake again", "ok")

        yield from self._woken()
        yield lambda: self.machines.story("crc/snapshot", [Task("awake", noted)])

    def _woken(self) -> Iterator[Stage]:
        """Wake the cloud, with its hosts as they are by then."""
        fresh = self.machines.anew()
        yield from wakings(fresh, fresh.power.resting(), yes=False)

    def restore(self, name: str, *, force: bool, yes: bool) -> Iterator[Event]:
        """Put one back; what was changed since is lost."""
        snapshot = restorable.whole(self.index, name)
        restorable.check(self.machines, snapshot, self._machine(), force=force)
        self._room(snapshots.lacking(self.host, source=name), 0)
        questions.confirm(
            f"Put the cloud back to {time(snapshot.made)}? All that came since is lost, on CRC and hosts.",
            yes=yes,
        )
        yield from chained(self.machines.clock, self._giving(snapshot))

    def _giving(self, snapshot: Snapshot) -> Iterator[Stage]:
        machines, host, name = self.machines, self.host, snapshot.name
        copying = Copying(machines.making, name)

        def marked(restoring: str | None) -> None:
            snapshots.write(host, replace(self.index, restoring=restoring))

        def put_back() -> Iterator[Told]:
            snapshots.put_back(host, name, lambda: marked(name))
            yield Told("crc", f"the machine of {name} is put back")

        def done() -> Iterator[Told]:
            marked(None)
            yield Told(name, "the cloud is as it was", "ok")

        tasks = [
            *stopping(machines, force=True),
            Task("copy-crc", put_back),
            *([Task("copy-hosts", lambda: copying.put_back(snapshot.machines))] if snapshot.machines else ()),
            Task("end", done),
        ]
        yield lambda: machines.story("crc/snapshot", tasks)
        yield from self._woken()

    def delete(self, name: str, *, force: bool, yes: bool) -> Iterator[Event]:
        """Delete one, whole or not; `force`: also one that was put back only in part."""
        found, is_half = restorable.known(self.index, name), snapshots.pending(self.host) == name
        if is_half and not force:
            snapshots.check(self.host)
        left = " CRC and the hosts stay as they are, of different times." if is_half else ""
        questions.confirm(f"Delete the snapshot `{name}`?{left}", yes=yes)

        def gone() -> Iterator[Told]:
            snapshots.delete(self.host, name)
            snapshots.write(self.host, self.index.without(name))
            yield Told(name, "deleted")

        copying = Copying(self.machines.making, name)
        hosts = [Task("hosts", lambda: copying.delete(found.machines))] if found.machines else []
        yield from self.machines.story("crc/snapshot", [*hosts, Task("crc", gone)])

    def rows(self) -> list[dict[str, Any]]:
        """List them."""
        index, now = self.index, self.machines.clock.now()
        half = snapshots.pending(self.host)
        return [
            {
                "name": each.name,
                "state": _state(each, half, now),
                "made": time(each.made),
                "until": time(each.until),
                "profile": each.profile,
                "hosts": list(each.machines),
            }
            for each in sorted(index.snapshots.values(), key=lambda each: each.made)
        ]

    def _machine(self) -> Machine:
        stages.check({stages.CRC}, self.machines.stages)
        machine = self.machines.stations.station.look().crc.machine
        if machine is None:
            raise refused(
                "OSK1357", "There is no machine of CRC", "crc", Advice("Make it first", "osk crc start")
            )
        return machine

    def _room(self, here: int, there: int) -> None:
        advice = Advice("Make room, or delete older ones", "osk crc snapshot list")
        problems = [
            Problem(
                "OSK1362",
                f"There is no room for the copies: {lacks:.0f} GiB are missing",
                place,
                None,
                (advice,),
            )
            for lacks, place in (
                (here, "~/.crc"),
                (-(-there // _GIB), f"pool {self.machines.making.hypervisor['pool']['name']}"),
            )
            if lacks
        ]
        if problems:
            raise OskError(*problems, exit_code=ExitCode.REFUSED)


def text(rows: list[dict[str, Any]]) -> str:
    """Give the table."""
    lines = [
        (
            each["name"],
            each["state"],
            each["made"],
            each["until"],
            each["profile"],
            ", ".join(each["hosts"]) or "-",
        )
        for each in rows
    ]
    heads = ("NAME", "STATE", "MADE", "USABLE UNTIL", "PROFILE", "HOSTS")
    return printing.table(lines, heads=heads) if lines else "no snapshots"


def _state(snapshot: Snapshot, half: str | None, now: float) -> str:
    if half == snapshot.name:
        return "being restored"
    if not snapshot.whole:
        return "unfinished"
    return "too old" if now > snapshot.until else "usable"
