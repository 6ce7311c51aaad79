"""`osk hosts`."""

import sys
from typing import Annotated

import typer

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()


@app.callback(epilog=examples("osk hosts list", "osk hosts ssh edpm-compute-0"))
def hosts() -> None:
    """Look after the hosts themselves."""


@app.command(
    "list",
    cls=Leaf,
    epilog=examples("osk hosts list", "osk hosts list -o json | jq -r '.[].address'"),
)
@scoped
def list_(session: Session) -> None:
    """List the hosts of the profile with their node sets and addresses."""
    from openstack_k8s_cli.cli import reaching  # noqa: PLC0415  # loads all that is heavy

    found = reaching.listed(session.work)
    printing.answer(session.scope, found, lambda: reaching.text(found))


@app.command(
    cls=Leaf,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog=examples(
        "osk hosts ssh edpm-compute-0                         # a shell",
        "osk hosts ssh edpm-compute-0 -- sudo podman ps       # a command; its exit status is passed on",
        "osk hosts ssh --rehearsal edpm-compute-0 -- uptime   # osk's own options come first",
    ),
)
@scoped
def ssh(
    session: Session,
    *,
    host: Annotated[str, typer.Argument(metavar="HOST", help="A host of the profile")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND]", help="What to run there  [default: a shell]")
    ] = None,
) -> None:
    """Open a shell on a host with the cluster's key, or run a command there."""
    from openstack_k8s_cli.cli import reaching  # noqa: PLC0415  # loads all that is heavy

    given = list(words or ())
    sys.exit(reaching.ssh(session, host, given[1:] if given[:1] == ["--"] else given))
