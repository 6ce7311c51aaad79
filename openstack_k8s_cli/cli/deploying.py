"""What `osk deploy` does with a part of the plan: asks what has to be asked, looks at the hosts, and drives it to Ready."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import picturing, questions
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is to be done."""

    adopt: frozenset[str] = frozenset()
    recreate: frozenset[str] = frozenset()
    fail_fast: bool = False
    checks: bool = True
    """Whether hosts are looked at first."""


PLAIN = Wishes()


def events(
    work: "Work", session: "Session", target: Target, wishes: Wishes = PLAIN, *, yes: bool
) -> Iterator[Event]:
    """Deploy it."""
    work.check(target)
    ask(work, session, target, wishes, yes=yes)
    if wishes.checks:
        work.gate(target)
    yield from work.deploy(target, adopt=wishes.adopt, recreate=wishes.recreate, fail_fast=wishes.fail_fast)


def ask(work: "Work", session: "Session", target: Target, wishes: Wishes = PLAIN, *, yes: bool) -> None:
    """Show what is other than last time and have it confirmed."""
    recalled = work.recollection()
    if recalled.differs:
        preview = work.preview(target, adopt=wishes.adopt, recreate=wishes.recreate)
        session.tell(picturing.preview_text(preview, everything=bool(session.scope.verbose)))
        session.tell(picturing.recollection_text(recalled, work.loaded.name))
        questions.confirm("Deploy it as it is now?", yes=yes)
