"""`osk redeploy`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk redeploy placement         # its resources made anew, on the databases that are there",
        "osk redeploy nova --drop-db    # … on new ones, those of all cells",
    ),
)
@scoped
def redeploy(
    session: Session,
    *,
    service: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE", help="A service of the control plane", autocompletion=naming.services
        ),
    ],
    drop: Annotated[
        bool, typer.Option("--drop-db", help="Drop its databases: what it has stored is lost")
    ] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
    confirm: Annotated[
        str | None,
        typer.Option(
            "--confirm",
            metavar="NAME",
            help="With --drop-db: the profile's name; --yes is enough on CRC and rehearsals only",
        ),
    ] = None,
) -> ExitCode:
    """Have one service of the control plane gone and made anew, and wait until it is Ready; the others are not touched.

    After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import redeploying

    events = redeploying.events(session, service, drop=drop, yes=yes, confirm=confirm)
    return running.run(session, "redeploy", events, again=session.line)
