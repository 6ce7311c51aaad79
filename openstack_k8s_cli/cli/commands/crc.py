"""`osk crc`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming, snapshotting, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.attaching import Attaching
    from openstack_k8s_cli.cli.workstations import Workstations

app = group()
network = group()
app.add_typer(network, name="network")
disk = group()
app.add_typer(disk, name="disk")
app.add_typer(snapshotting.app, name="snapshot")


class _Act(StrEnum):
    """What can be done to a tunnel."""

    OPEN = "open"
    STATUS = "status"
    STOP = "stop"


_Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show the difference; exits 3 where there is one")
]


def _on(session: Session, host: str | None) -> "Workstations":
    from openstack_k8s_cli.cli import tunnelling

    return tunnelling.workstations(session, host)


@app.callback(
    epilog=examples(
        "osk crc setup", "osk crc start", "osk crc status", "osk crc setup --host me@lab.example.com"
    )
)
def crc() -> None:
    """Have OpenShift Local (CRC) on this host, or another one, as the profile's `platform.crc` says."""


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk crc setup --dry-run   # what differs",
        "osk crc setup             # the program, its settings, the host; safe to repeat",
    ),
)
@scoped
def setup(
    session: Session, *, host: targeting.Host = None, dry_run: _DryRun = False, yes: _Yes = False
) -> ExitCode:
    """Get crc, set it as the profile says and prepare the host; a host that is not fit is refused before any change.

    What loses the cluster, such as another preset or network mode, is asked for. After an interruption the same command goes on.
    """
    return _on(session, host).set_up(dry_run=dry_run, yes=yes)


@app.command(cls=Leaf, epilog=examples("osk crc start", "osk crc start --trust   # asks sudo"))
@scoped
def start(
    session: Session,
    *,
    host: targeting.Host = None,
    trusted: Annotated[
        bool, typer.Option("--trust", help="Have this host trust the cluster's registry, through sudo")
    ] = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> ExitCode:
    """Start the cluster and make it fit for a cloud: access in the kubeconfig, operators up, gateway, labels, interfaces and disks.

    Who logs in is the administrator by certificate, so no password is needed. What is so already stays as it is.
    """
    return _on(session, host).start(dry_run=dry_run, yes=yes, trusted=trusted)


@app.command(cls=Leaf, epilog=examples("osk crc stop"))
@scoped
def stop(session: Session, *, host: targeting.Host = None, dry_run: _DryRun = False) -> ExitCode:
    """Stop the cluster's machine; all that is on it stays."""
    return _on(session, host).stop(dry_run=dry_run)


@app.command(cls=Leaf, epilog=examples("osk crc status", "osk crc status -o json | jq -r .machine"))
@scoped
def status(session: Session, *, host: targeting.Host = None) -> None:
    """Show the program, the machine and the cluster, and what a setup would change."""
    _on(session, host).status()


@app.command(
    cls=Leaf,
    epilog=examples("osk crc delete", "osk crc delete --all   # with what setup did to the host"),
)
@scoped
def delete(
    session: Session,
    *,
    host: targeting.Host = None,
    entirely: Annotated[bool, typer.Option("--all", help="Also undo what setup did to the host")] = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> ExitCode:
    """Delete the cluster's machine with everything on it; asks first. What was downloaded stays."""
    return _on(session, host).delete(dry_run=dry_run, yes=yes, entirely=entirely)


@app.command(cls=Leaf, epilog=examples("osk crc console", "osk crc console --credentials"))
@scoped
def console(
    session: Session,
    *,
    host: targeting.Host = None,
    credentials: Annotated[
        bool, typer.Option("--credentials", help="Show the administrator's password, too")
    ] = False,
) -> None:
    """Print the addresses of the cluster's console and API."""
    _on(session, host).console(credentials=credentials)


@app.command(cls=Leaf, epilog=examples("osk crc kubeconfig"))
@scoped
def kubeconfig(session: Session, *, host: targeting.Host = None) -> None:
    """Put the cluster's access into the kubeconfig under a context of its own; the file as it was is kept."""
    _on(session, host).kubeconfig()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk crc tunnel --host me@lab.example.com            # until Ctrl-C",
        "osk crc tunnel --host me@lab.example.com --detach   # until it is stopped",
        "osk crc tunnel status",
        "osk crc tunnel stop",
    ),
)
@scoped
def tunnel(
    session: Session,
    *,
    act: Annotated[_Act, typer.Argument(metavar="open|status|stop", help="What to do")] = _Act.OPEN,
    host: targeting.Host = None,
    detach: Annotated[bool, typer.Option("--detach", help="Let it be open when the command ends")] = False,
) -> ExitCode | None:
    """Open the way to the cluster of another machine: its API, its ingress, and a SOCKS proxy for a browser.

    The kubeconfig has the tunnel's address under a context of its own. The ports are chosen once and kept.
    Without --host it is the one tunnel that there is.
    """
    from openstack_k8s_cli.cli import tunnelling

    match act:
        case _Act.OPEN:
            tunnelling.open_(session, host, detach=detach)
        case _Act.STATUS:
            return tunnelling.status(session, host)
        case _Act.STOP:
            tunnelling.stop(session, host)
    return None


@network.callback(
    epilog=examples("osk crc network attach", "osk crc network attach bgp1", "osk crc network detach")
)
def interfaces() -> None:
    """Attach and detach interfaces of the machine, which the cloud's networks are on."""


def _plugs(session: Session, host: str | None) -> "Attaching":
    from openstack_k8s_cli.cli import attaching

    return attaching.Attaching(_on(session, host))


_Roles = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ROLE",
        help="Those of `platform.nics`, `default` for `platform.crc.interface`  [default: all]",
        autocompletion=naming.crc_interfaces,
    ),
]
_Disks = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME",
        help="Those of `platform.crc.disks`  [default: all]",
        autocompletion=naming.crc_disks,
    ),
]


@network.command(cls=Leaf, epilog=examples("osk crc network attach", "osk crc network attach bgp1"))
@scoped
def attach(
    session: Session,
    *,
    roles: _Roles = None,
    host: targeting.Host = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> ExitCode:
    """Attach the interfaces of `platform.crc`, and see that the node has them; safe to repeat.

    Where the machine that runs has no slot for one, it is started anew; that is asked for.
    """
    return _plugs(session, host).attach(roles or (), dry_run=dry_run, yes=yes)


@network.command(cls=Leaf, epilog=examples("osk crc network detach", "osk crc network detach bgp1"))
@scoped
def detach(
    session: Session, *, roles: _Roles = None, host: targeting.Host = None, dry_run: _DryRun = False
) -> ExitCode:
    """Detach them again."""
    return _plugs(session, host).detach(roles or (), dry_run=dry_run)


@disk.callback(epilog=examples("osk crc disk attach", "osk crc disk detach"))
def disks() -> None:
    """Attach and detach further disks of the machine, such as for Rook."""


@disk.command("attach", cls=Leaf, epilog=examples("osk crc disk attach"))
@scoped
def attach_disk(
    session: Session,
    *,
    names: _Disks = None,
    host: targeting.Host = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> ExitCode:
    """Make and attach the disks of `platform.crc.disks`; safe to repeat. One that the profile has larger by now grows.

    Where the machine that runs has no slot for one, it is started anew; that is asked for.
    """
    return _plugs(session, host).attach_disks(names or (), dry_run=dry_run, yes=yes)


@disk.command("detach", cls=Leaf, epilog=examples("osk crc disk detach rook"))
@scoped
def detach_disk(
    session: Session,
    *,
    names: _Disks = None,
    host: targeting.Host = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> ExitCode:
    """Detach disks and delete them with all that is on them; asks first."""
    return _plugs(session, host).detach_disks(names or (), dry_run=dry_run, yes=yes)
