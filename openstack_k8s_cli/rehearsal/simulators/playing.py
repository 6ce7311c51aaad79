"""What a pod of the operator says of a service: recorded from runs of our own playbook, told of the pod's hosts.

A recording has one host for each way to end: `good`, `bad` and `gone` (tests/ssh/recording.py makes them).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_RECORDED = Path(__file__).resolve().parent / "recorded"
GOOD, BAD, GONE = "good", "bad", "gone"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RESULT = re.compile(rf"\w+: \[({GOOD}|{BAD}|{GONE})\]")
_RECAP = re.compile(rf"({GOOD}|{BAD}|{GONE})\s+: ok=")
_NAME = re.compile(rf"((?:\x1b\[[0-9;]*m)*)({GOOD}|{BAD}|{GONE})((?:\x1b\[0m)?)\s+: ")
_WIDTH = 26
"""Of a host's name in the recap, which is wider by its colours."""
_WORDS = "ssh: connect to host 127.0.0.1 port 1: Connection refused"


@dataclass(slots=True)
class _Part:
    """The header of a task, and what is said of each kind of host after it."""

    header: list[str] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Play:
    """A service on hosts: which of them fail, and which do not answer, each with its words."""

    service: str
    hosts: Sequence[str]
    failing: Mapping[str, str] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)
    tolerated: float = 0.0
    """Percent of the hosts that may be lost."""

    @property
    def failed(self) -> tuple[str, ...]:
        """Give the hosts that fail: where one does not answer, none gets so far."""
        return () if self.unreachable else tuple(self.failing)

    @property
    def status(self) -> int:
        """Give Ansible's exit status."""
        if 100 * self.lost <= self.tolerated * len(self.hosts):
            return 0
        return 4 if self.unreachable else 2

    @property
    def lost(self) -> int:
        """Count the hosts that fail or do not answer."""
        return len(self.failed) + len(self.unreachable)

    def parts(self) -> Iterator[str]:
        """Give the log, a task at a time."""
        ways = {host: GONE if host in self.unreachable else BAD if host in self.failed else GOOD for host in self.hosts}  # fmt: skip
        for part in _recorded("unreachable" if self.unreachable else "failed"):
            lines = list(part.header)
            for host in self.hosts:
                lines += (self._told(line, host) for line in part.hosts.get(ways[host], ()))
            yield "".join(f"{line}\n" for line in lines).replace("SERVICE", self.service.replace("-", "_"))

    def summary(self) -> dict[str, Any]:
        """Give what the pod leaves behind."""
        return {
            "totalHosts": len(self.hosts),
            "failedHosts": len(self.failed),
            "unreachableHosts": len(self.unreachable),
            "failurePercent": 100 * self.lost // max(1, len(self.hosts)),
            "failedHostList": list(self.failed),
            "unreachableHostList": list(self.unreachable),
        }

    def _told(self, line: str, host: str) -> str:
        recap = _NAME.match(line)
        if recap:
            name = f"{recap[1]}{host}{recap[3]}"
            return f"{name:<{_WIDTH + len(recap[1]) + len(recap[3])}} : {line[recap.end() :]}"
        line = re.sub(rf"\[(?:{GOOD}|{BAD}|{GONE})\]", f"[{host}]", line)
        line = line.replace("MESSAGE", _quoted(self.failing.get(host, "")))
        words = self.unreachable.get(host) or f"ssh: connect to host {host} port 22: Connection refused"
        return line.replace(_WORDS, _quoted(words))


def _quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


@cache
def _recorded(name: str) -> tuple[_Part, ...]:
    """Take a recording apart; warnings are left out, and an error's lines belong to the host that is named at its end."""
    parts = [_Part()]
    loose: list[str] | None = None
    host = ""
    for line in (_RECORDED / f"{name}.log").read_text(encoding="utf-8").splitlines():
        plain = _COLOUR.sub("", line)
        result = _RESULT.match(plain) or _RECAP.match(plain)
        if plain.startswith("[WARNING]"):
            continue
        if plain.startswith("[ERROR]"):
            loose, host = [line], ""
        elif result:
            host = result[1]
            parts[-1].hosts.setdefault(host, []).extend([*(loose or ()), line])
            loose = None
        elif loose is not None:
            loose.append(line)
        elif host and plain[:1] in {" ", "}", "]"}:
            parts[-1].hosts[host].append(line)
        else:
            if host or not parts[-1].header:
                parts += [_Part()] if host else []
                host = ""
            parts[-1].header.append(line)
    return tuple(parts)
