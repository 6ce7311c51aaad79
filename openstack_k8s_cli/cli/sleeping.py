"""What `osk stop` and `osk start` do: a cloud's own machines go to sleep, hosts first, and wake in the other order."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.crc import steps
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.events import Event, Warned
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.telling import Task, Told, chained
from openstack_k8s_cli.workflows.workstation import waking
from openstack_k8s_cli.workflows.world import Target

_CONTROL_PLANE = Target(("controlplane",), only=True)
Stage = Callable[[], Iterable[Event]]


def stop(machines: Machines, *, yes: bool, force: bool) -> Iterator[Event]:
    """Put it to sleep: hosts, then CRC; hosts that the cluster switches come last, for it would switch them on again."""
    machines.any()
    on = machines.power.running()
    awake = on and (not machines.has_crc or machines.crc_runs)
    warned = guests(machines, on) if awake else ""
    if warned:
        text = f"servers go down with their hosts: {warned}"
        machines.session.tell(text)
        questions.confirm("They stay off when the cloud wakes. Stop it?", yes=yes)
        yield Warned(machines.clock.now(), text)
    yield from machines.story("cloud/sleep", stopping(machines, force=force), after=("osk start",))


def guests(machines: Machines, on: Sequence[Machine]) -> str:
    """Say which servers run on hosts; empty: none."""
    hosts = machines.making.hosts(each.name for each in on)
    try:
        return waking.servers(machines.cluster, machines.clock, machines.namespace, hosts)
    except (OskError, ClusterError) as error:
        said = error.problems[0].summary if isinstance(error, OskError) else str(error)
        return f"which of them is not known ({said})"


def stopping(machines: Machines, *, force: bool) -> Sequence[Task]:
    """Give the steps."""
    power = machines.power
    plain, bare = power.running(bare=False), power.running(bare=True)
    return (
        *([Task("hosts", lambda: power.stop(plain, force=force))] if plain else ()),
        *([Task("crc", lambda: crc_stopped(machines))] if machines.has_crc else ()),
        *([Task("bare-hosts", lambda: power.stop(bare, force=force))] if bare else ()),
        *([] if plain or bare or machines.has_crc else [Task("hosts", lambda: [_asleep(machines)])]),
    )


def _asleep(machines: Machines) -> Told:
    return Told(machines.making.place, "no machine runs", "ok")


def crc_stopped(machines: Machines) -> Iterator[Told]:
    """Stop CRC."""
    done = machines.stations.stopped()
    yield Told("crc", "stopped" if done else "it does not run", "changed" if done else "ok")


def start(machines: Machines, *, yes: bool) -> Iterator[Event]:
    """Wake it: CRC with its operators and certificates, the control plane, then the hosts."""
    machines.any()
    resting = machines.power.resting()
    if machines.has_crc:
        station = machines.stations.station
        facts = station.look()
        station.fit(facts)
        station.startable(facts)
        machines.stations.ask(steps.start(facts, station.wanted), yes=yes)
    yield from chained(machines.clock, wakings(machines, resting, yes=yes))


def wakings(machines: Machines, resting: Sequence[Machine], *, yes: bool) -> Iterator[Stage]:
    """Give the stories, each looked at when the one before is through; `yes`: CRC may be stopped for what it takes."""
    if machines.has_crc:
        yield lambda: machines.story("crc/machine", [Task("start", lambda: crc_started(machines, yes=yes))])
    cloud = refusals.reading(lambda: waking.control_plane(machines.cluster, machines.namespace))
    if cloud:
        yield lambda: machines.pointed.work.wait(_CONTROL_PLANE)
    if resting or cloud:
        yield lambda: machines.story(
            "cloud/wake",
            _woken(machines, resting, cloud=bool(cloud)),
            after=(machines.pointed.pointed("status"),),
        )


def crc_started(machines: Machines, *, yes: bool) -> Iterator[Told]:
    """Start CRC and what it takes to be fit for a cloud."""
    done = machines.stations.started(yes=yes, asks=False)
    for each in done:
        yield Told("crc", str(each))
    if not done:
        yield Told("crc", "it runs already", "ok")


def _woken(machines: Machines, resting: Sequence[Machine], *, cloud: bool) -> Iterator[Task]:
    made = machines.power.made if machines.has_hosts else ()
    hosts = [short(each) for each in machines.making.hosts(each.name for each in made)]
    if resting:
        yield Task("hosts", lambda: machines.power.start(resting))
    if cloud:
        world = machines.cluster, machines.clock, machines.namespace
        yield Task("cloud", lambda: waking.answered(*world, hosts))
    else:
        yield Task("reachable", lambda: [Told(machines.making.place, f"{some(len(made), 'host')} up", "ok")])
