"""The playbook that changes which keys hosts let in, over SSH: the new one opens them, the earlier one no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.dataplane import playing
from tests.ssh import podruns
from tests.ssh.machines import Machine
from tests.ssh.servers import Keys, Servers
from tests.ssh.test_ssh_tolerance import GONE, HOSTS
from tests.ssh.test_ssh_tolerance import Lab as Tolerant

PLAYBOOK = str(playing.PLAYBOOKS / "keys.yaml")
NEW, OLD = "ssh-ed25519 AAAANEW+/= osk", "ssh-rsa AAAAOLD+/="
FILE = "home/.ssh/authorized_keys"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Keys, Servers]]:
    """Start hosts: one has keys of others, too, and one has none."""
    folder, keys = tmp_path_factory.mktemp("hosts"), Keys.made()
    servers = Servers(folder, keys)
    servers.start([Machine("one"), Machine("two")])
    (folder / "one" / "home" / ".ssh").mkdir()
    (folder / "one" / FILE).write_text(f"ssh-rsa MINE me\nno-pty {OLD} earlier\n")
    yield folder, keys, servers
    servers.stop()


def play(lab: tuple[Path, Keys, Servers], name: str, key: str, state: str) -> int:
    """Run it over both."""
    folder, keys, servers = lab
    hosts: dict[str, dict[str, str]] = {"one": {}, "two": {}}
    own = {"osk_key": key, "osk_state": state}
    return podruns.run(folder / name, keys, servers, hosts, playbook=PLAYBOOK, vars_=own).status


def test_keys_come_and_go(lab: tuple[Path, Keys, Servers]) -> None:
    """Each is there once however often it is let in, is found by itself among options, and others' keys stay."""
    folder = lab[0]
    ended = [play(lab, name, NEW, "present") for name in ("first", "again")]
    between = [(folder / host / FILE).read_text() for host in ("one", "two")]
    ended.append(play(lab, "out", OLD, "absent"))
    after = [(folder / host / FILE).read_text() for host in ("one", "two")]

    assert [0, 0, 0] == ended
    assert [f"ssh-rsa MINE me\nno-pty {OLD} earlier\n{NEW}\n", f"{NEW}\n"] == between
    assert [f"ssh-rsa MINE me\n{NEW}\n", f"{NEW}\n"] == after


@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_host_may_be_missed(tmp_path: Path, state: str) -> None:
    """Also where the profile lets a few fail: the pod ends as failed, and the others have the key."""
    tolerant = Tolerant(tmp_path)
    tolerant.vars |= {"osk_key": NEW, "osk_state": state}
    said = tolerant.run(tolerant.settings, playbook=PLAYBOOK, h4=GONE)
    files = [tmp_path / host / FILE for host in HOSTS]
    tolerant.servers.stop()

    assert 4 == said.status, said.text
    assert [state == "present"] * 4 == [each.is_file() and NEW in each.read_text() for each in files[:4]]
