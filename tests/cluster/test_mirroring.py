"""`osk deploy mirror` on a real API server: the nodes' pools take the registries up, and osk waits until they have."""

import json
import os
import signal

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import lifecycle
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster.commands import Document, Osk
from tests.cluster.staging import Stage

PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: crc
extends: [crc, mirror]
mirror:
  registry: registry.example:5000/osp
  auth: {file: auth.json}
  sources: {registry.redhat.io: ""}
"""
HASTY = """\
timeouts:
  steps:
    operators/mirror/rollout: {stall: 15s, total: 10m}
"""
LOGIN = '{"auths": {"registry.example:5000": {"auth": "dTpw"}}}'


@pytest.fixture(scope="module")
def fresh(stage: Stage, osk: Osk) -> Rehearsal:
    """Have a bare cluster, and a profile with a mirror."""
    (osk.home / "own.yaml").write_text(PROFILE)
    (osk.home / "auth.json").write_text(LOGIN)
    return stage.fresh()


@pytest.fixture(scope="module")
def first(osk: Osk, fresh: Rehearsal, stage: Stage) -> list[Document]:
    """Have the mirror in use; the pools' controller stands still until osk has looked at one of them."""
    state = lifecycle.status(fresh.name, places=stage.places).state
    assert state is not None
    controller = state.programs["simulators"]
    os.kill(controller, signal.SIGSTOP)
    try:
        with osk.begun(*command(fresh)) as process:
            assert process.stdout is not None
            told: list[Document] = []
            for line in process.stdout:
                told.append(json.loads(line))
                if states(told):
                    os.kill(controller, signal.SIGCONT)
    finally:
        os.kill(controller, signal.SIGCONT)
    return told


def command(rehearsal: Rehearsal) -> tuple[str, ...]:
    """Give the command's words."""
    return ("deploy", "mirror", "-p", "own.yaml", f"--rehearsal={rehearsal.name}", "-o", "json")


def pool(rehearsal: Rehearsal) -> Body:
    """Read the masters' pool."""
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    resource = cluster.resource("machineconfiguration.openshift.io", "MachineConfigPool")
    assert resource is not None
    return cluster.get(resource, "", "master") or {}


def states(told: list[Document]) -> list[str]:
    """Give the states of the masters' pool in a run, each once."""
    judged = [each for each in told if each["type"] == "ObjectJudged" and each["object"]["name"] == "master"]
    return list(dict.fromkeys(each["verdict"]["state"] for each in judged))


def test_the_run_ends_when_every_node_has_the_registries(first: list[Document], fresh: Rehearsal) -> None:
    """A pool calls itself updated before its controller has looked; that is not taken for the end."""
    there = pool(fresh)

    assert (ExitCode.DONE, []) == (first[-1]["exit_code"], first[-1]["problems"])
    assert states(first) in (["waiting", "progressing", "ready"], ["waiting", "ready"])
    assert "rendered-master-rehearsal" != get(there, "status", "configuration", "name")
    assert get(there, "spec", "configuration", "name") == get(there, "status", "configuration", "name")


def test_a_second_run_changes_and_awaits_nothing(osk: Osk, fresh: Rehearsal, first: list[Document]) -> None:
    """The pools are as the first run left them."""
    assert ExitCode.DONE == first[-1]["exit_code"]
    again = osk(*command(fresh))

    assert ExitCode.DONE == again.code, again.stderr
    assert {"unchanged"} == {each["change"] for each in again.of("ObjectChanged")}
    assert ["ready"] == states(again.events)


def test_a_paused_pool_is_named(osk: Osk, fresh: Rehearsal, first: list[Document]) -> None:
    """It would not take the change up, however long one waits."""
    assert ExitCode.DONE == first[-1]["exit_code"]
    (osk.home / "own.yaml").write_text(PROFILE + HASTY)
    cluster = kubernetes.connect(str(fresh.kubeconfig))
    resource = cluster.resource("machineconfiguration.openshift.io", "MachineConfigPool")
    assert resource is not None
    cluster.merge(resource, "", "master", {"spec": {"paused": True}})
    ended = osk(*command(fresh), "--yes", "--set", 'mirror.sources={quay.io: quay, registry.redhat.io: ""}')

    assert ExitCode.STALLED == ended.code
    assert any("paused" in str(each) for each in ended.problems), ended.problems
