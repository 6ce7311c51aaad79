"""What `osk dev run` refuses before any cluster is asked, and what of this machine it finds."""

import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from openstack_k8s_cli.adapters.localruns import LocalPrograms
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.cli import kindfiles, placing
from openstack_k8s_cli.cli.locally import Asked, LocalRun
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.developing import effects, store
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.unit.cli.test_cli_answers import osk
from tests.unit.developing.crds import crd


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Have one with a program, templates and a CRD that is another operator's."""
    bases = tmp_path / "config" / "crd" / "bases"
    for folder in (tmp_path / "cmd", tmp_path / "templates", bases):
        folder.mkdir(parents=True)
    (tmp_path / "cmd" / "main.go").write_text("package main\n")
    (bases / "keystone.yaml").write_text(json.dumps(crd("KeystoneAPI", "keystone")))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected", "said"),
    [
        (["nvoa", "."], (2, "OSK1400"), "Did you mean `nova`?"),
        (["nova", "no-such-folder"], (2, "OSK1414"), "There is no such folder"),
        (["nova", "templates"], (2, "OSK1414"), "-- COMMAND"),
        (["nova", ".", "--", "no-such-program"], (4, "OSK1414"), "it is not on the PATH"),
        (["nova", ".", "--", "./no-such-program"], (4, "OSK1414"), "it is not there"),
        (["nova", ".", "--", "true"], (2, "OSK1410"), "is another operator's"),
        (["nova", ".", "--crds", "no-such-folder", "--", "true"], (2, "OSK0892"), "no-such-folder"),
    ],
    ids=["operator", "folder", "program", "command", "file", "kinds", "crds"],
)
def test_what_cannot_be_run_is_refused(
    words: list[str],
    expected: tuple[int, str],
    said: str,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each by its name, before anything is asked of a cluster."""
    monkeypatch.chdir(checkout)

    done = osk("dev", "run", *words)

    exit_code, code = expected
    assert exit_code == done.exit_code
    assert code in done.stderr
    assert said in done.stderr


def test_a_checkout_is_known_by_what_it_has(checkout: Path) -> None:
    """Its program, its templates, its CRDs; from any folder."""
    place = placing.place(checkout)

    assert str(checkout) == place.folder
    assert frozenset({"cmd/main.go", "templates"}) == place.has
    assert "cmd/main.go" == placing.main(place)
    assert checkout / "config" / "crd" / "bases" == kindfiles.bases(checkout)
    assert kindfiles.bases(checkout / "cmd") is None


@pytest.mark.parametrize("code", [0, 1])
def test_a_program_is_compiled_before_anything_is_changed(checkout: Path, code: int) -> None:
    """What does not compile is refused; what does is what runs, with options for this machine."""
    compiler = checkout / "go"
    compiler.write_text(f'#!/bin/sh\necho "$@" > compiled\nexit {code}\n')
    compiler.chmod(0o755)
    said: list[str] = []
    environment = {"HOME": str(checkout), "PATH": f"{checkout}:/usr/bin:/bin"}
    work = SimpleNamespace(loaded=SimpleNamespace(name="lab"))
    session: Any = SimpleNamespace(environment=environment, work=work, tell=said.append)
    run = LocalRun(session, Asked(operator="nova", folder=checkout, crds=None))
    program = run._home / "manager"

    if code:
        with pytest.raises(OskError) as refused:
            run._build()
        assert "The checkout's program does not compile" == refused.value.problems[0].summary
    else:
        run._build()
    assert f"build -o {program} ./cmd/main.go\n" == (checkout / "compiled").read_text()
    assert [f"go build -o {program} ./cmd/main.go"] == said
    assert str(program) == run._argv[0]
    assert checkout / ".local/state/osk/dev" == run._home.parent


def test_webhooks_go_back_also_where_crds_have_to_stay(checkout: Path) -> None:
    """Nobody serves them here any more: the API server would refuse all that they are for."""
    cluster = FakeCluster()
    records.make_namespace(cluster)
    hook = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "hook", "namespace": "default"}}
    fresh = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new", "namespace": "default"}}
    cluster.create({**hook, "data": {"at": "service"}})
    wishes = [effects.wanted({**hook, "data": {"at": "here"}}, early=True), effects.wanted(fresh)]
    made, bodies = effects.now(cluster, wishes)
    mine = store.write(cluster, entry(Kind.RUN, effects=made), bodies)
    for each in wishes:
        effects.make(cluster, each)
    said: list[str] = []
    work: Any = SimpleNamespace(
        loaded=SimpleNamespace(name="lab"),
        connection=SimpleNamespace(cluster=cluster),
        having=lambda _: work,
        drive=lambda _: iter(()),
    )
    session: Any = SimpleNamespace(environment={"HOME": str(checkout)}, work=work, tell=said.append)
    run = LocalRun(session, Asked(operator="nova", folder=checkout, command=("true",), crds=None))

    assert [] == list(run._kept_kinds([mine], mine, []))

    assert {"at": "service"} == (effects.read(cluster, wishes[0].object) or {})["data"]
    assert effects.read(cluster, wishes[1].object) is not None


def test_a_port_that_somebody_has_is_refused(tmp_path: Path) -> None:
    """Another one can be named."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        with pytest.raises(OskError) as refused:
            placing.check_port(LocalPrograms({}, tmp_path), server.getsockname()[1])

    assert "OSK1419" == refused.value.problems[0].code


@pytest.mark.parametrize(
    ("provider", "rehearsed", "asked", "expected"),
    [
        ("crc", False, None, "192.168.127.254"),
        ("crc", True, None, "127.0.0.1"),
        ("existing", False, "192.0.2.7", "192.0.2.7"),
    ],
)
def test_the_address_of_this_machine(
    tmp_path: Path, *, provider: str, rehearsed: bool, asked: str | None, expected: str
) -> None:
    """A cluster that is reached by the loopback is CRC in its usual network, or a rehearsal."""
    assert expected == placing.address(*_at_home(tmp_path, provider, rehearsed=rehearsed), asked)


def test_an_address_that_cannot_be_known_has_to_be_named(tmp_path: Path) -> None:
    """Behind a tunnel, say."""
    with pytest.raises(OskError) as refused:
        placing.address(*_at_home(tmp_path, "existing", rehearsed=False), None)

    assert "OSK1418" == refused.value.problems[0].code


def _at_home(folder: Path, provider: str, *, rehearsed: bool) -> tuple[Any, Any]:
    """Give a session and its work for a cluster that is reached by the loopback."""
    cluster = {"name": "here", "cluster": {"server": "https://127.0.0.1:6443"}}
    context = {"name": "here", "context": {"cluster": "here", "user": "me"}}
    whole = {"clusters": [cluster], "contexts": [context], "users": [{"name": "me", "user": {}}]}
    (folder / "config").write_text(json.dumps({"kind": "Config", "current-context": "here", **whole}))
    scope = Scope(kubeconfig=str(folder / "config"))
    values = {"platform": {"context": None, "provider": provider}}
    connection = SimpleNamespace(overlays=("rehearsal",) if rehearsed else ())
    work = SimpleNamespace(loaded=SimpleNamespace(values=values), connection=connection)
    return SimpleNamespace(scope=scope, environment={"HOME": str(folder)}), work


@pytest.mark.parametrize(
    ("host", "expected"), [("192.0.2.7", "192.0.2.7:9443"), ("fd00::7", "[fd00::7]:9443")]
)
def test_an_address_is_written_as_urls_have_it(host: str, expected: str) -> None:
    """That of IPv6 in brackets."""
    assert expected == placing.shown(host, 9443)
