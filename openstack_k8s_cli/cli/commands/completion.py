"""`osk completion`."""

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.main import COMPLETE
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()


class Shell(StrEnum):
    """The shells with completion."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command(
    cls=Leaf,
    epilog=examples(
        "source <(osk completion bash)                 # this shell",
        'osk completion zsh > "${fpath[1]}/_osk"        # zsh, for good',
        "osk completion fish > ~/.config/fish/completions/osk.fish",
    ),
)
@scoped
def completion(
    session: Session, *, shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish")]
) -> None:
    """Print the script that completes commands, options, profiles, layers and components."""
    script = get_completion_script(prog_name="osk", complete_var=COMPLETE, shell=shell.value)
    printing.answer(session.scope, {"shell": shell.value, "script": script}, lambda: script, verbatim=True)
