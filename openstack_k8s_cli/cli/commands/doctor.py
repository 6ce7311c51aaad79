"""`osk doctor`."""

from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


class _Part(StrEnum):
    """What can be looked at."""

    PROFILE = "profile"
    HOST = "host"
    CLUSTER = "cluster"
    HOSTS = "hosts"


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk doctor                  # profile, this host, cluster and hosts",
        "osk doctor cluster -v       # also what does not concern this cluster",
        "osk doctor cluster --fix    # and delete what an earlier installation left in the way",
        "osk doctor host --host me@lab.example.com   # the machine that CRC is to be on",
        "osk doctor -o json | jq '.groups[].checks[] | select(.state == \"failed\")'",
    ),
)
@scoped
def doctor(
    session: Session,
    *,
    parts: Annotated[
        list[_Part] | None,
        typer.Argument(metavar="[profile|host|cluster|hosts...]", help="Only these  [default: all]"),
    ] = None,
    host: targeting.Host = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Delete webhooks of OpenStack operators that are gone")
    ] = False,
) -> ExitCode:
    """Look for what would make a deployment fail, and say what to do about it; nothing is changed without --fix.

    Exit status 4 when something would.
    """
    from openstack_k8s_cli.cli import doctoring
    from openstack_k8s_cli.model.checks import State

    asked = doctoring.Doctor(session, session.work, host)
    found = asked.look([each.value for each in parts or _Part], fix=fix)
    session.answer(
        doctoring.document(found, asked.mended),
        lambda: doctoring.text(found, everything=bool(session.scope.verbose)),
    )
    for each in asked.mended:
        session.tell(f"deleted {each}")
    return ExitCode.REFUSED if doctoring.state(found) is State.FAILED else ExitCode.DONE
