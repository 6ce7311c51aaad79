"""What a project has, behind the client's pod: things are made, shown, listed and deleted by name."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.ports import Ran
from tests.fakes.cloud import CLIENT, VERSION, pod
from tests.fakes.cluster import FakeCluster

_KINDS = (
    "image",
    "flavor",
    "network",
    "subnet",
    "router",
    "security group",
    "server",
    "volume",
    "floating ip",
    "port",
)
_FIRST = {"image": ["active"], "server": ["BUILD", "ACTIVE"], "volume": ["creating", "available"]}
ADDRESS = "192.168.122.201"


@dataclass
class FakeTenant:
    """Answers the client's commands, and pings."""

    things: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {each: {} for each in _KINDS}
    )
    """By kind and name."""
    statuses: dict[str, list[str]] = field(
        default_factory=lambda: {kind: list(each) for kind, each in _FIRST.items()}
    )
    """What a new thing's status is, look by look; the last one stays."""
    answers: bool = True
    """Whether floating addresses answer pings."""
    told: list[str] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def over(self, cluster: FakeCluster) -> FakeCluster:
        """Put it behind a cluster."""
        cluster.put(pod(CLIENT))
        cluster.on_exec = self.exec
        return cluster

    def exec(self, _namespace: str, _pod: str, command: tuple[str, ...], _stdin: bytes) -> Ran:
        """Run a command in the client's pod."""
        if command[1:2] == (VERSION,):
            command = (command[0], *command[3:])
        self.told.append(" ".join(command))
        if command[0] == "ping":
            return Ran(0, "4 received", "") if self.answers else Ran(1, "0 received, 100% packet loss", "")
        if command[0] != "openstack":
            return Ran(0, "", "")
        words = [each for each in command[1:] if each not in ("-f", "json")]
        kind = next(each for each in _KINDS if " ".join(words).startswith(each))
        verb, rest = words[len(kind.split())], words[len(kind.split()) + 1 :]
        return getattr(self, f"_{verb}", self._other)(kind, rest)

    def names(self) -> set[str]:
        """Name all that is there."""
        return {f"{kind} {name}" for kind, each in self.things.items() for name in each}

    def _create(self, kind: str, rest: list[str]) -> Ran:
        if rest[0] == "create":
            return Ran(0, "{}", "")  # a rule of a group
        made: dict[str, Any] = {
            "id": f"id-{next(self.numbers)}",
            "looks": list(self.statuses.get(kind, [""])),
        }
        if kind == "floating ip":
            made["floating_ip_address"] = ADDRESS
        self.things[kind][ADDRESS if kind == "floating ip" else rest[-1]] = made
        return Ran(0, json.dumps(made), "")

    def _rule(self, _kind: str, _rest: list[str]) -> Ran:
        return Ran(0, "{}", "")

    def _show(self, kind: str, rest: list[str]) -> Ran:
        by_id = {each["id"]: each for each in self.things[kind].values()}
        found = self.things[kind].get(rest[-1]) or by_id.get(rest[-1])
        if found is None:
            return Ran(1, "", f"No {kind} found for {rest[-1]}")
        status = found["looks"].pop(0) if len(found["looks"]) > 1 else found["looks"][0]
        return Ran(0, json.dumps({"status": status, "fault": {"message": "No valid host was found"}}), "")

    def _list(self, kind: str, _rest: list[str]) -> Ran:
        listed = [
            {"ID": each["id"], "Name": name, "Floating IP Address": name}
            for name, each in self.things[kind].items()
        ]
        return Ran(0, json.dumps(listed), "")

    def _delete(self, kind: str, rest: list[str]) -> Ran:
        gone = [
            name for name, each in self.things[kind].items() if each["id"] == rest[-1] or name == rest[-1]
        ]
        for name in gone:
            del self.things[kind][name]
            if kind == "network":
                self.things["subnet"].pop(name, None)
        return Ran(0, "", "") if gone else Ran(1, "", f"No {kind} {rest[-1]}")

    def _add(self, _kind: str, rest: list[str]) -> Ran:
        if rest[0] == "volume":
            self.things["volume"][rest[-1]]["looks"] = ["attaching", "in-use"]
        return Ran(0, "", "")

    def _remove(self, _kind: str, rest: list[str]) -> Ran:
        if rest[0] == "volume":
            self.things["volume"][rest[-1]]["looks"] = ["detaching", "available"]
        return Ran(0, "", "")

    def _other(self, _kind: str, _rest: list[str]) -> Ran:
        return Ran(0, "", "")
