"""Questions to the person at the terminal; without one, the option that answers them is named."""

import sys

from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem


def possible() -> bool:
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Ask for a yes; raises OskError when nobody can be asked, or the answer is another."""
    if yes:
        return
    if not possible():
        problem = Problem(
            code="OSK1003",
            summary="A question needs an answer and there is no terminal to ask at",
            detail=question,
            advice=(Advice("Answer it on the command line", f"{AGAIN} --yes"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        problem = Problem(
            code="OSK1006",
            summary="Not confirmed; nothing was changed",
            advice=(Advice("Run the command again and answer `y`, or give --yes", f"{AGAIN} --yes"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def again(said: str, question: str) -> bool:
    """Say what is wrong and ask whether to try once more; without a terminal nothing is said, and it is a no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{said}\n{question} [Y/n] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"", "y", "yes"}


def confirm_name(name: str, *, given: str | None) -> None:
    """Ask for the name of what is to go; raises OskError for another one, or when nobody can be asked."""
    typed = given
    if typed is None and possible():
        sys.stderr.write(f"This is no CRC and no rehearsal. Type the profile's name to go on ({name}): ")
        sys.stderr.flush()
        typed = sys.stdin.readline().strip()
    if typed != name:
        problem = Problem(
            code="OSK1009",
            summary="Not confirmed by the profile's name; nothing was changed",
            detail="The cluster is no CRC and no rehearsal, so --yes is not enough",
            advice=(Advice("Look at the plan above, then confirm it", f"{AGAIN} --confirm {name}"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED if typed else ExitCode.USAGE)
