"""What can be wrong with a rehearsal cluster, in words."""

from pathlib import Path

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.rehearsal.processes import tail


def is_up(name: str) -> Problem:
    """Say that the name is taken."""
    return Problem(
        code="OSK0908",
        summary=f"The rehearsal cluster `{name}` is running already",
        advice=(
            Advice("Use it", command=f"osk status --rehearsal={name}"),
            Advice("End it", command=f"osk rehearse down --rehearsal={name}"),
            Advice("Start another beside it", command="osk rehearse up --rehearsal=second"),
        ),
    )


def is_down(name: str) -> Problem:
    """Say that there is no such cluster."""
    return Problem(
        code="OSK0909",
        summary=f"No rehearsal cluster `{name}` is running",
        advice=(Advice("Start it", command=f"osk rehearse up --rehearsal={name}"),),
    )


def is_starting(name: str) -> Problem:
    """Say that there is such a cluster, and that it does not answer yet."""
    return Problem(
        code="OSK0909",
        summary=f"The rehearsal cluster `{name}` is still starting",
        advice=(Advice("Wait until it is ready", command=f"osk rehearse status --rehearsal={name}"),),
    )


def taken_down(name: str) -> Problem:
    """Say that another command ended the cluster before it was ready."""
    return Problem(
        code="OSK0909",
        summary=f"The rehearsal cluster `{name}` was taken down while it started",
        advice=(Advice("Start it again", command=f"osk rehearse up --rehearsal={name}"),),
    )


def no_log(name: str, program: str, folder: Path) -> Problem:
    """Say that there is no such log."""
    there = ", ".join(sorted(file.stem for file in folder.glob("*.log")))
    return Problem(
        code="OSK0910",
        summary=f"The rehearsal cluster `{name}` has no log of a program `{program}`",
        subject=str(folder),
        detail=f"There are logs of {there}",
        advice=(
            Advice("Name one of its programs", command=f"osk rehearse logs supervisor --rehearsal={name}"),
        ),
    )


def no_aiohttp() -> Problem:
    """Say that the extra is not installed."""
    return Problem(
        code="OSK0911",
        summary="The simulated operators need `aiohttp`, which is not installed",
        advice=(
            Advice("Install osk with its rehearsal", command="pip install 'openstack-k8s-cli[rehearsal]'"),
        ),
    )


def crashed(directory: Path) -> Problem:
    """Say that the supervisor vanished, or does not answer."""
    log = directory / "logs" / "supervisor.log"
    return Problem(
        code="OSK0912",
        summary="The rehearsal cluster's supervisor did not do what it was asked",
        subject=str(log),
        detail=tail(log) or None,
        advice=(
            Advice(
                "Read its log, end what is left, and start again",
                command=f"osk rehearse down --rehearsal={directory.name}",
            ),
        ),
    )
