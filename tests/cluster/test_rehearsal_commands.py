"""The command `osk rehearse` as a user types it: what it says of the run's cluster, and that Ctrl-C leaves nothing."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import processes
from tests.cluster.commands import Osk, at_home
from tests.cluster.staging import Stage

LIMIT = 600.0


@pytest.fixture(scope="module")
def osk(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Osk:
    """Give the command in a home of its own; the cluster is taken as it is."""
    return at_home(tmp_path_factory.mktemp("home"), stage.places.state)


def test_status_lists_programs(osk: Osk, stage: Stage) -> None:
    """Of the clusters that run each has its phase and its programs, and one can be asked for by its name."""
    name = f"--rehearsal={stage.rehearsal.name}"
    told = osk("rehearse", "status", "-o", "json")
    (named,) = json.loads(osk("rehearse", "status", name, "-o", "json").stdout)
    shown = osk("rehearse", "status", name)

    assert told.code == ExitCode.DONE
    assert named in json.loads(told.stdout)
    assert (named["name"], named["phase"], named["running"]) == (stage.rehearsal.name, "ready", True)
    assert {"controlplane", "olm", "webhooks", "simulators"} <= named["programs"].keys()
    assert shown.stdout.startswith(f"{stage.rehearsal.name}  ready  ")


def test_kubeconfig_is_a_path_alone(osk: Osk, stage: Stage) -> None:
    """What is printed is one line that a shell can use, of a file that is there."""
    said = osk("rehearse", "kubeconfig", f"--rehearsal={stage.rehearsal.name}")

    assert (said.code, said.stderr) == (ExitCode.DONE, "")
    assert said.stdout.count("\n") == 1
    assert Path(said.stdout.strip()).samefile(stage.rehearsal.kubeconfig)


def test_logs_are_those_of_a_program(osk: Osk, stage: Stage) -> None:
    """The log of a program is printed as it is; one that there is not is refused with those that there are."""
    name = f"--rehearsal={stage.rehearsal.name}"
    said = osk("rehearse", "logs", "simulators", name)
    refused = osk("rehearse", "logs", "simulator", name)

    assert said.code == ExitCode.DONE
    assert said.stdout
    assert (stage.rehearsal.directory / "logs" / "simulators.log").read_text().startswith(said.stdout)
    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert "simulators" in refused.stderr


def test_ctrl_c_during_the_start_leaves_nothing(osk: Osk) -> None:
    """SIGINT while the cluster starts ends the command as interrupted; no process and no folder is left."""
    command = osk.command("rehearse", "--rehearsal=small", "--pace", "instant", "-o", "json")
    directory = osk.home / ".local" / "state" / "osk" / "rehearsal" / "small"
    with subprocess.Popen(
        command,
        cwd=osk.home,
        env=osk.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        alive = processes.of(directory)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        stdout, _ = process.communicate(timeout=LIMIT)
        end = json.loads(stdout.splitlines()[-1])

    assert "starting" in said
    assert alive
    assert process.returncode == ExitCode.INTERRUPTED
    assert (end["type"], end["outcome"], end["exit_code"]) == ("RunFinished", "stopped", ExitCode.INTERRUPTED)
    assert processes.await_end(alive) == {}
    assert processes.of(directory) == {}
    assert not directory.exists()
