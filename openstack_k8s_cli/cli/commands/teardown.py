"""`osk teardown`."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, picturing, printing, questions, running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Layer

app = single()


class Part(StrEnum):
    """What can be taken down."""

    DATAPLANE = "dataplane"
    CONTROLPLANE = "controlplane"
    NETWORKS = "networks"
    OPERATORS = "operators"
    ALL = "all"


class Keep(StrEnum):
    """What survives."""

    DATA = "data"
    IDENTITY = "identity"
    NOTHING = "nothing"


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk teardown controlplane             # and the data plane above it; databases stay",
        "osk teardown all --keep nothing --yes",
        "osk teardown all --confirm lab        # outside CRC and rehearsals",
    ),
)
@scoped
def teardown(
    session: Session,
    *,
    part: Annotated[
        Part, typer.Argument(metavar="LAYER", help="A layer, or all", autocompletion=naming.layers)
    ],
    keep: Annotated[
        Keep,
        typer.Option(
            "--keep",
            metavar="data|identity|nothing",
            help="What survives: databases; databases and keystone's keys; nothing",
        ),
    ] = Keep.DATA,
    crds: Annotated[bool, typer.Option("--crds", help="Delete the CRDs too")] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask")] = False,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", metavar="NAME", help="The profile's name, where --yes is not enough"),
    ] = None,
) -> ExitCode:
    """Show what a teardown deletes and keeps, ask, then take it down, the last made first."""

    def events() -> Iterator[Event]:
        work = session.work
        lowest = None if part is Part.ALL else Layer(part.value)
        planned = work.teardown_plan(lowest, keep=keep.value, crds=crds)
        printing.tell(picturing.teardown_text(planned))
        if work.needs_its_name:
            questions.confirm_name(work.loaded.name, given=confirm)
        else:
            questions.confirm(f"Take {part.value} of `{work.loaded.name}` down?", yes=yes or planned.empty)
        yield from work.teardown(planned)

    return running.run(session, "teardown", events(), again=session.line)
