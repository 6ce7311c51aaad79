"""`osk openstack`."""

import os
import stat
import sys
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from openstack_k8s_cli.cli import passing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()

_CHUNK = 32 * 1024


@app.command(
    cls=Leaf,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog=examples(
        "osk openstack endpoint list",
        "osk openstack server list -f json",
        "osk openstack --rehearsal endpoint list   # osk's own options come first",
        "osk openstack < commands.txt              # the client's own shell",
    ),
)
@scoped
def openstack(
    session: Session,
    *,
    args: Annotated[list[str] | None, typer.Argument(metavar="ARGS", help="Handed on")] = None,
) -> None:
    """Run the OpenStack client in the cloud; arguments, exit status, and stdin that is no terminal are passed through."""
    words = tuple(args or ())
    if words:
        passing.check(words[1:], before=("osk", "openstack", words[0]))
    ran = session.work.cloud.openstack(words, _input())
    sys.stderr.write(ran.stderr)
    sys.stdout.write(ran.stdout)
    sys.stdout.flush()
    sys.exit(ran.exit_code)


def _input() -> Iterator[bytes] | None:
    """Give stdin as it comes; None where there is none to hand on: at a terminal, closed, or /dev/null."""
    if sys.stdin is None:
        return None
    descriptor = sys.stdin.fileno()
    if stat.S_ISCHR(os.fstat(descriptor).st_mode):
        return None
    return iter(partial(os.read, descriptor, _CHUNK), b"")
