"""Why a connection cannot be had, and what the user is told.

`oc` is recorded (tests.fakes.openshiftclient).
"""

import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.kubernetes import connect
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from tests.fakes import openshiftclient
from tests.unit.adapters.conftest import Kubeconfig
from tests.unit.adapters.scripted import Reply, Script


def _refusal(kubeconfig: str, context: str | None = None) -> Problem:
    with pytest.raises(OskError) as raised:
        connect(kubeconfig, context)
    assert raised.value.exit_code is ExitCode.REFUSED
    (problem,) = raised.value.problems
    assert problem.advice
    assert problem.subject
    return problem


def test_no_kubeconfig(tmp_path: Path) -> None:
    """A file that is not there is named, with what to do instead."""
    problem = _refusal(str(tmp_path / "none"))

    assert (problem.code, problem.subject) == ("OSK0401", str(tmp_path / "none"))
    assert "is not there" in problem.summary
    assert "--kubeconfig" in problem.advice[0].text
    assert "oc login" not in str(problem.advice)


def test_no_kubeconfig_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none is named, a login makes one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)

    with pytest.raises(OskError) as raised:
        connect(None, None)

    assert "oc login" in str(raised.value.problems[0].advice)


@pytest.mark.parametrize("text", ["", "[]", "{", "a: [b", "clusters: 5\ncurrent-context: x", "\x00"])
def test_a_kubeconfig_that_is_none(tmp_path: Path, text: str) -> None:
    """Whatever else is in the file is one clear error."""
    path = tmp_path / "kubeconfig"
    path.write_text(text)

    assert _refusal(str(path)).code in {"OSK0402", "OSK0403"}


_WHOLE = """\
current-context: c
clusters: [{name: k, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {token: s3cret}}]
"""


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("token: s3cret", 'token: "s3cret\\nx"', "OSK0402"),
        ('"http://127.0.0.1:1"', "", "OSK0402"),
        ('1:1"', '1:1", proxy-url: "a b"', "OSK0402"),
        ("current-context: c", "current-context: 5", "OSK0403"),
    ],
)
def test_a_value_that_cannot_be_used(tmp_path: Path, right: str, wrong: str, code: str) -> None:
    """A broken token, proxy, server or name is a broken kubeconfig; the token is not repeated."""
    path = tmp_path / "kubeconfig"
    path.write_text(_WHOLE.replace(right, wrong))

    problem = _refusal(str(path))

    assert (problem.code, "s3cret" in repr(problem)) == (code, False)


def test_a_file_with_the_token_may_end_its_line(
    kubeconfig: Kubeconfig, script: Script, tmp_path: Path
) -> None:
    """As every client takes it; what the server answers is what is said."""
    script.say("GET /api", Reply({"message": "Unauthorized"}, 401))
    path, token = Path(kubeconfig(token="s3cret")), tmp_path / "token"
    token.write_text("s3cret\n")
    text = path.read_text()
    path.write_text(text.replace("token: s3cret", f"tokenFile: {token}"))

    assert text != path.read_text()
    assert _refusal(str(path)).code == "OSK0405"


def test_a_home_folder_that_nobody_has() -> None:
    """A path below the home folder of nobody is not there."""
    assert _refusal("~nobody-of-that-name/config").code == "OSK0401"


def test_a_directory_is_no_kubeconfig(tmp_path: Path) -> None:
    """A path that cannot be read says why."""
    assert _refusal(str(tmp_path)).code == "OSK0402"


def test_an_unknown_context(kubeconfig: Kubeconfig) -> None:
    """A wrong context is answered with the nearest name."""
    problem = _refusal(kubeconfig(), "lob")

    assert problem.code == "OSK0403"
    assert "Did you mean `lab`?" in [each.text for each in problem.advice]


def test_a_user_that_is_not_there(kubeconfig: Kubeconfig, script: Script) -> None:
    """An empty login is refused by the server, and that is what is said."""
    script.say("GET /api", Reply({"message": "Unauthorized"}, 401))

    assert _refusal(kubeconfig(token="")).code == "OSK0405"


def test_an_expired_login(kubeconfig: Kubeconfig, script: Script) -> None:
    """A 401 leads to `oc login` at this very server."""
    script.say("GET /api", Reply({"message": "Unauthorized"}, 401))
    problem = _refusal(kubeconfig())

    assert problem.code == "OSK0405"
    assert [each.command for each in problem.advice] == [
        f"oc login {problem.subject} --kubeconfig {kubeconfig()}"
    ]


def test_the_login_is_of_who_had_logged_in(kubeconfig: Kubeconfig, script: Script) -> None:
    """By the name that `oc login` gave the entry; crc's own access is taken from crc again."""
    script.say("GET /api", Reply({"message": "Unauthorized"}, 401), Reply({"message": "Unauthorized"}, 401))
    path = Path(kubeconfig())
    path.write_text(
        path.read_text().replace("user: u", "user: ada/lab:6443").replace("name: u", "name: ada/lab:6443")
    )
    ada = _refusal(str(path))
    path.write_text(path.read_text().replace("ada/lab:6443", "osk-crc"))
    crc = _refusal(str(path))

    assert f"oc login {ada.subject} -u ada --kubeconfig {path}" == ada.advice[0].command
    assert ["osk crc kubeconfig"] == [each.command for each in crc.advice]


def test_nobody_is_a_missing_login(kubeconfig: Kubeconfig, script: Script) -> None:
    """A 403 for the anonymous user is no matter of roles."""
    message = 'forbidden: User "system:anonymous" cannot get path "/api"'
    script.say("GET /api", Reply({"message": message}, 403))
    problem = _refusal(kubeconfig())

    assert ("OSK0405", True) == (problem.code, "no login" in problem.summary)
    assert "oc login" in str(problem.advice)


def test_a_login_without_rights(
    kubeconfig: Kubeconfig, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 403 on discovery is a matter of roles; where `oc` is, it tells whose."""
    pytest.importorskip("openshift_client")
    openshiftclient.oc(tmp_path / "bin", user="developer")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    script.say("GET /api", Reply({"message": "forbidden"}, 403))
    problem = _refusal(kubeconfig())

    assert ("OSK0408", "The login `developer` may not") == (problem.code, problem.summary[:29])
    assert "-u kubeadmin" in str(problem.advice[0].command)


def test_a_login_without_rights_needs_no_oc(kubeconfig: Kubeconfig, script: Script) -> None:
    """The error is the same without it."""
    script.say("GET /api", Reply({"message": "forbidden"}, 403))

    assert _refusal(kubeconfig()).code == "OSK0408"


def test_nobody_listens(kubeconfig: Kubeconfig, server: str) -> None:
    """A refused connection names the server and how to start one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        path = Path(kubeconfig())
        free = f"http://127.0.0.1:{taken.getsockname()[1]}"
        path.write_text(path.read_text().replace(server, free))
        problem = _refusal(str(path))

    assert problem.code == "OSK0406"
    assert problem.subject == free
    assert "osk crc start" in [each.command for each in problem.advice]


def test_a_connection_that_ends_before_a_certificate(kubeconfig: Kubeconfig, server: str) -> None:
    """A tunnel to a machine where nobody listens takes connections and ends them: no certificate is to blame."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        path = Path(kubeconfig())
        nowhere = f"https://127.0.0.1:{listening.getsockname()[1]}"
        path.write_text(path.read_text().replace(server, nowhere))
        ending = threading.Thread(target=_end_connections, args=(listening,), daemon=True)
        ending.start()
        problem = _refusal(str(path))

    assert problem.code == "OSK0406"
    assert "osk crc start" in [each.command for each in problem.advice]


def _end_connections(listening: socket.socket) -> None:
    """Hear what a client says first, and end the connection in order, until nobody listens."""
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)


@pytest.mark.parametrize(
    "body",
    ["<html>hello</html>", [], None, {"kind": "APIGroupDiscoveryList", "items": [None, {"versions": 5}]}],
)
def test_something_else_answers(kubeconfig: Kubeconfig, script: Script, body: object) -> None:
    """A web server is no Kubernetes API, nor is what speaks JSON of its own."""
    script.say("GET /api", Reply(body))

    assert _refusal(kubeconfig()).code == "OSK0409"


def test_a_login_plugin_gives_the_token(kubeconfig: Kubeconfig, script: Script) -> None:
    """A kubeconfig's exec plugin is run, and its token is sent."""
    answer = (
        '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
        ' "status": {"token": "from-plugin"}}'
    )
    connect(kubeconfig(exec=_plugin(f"print('{answer}')")))

    assert {"Bearer from-plugin"} == {each.headers["Authorization"] for each in script.heard}


def test_a_login_plugin_that_fails(kubeconfig: Kubeconfig) -> None:
    """What the plugin complained of is shown."""
    problem = _refusal(kubeconfig(exec=_plugin("import sys; sys.exit('no session')")))

    assert problem.code == "OSK0404"
    assert "no session" in (problem.detail or "")


def _plugin(program: str) -> dict[str, object]:
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": ["-c", program],
        "interactiveMode": "Never",
    }
