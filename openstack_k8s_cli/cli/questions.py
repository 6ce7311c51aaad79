"""Questions to the person at the terminal; without one, the option that answers them is named."""

import sys

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem


def confirm(question: str, *, yes: bool) -> None:
    """Ask for a yes; raises OskError when nobody can be asked, or the answer is another."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        problem = Problem(
            code="OSK1003",
            summary="A question needs an answer and there is no terminal to ask at",
            detail=question,
            advice=(Advice("Answer it on the command line", "osk ... --yes"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        problem = Problem(
            code="OSK1006",
            summary="Not confirmed; nothing was changed",
            advice=(Advice("Run the command again and answer `y`, or give --yes"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def show(text: str) -> None:
    """Show what a question is about, before it."""
    printing.tell(text)
