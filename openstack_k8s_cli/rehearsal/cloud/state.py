"""What the cloud knows, in a file of the rehearsal cluster's folder; programs and operators change it one at a time."""

import fcntl
import json
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openstack_k8s_cli.rehearsal import directories

FILE = "cloud.json"

Thing = dict[str, Any]
"""Something that a client made; every one has `id` and `name`."""


@dataclass(slots=True)
class Compute:
    """nova's record of a host."""

    id: str
    enabled: bool = True
    reason: str | None = None
    mapped: bool = False
    """Whether it has been found by `discover_hosts`: before that nothing is started there."""


@dataclass(slots=True)
class Host:
    """A host whose services registered themselves."""

    name: str
    """By which they did: with its domain."""
    address: str = ""
    alive: bool = True
    compute: Compute | None = None
    agents: dict[str, str] = field(default_factory=dict)
    """Ids by type."""
    chassis: str | None = None

    @property
    def known(self) -> bool:
        """Whether the cloud has any record of it."""
        return bool(self.compute or self.agents or self.chassis)


@dataclass(slots=True)
class State:
    """All of it."""

    hosts: dict[str, Host] = field(default_factory=dict)
    """By short name."""
    things: dict[str, list[Thing]] = field(default_factory=dict)
    """By kind, as the client calls it."""
    files: list[str] = field(default_factory=list)
    """In the client's pod."""
    jobs: list[str] = field(default_factory=list)
    """UIDs of Ansible's Jobs whose hosts have registered, and of MariaDBDatabases that were made."""
    databases: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Tables by database, by Galera cluster."""

    def of(self, kind: str) -> list[Thing]:
        """Give the things of a kind."""
        return self.things.setdefault(kind, [])

    def named(self, kind: str, word: str) -> Thing | None:
        """Find a thing by its id or its name."""
        return next((each for each in self.of(kind) if word in (each["id"], each["name"])), None)

    @property
    def usable(self) -> Iterator[tuple[str, Host]]:
        """List the hosts on which servers can be started."""
        for short, host in self.hosts.items():
            if host.alive and host.compute and host.compute.enabled and host.compute.mapped:
                yield short, host


def fresh_id() -> str:
    """Make an id as the cloud's services do."""
    return str(uuid.uuid4())


@contextmanager
def opened(folder: Path) -> Generator[State]:
    """Have the state for the length of a block, alone; what the block changes is kept unless it raises."""
    file = folder / FILE
    with (folder / f".{FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = file.read_text(encoding="utf-8") if file.is_file() else "{}"
        state = _read(json.loads(before))
        yield state
        after = json.dumps(asdict(state))
        if after != before:
            directories.replace(file, after)


def forget(folder: Path) -> None:
    """Begin anew: with its databases a cloud loses all that it knew."""
    (folder / FILE).unlink(missing_ok=True)


def _read(form: dict[str, Any]) -> State:
    hosts = {short: _host(each) for short, each in form.get("hosts", {}).items()}
    return State(
        hosts, form.get("things", {}), form.get("files", []), form.get("jobs", []), form.get("databases", {})
    )


def _host(form: dict[str, Any]) -> Host:
    compute = form["compute"]
    return Host(**{**form, "compute": Compute(**compute) if compute else None})
