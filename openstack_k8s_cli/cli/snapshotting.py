"""`osk crc snapshot`: its command line."""

from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.snapshots import Snapshots

app = group()
_Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")]


@app.callback(epilog=examples("osk crc snapshot create before-update", "osk crc snapshot list"))
def snapshots() -> None:
    """Copy CRC's machine and the hosts that osk made, together, and put them back."""


_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What it is called", autocompletion=naming.snapshots)
]


@app.command(cls=Leaf, epilog=examples("osk crc snapshot create before-update"))
@scoped
def create(session: Session, *, name: _Name, host: targeting.Host = None, yes: _Yes = False) -> ExitCode:
    """Stop the cloud, copy the disks of CRC and of the hosts, and wake it again where it was up.

    Room is looked for first. One that was cut off is begun anew by the same command; until it is whole it cannot be put back.
    """
    from openstack_k8s_cli.cli import running

    return running.run(
        session, "crc-snapshot-create", _snapshots(session, host).create(name, yes=yes), again=session.line
    )


@app.command(cls=Leaf, epilog=examples("osk crc snapshot restore before-update"))
@scoped
def restore(
    session: Session,
    *,
    name: _Name,
    host: targeting.Host = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also where certificates in it ran out meanwhile")
    ] = False,
    yes: _Yes = False,
) -> ExitCode:
    """Put CRC and the hosts back to what they were, and wake the cloud; what came since is lost, so it is asked for.

    One that is older than its certificates is refused. After an interruption the same command goes on, and nothing starts before it did.
    """
    from openstack_k8s_cli.cli import running

    events = _snapshots(session, host).restore(name, force=force, yes=yes)
    return running.run(session, "crc-snapshot-restore", events, again=session.line)


@app.command(
    "list",
    cls=Leaf,
    epilog=examples("osk crc snapshot list", "osk crc snapshot list -o json | jq -r '.[].name'"),
)
@scoped
def list_(session: Session, *, host: targeting.Host = None) -> None:
    """List the snapshots: whole or not, and until when each can be put back."""
    from openstack_k8s_cli.cli import snapshots

    rows = _snapshots(session, host).rows()
    session.answer(rows, lambda: snapshots.text(rows))


@app.command("delete", cls=Leaf, epilog=examples("osk crc snapshot delete before-update"))
@scoped
def drop(
    session: Session,
    *,
    name: _Name,
    host: targeting.Host = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also one that was put back only in part; the cloud stays so")
    ] = False,
    yes: _Yes = False,
) -> ExitCode:
    """Delete a snapshot, finished or not; the cloud stays as it is."""
    from openstack_k8s_cli.cli import running

    events = _snapshots(session, host).delete(name, force=force, yes=yes)
    return running.run(session, "crc-snapshot-delete", events, again=session.line)


def _snapshots(session: Session, host: str | None) -> "Snapshots":
    from openstack_k8s_cli.cli import machinery, snapshots

    return snapshots.Snapshots(machinery.machines(session, host))
