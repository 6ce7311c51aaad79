"""What `osk redeploy` does: says what goes with a service and what stays, asks, and has it made anew."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters import holders
from openstack_k8s_cli.cli import questions, serving
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.services import GALERA, Kinds
from openstack_k8s_cli.workflows.developing import redoable, redoing
from openstack_k8s_cli.workflows.developing.marks import Mark
from openstack_k8s_cli.workflows.developing.redoable import Found

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


def events(session: "Session", name: str, *, drop: bool, yes: bool, confirm: str | None) -> Iterator[Event]:
    """Have a service made anew.

    Outside of CRC and rehearsals the profile's name confirms that databases are dropped.
    """
    work = session.work
    kinds: Kinds = work.loaded.kinds
    if name not in kinds and name != GALERA:
        raise OskError(serving.unknown(name, list(kinds)), exit_code=ExitCode.USAGE)
    found = redoable.look(work.informed, name, kinds)
    redoable.check_drop(name, found, drop=drop)
    if found.begun is None:
        session.tell("\n".join(_plan(name, found, drop=drop)))
        if drop and work.needs_its_name:
            questions.confirm_name(work.loaded.name, given=confirm)
        else:
            questions.confirm(f"Have {name} gone and made anew?", yes=yes)
    else:
        session.tell(found.begun.line)
    mark = found.begun or _mark(name, found, drop=drop)
    after = (_HOSTS,) if found.on_hosts else ()
    ready = kinds[name].ready
    yield from work.drive(
        lambda world, options: redoing.redo(world, found.plane, mark, ready, options, after=after)
    )


_HOSTS = (
    "osk deploy dataplane --set dataplane.deployment.name=NEW   # where hosts have to be given what is new"
)


def _mark(name: str, found: Found, *, drop: bool) -> Mark:
    now = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    by = holders.holder().partition(" ")[0]
    return Mark(name, by, now, found.targets, found.databases if drop else {})


def _plan(name: str, found: Found, *, drop: bool) -> Iterator[str]:
    """Say what becomes of what."""
    yield from (f"  - {each}" for each in found.targets)
    kinds = sorted({each.kind for each in found.owned})
    if kinds:
        count = some(len(found.owned), "resource")
        yield f"    with {count} that it owns: {', '.join(kinds)}, and their workloads"
    for instance, names in found.databases.items():
        yield f"  {'-' if drop else '='} databases in {instance}: {', '.join(names)}{'' if drop else '   (stay as they are)'}"
    yield "  = the passwords of the profile's Secret, certificates, routes and volumes stay"
    if found.databases:
        yield "  ~ database accounts and message bus accounts are made anew, with passwords of their own"
    if found.users:
        yield f"while {name} is gone these do without it: {', '.join(found.users)}"
    if drop and found.databases:
        yield f"what {name} has stored is lost, and what others have stored of it points to nothing"
    if found.on_hosts:
        yield "hosts have a part of it, which goes on with what it has"
