"""kuttl: its program, run beside osk's own input and output."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence

from openstack_k8s_cli.adapters import programs
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

PROGRAM = "kubectl-kuttl"


def run(arguments: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Run it to its end and give its exit status; raises OskError (exit 4) where it is not installed."""
    program = shutil.which(PROGRAM, path=environment.get("PATH"))
    if program is None:
        raise _absent()
    process = subprocess.Popen([program, *arguments], env=dict(environment))
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            programs.end(process)


def _absent() -> OskError:
    problem = Problem(
        "OSK0836",
        f"`{PROGRAM}` is not installed",
        subject=PROGRAM,
        advice=(
            Advice("Put it on the PATH", "kubectl krew install kuttl", "https://kuttl.dev"),
            Advice("or run the cloud's own tests", "osk test tempest"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
