"""`osk teardown`."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, picturing, questions, running, serving, standing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer

app = single()


class Part(StrEnum):
    """What can be taken down."""

    DATAPLANE = "dataplane"
    CONTROLPLANE = "controlplane"
    NETWORKS = "networks"
    OPERATORS = "operators"
    ALL = "all"
    SERVICE = "service"


class Keep(StrEnum):
    """What survives."""

    DATA = "data"
    IDENTITY = "identity"
    NOTHING = "nothing"


_Keep = Annotated[
    Keep,
    typer.Option(
        "--keep",
        metavar="data|identity|nothing",
        help="What survives: databases; databases and keystone's keys; nothing",
    ),
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be done; exits 3 where anything would")
]
_Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar="NAME", help="The profile's name, where --yes is not enough"),
]


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk teardown controlplane             # and the data plane above it; databases stay",
        "osk teardown all --keep nothing --yes",
        "osk teardown service heat             # switched off; its database stays",
        "osk teardown all --confirm lab        # outside CRC and rehearsals",
        "osk teardown all --dry-run -o json    # only what would go and what would stay",
    ),
)
@scoped
def teardown(
    session: Session,
    *,
    part: Annotated[
        Part,
        typer.Argument(metavar="LAYER", help="A layer, all, or service", autocompletion=naming.parts),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="With `service`: which services", autocompletion=naming.services),
    ] = None,
    keep: _Keep = Keep.DATA,
    crds: Annotated[bool, typer.Option("--crds", help="Delete the CRDs too")] = False,
    dry_run: _DryRun = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask")] = False,
    confirm: _Confirm = None,
    save: Annotated[
        bool, typer.Option("--save", help="With `service`: put it into the profile's file too")
    ] = False,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="With `service`: those that stand by themselves")
    ] = False,
) -> ExitCode:
    """Show what a teardown deletes and keeps, ask, then take it down, the last made first.

    `osk teardown service NAME...` switches services of a control plane that runs off; their databases stay.
    """
    if part is Part.SERVICE and dry_run:
        raise _no_dry_run(names)
    if part is Part.SERVICE and standalone:
        taken = standing.taken_down(session, names or (), yes=yes, confirm=confirm)
        return running.run(session, "teardown", taken, again=session.line)
    if part is Part.SERVICE:
        switch = serving.Switch(tuple(names or ()), on=False, save=save)
        return running.run(
            session, "teardown", serving.events(session, switch, yes=yes, confirm=confirm), again=session.line
        )
    _refuse_names(names)
    lowest = None if part is Part.ALL else Layer(part.value)
    if dry_run:
        planned = session.work.teardown_plan(lowest, keep=keep.value, crds=crds)
        session.answer(
            picturing.teardown_document(planned),
            lambda: picturing.teardown_text(planned, everything=bool(session.scope.verbose)),
        )
        return ExitCode.DONE if planned.empty else ExitCode.DIFFERENCES

    def events() -> Iterator[Event]:
        work = session.work
        planned = work.teardown_plan(lowest, keep=keep.value, crds=crds)
        session.tell(picturing.teardown_text(planned, everything=bool(session.scope.verbose)))
        if work.needs_its_name:
            questions.confirm_name(work.loaded.name, given=confirm)
        else:
            questions.confirm(f"Take {part.value} of `{work.loaded.name}` down?", yes=yes or planned.empty)
        yield from work.teardown(planned)

    return running.run(session, "teardown", events(), again=session.line)


def _no_dry_run(names: list[str] | None) -> OskError:
    sets = " ".join(f"--set controlplane.services.{name}.enabled=false" for name in names or ("NAME",))
    problem = Problem(
        "OSK1447",
        "`--dry-run` is for layers, not for single services",
        advice=(Advice("See what the control plane would change", f"osk plan controlplane --only {sets}"),),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)


def _refuse_names(names: list[str] | None) -> None:
    if names:
        problem = Problem(
            "OSK1023",
            f"`{names[0]}` is one word too many: a teardown takes one layer, or `service` and names",
            advice=(Advice("Take it out, or name services", "osk teardown service NAME"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
