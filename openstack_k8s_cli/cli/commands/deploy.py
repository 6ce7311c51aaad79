"""`osk deploy`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import kinds, running, serving, standing, targeting
from openstack_k8s_cli.cli.options import extended, scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.dataplane.choosing import Asked

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk deploy all                       # everything; safe to repeat",
        "osk deploy controlplane              # a layer, with what it needs below it",
        "osk deploy metallb --only            # one component",
        "osk deploy all --from controlplane   # the rest",
        "osk deploy service heat barbican     # switched on in the control plane that runs",
        "osk deploy service keystone --standalone   # by itself, with its own operator",
        "osk deploy crds --crds manifests/    # only kinds, without their operators",
        "osk deploy dataplane --limit edpm-compute-3 --services nova   # Ansible on one host",
        "osk deploy all --rehearsal           # on the rehearsal cluster",
    ),
)
@scoped
@extended(targeting.asked, into="asked")
def deploy(
    session: Session,
    *,
    words: targeting.Words = None,
    only: targeting.Only = False,
    start: targeting.Start = None,
    until: targeting.Until = None,
    adopt: targeting.Adopt = None,
    recreate: targeting.Recreate = None,
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Deploy other values than last time without asking")
    ] = False,
    fail_fast: targeting.FailFast = False,
    skip_checks: targeting.SkipChecks = False,
    asked: "Asked",
    save: Annotated[
        bool, typer.Option("--save", help="With `service`: put it into the profile's file too")
    ] = False,
    standalone: targeting.Standalone = False,
    crds: targeting.Crds = None,
) -> ExitCode:
    """Bring layers, components or everything to Ready; the same command goes on after any interruption.

    `osk deploy service NAME...` switches services of a control plane that runs on; `osk deploy crds` brings kinds only.
    """
    if words == [kinds.WORD]:
        brought = kinds.events(session, crds or (), fail_fast=fail_fast)
        return running.run(session, "deploy", brought, again=session.line)
    if words and words[0] == serving.WORD and standalone:
        stood = standing.deployed(session, words[1:], save=save, fail_fast=fail_fast)
        return running.run(session, "deploy", stood, again=session.line)
    if words and words[0] == serving.WORD:
        switch = serving.Switch(tuple(words[1:]), on=True, save=save)
        switched = serving.events(session, switch, yes=yes, fail_fast=fail_fast)
        return running.run(session, "deploy", switched, again=session.line)
    from openstack_k8s_cli.cli import deploying

    wishes = deploying.Wishes(frozenset(adopt or ()), frozenset(recreate or ()), fail_fast, not skip_checks)

    def events() -> Iterator[Event]:
        chosen = targeting.target(words, only=only, start=start, until=until)
        yield from deploying.events(session.work.asking(asked), session, chosen, wishes, yes=yes)

    return running.run(session, "deploy", events(), again=session.line)
