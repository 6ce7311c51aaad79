"""Names, folders, locks, and what passes between commands and supervisor."""

from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import assets, directories, launch, lifecycle, locks, options
from openstack_k8s_cli.rehearsal.binaries import Binaries
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.launch import Launch, Phase, Request, State
from openstack_k8s_cli.rehearsal.options import Options, Pace


def test_places_follow_xdg() -> None:
    """The XDG variables decide, relative ones are ignored as the specification says."""
    own = directories.places({"HOME": "/h", "XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "/s"})
    default = directories.places({"HOME": "/h", "XDG_CACHE_HOME": "relative"})

    assert own == Places(Path("/c/osk/rehearsal"), Path("/s/osk/rehearsal"))
    assert default == Places(Path("/h/.cache/osk/rehearsal"), Path("/h/.local/state/osk/rehearsal"))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "A", "-a", "a-", "x" * 41])
def test_a_bad_name_is_refused(name: str) -> None:
    """A name that is no folder name, or leads elsewhere, is a usage error."""
    with pytest.raises(OskError) as raised:
        Places(Path("/c"), Path("/s")).cluster(name)

    assert raised.value.exit_code is ExitCode.USAGE


def test_files_are_the_users_own(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever was there before."""
    folder = directories.private(tmp_path / "a" / "b")
    directories.replace(folder / "secret", "one")
    directories.replace(folder / "secret", "two")

    modes = [path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / "secret")]
    assert modes == [0o700, 0o700, 0o600]
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert (folder / "secret").read_text() == "two"


def test_launch_and_state_come_back(tmp_path: Path) -> None:
    """What one process writes, the other reads the same."""
    plan = Launch(
        Options(pace=Pace.INSTANT, crds=(Path("/crds"),), faults=Path("/faults.yaml"), one_process=False),
        Binaries(Path("/b/controlplane"), Path("/b/olm"), Path("/b/webhooks")),
        cache=Path("/cache"),
        assets=Path("/assets"),
    )
    said = State(
        phase=Phase.FAILED,
        pid=7,
        since=1.5,
        programs={"etcd": 8},
        problems=(Problem("OSK0905", "It ended", subject="x.log", advice=(Advice("Read", command="osk"),)),),
    )
    asked = Request(number=2, resets=1, held=frozenset({"kwok"}))
    assert (launch.state(tmp_path), launch.request(tmp_path)) == (None, Request())
    plan.write(tmp_path)
    said.write(tmp_path)
    asked.write(tmp_path)

    assert (launch.read(tmp_path), launch.state(tmp_path), launch.request(tmp_path)) == (plan, said, asked)


def test_options_come_back() -> None:
    """Options survive their JSON form with their defaults."""
    assert options.from_json(Options().to_json()) == Options()


def test_a_lock_is_one_holders(tmp_path: Path) -> None:
    """A name's lock is taken once, seen by others, and free again when its holder is gone."""
    with locks.of_name(tmp_path, "lab") as mine, locks.of_name(tmp_path, "lab") as theirs:
        assert locks.take(mine)
        assert locks.is_held(tmp_path, "lab")
        assert not locks.take(theirs, patience=0)

    assert not locks.is_held(tmp_path, "lab")
    assert not locks.is_held(tmp_path, "other")


@pytest.mark.parametrize("said", [False, True], ids=["before its first word", "after it"])
def test_a_starting_cluster_is_not_called_down(tmp_path: Path, said: bool) -> None:
    """Whoever uses a cluster that is still starting is told to wait, and not to start it or to log in."""
    places = Places(tmp_path / "cache", tmp_path)
    folder = directories.private(places.cluster("lab"))
    if said:
        State(phase=Phase.STARTING, pid=1, since=0).write(folder)
    with locks.of_name(tmp_path, "lab") as lock:
        locks.take(lock)
        with pytest.raises(OskError) as raised:
            lifecycle.kubeconfig("lab", places=places)

    assert "The rehearsal cluster `lab` is still starting" == raised.value.problems[0].summary


def test_what_is_still_built_is_not_waited_for_forever(tmp_path: Path) -> None:
    """A command that builds holds the name and has no supervisor to end: `down` says so after a while."""
    places = Places(tmp_path / "cache", tmp_path)
    with locks.of_name(tmp_path, "lab") as lock:
        locks.take(lock)
        with pytest.raises(OskError) as raised:
            lifecycle.down("lab", places=places, patience=0)

    assert "The rehearsal cluster `lab` is still starting" == raised.value.problems[0].summary


def test_the_programs_that_have_logs(tmp_path: Path) -> None:
    """They are listed by name, and a log is found by it; another name is a mistake that lists them."""
    places = Places(tmp_path, tmp_path)
    folder = places.cluster("lab") / "logs"
    folder.mkdir(parents=True)
    for name in ("supervisor", "etcd"):
        (folder / f"{name}.log").write_text("")
    with pytest.raises(OskError) as raised:
        lifecycle.logs("lab", "etdc", places=places)

    assert ("etcd", "supervisor") == lifecycle.programs("lab", places=places)
    assert folder / "etcd.log" == lifecycle.logs("lab", "etcd", places=places)
    assert "There are logs of etcd, supervisor" == raised.value.problems[0].detail


def test_logs_of_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    """Where there is no log at all no other program is advised, but to start the cluster."""
    with pytest.raises(OskError) as raised:
        lifecycle.logs("lab", "supervisor", places=Places(tmp_path, tmp_path))

    assert ["OSK0909"] == [problem.code for problem in raised.value.problems]


def test_assets_need_both_programs(tmp_path: Path) -> None:
    """KUBEBUILDER_ASSETS without its programs is a usage error that names what is missing."""
    (tmp_path / "etcd").touch(mode=0o755)
    with pytest.raises(OskError) as raised:
        assets.folder({"KUBEBUILDER_ASSETS": str(tmp_path)})

    assert "`kube-apiserver`" in raised.value.problems[0].summary
    (tmp_path / "kube-apiserver").touch(mode=0o755)
    assert assets.folder({"KUBEBUILDER_ASSETS": str(tmp_path)}) == tmp_path
    assert assets.folder({}) is None
