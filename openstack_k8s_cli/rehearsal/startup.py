"""The order in which a rehearsal cluster's programs start."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.rehearsal import content, controlplane
from openstack_k8s_cli.rehearsal.cloud import state
from openstack_k8s_cli.rehearsal.controlplane import ControlPlane
from openstack_k8s_cli.rehearsal.launch import Launch
from openstack_k8s_cli.rehearsal.processes import Crew, Program, tail

_TRIES = 3
_TAKEN = "address already in use"
_TAIL = 40
"""Lines of a log in which a port that was taken is told."""


def start(crew: Crew, directory: Path, plan: Launch, progress: Callable[[str], None]) -> None:
    """Start everything and return when the cluster can be used."""
    if plan.options.snapshot:
        content.prepare(plan.binaries, directory, plan.options, progress, restore=plan.assets is None)
    progress("starting the control plane")
    plane = start_control_plane(crew, directory, plan)
    if plan.options.snapshot:
        for program in content.programs(plan.binaries, directory, plane.kubeconfig, plan.options):
            progress(f"starting {program.name}")
            crew.start(program)
    if plan.options.simulators:
        progress("starting the simulated operators")
        crew.start(_simulators(plane, plan))


def start_control_plane(crew: Crew, directory: Path, plan: Launch) -> ControlPlane:
    """Start the control plane; on other ports when somebody takes one of them first."""
    plane = controlplane.prepare(directory)
    for attempt in range(_TRIES):
        try:
            for program in controlplane.programs(
                plan.binaries.controlplane, plane, one_process=plan.options.one_process, assets=plan.assets
            ):
                crew.start(program)
        except OskError:
            if attempt + 1 == _TRIES or not _port_was_taken(crew):
                raise
            crew.stop()
            plane = controlplane.move(plane)
        else:
            break
    return plane


def forget(directory: Path) -> None:
    """Drop the cluster's state; certificates, token and ports stay, so that its kubeconfig stays true."""
    for name in ("etcd", "pod-logs"):
        shutil.rmtree(directory / name, ignore_errors=True)
    state.forget(directory)


def _port_was_taken(crew: Crew) -> bool:
    return any(
        running.ended() is not None and _TAKEN in tail(running.log, _TAIL) for running in crew.running()
    )


def _simulators(plane: ControlPlane, plan: Launch) -> Program:
    argv = [
        sys.executable,
        "-m",
        "openstack_k8s_cli.rehearsal.simulators",
        "--kubeconfig",
        str(plane.kubeconfig),
    ]
    argv += ["--pace", plan.options.pace.value, "--logs", str(plane.pod_logs)]
    argv += ["--cloud", str(plane.directory)]
    if plan.options.faults:
        argv += ["--faults", str(plan.options.faults)]
    return Program(name="simulators", argv=tuple(argv))
