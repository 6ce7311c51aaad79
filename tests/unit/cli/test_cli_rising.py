"""`osk up` and `osk down`: stories of CRC, hosts and deployments as one run, safe to repeat and to kill.

CRC's host and the hypervisor are in memory (tests.fakes.crc, tests.fakes.hypervisor).
"""

from typing import Any

import pytest

from openstack_k8s_cli.cli import rising
from openstack_k8s_cli.cli.deploying import PLAIN
from openstack_k8s_cli.crc import snapshots
from openstack_k8s_cli.crc.snapshots import Index, Snapshot
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.workstation import stages
from openstack_k8s_cli.workflows.world import Target
from tests.unit.cli.days import ADDRESS, CRC, NODESETS, Lab, lab, ran, up_already

_FILE = "/home/ada/.local/state/osk/clouds/lab.yaml"
_EXISTING = "platform: {provider: existing}\n"


def _up(place: Lab, target: Target | None = None, *, yes: bool = False) -> tuple[list[str], Any]:
    return ran(rising.up(place.machines, target or Target(), PLAIN, yes=yes))


def _down(place: Lab, keep: str = "data", **asked: Any) -> tuple[list[str], Any]:
    machines = place.machines
    words = {"only": False, "start": None, "until": None, **asked}
    chosen = stages.down(words.pop("part", "all"), **words, there=machines.stages)
    return ran(rising.down(machines, chosen, keep, yes=True, confirm="lab"))


def test_from_a_bare_host_to_a_cloud_and_again() -> None:
    """CRC, then the hosts with a key from the cluster, then all; the second time nothing is made or changed."""
    place = lab()

    lines, end = _up(place)
    first = list(place.work.said)
    place.host.calls.clear()
    place.hypervisor.played.clear()
    again, _ = _up(place)

    assert ["deploy dataplane/keys", "gate all", "deploy all"] == first
    assert {"crc": True, "edpm-compute-0": True, "edpm-compute-1": True} == place.running
    assert (f"address: {ADDRESS}", f"password: in {_FILE}", "osk openstack endpoint list") == end.next[:3]
    assert [f"cloud/access/known: {ADDRESS} address", f"cloud/access/known: {_FILE} password"] == lines[-3:-1]
    assert b"topsecret" in (place.host.read(_FILE) or b"")
    assert 0o600 == place.host.files.modes[_FILE]
    assert ([], []) == (place.host.changes, place.hypervisor.played)
    assert "crc/machine/start: crc it runs already" in again
    assert ["gate all", "deploy all"] == place.work.said[3:]


def test_nothing_is_told_of_a_password() -> None:
    """Neither in an event nor at the terminal; only the file has it."""
    place = lab()

    events = list(map(str, rising.up(place.machines, Target(), PLAIN, yes=False)))

    assert not [each for each in [*events, *place.session.told] if "topsecret" in each]


@pytest.mark.parametrize(
    ("target", "crc", "hosts", "said"),
    [
        (Target(until="crc"), True, False, []),
        (Target(until="hosts"), True, True, ["deploy dataplane/keys"]),
        (Target(until="controlplane"), True, False, ["gate all --until controlplane", "deploy all --until controlplane"]),
        (Target(("crc",), only=True), True, False, []),
        (Target(("hosts",)), True, True, ["deploy dataplane/keys"]),
    ],
)  # fmt: skip
def test_a_part_of_the_way(target: Target, crc: bool, hosts: bool, said: list[str]) -> None:
    """Hosts are made only where the part of the plan has some, or they are named."""
    place = lab()

    _up(place, target)

    assert (crc, hosts, said) == (
        place.running.get("crc", False),
        bool(place.hypervisor.states),
        place.work.said,
    )


def test_the_rest_of_the_way_leaves_crc_alone() -> None:
    """From a layer on, only the deployment."""
    place = up_already()

    _up(place, Target(start="controlplane"))

    assert [] == place.host.changes
    assert ["gate all --from controlplane", "deploy all --from controlplane"] == place.work.said


def test_a_story_that_does_not_end_well_ends_the_run() -> None:
    """With its own end, and nothing after it."""
    place = lab()
    place.work.fails = "deploy dataplane/keys"

    _, end = _up(place)

    assert (ExitCode.FAILED, ["deploy dataplane/keys"], {}) == (
        end.exit_code,
        place.work.said,
        place.hypervisor.states,
    )


def test_killed_anywhere_the_next_run_finishes() -> None:
    """While CRC is set up, and while hosts are made."""
    place = lab()
    calls = iter(range(1000))

    def killed(_argv: Any) -> None:
        if next(calls) == 60:
            raise KeyboardInterrupt

    place.host.interrupted = killed
    with pytest.raises(KeyboardInterrupt):
        _up(place)
    place.host.interrupted = len
    place.hypervisor.interrupted = lambda _name: (_ for _ in ()).throw(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        _up(place)
    place.hypervisor.interrupted = len
    _, end = _up(place)

    assert (ExitCode.DONE, True) == (end.exit_code, all(place.running.values()))


def test_other_values_are_asked_for_before_the_first_change() -> None:
    """Where the cluster answers; nobody can be asked here, so it is refused, and `yes` is enough."""
    place = up_already()
    place.work.differs = True

    with pytest.raises(OskError) as caught:
        _up(place)
    _, end = _up(place, yes=True)

    assert ("OSK1003", ExitCode.DONE) == (caught.value.problems[0].code, end.exit_code)


def test_other_values_of_a_cloud_that_was_asleep_are_refused() -> None:
    """They are known only once CRC is up; then nobody asks in the midst of a run."""
    place = up_already()
    place.host.run(["crc", "stop"])
    place.work.differs = True

    with pytest.raises(OskError) as caught:
        _up(place)

    assert ("OSK1352", ExitCode.REFUSED, []) == (
        caught.value.problems[0].code,
        caught.value.exit_code,
        place.work.said,
    )


@pytest.mark.parametrize("yes", [False, True])
def test_a_cluster_that_runs_is_not_stopped_unasked(yes: bool) -> None:
    """For a device that finds no slot, which stays for the next start; nor for what comes up after all was asked."""
    place = up_already()
    place.host.state["domains"]["crc"]["interfaces"].clear()
    place.host.state["fails"]["slots"] = True

    _, end = _up(place, Target(("crc",), only=True), yes=yes)
    stops = [each for each in place.host.changes if each.startswith("crc stop")]

    assert (ExitCode.DONE, yes) == (end.exit_code, bool(stops))
    assert yes or "next start" in place.session.told[-1] + place.session.told[-2]


def test_what_came_up_since_all_was_asked_is_refused() -> None:
    """A machine that has other sizes only by then."""
    place = up_already()
    events = rising.up(place.machines, Target(("crc",), only=True), PLAIN, yes=False)
    next(events)
    place.host.files.write(
        ".crc/machines/crc/config.json",
        '{"Driver": {"BundleName": "crc_libvirt_4.22.1_amd64", "CPU": 4, "Memory": 10752, "Network": "crc"}}',
    )

    _, end = ran(events)

    assert ("OSK1363", []) == (end.problems[0].code, place.host.changes)


def test_a_cluster_that_is_there_is_only_deployed() -> None:
    """No CRC, no hosts: just what `deploy all` does, and how the cloud is used."""
    place = lab(_EXISTING)

    _, end = _up(place)

    assert (["gate all", "deploy all"], []) == (place.work.said, place.host.calls)
    assert f"address: {ADDRESS}" == end.next[0]


@pytest.mark.parametrize(
    ("body", "scope", "name"),
    [(_EXISTING, {}, "crc"), (CRC, {}, "hosts"), (CRC + NODESETS, {"context": "other"}, "crc")],
)
def test_what_the_profile_has_not_is_refused(body: str, scope: dict[str, str], name: str) -> None:
    """By name, before anything is looked at; a cluster that the command line names is no CRC to be made."""
    place = lab(body, **scope)

    with pytest.raises(OskError) as caught:
        _up(place, Target(until=name))

    assert ("OSK1351", ExitCode.USAGE, []) == (
        caught.value.problems[0].code,
        caught.value.exit_code,
        place.host.changes,
    )


def test_a_dry_run_says_what_would_be_done() -> None:
    """On a bare host everything; of a cloud that is up, nothing."""
    bare, done = lab(), up_already()

    found, text = rising.rehearsal_of_up(bare.machines, Target())
    same, _ = rising.rehearsal_of_up(done.machines, Target())

    assert (True, ["edpm-compute-0", "edpm-compute-1"]) == (found["differs"], found["hosts"])
    assert "would: crc start" in text
    assert ([], [], False) == (same["crc"], same["hosts"], same["differs"])
    assert ([], []) == (bare.host.changes, bare.hypervisor.played)


def test_down_and_down_again() -> None:
    """The cloud, its hosts, then CRC, which is stopped with the data in it; the second time nothing is left to do."""
    place = up_already()
    place.host.files.write(_FILE, "password")

    _, end = _down(place)
    said = list(place.work.said)
    place.host.calls.clear()
    again, _ = _down(place)

    assert ["plan teardown all", "teardown --keep data"] == said
    assert {"crc": False} == place.running
    assert (ExitCode.DONE, None) == (end.exit_code, place.host.read(_FILE))
    assert (["cloud/access/crc: crc it does not run"], []) == (again, place.host.changes)


def test_down_with_nothing_kept_deletes_crc_too() -> None:
    """Also where it sleeps: then there is no teardown to wait for."""
    awake, asleep = up_already(), up_already()
    asleep.host.run(["crc", "stop"])

    _down(awake, "nothing")
    _down(asleep, "nothing")

    assert ({}, {}) == (awake.running, asleep.running)
    assert (["plan teardown all", "teardown --keep nothing"], []) == (awake.work.said, asleep.work.said)


def test_a_cloud_that_sleeps_and_is_to_be_kept_is_not_taken_down() -> None:
    """It would be half: without its hosts, and with them in its records."""
    place = up_already()
    place.host.run(["crc", "stop"])

    with pytest.raises(OskError) as caught:
        _down(place)

    assert ("OSK1354", ["edpm-compute-0", "edpm-compute-1"]) == (
        caught.value.problems[0].code,
        list(place.hypervisor.states),
    )


def test_down_with_hosts_and_no_crc_at_all() -> None:
    """There is no cluster to be woken for it; a start would make a new one."""
    place = up_already()
    place.host.run(["crc", "delete", "--force"])

    _, end = _down(place)

    assert (ExitCode.DONE, {}, []) == (end.exit_code, place.running, place.work.said)


def test_snapshots_that_stay_are_said() -> None:
    """Their copies take room, and go only with them."""
    place = up_already()
    snapshots.write(place.host, Index({"one": Snapshot("one", 0, 0, "", "lab")}))
    machines = place.machines
    chosen = stages.down("all", only=False, start=None, until=None, there=machines.stages)

    place.hypervisor.volumes["edpm-compute-0.qcow2.osk-two"] = "v1"
    found = rising.fall(machines, chosen, "nothing")
    asleep = rising.fall(machines, chosen, "data")

    assert ["one", "two"] == found.document()["snapshots"]
    assert "snapshots stay: one, two;" in found.text("here", everything=False)
    assert ["two"] == asleep.document()["snapshots"]


def test_what_stays_is_said_once() -> None:
    """`osk down` says it before it asks; deleting the hosts does not say it again."""
    place = up_already()
    place.hypervisor.volumes["edpm-compute-0.qcow2.osk-two"] = "v1"
    _down(place)

    assert 1 == "\n".join(place.session.told).count("snapshots stay: two;")


@pytest.mark.parametrize(
    ("asked", "running", "said"),
    [
        ({"until": "hosts"}, {"crc": True}, ["plan teardown all", "teardown --keep data"]),
        ({"part": "hosts", "only": True}, {"crc": True}, []),
        ({"start": "crc"}, {"crc": False, "edpm-compute-0": True, "edpm-compute-1": True}, []),
        (
            {"part": "controlplane"},
            {"crc": True, "edpm-compute-0": True, "edpm-compute-1": True},
            ["plan teardown controlplane", "teardown --keep data"],
        ),
    ],
)
def test_a_part_of_the_way_down(asked: dict[str, Any], running: dict[str, bool], said: list[str]) -> None:
    """What is named, with what stands on it."""
    place = up_already()

    _down(place, **asked)

    assert (running, said) == (place.running, place.work.said)


def test_down_is_asked_for() -> None:
    """Nobody can be asked here, so nothing is changed."""
    place = up_already()
    machines = place.machines
    chosen = stages.down("all", only=False, start=None, until=None, there=machines.stages)

    with pytest.raises(OskError) as caught:
        list(rising.down(machines, chosen, "data", yes=False, confirm=None))

    assert ("OSK1003", True, []) == (
        caught.value.problems[0].code,
        all(place.running.values()),
        place.host.changes,
    )
    assert (
        "hosts, deleted on this machine, disks and all: edpm-compute-0, edpm-compute-1"
        in place.session.told[-1]
    )
