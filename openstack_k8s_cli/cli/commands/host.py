"""`osk host`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming, printing, running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.labs import Lab

app = group()
network = group()
nfs, bmaas = group(), group()
app.add_typer(network, name="network")
app.add_typer(nfs, name="nfs")
app.add_typer(bmaas, name="bmaas")

_Host = Annotated[
    str | None,
    typer.Option(
        "--host",
        metavar="USER@SERVER",
        help="Another machine than `dataplane.hypervisor` of the profile, over SSH; `localhost`: this one",
    ),
]
_Dry = Annotated[bool, typer.Option("--dry-run", help="Look, and say what would be done; nothing is changed")]
_Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")]
_Force = Annotated[bool, typer.Option("--force", help="Also where machines have cards in it; they lose it")]
_Networks = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NETWORK|PATTERN...]",
        help="Only these  [default: all of the profile]",
        autocompletion=naming.lab_networks,
    ),
]


def _lab(session: Session, host: str | None) -> "Lab":
    from openstack_k8s_cli.cli.labs import Lab

    return Lab(session, host)


def _done(session: Session, word: str, events: Iterator[Event]) -> ExitCode:
    return running.run(session, f"host-{word}", events, again=session.line)


@app.callback(
    epilog=examples(
        "osk host network create                 # the networks of libvirt that hosts and CRC are in",
        "osk host network create --host root@lab.example.com",
        "osk host nfs up                         # folders for glance, cinder and nova",
        "osk host bmaas up                       # bare machines for the cloud's own users",
    )
)
def host() -> None:
    """Make of a machine what a lab needs beside its hosts, and take it away again."""


@network.callback(epilog=examples("osk host network list", "osk host network create"))
def networks() -> None:
    """Make networks of libvirt: isolated ones, IPv4 and IPv6, NAT64."""


@network.command("list", cls=Leaf, epilog=examples("osk host network list", "osk host network list -o json"))
@scoped
def list_(session: Session, *, host: _Host = None) -> None:
    """List the profile's networks of libvirt and how they are: made, there, off, differs, missing, foreign, leftover."""
    from openstack_k8s_cli.cli import labbing

    found = labbing.rows(_lab(session, host))
    printing.answer(session.scope, found, lambda: labbing.text(found))


@network.command(
    cls=Leaf,
    epilog=examples(
        "osk host network create                      # what is not there; safe to repeat",
        "osk host network create net-iso --dry-run    # one of them; only says what it would do",
        "osk host network create --set 'labs.nat64={}' --host root@lab.example.com",
    ),
)
@scoped
def create(
    session: Session, *, names: _Networks = None, host: _Host = None, dry_run: _Dry = False
) -> ExitCode:
    """Make the networks of libvirt that the profile comes to; what is there already stays as it is.

    Nothing is changed before all of them have room. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import labbing

    return _done(session, "network-create", labbing.create(_lab(session, host), names or (), dry=dry_run))


@network.command(
    cls=Leaf,
    epilog=examples(
        "osk host network delete                # those that osk made; asks first",
        "osk host network delete 'net-*' --yes",
        "osk host network delete --force        # also where machines have cards in it; they lose it",
    ),
)
@scoped
def delete(
    session: Session,
    *,
    names: _Networks = None,
    host: _Host = None,
    dry_run: _Dry = False,
    force: _Force = False,
    yes: _Yes = False,
) -> ExitCode:
    """Delete networks of libvirt that osk made for this profile; those of others stay."""
    from openstack_k8s_cli.cli import labbing

    return _done(
        session,
        "network-delete",
        labbing.delete(_lab(session, host), names or (), dry=dry_run, force=force, yes=yes),
    )


@nfs.callback(epilog=examples("osk host nfs up", "osk host nfs down"))
def shares() -> None:
    """Make an NFS server for the cloud's back ends."""


@nfs.command(
    "up",
    cls=Leaf,
    epilog=examples(
        "osk host nfs up --dry-run   # only says what it would do",
        "osk host nfs up --host root@lab.example.com",
        "osk host nfs up --set labs.nfs.path=/srv/shares",
    ),
)
@scoped
def nfs_up(session: Session, *, host: _Host = None, dry_run: _Dry = False) -> ExitCode:
    """Make an NFS server with the folders of `labs.nfs`: packages, folders, exports, firewall; needs sudo there.

    Nothing is changed before all that it takes is there. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import labnfs

    return _done(session, "nfs-up", labnfs.up(_lab(session, host), dry=dry_run))


@nfs.command(
    "down",
    cls=Leaf,
    epilog=examples(
        "osk host nfs down                     # asks first: what is in the folders goes, too",
        "osk host nfs down --keep-data --yes   # the folders stay",
    ),
)
@scoped
def nfs_down(
    session: Session,
    *,
    keep_data: Annotated[
        bool, typer.Option("--keep-data", help="Leave the folders with what is in them")
    ] = False,
    host: _Host = None,
    dry_run: _Dry = False,
    yes: _Yes = False,
) -> ExitCode:
    """Take exports and folders away that osk made, whatever a half-way run has left; the server itself stays."""
    from openstack_k8s_cli.cli import labnfs

    return _done(session, "nfs-down", labnfs.down(_lab(session, host), keeps=keep_data, dry=dry_run, yes=yes))


@bmaas.callback(
    epilog=examples("osk host bmaas up", "osk host bmaas nodes > nodes.yaml", "osk host bmaas down")
)
def bare_metal() -> None:
    """Make bare machines for the cloud's own users to take, by Ironic."""


@bmaas.command(
    cls=Leaf,
    epilog=examples(
        "osk host bmaas up --set 'labs.bmaas.boards.password={env: BMC_PASSWORD}'",
        "osk host bmaas up --dry-run   # only says what it would do",
        "osk host bmaas up --host root@lab.example.com",
    ),
)
@scoped
def up(session: Session, *, host: _Host = None, dry_run: _Dry = False) -> ExitCode:
    """Make the machines of `labs.bmaas`, their network, and sushy-emulator as their management boards.

    Nothing is changed before the hypervisor has all that it takes. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import labmetal

    return _done(session, "bmaas-up", labmetal.up(_lab(session, host), dry=dry_run))


@bmaas.command(
    cls=Leaf,
    epilog=examples(
        "osk host bmaas down          # asks first",
        "osk host bmaas down --yes",
        "osk host bmaas down --force  # also where others run in the network, such as CRC",
    ),
)
@scoped
def down(
    session: Session,
    *,
    host: _Host = None,
    dry_run: _Dry = False,
    force: _Force = False,
    yes: _Yes = False,
) -> ExitCode:
    """Delete these machines with their disks, the boards and the network; whatever a half-way run has left."""
    from openstack_k8s_cli.cli import labmetal

    return _done(session, "bmaas-down", labmetal.down(_lab(session, host), dry=dry_run, force=force, yes=yes))


@bmaas.command(
    cls=Leaf,
    epilog=examples(
        "osk host bmaas nodes > nodes.yaml   # for openstack baremetal create; with the boards' password",
        "osk host bmaas nodes -o json | jq -r '.nodes[].name'",
    ),
)
@scoped
def nodes(session: Session, *, host: _Host = None) -> None:
    """Print the machines as `openstack baremetal create` takes them, the boards' password included."""
    from openstack_k8s_cli.cli import labmetal

    found = labmetal.nodes(_lab(session, host))
    printing.answer(session.scope, found, lambda: printing.yaml_text(found), verbatim=True)
