"""A deployment outlives its API server's absence."""

import json
import threading
from collections.abc import Iterator

import pytest

from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import lifecycle
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options, Pace
from tests.cluster.commands import Document, Osk, at_home

AWAY = 20.0


@pytest.fixture(scope="module")
def separate(places: Places) -> Iterator[Rehearsal]:
    """Have a cluster whose API server is a process of its own."""
    options = Options(pace=Pace.INSTANT, one_process=False)
    with lifecycle.running("outage", options=options, places=places) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def home(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Osk:
    """Give the command in a home of its own."""
    return at_home(tmp_path_factory.mktemp("home"), places.state)


def test_api_server_killed_for_twenty_seconds(separate: Rehearsal, home: Osk, places: Places) -> None:
    """The API server is killed in the middle and stays away for 20 s: the deployment gets Ready without help."""
    command = ("deploy", "all", "-p", "crc", f"--rehearsal={separate.name}", "-o", "json")
    with home.begun(*command) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event: Document = json.loads(line)
            if event["type"] == "StepFinished" and event["step"].startswith("operators/openstack-operator/"):
                break
        with lifecycle.outage("kube-apiserver", name=separate.name, places=places):
            threading.Event().wait(AWAY)  # the outage itself, not a wait for something
        events = [json.loads(line) for line in process.stdout]

        assert process.wait() == ExitCode.DONE, events[-1]
    assert events[-1]["outcome"] == "ready"
    assert [each for each in events if each["type"] == "StepFinished" and each["outcome"] != "ready"] == []
