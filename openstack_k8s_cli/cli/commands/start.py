"""`osk start`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(cls=Leaf, epilog=examples("osk start", "osk start -o json | jq -r 'select(.task) | .task'"))
@scoped
def start(
    session: Session,
    *,
    host: targeting.Host = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking")] = False,
) -> ExitCode:
    """Wake a cloud that `osk stop` put to sleep: CRC and its operators, the control plane, the hosts.

    Certificates of the cluster that ran out meanwhile are renewed. After an interruption the same command goes on.
    """
    from openstack_k8s_cli.cli import machinery, sleeping

    events = sleeping.start(machinery.machines(session, host), yes=yes)
    return running.run(session, "start", events, again=session.line)
