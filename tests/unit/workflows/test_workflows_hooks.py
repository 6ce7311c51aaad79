"""Hooks from the profile to the cluster: commands and playbooks that really run, over a fake API server."""

import base64
import json
import threading
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    Outcome,
    RunFinished,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
    to_json,
)
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.teardown import Keep
from openstack_k8s_cli.workflows import deploying, looking, planning, tearing
from openstack_k8s_cli.workflows.world import Target
from tests.unit.stopping import close
from tests.unit.workflows.hooked import SPARE, Hooked

SECRET = "AQDsecretkeyring=="
CEPH = """{ceph: {after: place, command: ["sh", "ceph.sh"], files: [ceph.sh], env: {TOKEN: hunter2hunter2},
  outputs: {fsid: str, count: int, keyring: secret}}}"""
SCRIPT = f"""\
echo ran >> ran
echo "token $TOKEN, key {SECRET}"
cat > "$OSK_OUTPUTS" <<END
{{"fsid": "4b5c", "count": 3, "keyring": "{SECRET}"}}
END
"""
STEP = "operators/hooks/ceph"


def ceph(folder: Path, script: str = SCRIPT) -> Hooked:
    """Make a world whose hook stands for Ceph."""
    return Hooked(folder, " ".join(CEPH.split()), {"ceph.sh": script})


def ended(events: list[Event]) -> RunFinished:
    """Give how a run ended."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]


def data(over: Hooked, kind: str, name: str) -> dict[str, str]:
    """Read the data of an object in the cloud's namespace."""
    found: dict[str, str] = (over.cluster.peek(ObjectId("", kind, "openstack", name)) or {})["data"]
    return found


def test_outputs_of_a_command_reach_what_comes_after(tmp_path: Path) -> None:
    """A template's use of an output is an edge, and the object is written with its value; a secret one in a Secret."""
    over = ceph(tmp_path)

    events = over.deploy()

    started = [each.step for each in events if isinstance(each, StepStarted)]
    assert ExitCode.DONE == ended(events).exit_code
    assert ["operators/place/space", STEP, "controlplane/storage/conf"] == started
    assert {"conf": "fsid = 4b5c, 3 monitors"} == data(over, "ConfigMap", "storage")
    assert SECRET == base64.b64decode(data(over, "Secret", "ceph")["keyring"]).decode()


def test_no_secret_is_ever_told(tmp_path: Path) -> None:
    """Neither an output nor a variable is in the stream, the plan or the preview, although the command prints both."""
    over = ceph(tmp_path)
    events = over.deploy()
    told = json.dumps([to_json(each) for each in events])
    shown = [f"{step}" for step in planning.preview(over.world, Target()).plan.steps]

    assert [] == [word for word in (SECRET, "hunter2hunter2") if word in told or word in "".join(shown)]
    assert ["token •••, key •••"] == [each.message for each in events if isinstance(each, TaskRan)]


def test_a_hook_runs_once_for_the_same_inputs(tmp_path: Path) -> None:
    """A second deployment finds it done, and says so; another content of its file runs it again."""
    over = ceph(tmp_path)
    over.deploy()
    again = over.deploy()
    changed = [each.change for each in again if isinstance(each, ObjectChanged) and each.step == STEP]
    over.texts = {"ceph.sh": SCRIPT.replace("4b5c", "9999")}
    rows = [row for row in over.rows() if row.step == STEP]
    over.deploy()

    assert [Change.UNCHANGED] == changed
    assert [Change.CONFIGURED] == [row.change for row in rows]
    assert "ran\nran\n" == over.read("ran")
    assert {"conf": "fsid = 9999, 3 monitors"} == data(over, "ConfigMap", "storage")


def test_a_hook_runs_again_when_what_it_follows_was_made_anew(tmp_path: Path) -> None:
    """Another object in the place of the one that it came after is another input."""
    over = ceph(tmp_path)
    over.deploy()
    spaces = over.cluster.resource("", "Namespace")
    assert spaces is not None
    over.cluster.delete(spaces, "", "openstack")

    over.deploy()

    assert "ran\nran\n" == over.read("ran")


def test_a_failed_hook_ends_the_run_with_its_last_words(tmp_path: Path) -> None:
    """Exit code 7, the last lines without secrets, and what comes after it blocked; mended, the same command goes on."""
    over = ceph(tmp_path, 'echo "cannot reach mon with $TOKEN" >&2; exit 3\n')
    events = over.deploy()
    (problem,) = ended(events).problems
    over.texts = {"ceph.sh": SCRIPT}
    after = over.deploy()

    assert ExitCode.FAILED == ended(events).exit_code
    assert "OSK0512" == problem.code
    assert "cannot reach mon with •••" == problem.detail
    assert ["controlplane/storage/conf"] == [each.step for each in events if isinstance(each, StepBlocked)]
    assert ExitCode.DONE == ended(after).exit_code


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('{"fsid": "x", "count": 3}', "`keyring` is not there"),
        ('{"fsid": "x", "count": "three", "keyring": "abcd"}', "`count` is no int"),
        ("[1]", "left no JSON object"),
    ],
)
def test_outputs_are_held_to_what_was_promised(tmp_path: Path, given: str, why: str) -> None:
    """An output that is missing or of another type fails the hook."""
    over = ceph(tmp_path, f"echo '{given}' > $OSK_OUTPUTS\n")

    (problem,) = ended(over.deploy()).problems

    assert why in problem.summary


def test_a_hook_that_was_killed_runs_again(tmp_path: Path) -> None:
    """A deployment that is closed while the hook runs ends the command, and the next one runs it from its start."""
    script = 'echo began >> began; sleep "${PAUSE:-0}"; ' + SCRIPT
    over = ceph(tmp_path, f"PAUSE=$(cat pause); {script}")
    over.texts = {**over.texts, "pause": "60"}
    running = deploying.deploy(over.world, Target(), Options(recheck=0.05, values_digest="v"))
    began = threading.Event()
    clock, events = SystemClock(), []
    for event in running:
        events.append(event)
        if isinstance(event, StepStarted) and event.step == STEP:
            while not over.read("began"):
                clock.sleep(0.02)
            began.set()
            break
    close(running)
    (tmp_path / "pause").write_text("0")
    over.texts = {"ceph.sh": over.texts["ceph.sh"]}

    after = over.deploy(dead=lambda _: True)

    assert began.is_set()
    assert ExitCode.DONE == ended(after).exit_code
    assert ("began\nbegan\n", "ran\n") == (over.read("began"), over.read("ran"))


PLAY = """\
- hosts: all
  gather_facts: false
  tasks:
    - name: Say the word
      ansible.builtin.debug: {msg: "{{ word }}"}
    - name: Give the outputs
      ansible.builtin.set_stats: {data: {fsid: "{{ word }}-id", count: 5, keyring: "AQDplaybook=="}}
    - name: Break where it is told to
      ansible.builtin.fail: {msg: "no way with {{ lookup('env', 'TOKEN') }}"}
      when: broken | default(false)
"""


def test_a_playbook_runs_on_this_machine(tmp_path: Path) -> None:
    """Its tasks are told by name, `set_stats` gives its outputs, and a failed task is the last word of the run."""
    hook = "{after: place, playbook: play.yml, vars: {word: hello}, env: {TOKEN: hunter2hunter2}, outputs: {fsid: str, count: int, keyring: secret}}"
    over = Hooked(tmp_path, f"{{ceph: {hook}}}", {"play.yml": PLAY})
    events = over.deploy()
    over.hooks = over.hooks.replace("word: hello", "word: hello, broken: true")
    broken = over.deploy()

    tasks = [(each.task, each.outcome) for each in events if isinstance(each, TaskRan)]
    assert [
        ("Say the word", "ok"),
        ("Give the outputs", "ok"),
        ("Break where it is told to", "skipped"),
    ] == tasks
    assert {"conf": "fsid = hello-id, 5 monitors"} == data(over, "ConfigMap", "storage")
    assert "localhost: Break where it is told to: no way with •••" == ended(broken).problems[0].detail
    assert ExitCode.FAILED == ended(broken).exit_code


def test_manifests_and_waits_are_steps_too(tmp_path: Path) -> None:
    """A manifest's objects are applied before what it is before; a wait holds what comes after it until its object is there."""
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, namespace: openstack}\ndata: {a: b}\n"
    hooks = "{extra: {after: place, manifest: extra.yaml}, wait: {after: hooks/extra, wait: {kind: ConfigMap, name: extra, namespace: openstack}}}"
    over = Hooked(tmp_path, hooks, {"extra.yaml": one}, SPARE)

    events = over.deploy()

    finished = {each.step: each.outcome for each in events if isinstance(each, StepFinished)}
    assert {"a": "b"} == data(over, "ConfigMap", "extra")
    assert Outcome.READY == finished["operators/hooks/wait"]


def test_status_tells_whether_a_hook_ran(tmp_path: Path) -> None:
    """Its record is absent before and ready after; a teardown of its layer takes it along."""
    over = ceph(tmp_path)
    before = {row.step: row.verdict.state for row in looking.status(over.world, Target()).rows}
    over.deploy()
    after = {row.step: row.verdict.state for row in looking.status(over.world, Target()).rows}
    planned = tearing.plan(over.world, None, keep=Keep.NOTHING, crds=False)

    assert (State.ABSENT, State.READY) == (before[STEP], after[STEP])
    assert "osk-hook.lab.ceph" in {line.object.name for line in planned.lines}


def test_an_output_that_nothing_gives_is_refused(tmp_path: Path) -> None:
    """A template that uses an output which no hook names is an error before anything is written."""
    over = Hooked(
        tmp_path, "{ceph: {after: place, command: 'true', outputs: {fsid: str, keyring: secret}}}", {}
    )

    with pytest.raises(OskError) as raised:
        over.deploy()

    assert {"OSK0210"} == {each.code for each in raised.value.problems}


def test_a_part_without_its_hook_says_what_it_needs(tmp_path: Path) -> None:
    """`--only` what uses an output that is not known yet fails with the output's name, and nothing is written half."""
    over = ceph(tmp_path)
    over.cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openstack"}})
    chosen = Options(recheck=0.05, backoff=0.001)
    events = list(deploying.deploy(over.world, Target(("storage",), only=True), chosen))

    assert ["OSK0513"] == [each.code for each in ended(events).problems]
    assert over.cluster.peek(ObjectId("", "ConfigMap", "openstack", "storage")) is None
