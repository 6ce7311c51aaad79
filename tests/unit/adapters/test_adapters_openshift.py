"""`oc` is asked how one logs in, and who did; the command that is advised means the same server, file and user.

`oc` is recorded (tests.fakes.openshiftclient).
"""

from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import openshift
from openstack_k8s_cli.adapters.openshift import Login
from tests.fakes import openshiftclient

_SERVER = "https://api.lab:6443"
_LAB = Login(_SERVER, "/tmp/a b", "lab", "ada")  # noqa: S108  # a name only


@pytest.fixture
def installed() -> None:
    """Need the extra."""
    pytest.importorskip("openshift_client")


def _commands(login: Login) -> list[str]:
    return [str(each.command) for each in login.advice()]


def test_without_oc_it_is_said_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command stands all the same, with file and user; who it is is not known."""
    monkeypatch.setenv("PATH", str(tmp_path))

    (advice,) = _LAB.advice()

    assert "crc oc-env" in advice.text
    assert f"oc login {_SERVER} -u ada --kubeconfig '/tmp/a b'" == advice.command
    assert "" == _LAB.who()


@pytest.mark.usefixtures("installed")
def test_a_browser_is_offered_where_oc_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own help; an older one cannot."""
    openshiftclient.oc(tmp_path / "new")
    openshiftclient.oc(tmp_path / "old", web=False)

    monkeypatch.setenv("PATH", f"{tmp_path / 'new'}:/bin")
    new = _commands(Login(_SERVER, user="ada"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}:/bin")
    old = _commands(Login(_SERVER, user="ada"))

    assert [f"oc login {_SERVER} -u ada", f"oc login {_SERVER} --web"] == new
    assert [f"oc login {_SERVER} -u ada"] == old


@pytest.mark.usefixtures("installed")
def test_who_is_asked_of_the_file_and_context_that_are_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty where nobody is logged in; no command line has a secret."""
    known = openshiftclient.oc(tmp_path / "known", user="developer")
    openshiftclient.oc(tmp_path / "nobody")

    monkeypatch.setenv("PATH", f"{tmp_path / 'known'}:/bin")
    who = Login(_SERVER, "/lab", "Lab").who()
    monkeypatch.setenv("PATH", f"{tmp_path / 'nobody'}:/bin")
    nobody = Login(_SERVER).who()

    assert ("developer", "") == (who, nobody)
    assert "whoami --kubeconfig=/lab --context=Lab\n" == known.read_text()


def test_an_oc_that_cannot_be_run_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error that it is asked for stands."""
    broken = tmp_path / "oc"
    broken.write_bytes(b"\x00")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [f"oc login {_SERVER}"] == _commands(Login(_SERVER))
    assert "" == Login(_SERVER).who()


@pytest.mark.parametrize(
    ("entry", "user"),
    [
        ("ada/api-lab:6443", "ada"),
        ("kube:admin/api-crc-testing:6443", "kubeadmin"),
        ("system:admin/api-lab:6443", None),
        ("admin", None),
        ("", None),
    ],
)
def test_the_user_is_read_from_the_entry_that_oc_made(entry: str, user: str | None) -> None:
    """Others are names of no user."""
    assert user == openshift.former(entry)


def test_more_rights_are_those_of_the_administrator() -> None:
    """In the same file."""
    assert f"oc login {_SERVER} -u kubeadmin --kubeconfig '/tmp/a b'" == _LAB.as_admin().command
