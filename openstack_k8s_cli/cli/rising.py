"""What `osk up` and `osk down` do: the stories of CRC, hosts and deployments, one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import clouding, deploying, making, picturing, printing, questions
from openstack_k8s_cli.cli.deploying import Wishes
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.cli.sleeping import Stage, crc_started, crc_stopped
from openstack_k8s_cli.crc import snapshots, steps
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane import keys
from openstack_k8s_cli.workflows.dataplane.copying import copied
from openstack_k8s_cli.workflows.telling import Task, Told, chained
from openstack_k8s_cli.workflows.workstation import stages
from openstack_k8s_cli.workflows.workstation.stages import Down, Up
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.dataplane.making.wanted import Machine
    from openstack_k8s_cli.teardown import Teardown

_KEYS = Target(("dataplane/keys",))
_BOARDS = Target(("dataplane/machines",), until="dataplane/machines/credentials")
_NODESET, _CONTROL_PLANE = "OpenStackDataPlaneNodeSet", "OpenStackControlPlane"
_UNREACHED = "OSK04"
"""Begin codes of clusters that do not answer."""


def up(machines: Machines, target: Target, wishes: Wishes, *, yes: bool) -> Iterator[Event]:
    """Bring everything up; what has to be asked is asked before the first change."""
    chosen = _chosen(machines, target)
    if chosen.crc:
        machines.stations.ask_first(machines.stations.coming(), yes=yes)
    sure = yes or _asked(machines, chosen, wishes)
    yield from chained(machines.clock, _rising(machines, chosen, wishes, sure=sure, yes=yes))


def _chosen(machines: Machines, target: Target) -> Up:
    chosen = stages.up(target, machines.stages)
    if chosen.rest:
        machines.work.check(chosen.rest)
    return chosen


def _asked(machines: Machines, chosen: Up, wishes: Wishes) -> bool:
    """Ask about what is other than last time; False: the cluster is not there yet to tell."""
    if chosen.rest is None or (machines.has_crc and not machines.crc_runs):
        return False
    aim = machines.pointed
    try:
        deploying.ask(aim.work, aim, chosen.rest, wishes, yes=False)
    except OskError as error:
        if chosen.crc and error.problems[0].code.startswith(_UNREACHED):
            return False
        raise
    return True


def _rising(machines: Machines, chosen: Up, wishes: Wishes, *, sure: bool, yes: bool) -> Iterator[Stage]:
    """Give the stories, each looked at when the one before is through."""
    if chosen.crc:
        tasks = [
            Task("setup", lambda: _prepared(machines)),
            Task("start", lambda: crc_started(machines, yes=yes)),
        ]
        yield lambda: machines.story("crc/machine", tasks)
    aim, rest = machines.pointed, chosen.rest
    if rest and not sure:
        _refuse_other(aim)
    kinds = _kinds(machines, rest) if rest else frozenset()
    wanted = _NODESET in kinds if chosen.hosts is None else chosen.hosts
    if wanted and machines.has_hosts:
        for each in _keys(machines):
            yield partial(aim.work.deploy, each, usage=())
        yield lambda: making.create(aim, (), machines.making)
    if rest:
        yield lambda: deploying.events(aim.work, aim, rest, wishes, yes=True)
    if _CONTROL_PLANE in kinds:
        yield lambda: _accessible(machines, aim)


def _prepared(machines: Machines) -> Iterator[Told]:
    done = machines.stations.prepared()
    for each in done:
        yield Told("crc", str(each))
    if not done:
        yield Told("crc", "the host is set up", "ok")


def _refuse_other(aim: "Session") -> None:
    """Refuse to go on without a yes where the cluster, which was asleep, was deployed from other values."""
    if aim.work.recollection().differs:
        advice = (
            Advice("See what would change", "osk plan"),
            Advice("Deploy it as it is now", f"{AGAIN} --yes"),
        )
        summary = "The cloud on this cluster was deployed from another profile, or other values"
        raise OskError(Problem("OSK1352", summary, None, None, advice), exit_code=ExitCode.REFUSED)


def _kinds(machines: Machines, target: Target) -> frozenset[str]:
    """Name the kinds that a part of the plan has."""
    work = machines.work
    plan = planning.offline(machines.loaded, work.catalogue, target, texts=work.downloads.kept)
    gates = (gate.target.kind for step in plan.steps for gate in step.gates)
    return frozenset((*(each.id.kind for each in plan.manifests), *gates))


def _keys(machines: Machines) -> Iterator[Target]:
    """Give what hosts that are to be made need of the cluster, where the profile does not say it itself."""
    values, secrets = machines.loaded.values, machines.work.secrets
    missing = machines.making.missing(machines.power.found, machines.making.machines)
    if any(not each.bare for each in missing) and keys.given(values, secrets) is None:
        yield _KEYS
    name = str(machines.making.hypervisor["boards"]["secret"])
    if any(each.bare for each in missing) and keys.given_value(values, secrets, name, "password") is None:
        yield _BOARDS


def place(machines: Machines) -> str:
    """Name the file with a cloud's address and password."""
    return str(runs.state_home(machines.session.environment) / "clouds" / f"{machines.loaded.name}.yaml")


def _accessible(machines: Machines, aim: "Session") -> Iterator[Event]:
    """Write down how the cloud is used, and say where that is."""
    usage = clouding.usage(aim, machines.loaded.values)
    path = place(machines)
    try:
        found = aim.work.cloud.clouds_yaml()
    except OskError as error:
        told = Told(machines.namespace, f"how it is used is not known: {error.problems[0].summary}", "ok")
        yield from machines.story("cloud/access", [Task("known", lambda: [told])], after=usage)
        return
    address = str(found["clouds"]["default"]["auth"]["auth_url"])

    def known() -> Iterator[Told]:
        machines.stations.way.here.write(path, printing.yaml_text(found).encode(), 0o600)
        yield Told(address, "address", "ok")
        yield Told(path, "password", "ok")
        yield Told(usage[0], "client", "ok")

    after = (f"address: {address}", f"password: in {path}", *usage)
    yield from machines.story("cloud/access", [Task("known", known)], after=after)


def rehearsal_of_up(machines: Machines, target: Target) -> tuple[dict[str, Any], str]:
    """Say what `up` would do: as a document and as text; nothing is changed."""
    chosen = _chosen(machines, target)
    crc = [str(each) for each in machines.stations.coming()] if chosen.crc else []
    wanted = chosen.hosts
    if wanted is None:
        wanted = bool(chosen.rest) and _NODESET in _kinds(machines, chosen.rest or Target())
    missing: Sequence[Machine] = ()
    if wanted and machines.has_hosts:
        missing = machines.making.missing(machines.power.found, machines.making.machines)
    lines = [f"would: {each}" for each in crc]
    lines += [f"would: make {each.name} on {machines.making.place}" for each in missing]
    found: dict[str, Any] = {
        "dryRun": True,
        "crc": crc,
        "hosts": [each.name for each in missing],
        "deploy": None,
    }
    if chosen.rest and (not machines.has_crc or machines.crc_runs):
        with machines.looking() as aim:
            preview = aim.work.preview(chosen.rest)
            found["deploy"] = picturing.preview_document(preview)
            lines.append(picturing.preview_text(preview, everything=bool(machines.session.scope.verbose)))
        found["differs"] = bool(crc or missing or preview.differs)
    else:
        lines += ["would: deploy all of it, on a cluster that is not there yet"] if chosen.rest else []
        found["differs"] = bool(crc or missing or chosen.rest)
    return found, "\n".join(lines or ["nothing to change"])


@dataclass(frozen=True, slots=True)
class Fall:
    """What `down` takes down."""

    chosen: Down
    keep: str
    planned: "Teardown | None"
    """None: no layer, or none that can be."""
    hosts: tuple[str, ...]
    crc: tuple[steps.Change, ...]
    access: tuple[str, ...] = ()
    """What goes with CRC's machine."""
    snapshots: tuple[str, ...] = ()
    """What stays of CRC and hosts, with all its room, for machines of the same names."""

    @property
    def empty(self) -> bool:
        """Whether nothing is left to be taken down."""
        return not (self.hosts or self.crc or self.access or (self.planned and not self.planned.empty))

    def document(self) -> dict[str, Any]:
        """Give the JSON form."""
        objects = picturing.fates(self.planned) if self.planned else []
        crc = [*map(str, self.crc), *self.access]
        found = {"dryRun": True, "keep": self.keep, "objects": objects, "hosts": list(self.hosts), "crc": crc}
        return {**found, "snapshots": list(self.snapshots)}

    def text(self, at: str, *, everything: bool) -> str:
        """Give it for people; each object has its line with `everything`."""
        lines = [picturing.teardown_text(self.planned, everything=everything)] if self.planned else []
        lines += [f"hosts, deleted on {at}, disks and all: {', '.join(self.hosts)}"] if self.hosts else []
        lines += [f"{each}{f': {each.loses} goes' if each.loses else ''}" for each in self.crc]
        lines += self.access
        lines += filter(None, [making.staying(self.snapshots)])
        return "\n".join(lines or ["nothing is there"])


def fall(machines: Machines, chosen: Down, keep: str, work: "Work | None" = None) -> Fall:
    """Look at what is there; raises OskError (exit 4) where the cloud sleeps and is to be kept."""
    runs_now = machines.crc_runs
    reachable = runs_now or not machines.has_crc
    power = machines.power if chosen.hosts else None
    hosts = (*(each.name for each in power.made), *machines.making.leftover(power.found)) if power else ()
    is_made = bool(machines.has_crc and machines.stations.station.look().crc.machine)
    if chosen.layers and is_made and not reachable and keep != "nothing" and (hosts or chosen.lowest):
        raise _asleep(machines)
    planned = None
    if chosen.layers and reachable:
        planned = _planned(machines, chosen, keep, work)
    copies = copied(machines.making.volumes(power.found, hosts), power.found.volumes) if power else ()
    facts = machines.stations.station.look() if chosen.crc else None
    if facts is None:
        return Fall(chosen, keep, planned, hosts, (), snapshots=copies)
    if keep != "nothing":
        return Fall(chosen, keep, planned, hosts, steps.stop(facts), snapshots=copies)
    crc, leaving = steps.delete(facts, entirely=False), machines.stations.leaving()
    kept = dict.fromkeys((*snapshots.read(machines.stations.host).snapshots, *copies))
    return Fall(chosen, keep, planned, hosts, crc, (*leaving,), tuple(kept))


def _planned(machines: Machines, chosen: Down, keep: str, work: "Work | None") -> "Teardown":
    if work:
        return work.teardown_plan(chosen.lowest, keep=keep, crds=False)
    with machines.looking() as aim:
        return aim.work.teardown_plan(chosen.lowest, keep=keep, crds=False)


def _asleep(machines: Machines) -> OskError:
    advice = (
        Advice("Wake it first", "osk start"),
        Advice("Or take it away with all that is in it", "osk down --keep nothing"),
    )
    summary = f"CRC does not run, so what `{machines.loaded.name}` has in it cannot be taken down"
    return OskError(Problem("OSK1354", summary, None, None, advice), exit_code=ExitCode.REFUSED)


def down(machines: Machines, chosen: Down, keep: str, *, yes: bool, confirm: str | None) -> Iterator[Event]:
    """Take it down, the last made first; what goes is shown and asked about before the first change."""
    work = machines.pointed.work
    found = fall(machines, chosen, keep, work)
    machines.session.tell(found.text(machines.making.place, everything=bool(machines.session.scope.verbose)))
    if found.planned and not found.planned.empty and work.needs_its_name:
        questions.confirm_name(machines.loaded.name, given=confirm)
    else:
        questions.confirm(f"Take `{machines.loaded.name}` down?", yes=yes or found.empty)
    yield from chained(machines.clock, _falling(machines, found, work))


def _falling(machines: Machines, found: Fall, work: "Work") -> Iterator[Stage]:
    planned = found.planned
    if planned:
        yield lambda: work.teardown(planned)
    if found.hosts:
        yield lambda: making.delete(
            machines.pointed, (), machines.making, migrate=False, force=True, yes=True, said=True
        )
    yield lambda: machines.story("cloud/access", list(_last(machines, found)))


def _last(machines: Machines, found: Fall) -> Iterator[Task]:
    if found.chosen.layers and found.chosen.lowest is None:
        yield Task("forget", lambda: _forgotten(machines))
    if found.keep == "nothing" and found.chosen.crc:
        yield Task("crc", lambda: (Told("crc", str(each)) for each in machines.stations.deleted(found.crc)))
    elif found.chosen.crc:
        yield Task("crc", lambda: crc_stopped(machines))


def _forgotten(machines: Machines) -> Iterator[Told]:
    path = place(machines)
    here = machines.stations.way.here
    if here.read(path) is not None:
        here.run(["rm", "-f", path])
        yield Told(path, "the file with the password is deleted")
