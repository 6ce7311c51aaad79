"""`osk dataplane`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import ExitCode

app = group()


class _Keys(StrEnum):
    """Key pairs."""

    SSH = "ssh"
    MIGRATION = "migration"


@app.callback(epilog=examples("osk dataplane check", "osk dataplane check edpm-compute-0 -o json"))
def dataplane() -> None:
    """Look after the hosts of the data plane: see how they are, reboot them, give them new keys."""


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dataplane check                       # every host of the profile",
        "osk dataplane check compute edpm-net-0    # a node set and a host",
        "osk dataplane check --from-cluster        # from a pod, where hosts are reachable from there only",
        "osk dataplane check --key ~/.ssh/id_rsa   # without a cluster",
        "osk dataplane check -o json | jq '.hosts[] | select(.state == \"failed\")'",
    ),
)
@scoped
def check(
    session: Session,
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[HOST|NODESET...]", help="Only these  [default: all]")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", help="A private key  [default: the cluster's, from its Secret]"
        ),
    ] = None,
    from_cluster: Annotated[
        bool, typer.Option("--from-cluster", help="From a pod, where hosts are reachable from there only")
    ] = False,
) -> ExitCode:
    """Look at hosts before they are deployed: a table of hosts and checks, and what to do about what is wrong.

    Nothing is changed there. Exit status 8 when a host is not fit or does not answer.
    """
    from openstack_k8s_cli.cli import hosting

    fleet = hosting.Fleet(session, session.work)
    checked = fleet.check_from_cluster(names or ()) if from_cluster else fleet.check(names or (), key)
    session.answer(hosting.document(checked), lambda: hosting.text(checked))
    return ExitCode.DONE if hosting.is_fit(checked) else ExitCode.DATAPLANE_FAILED


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dataplane run --service bootstrap --nodeset compute",
        "osk dataplane run osp.edpm.configure_network --nodeset compute --limit edpm-compute-0 --check",
        "osk dataplane run ./look.yaml --nodeset compute -e verbose=true -e @more.yaml",
    ),
)
@scoped
def run(
    session: Session,
    *,
    playbook: Annotated[
        str | None, typer.Argument(metavar="PLAYBOOK", help="A file, or one of a collection: osp.edpm.NAME")
    ] = None,
    service: Annotated[
        str | None, typer.Option("--service", metavar="NAME", help="The playbook of a service of the cluster")
    ] = None,
    nodesets: Annotated[
        list[str] | None, typer.Option("--nodeset", metavar="NAME", help="Its hosts; may be repeated")
    ] = None,
    limit: Annotated[
        str,
        typer.Option("--limit", metavar="HOSTS", help="Only these hosts, by names, node sets or patterns"),
    ] = "",
    tags: Annotated[str, typer.Option("--tags", metavar="TAGS", help="Only tasks with these tags")] = "",
    skip_tags: Annotated[str, typer.Option("--skip-tags", metavar="TAGS", help="No tasks with these")] = "",
    extra_vars: Annotated[
        list[str] | None,
        typer.Option(
            "-e", "--extra-vars", metavar="NAME=VALUE|@FILE|{...}", help="Variables; may be repeated"
        ),
    ] = None,
    dry: Annotated[bool, typer.Option("--check", help="Change nothing; show what would change")] = False,
) -> ExitCode:
    """Run a playbook as the operator's pods do, from this machine, with the operator's inventory and key; for debugging.

    Ansible's output goes to stdout. Exit status 8 when a task failed or a host could not be reached.
    """
    from openstack_k8s_cli.cli import hosting, playbooks

    wanted = playbooks.wanted(
        playbook, service, nodesets or (), limit=limit, tags=tags, skip_tags=skip_tags, dry=dry
    )
    variables = playbooks.variables(extra_vars or ())
    return playbooks.run(session, hosting.Fleet(session, session.work), wanted, variables)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dataplane status",
        "osk dataplane status -o json | jq '.hosts[] | select(.state == \"failed\")'",
    ),
)
@scoped
def status(session: Session) -> ExitCode:
    """Show the hosts by node set, the worst first: what ran there, what is left, whether services and agents are alive.

    Exit status 8 when something failed on a host, or a service of one is down.
    """
    from openstack_k8s_cli.cli import standings

    fleet = standings.look(session.work)
    session.answer(standings.document(fleet), lambda: standings.text(fleet))
    return standings.exit_code(fleet)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dataplane reboot                           # every host, one after another; refused where servers run",
        "osk dataplane reboot compute --migrate         # the servers of each are moved to other hosts before",
        "osk dataplane reboot edpm-net-0 edpm-net-1 --batch 2",
        "osk dataplane reboot --batch 25% --migrate --yes",
    ),
)
@scoped
def reboot(
    session: Session,
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[HOST|NODESET...]", help="Only these  [default: all]")
    ] = None,
    batch: Annotated[
        str, typer.Option("--batch", metavar="N|N%", help="How many at once: hosts, or a part of all")
    ] = "1",
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Move the servers that run there to other hosts before")
    ] = False,
    ignore_servers: Annotated[
        bool, typer.Option("--ignore-servers", help="Let servers that run there go down with the host")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew where an earlier run was interrupted")
    ] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
) -> ExitCode:
    """Reboot hosts in batches by the operator's service reboot-os, and wait until each is back.

    The same command goes on after an interruption. Exit status 4 where servers run, 8 when a host does not come back.
    """
    from openstack_k8s_cli.cli import rebooting
    from openstack_k8s_cli.workflows.dataplane.rebooting import Wishes

    wishes = Wishes(batch, migrate, ignore_servers, restart, tuple(names or ()))
    return running.run(
        session,
        "dataplane-reboot",
        rebooting.reboot(session, wishes, yes=yes),
        again=session.line,
    )


@app.command(
    "rotate-keys",
    cls=Leaf,
    epilog=examples(
        "osk dataplane rotate-keys                    # Ansible's key, then that of live migration",
        "osk dataplane rotate-keys --only migration",
    ),
)
@scoped
def rotate_keys(
    session: Session,
    *,
    only: Annotated[
        _Keys | None, typer.Option("--only", help="One of them  [default: both]", metavar="ssh|migration")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
) -> ExitCode:
    """Give hosts new keys: they let the new one in before it is used, and shut the earlier one out in the end.

    The same command goes on after an interruption, with the keys that it had made.
    """
    from openstack_k8s_cli.cli import rebooting

    which = [only.value] if only else [each.value for each in _Keys]
    events = rebooting.rotate(session, which, yes=yes)
    return running.run(session, "dataplane-rotate-keys", events, again=session.line)


@app.command(
    "import",
    cls=Leaf,
    epilog=examples(
        "osk dataplane import hosts.ini --nodeset compute",
        "osk dataplane import inventory.yaml              # groups called like node sets",
        "osk dataplane import hosts.csv -o yaml           # print it; the profile stays as it is",
    ),
)
@scoped
def import_(
    session: Session,
    *,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Ansible's YAML or INI, or CSV with a column `name`")
    ],
    nodeset: Annotated[
        str | None,
        typer.Option("--nodeset", metavar="NAME", help="Where the hosts go  [default: as their groups say]"),
    ] = None,
) -> None:
    """Take the hosts of an inventory into the profile's file, comments kept; with -o yaml or json only print them."""
    from openstack_k8s_cli.cli import inventorying

    inventorying.take(session, file, nodeset)
