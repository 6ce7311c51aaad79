"""`osk stop`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk stop           # hosts shut down, then CRC; osk start wakes the cloud",
        "osk stop --yes     # also where servers run",
        "osk stop --force   # cut off what does not shut down by itself",
    ),
)
@scoped
def stop(
    session: Session,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Cut machines off that do not shut down in five minutes")
    ] = False,
    host: targeting.Host = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
) -> ExitCode:
    """Put a cloud to sleep in the right order: the hosts that osk made, then CRC; all that is on them stays.

    Servers that run go down with their hosts; they are named, and asked about. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import machinery, sleeping

    events = sleeping.stop(machinery.machines(session, host), yes=yes, force=force)
    return running.run(session, "stop", events, again=session.line)
