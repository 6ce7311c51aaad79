"""`osk hosts`."""

import sys
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, passing, printing, running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import ExitCode

app = group()

_ProfileOnly = Annotated[
    bool, typer.Option("--profile-only", help="Only change the profile's file; nothing is deployed")
]
_Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")]


_Machines = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[HOST|NODESET|PATTERN...]",
        help="Only these  [default: all that osk makes]",
        autocompletion=naming.machines,
    ),
]
_Migrate = Annotated[
    bool, typer.Option("--migrate", help="Move the servers that run there to other hosts, and wait for it")
]


@app.callback(
    epilog=examples(
        "osk hosts list", "osk hosts create", "osk hosts add compute 2", "osk hosts ssh edpm-compute-0"
    )
)
def hosts() -> None:
    """Look after the hosts themselves."""


@app.command(
    "list",
    cls=Leaf,
    epilog=examples("osk hosts list", "osk hosts list -o json | jq -r '.[].address'"),
)
@scoped
def list_(session: Session) -> None:
    """List the hosts of the profile with their node sets and addresses, and of machines that osk makes how they are."""
    from openstack_k8s_cli.cli import making, reaching

    work = session.work
    found = reaching.listed(work, making.states(session, work))
    printing.answer(session.scope, found, lambda: reaching.text(found))


@app.command(
    cls=Leaf,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog=examples(
        "osk hosts ssh edpm-compute-0                         # a shell",
        "osk hosts ssh edpm-compute-0 -- sudo podman ps       # a command; its exit status is passed on",
        "osk hosts ssh -p lab.yaml edpm-compute-0 -- uptime   # osk's own options come first",
    ),
)
@scoped
def ssh(
    session: Session,
    *,
    host: Annotated[
        str, typer.Argument(metavar="HOST", help="A host of the profile", autocompletion=naming.hosts)
    ],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND]", help="What to run there  [default: a shell]")
    ] = None,
) -> None:
    """Open a shell on a host with the cluster's key, or run a command there."""
    given = list(words or ())
    passing.check(given, before=("osk", "hosts", "ssh", host), first=True)
    from openstack_k8s_cli.cli import reaching

    sys.exit(reaching.ssh(session, host, given[1:] if given[:1] == ["--"] else given))


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk hosts create                  # what `provision.libvirt` of the node sets says and is not there",
        "osk hosts create edpm-compute-1   # one of them; safe to repeat",
        "osk hosts create -o json | jq -r 'select(.type == \"TaskRan\") | .host'",
    ),
)
@scoped
def create(session: Session, *, names: _Machines = None) -> ExitCode:
    """Make the virtual machines of the profile on its hypervisor; what is there already stays as it is.

    Nothing is changed before the hypervisor has all that it takes. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import making

    return running.run(session, "hosts-create", making.create(session, names or ()), again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk hosts delete                            # all of them, disks and all; asks first",
        "osk hosts delete edpm-compute-1 --migrate   # its servers go to other hosts first",
        "osk hosts delete compute --force --yes      # with the servers that run there",
        "osk hosts delete 'edpm-compute-1?'          # hosts and node sets also go by patterns",
    ),
)
@scoped
def delete(
    session: Session,
    *,
    names: _Machines = None,
    migrate: _Migrate = False,
    force: Annotated[bool, typer.Option("--force", help="Also where servers run; they are lost")] = False,
    yes: _Yes = False,
) -> ExitCode:
    """Delete virtual machines that osk made, and what cluster and cloud know of them; the profile stays as it is.

    Where the cloud or the cluster is gone, only the machines are deleted, with a word.
    """
    from openstack_k8s_cli.cli import making

    events = making.delete(session, names or (), migrate=migrate, force=force, yes=yes)
    return running.run(session, "hosts-delete", events, again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk hosts add compute 2                  # two more, by the node set's rules; then Ansible on these two",
        "osk hosts add compute 2 --profile-only   # osk deploy dataplane brings them later",
    ),
)
@scoped
def add(
    session: Session,
    *,
    nodeset: Annotated[str, typer.Argument(metavar="NODESET", help="A node set of the profile")],
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="How many more hosts")] = 1,
    profile_only: _ProfileOnly = False,
    yes: _Yes = False,
    skip_checks: targeting.SkipChecks = False,
) -> ExitCode:
    """Add hosts to a node set in the profile's file and deploy them: the new ones, and what all must know of them."""
    from openstack_k8s_cli.cli import staffing

    if profile_only:
        staffing.grow(session.work, nodeset, number)
        return ExitCode.DONE
    events = staffing.add(session, nodeset, number, yes=yes, skip_checks=skip_checks)
    return running.run(
        session,
        "hosts-add",
        events,
        again=session.pointed("deploy", "dataplane"),
    )


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk hosts remove edpm-compute-1             # refused while servers run there",
        "osk hosts remove edpm-compute-1 --migrate   # moves them to other hosts first",
        "osk hosts remove edpm-compute-1 --profile-only   # the cloud is gone",
    ),
)
@scoped
def remove(
    session: Session,
    *,
    hosts: Annotated[
        list[str],
        typer.Argument(metavar="HOST...", help="Hosts of the profile", autocompletion=naming.hosts),
    ],
    migrate: _Migrate = False,
    profile_only: _ProfileOnly = False,
    yes: _Yes = False,
) -> ExitCode:
    """Take hosts out of the cloud and the profile: services, agents and records by exact names; the machines stay."""
    from openstack_k8s_cli.cli import staffing

    if profile_only:
        staffing.shrink(session.work, hosts)
        return ExitCode.DONE
    events = staffing.remove(session, hosts, migrate=migrate, yes=yes)
    return running.run(session, "hosts-remove", events, again=session.line)
