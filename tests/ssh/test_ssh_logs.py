"""What pods print, from a run over SSH now: the recordings say the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.dataplane.logs import News, Reading
from tests.ssh import podruns, recording
from tests.ssh.machines import Machine
from tests.ssh.servers import Keys, Servers


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Keys, Servers]]:
    """Start hosts."""
    folder, keys = tmp_path_factory.mktemp("hosts"), Keys.made()
    servers = Servers(folder, keys)
    servers.start([Machine("good"), Machine("bad")])
    yield folder, keys, servers
    servers.stop()


def read(text: str) -> list[News]:
    """Read a whole log; hosts come in whichever order."""
    reading = Reading()
    found = [news for line in text.splitlines() for news in reading.feed(line)]
    return sorted([*found, *reading.settle()], key=str)


@pytest.mark.parametrize("name", recording.ENDS)
def test_the_rehearsal_says_what_ansible_says(lab: tuple[Path, Keys, Servers], name: str) -> None:
    """A run with a host that fails, or that does not answer, is told of as it was recorded."""
    folder, keys, servers = lab
    said = podruns.run(folder / name, keys, servers, recording.ENDS[name], playbook="service.yaml")
    recorded = (recording.SERVICES / f"{name}.log").read_text(encoding="utf-8")

    assert read(recorded) == read(said.text)
    assert said.status
