"""What `osk hosts create` and `osk hosts delete` do, and what `osk hosts list` says of machines."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.adapters.ssh import Ssh
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.apply.recipes import public_of
from openstack_k8s_cli.cli import printing, questions
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.making import choosing, looks
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event, RunFinished, StepFinished, Warned
from openstack_k8s_cli.model.numbers import several, some
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile.staffing import staff
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.dataplane import keys, remains, remaking
from openstack_k8s_cli.workflows.dataplane.copying import copied
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.dataplane.making import Making, State
from openstack_k8s_cli.workflows.dataplane.unmaking import Unmaking
from openstack_k8s_cli.workflows.telling import Story, Task, Told
from openstack_k8s_cli.workflows.world import Loaded, World

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

_MANY = 20


@dataclass(frozen=True, slots=True)
class _Setting:
    """A story's, where there need not be a cluster."""

    clock: Clock
    loaded: Loaded


def making(session: "Session", work: "Work") -> Making:
    """Give the machines of the session's profile."""
    return Making.of(Hosts(session.environment), work.loaded.values)


def states(session: "Session", base: "Work") -> dict[str, str]:
    """Say of each machine how it is; where the hypervisor does not answer, that is said, too."""
    work = making(session, base)
    if not work.machines and not base.loaded.gives("dataplane.hypervisor"):
        return {}
    try:
        found = work.look()
    except OskError as error:
        printing.warn(error.problems[0].summary)
        return {each.name: "unknown" for each in work.machines}
    left = dict.fromkeys(work.leftover(found), "leftover")
    return {**{each.name: str(work.state(each, found)) for each in work.machines}, **left}


def create(session: "Session", names: Sequence[str], work: Making | None = None) -> Iterator[Event]:
    """Make what is not there."""
    base = session.work
    work = work or making(session, base)
    chosen = choosing.chosen(work.machines, names)
    found = work.look()
    work.check(found, chosen)
    missing = work.missing(found, chosen)
    access = _access(base, missing)
    board = _board(base, work, chosen)
    clock = SystemClock()
    anew = work.hosts(each.name for each in work.anew(found, missing))
    world, gone = _world(base) if anew else (None, "")
    if anew and not world:
        yield Warned(clock.now(), _unforgotten(gone))
    for each in chosen:
        for text in _different(work, found, each):
            yield Warned(clock.now(), text)

    def made() -> Iterator[Told]:
        if missing:
            yield from work.create(missing, found, access, board)
        for each in chosen:
            if each not in missing:
                yield Told(each.name, "it is there already", "ok")

    story = Story(
        _Setting(clock, base.loaded),
        _options(session, work),
        "dataplane/hosts",
        [*([remaking.task(world, anew)] if world else ()), Task("create", made)],
    )
    yield from story.events(after=("osk dataplane check", "osk deploy dataplane"))


def _unforgotten(gone: str) -> str:
    return (
        f"the cluster does not answer ({gone}): where hosts of these names were deployed before, that stays known there;"
        " then deploy them with: osk deploy dataplane --restart"
    )


def fresh(session: "Session", names: Sequence[str]) -> Iterator[Event]:
    """Make hosts that a node set has got, where osk makes those of it; the run goes on behind that."""
    base = session.work
    known = {each.name for each in making(session, base).machines}
    rehearsed = base.loaded.values["platform"]["provider"] == "rehearsal"
    own = [] if rehearsed else [name for name in names if name in known]
    for event in create(session, own) if own else ():
        if isinstance(event, RunFinished) and event.exit_code is not ExitCode.DONE:
            yield replace(event, problems=tuple(onwards(each, own) for each in event.problems))
        elif isinstance(event, StepFinished) and event.problem:
            yield replace(event, problem=onwards(event.problem, own))
        elif not isinstance(event, RunFinished):
            yield event


def onwards(problem: Problem, names: Sequence[str]) -> Problem:
    """Say how it goes on after hosts were added: the same command would add more."""
    kept = (each for each in problem.advice if "same command" not in each.text)
    make = shlex.join(["osk", "hosts", "create", *names])
    more = (
        Advice("Mend what it says, then make what is missing", make),
        Advice("Then go on", "osk deploy dataplane"),
    )
    return replace(problem, advice=(*kept, *more))


def _different(work: Making, found: Found, machine: Machine) -> Iterator[str]:
    if work.state(machine, found) in {State.DIFFERS, State.OFF} and machine.name in found.made:
        how = f"osk hosts delete {machine.name} && osk hosts create {machine.name}"
        for each in looks.differences(machine, found.made[machine.name]):
            yield f"{machine.name} stays as it is: {each}. To make it anew: {how}"


def delete(
    session: "Session",
    names: Sequence[str],
    work: Making | None = None,
    *,
    migrate: bool,
    force: bool,
    yes: bool,
    said: bool = False,
) -> Iterator[Event]:
    """Take machines away, and what cluster and cloud know of them; `said`: what stays of them is said already."""
    base, clock = session.work, SystemClock()
    work = work or making(session, base)
    found = work.look()
    world, gone = _world(base)
    left = work.leftover(found)
    plain = [name for name in names if name not in left and not choosing.is_pattern(name)]
    left += _remembered(world, work, plain) if world else ()
    chosen = [each.name for each in choosing.chosen(work.machines, names, left)]
    doomed = (*chosen, *(name for name in left if not names or choosing.means(names, [name])))
    _refuse_foreign(work, found, doomed)
    leaving = _leaving(session, world, work.hosts(doomed)) if world else None
    if leaving and force:
        refusals.reading(leaving.look)
    elif leaving:
        refusals.reading(lambda: leaving.check(migrate=migrate))
    if not said and (text := staying(copied(work.volumes(found, doomed), found.volumes))):
        session.tell(text)
    questions.confirm(f"Delete {_listed(doomed)} on {work.place}, disks and all?", yes=yes)
    if leaving is None:
        why = f"the cluster does not answer ({gone})" if gone else "the control plane is not there"
        yield Warned(clock.now(), f"{why}: only the machines are deleted")
    unmaking = Unmaking(work, found, doomed, clock, leaving=leaving, migrate=migrate, force=force)
    if world:
        unmaking = replace(unmaking, cluster=world.cluster, namespace=world.namespace)
    setting = _Setting(clock, base.loaded)
    story = Story(setting, _options(session, work), "dataplane/hosts", unmaking.tasks())
    yield from story.events(after=("osk hosts create", "osk deploy dataplane") if chosen else ())


def staying(snapshots: Sequence[str]) -> str:
    """Say which snapshots keep copies, with all their room, of machines that go; empty: none does."""
    names = ", ".join(snapshots)
    return f"snapshots stay: {names}; osk crc snapshot delete NAME deletes one" if names else ""


def _remembered(world: World, work: Making, names: Sequence[str]) -> tuple[str, ...]:
    """Find hosts that the profile has no more, nor the hypervisor, of which something is known: a run was killed."""
    here = {
        short(name) for each in staff(world.loaded.values).values() for name in (each.name, each.host_name)
    }
    here |= {name for each in work.machines for name in (each.nodeset, each.home)}
    lost = [name for name in names if short(name) not in here]
    return refusals.reading(lambda: remains.known(world, lost))


def _access(work: "Work", missing: Sequence[Machine]) -> Access:
    """Find the key that the hosts are to know, and root's password where there is to be one."""
    values = work.loaded.values
    user = str(values["dataplane"]["user"])
    if all(each.bare for each in missing):
        return Access(user, "")
    private = keys.given(values, work.secrets) or _kept_key(work)
    try:
        public = public_of(private.reveal()).strip()
    except ValueError as error:
        advice = Advice("Name one in OpenSSH's form or PEM, without a passphrase")
        problem = Problem("OSK1121", f"The key of the hosts cannot be read: {error}", None, None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE) from error
    return Access(user, public, _password(work) if any(each.root for each in missing) else None)


def _kept_key(work: "Work") -> SecretText:
    name = str(work.loaded.values["dataplane"]["sshSecret"])
    world, gone = _world(work)
    found = refusals.reading(lambda: keys.kept(world.cluster, world.namespace, name)) if world else None
    if found is None:
        advice = (
            Advice("Make it in the cluster", "osk deploy dataplane/keys --only"),
            Advice(
                "Or name a key of your own; then no cluster is needed",
                f"osk profile set secrets.{name}.ssh-privatekey '{{file: ~/.ssh/id_ed25519}}'",
            ),
        )
        raise _absent("The key that the hosts are to know", f"Secret {name}", gone, advice)
    return found


def _password(work: "Work") -> SecretText | None:
    name, key = "baremetalset-password-secret", "NodeRootPassword"
    given = keys.given_value(work.loaded.values, work.secrets, name, key)
    if given is not None:
        return given
    world, _ = _world(work)
    return _kept(world, world.namespace, name, key) if world else None


def _kept(world: World, namespace: str, name: str, key: str) -> SecretText | None:
    return refusals.reading(lambda: keys.kept_value(world.cluster, namespace, name, key))


def _board(work: "Work", machines: Making, chosen: Sequence[Machine]) -> SecretText | None:
    """Find the password of the boards, where there are any."""
    bare = [each for each in chosen if each.bare]
    if not bare:
        return None
    name = str(machines.hypervisor["boards"]["secret"])
    given = keys.given_value(work.loaded.values, work.secrets, name, "password")
    if given is not None:
        return given
    world, gone = _world(work)
    found = _kept(world, bare[0].namespace, name, "password") if world else None
    if found is None:
        advice = (
            Advice(
                "Make it in the cluster",
                "osk deploy dataplane/machines --only --until dataplane/machines/credentials",
            ),
            Advice("Or give one", f"osk profile set secrets.{name}.password '{{env: BMC_PASSWORD}}'"),
        )
        subject = f"Secret {bare[0].namespace}/{name}"
        raise _absent("The password of the management boards", subject, gone, advice)
    return found


def _absent(what: str, subject: str, gone: str, advice: tuple[Advice, ...]) -> OskError:
    """Refuse without a secret; `gone`: why no cluster could be asked for it."""
    problem = Problem("OSK1190", f"{what} is not there yet", subject, gone or None, advice)
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _refuse_foreign(work: Making, found: Found, doomed: Sequence[str]) -> None:
    strange = [
        name
        for name in doomed
        if name in found.domains and (name not in found.made or found.made[name].profile != work.profile)
    ]
    if strange:
        advice = Advice("Take it away yourself, if it is to go", f"virsh undefine {strange[0]}")
        problems = [
            Problem(
                "OSK1187",
                f"The machine `{name}` is none that osk made for this profile",
                name,
                None,
                (advice,),
            )
            for name in strange
        ]
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def _world(work: "Work") -> tuple[World | None, str]:
    """Give the cluster's side, or why there is none."""
    try:
        return work.world, ""
    except OskError as error:
        return None, error.problems[0].summary


def _leaving(session: "Session", world: World, names: Sequence[str]) -> Leaving | None:
    """Give what the cloud has to forget; None: it is not there."""
    leaving = Leaving(
        world.cluster,
        world.clock,
        world.namespace,
        [Leaver(each) for each in names],
        Ssh(session.environment),
    )
    try:
        return leaving if leaving.has_cloud else None
    except ClusterError:
        return None


def _options(session: "Session", work: Making) -> Options:
    return Options(command=session.command.removeprefix("osk "), cluster=work.place, again=session.line)


def _listed(names: Sequence[str]) -> str:
    return f"{some(len(names), 'machine')}: {several(names, _MANY)}"
