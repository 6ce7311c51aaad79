"""`osk up`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()

_Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="crc, hosts, or what `osk deploy` takes  [default: all]",
        autocompletion=naming.stages,
    ),
]
_Start = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="NAME",
        help="Begin at crc, hosts, a layer, component or step",
        autocompletion=naming.stages,
    ),
]
_Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="NAME",
        help="End at crc, hosts, a layer, component or step",
        autocompletion=naming.stages,
    ),
]


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk up --dry-run              # what would be done",
        "osk up                        # CRC, hosts, and the whole deployment; safe to repeat",
        "osk up --until crc            # only the cluster",
        "osk up --from controlplane    # the rest",
        "osk up hosts --only           # only the hosts' machines",
        "osk up --host me@lab.example.com   # CRC over there",
        'osk up -o json | jq -r \'select(.step == "cloud/access/known" and .task == "address") | .host\'',
    ),
)
@scoped
def up(
    session: Session,
    *,
    words: _Words = None,
    only: targeting.Only = False,
    start: _Start = None,
    until: _Until = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done; exits 3 where anything would")
    ] = False,
    host: targeting.Host = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
    fail_fast: targeting.FailFast = False,
    skip_checks: targeting.SkipChecks = False,
) -> ExitCode:
    """Bring up all that the profile names: CRC where `platform.provider` is crc, hosts that osk makes, then the deployment.

    In the end it says the cloud's address, the file with its password and how to use it. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import machinery, rising
    from openstack_k8s_cli.cli.deploying import Wishes

    machines = machinery.machines(session, host)
    target = targeting.target(words, only=only, start=start, until=until)
    if dry_run:
        found, text = rising.rehearsal_of_up(machines, target)
        session.answer(found, lambda: text)
        return ExitCode.DIFFERENCES if found["differs"] else ExitCode.DONE
    wishes = Wishes(fail_fast=fail_fast, checks=not skip_checks)
    return running.run(session, "up", rising.up(machines, target, wishes, yes=yes), again=session.line)
