"""Whose entries of the kubeconfig are whose: osk's own are written over and forgotten, all others stay as they are."""

import os
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.crc import kubeconfigs
from openstack_k8s_cli.model.problems import ExitCode, OskError

_ACCESS = b"""\
clusters: [{name: crc, cluster: {server: "https://api.crc.testing:6443"}}]
users: [{name: admin, user: {client-key-data: S0VZCg==}}]
contexts: [{name: admin, context: {cluster: crc, user: admin}}]
current-context: admin
"""
_THEIRS = """\
clusters:
- {name: lab, cluster: {server: "https://prod.example:6443"}}
- {name: crc, cluster: {server: "https://api.crc.testing:6443"}}
users:
- {name: lab, user: {token: theirs}}
- {name: admin, user: {token: another}}
contexts:
- {name: lab, context: {cluster: lab, user: lab}}
- {name: prod2, context: {cluster: lab, user: admin}}
- {name: mine, context: {cluster: crc, user: admin, namespace: x}}
current-context: prod2
"""


class _Home:
    """A user's own folder with a kubeconfig."""

    def __init__(self, folder: Path, text: str) -> None:
        self.file = folder / ".kube/config"
        self.file.parent.mkdir()
        self.file.write_text(text)
        self.host = LocalHost({"HOME": str(folder), "PATH": "/usr/bin:/bin"})

    @property
    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = YAML(typ="safe").load(self.file)
        return found

    def merge(self, context: str | None = None, access: bytes = _ACCESS, **more: str) -> str:
        return kubeconfigs.merge(self.host, context, access, **more)


@pytest.fixture
def home(tmp_path: Path) -> _Home:
    """Give one whose kubeconfig has other clusters."""
    return _Home(tmp_path, _THEIRS)


def _theirs(found: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: found[kind][: len(listed)]
        for kind, listed in YAML(typ="safe").load(_THEIRS).items()
        if kind != "current-context"
    }


def test_entries_of_others_stay_whatever_the_context_is_called(home: _Home) -> None:
    """Cluster and user have osk's own name; a name that only another's user has is free for a context."""
    home.merge("admin")

    found, before = home.now, YAML(typ="safe").load(_THEIRS)
    assert _theirs(found) == {kind: before[kind] for kind in ("clusters", "users", "contexts")}
    assert [found[kind][-1]["name"] for kind in ("clusters", "users", "contexts")] == [
        "osk-crc",
        "osk-crc",
        "admin",
    ]
    assert found["current-context"] == "prod2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_THEIRS, "a context `lab` of https://prod.example:6443"),
        (
            "clusters: [{name: osk-crc, cluster: {server: 'https://b:1'}}]",
            "a cluster `osk-crc` of https://b:1",
        ),
        ("users: [{name: osk-crc, user: {token: t}}]", "a user `osk-crc` that"),
    ],
    ids=["context", "cluster", "user"],
)
def test_what_somebody_else_calls_so_is_not_written_over(tmp_path: Path, text: str, told: str) -> None:
    """Refused, also before the cluster is there, and nothing is written."""
    home = _Home(tmp_path, text)

    with pytest.raises(OskError) as caught:
        home.merge("lab")
    with pytest.raises(OskError) as early:
        kubeconfigs.check(home.host, "osk-crc", "lab")

    problem = caught.value.problems[0]
    assert (problem.code, caught.value.exit_code, early.value.problems) == (
        "OSK1364",
        ExitCode.REFUSED,
        (problem,),
    )
    assert told in problem.summary
    assert (home.file.read_text(), [*home.file.parent.iterdir()]) == (text, [home.file])


def test_a_context_of_the_same_cluster_may_become_osks(home: _Home) -> None:
    """It led there before; what else it says stays."""
    home.merge("mine")

    (found,) = (each["context"] for each in home.now["contexts"] if each["name"] == "mine")
    assert (found["cluster"], found["user"], found["namespace"]) == ("osk-crc", "osk-crc", "x")
    assert home.merge("mine") == ""


def test_only_osks_own_entries_are_forgotten(home: _Home) -> None:
    """All its contexts of that cluster, whatever they are called; those of other machines stay."""
    home.merge("one")
    home.merge("two")
    home.merge("far", _ACCESS.replace(b"api.crc.testing:6443", b"127.0.0.1:4000"), name="osk-crc-far")

    named = kubeconfigs.leading(home.host, "osk-crc")
    done = kubeconfigs.forget(home.host)
    kubeconfigs.forget(home.host, "osk-crc-far")

    assert (named, done) == (("one", "two"), f"context one, two taken out of {home.file}")
    assert home.now == YAML(typ="safe").load(_THEIRS)
    assert kubeconfigs.forget(home.host) == ""


def test_a_namespace_that_the_user_set_stays(home: _Home) -> None:
    """And is no reason to write anything."""
    home.merge()
    home.file.write_text(
        home.file.read_text().replace("user: osk-crc\n", "user: osk-crc\n    namespace: openstack\n")
    )

    again = home.merge()

    assert ("openstack", "") == (home.now["contexts"][-1]["context"]["namespace"], again)


def test_the_users_own_file_is_kept_for_good(home: _Home) -> None:
    """Later changes of osk's do not take its place, and are not said to."""
    first = home.merge()
    second = home.merge(None, _ACCESS.replace(b"S0VZ", b"TkVX"))
    kubeconfigs.forget(home.host)

    kept = Path(f"{home.file}.before-osk")
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (_THEIRS, 0o600)
    assert (str(kept) in first, bool(second), str(kept) in second) == (True, True, False)


def test_the_current_context_is_that_of_all_files(home: _Home, tmp_path: Path) -> None:
    """As for kubectl the first that names one counts, and a name that any of them has is taken."""
    first = tmp_path / "first"
    host = LocalHost({"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "KUBECONFIG": f"{first}:{home.file}"})

    kubeconfigs.merge(host, None, _ACCESS)
    with pytest.raises(OskError) as caught:
        kubeconfigs.merge(host, "lab", _ACCESS)

    assert "current-context" not in YAML(typ="safe").load(first)
    assert (kubeconfigs.is_current(host, None), kubeconfigs.is_current(host, "prod2")) == (False, True)
    assert caught.value.problems[0].code == "OSK1364"


def test_kubectls_lock_is_held_while_it_is_written(home: _Home) -> None:
    """One that somebody has is waited for and told; one that was left behind long ago is taken away."""
    lock = home.file.with_name("config.lock")
    lock.touch()

    class Impatient(LocalHost):
        def run(self, argv: Any, **more: Any) -> Any:
            return super().run(["true"] if argv[0] == "sleep" else argv, **more)

    host = Impatient(home.host.environment)
    with pytest.raises(OskError) as caught:
        kubeconfigs.merge(host, None, _ACCESS)
    refused = home.file.read_text()
    os.utime(lock, (0, 0))
    home.merge()

    assert (caught.value.problems[0].code, refused) == ("OSK1365", _THEIRS)
    assert (kubeconfigs.leading(home.host, "osk-crc"), lock.exists()) == (("osk-crc",), False)
