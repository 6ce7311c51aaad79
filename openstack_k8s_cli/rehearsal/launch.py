"""What passes between the commands and a cluster's supervisor: files in the cluster's folder."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.rehearsal import directories, options
from openstack_k8s_cli.rehearsal.binaries import Binaries
from openstack_k8s_cli.rehearsal.options import Options


@dataclass(frozen=True, slots=True)
class Launch:
    """What a supervisor starts."""

    options: Options
    binaries: Binaries
    cache: Path
    assets: Path | None = None
    """A folder with the etcd and kube-apiserver to use."""

    def write(self, directory: Path) -> None:
        """Leave it for the supervisor."""
        text = json.dumps(
            {
                "options": self.options.to_json(),
                "binaries": {name: str(path) for name, path in asdict(self.binaries).items()},
                "cache": str(self.cache),
                "assets": str(self.assets) if self.assets else None,
            }
        )
        directories.replace(directory / "launch.json", text)


def read(directory: Path) -> Launch:
    """Read what `Launch.write` left."""
    values = json.loads((directory / "launch.json").read_text())
    return Launch(
        options=options.from_json(values["options"]),
        binaries=Binaries(**{name: Path(path) for name, path in values["binaries"].items()}),
        cache=Path(values["cache"]),
        assets=Path(values["assets"]) if values["assets"] else None,
    )


class Phase(StrEnum):
    """How far a cluster is."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the supervisor says of its cluster."""

    phase: Phase
    pid: int
    since: float
    """When it was started, in seconds since the epoch."""
    programs: Mapping[str, int] = field(default_factory=dict)
    """Process ids by name."""
    answered: int = 0
    """The number of the last request that was met."""
    problems: tuple[Problem, ...] = ()

    def write(self, directory: Path) -> None:
        """Say it."""
        directories.replace(directory / "state.json", json.dumps(asdict(self)))


def state(directory: Path) -> State | None:
    """Read what the supervisor said last; None before its first word."""
    try:
        values = json.loads((directory / "state.json").read_text())
    except FileNotFoundError:
        return None
    return State(
        **(
            values
            | {
                "phase": Phase(values["phase"]),
                "problems": tuple(_problem(each) for each in values["problems"]),
            }
        )
    )


@dataclass(frozen=True, slots=True)
class Request:
    """What a running cluster should become."""

    number: int = 0
    resets: int = 0
    """How often the first state was asked for."""
    held: frozenset[str] = frozenset()
    """Programs that are to be away."""

    def write(self, directory: Path) -> None:
        """Leave it for the supervisor, which a signal wakes."""
        text = json.dumps({"number": self.number, "resets": self.resets, "held": sorted(self.held)})
        directories.replace(directory / "request.json", text)


def request(directory: Path) -> Request:
    """Read what is asked for."""
    try:
        values = json.loads((directory / "request.json").read_text())
    except FileNotFoundError:
        return Request()
    return Request(values["number"], values["resets"], frozenset(values["held"]))


def say(directory: Path, line: str) -> None:
    """Add a line to the narration that a command follows."""
    with (directory / "progress").open("a") as stream:
        stream.write(line + "\n")


def now() -> float:
    """Give the time of a state."""
    return time.time()


def _problem(values: dict[str, Any]) -> Problem:
    advice = tuple(Advice(**each) for each in values.pop("advice"))
    return Problem(**values, advice=advice)
