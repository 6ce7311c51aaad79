"""`osk down`."""

from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import running, targeting
from openstack_k8s_cli.cli.commands.teardown import Keep
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


class Part(StrEnum):
    """What can be taken down, each with what stands on it."""

    DATAPLANE = "dataplane"
    CONTROLPLANE = "controlplane"
    NETWORKS = "networks"
    OPERATORS = "operators"
    HOSTS = "hosts"
    CRC = "crc"
    ALL = "all"


class Stage(StrEnum):
    """What a way down can begin at."""

    HOSTS = "hosts"
    CRC = "crc"


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk down                    # the cloud, then its hosts; databases stay, and CRC is only stopped",
        "osk down --keep nothing     # CRC is deleted, too",
        "osk down controlplane       # as osk teardown controlplane",
        "osk down --until hosts      # CRC goes on",
        "osk down hosts --only       # only the hosts' machines",
        "osk down --dry-run -o json",
    ),
)
@scoped
def down(
    session: Session,
    *,
    part: Annotated[
        Part, typer.Argument(metavar="PART", help="A layer, hosts, crc or all, with what stands on it")
    ] = Part.ALL,
    only: Annotated[bool, typer.Option("--only", help="Only what is named; all: only the layers")] = False,
    start: Annotated[
        Stage | None, typer.Option("--from", metavar="hosts|crc", help="Leave out what comes before")
    ] = None,
    until: Annotated[Part | None, typer.Option("--until", metavar="PART", help="End with this")] = None,
    keep: Annotated[
        Keep,
        typer.Option(
            "--keep",
            metavar="data|identity|nothing",
            help="What survives, as in `osk teardown`; CRC is deleted only with nothing",
        ),
    ] = Keep.DATA,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done; exits 3 where anything would")
    ] = False,
    host: targeting.Host = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask")] = False,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", metavar="NAME", help="The profile's name, where --yes is not enough"),
    ] = None,
) -> ExitCode:
    """Show what would be taken down, ask, and do it: layers as `osk teardown`, hosts as `osk hosts delete`, then CRC.

    After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import machinery, rising
    from openstack_k8s_cli.workflows.workstation import stages

    machines = machinery.machines(session, host)
    chosen = stages.down(part.value, only=only, start=start, until=until, there=machines.stages)
    if dry_run:
        found = rising.fall(machines, chosen, keep.value)
        place, everything = machines.making.place, bool(session.scope.verbose)
        session.answer(found.document(), lambda: found.text(place, everything=everything))
        return ExitCode.DONE if found.empty else ExitCode.DIFFERENCES
    events = rising.down(machines, chosen, keep.value, yes=yes, confirm=confirm)
    return running.run(session, "down", events, again=session.line)
