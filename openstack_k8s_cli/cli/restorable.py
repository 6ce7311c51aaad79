"""What a snapshot of CRC and hosts has to be to be put back: whole, of what is there, young enough, and with all its copies."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.crc import snapshots
from openstack_k8s_cli.crc.answers import Machine
from openstack_k8s_cli.crc.snapshots import Index, Snapshot
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.copying import Copying


def known(index: Index, name: str) -> Snapshot:
    """Find one; raises OskError (exit 2) where there is none of the name."""
    found = index.snapshots.get(name)
    if found is None:
        advice = Advice("See which there are", "osk crc snapshot list")
        raise refused("OSK1356", f"There is no snapshot `{name}`", name, advice, exit_code=ExitCode.USAGE)
    return found


def whole(index: Index, name: str) -> Snapshot:
    """Find one that was finished; raises OskError."""
    found = known(index, name)
    if not found.whole:
        advice = Advice("Take it anew, or delete it", f"osk crc snapshot delete {name}")
        raise refused("OSK1356", f"The snapshot `{name}` was never finished", name, advice)
    return found


def check(machines: Machines, snapshot: Snapshot, machine: Machine, *, force: bool) -> None:
    """Refuse one that would not be a cloud, before anything is stopped; `force`: take an old one. Raises OskError (exit 4)."""
    name, host = snapshot.name, machines.stations.host
    end = (snapshots.giving_up(name),) if snapshots.pending(host) == name else ()
    anew = Advice("Delete it, and take a new one", f"osk crc snapshot delete {name}")
    differing = tuple(_differing(machines, snapshot, machine))
    if differing:
        advice = Advice("Make or delete hosts, attach or detach disks until they are those", "osk hosts list")
        summary = f"The snapshot `{name}` does not fit what is there: {'; '.join(differing)}"
        raise refused("OSK1361", summary, name, advice, *end)
    copies = Copying(machines.making, name).lost(snapshot.machines, machines.power.found.volumes)
    if lost := (*snapshots.lost(host, snapshot), *copies):
        advice = Advice("Put them back where they were, if they are anywhere")
        summary = f"Copies of the snapshot `{name}` are gone: {', '.join(lost)}"
        raise refused("OSK1389", summary, name, advice, *(end or (anew,)))
    if machines.clock.now() > snapshot.until and not force:
        rest = (
            anew,
            Advice("Or try: what nodes ask for is approved while the cluster starts", f"{AGAIN} --force"),
        )
        summary = f"The snapshot `{name}` is too old: a certificate in it ran out on {time(snapshot.until)}"
        raise refused("OSK1360", summary, name, *rest)


def _differing(machines: Machines, snapshot: Snapshot, machine: Machine) -> Iterator[str]:
    there = {each.name for each in machines.power.made}
    if snapshot.profile != machines.loaded.name:
        yield f"it is of the profile `{snapshot.profile}`"
    if snapshot.bundle != machine.bundle:
        yield f"it is of the bundle {snapshot.bundle}, the machine of {machine.bundle}"
    if there != set(snapshot.machines):
        yield f"it has the hosts {_listed(snapshot.machines)}, and there are {_listed(there)}"
    further = snapshots.further(machines.stations.host)
    if set(further) != set(snapshot.disks):
        yield f"it has the disks {_listed(snapshot.disks)}, and there are {_listed(further)}"


def time(seconds: float) -> str:
    """Write a time for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def refused(
    code: str, summary: str, subject: str, *advice: Advice, exit_code: ExitCode = ExitCode.REFUSED
) -> OskError:
    """Say why not."""
    return OskError(Problem(code, summary, subject, None, advice), exit_code=exit_code)
