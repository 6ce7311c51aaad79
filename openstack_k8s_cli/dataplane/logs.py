"""What a pod prints of a playbook, line by line → which task began, how it went on each host, and the recap.

The pods run `ansible-runner run` with Ansible's default callback, in colours; results are JSON or YAML, of one line or many.
Source: ansible-core, plugins/callback/default.py.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PLAY = re.compile(r"PLAY \[(.*)\] \**$")
_TASK = re.compile(r"(?:TASK|RUNNING HANDLER|CLEANUP TASK) \[(.*)\] \**$")
_RESULT = re.compile(
    r"(?P<word>ok|changed|skipping|failed|fatal): \[(?P<host>[^\]\s]+)(?: -> [^\]]*)?\]"
    r"(?:: (?P<how>[A-Z]+)!)?(?: (?:=> )?\((?P<item>item=.*?)\))?(?: => ?(?P<text>.*))?\s*$"
)
_RECAP = re.compile(r"(?P<host>\S+)\s+: (?P<counts>ok=\d.*)$")
_COUNT = re.compile(r"(\w+)=(\d+)")
_OUTCOMES = {"ok": "ok", "changed": "changed", "skipping": "skipped", "failed": "failed", "fatal": "failed"}
_TOLD = ("msg", "reason", "stderr", "module_stderr", "exception", "stdout")
"""What says why, in the words of modules."""
_LONGEST = 2_000
"""Characters of a message that are kept."""
_LAST = 12
"""Lines that are kept of the end."""
BAD = frozenset({"failed", "unreachable"})


@dataclass(frozen=True, slots=True)
class Began:
    """A task began, on whichever hosts."""

    play: str
    task: str


@dataclass(frozen=True, slots=True)
class Did:
    """How a task, or one item of it, went on a host."""

    host: str
    play: str
    task: str
    outcome: str
    """ok, changed, failed, unreachable or skipped."""
    message: str = ""
    """Of what went wrong."""
    ignored: bool = False
    """Whether the play goes on there although it failed."""


@dataclass(frozen=True, slots=True)
class Recap:
    """What Ansible counted of a host at the end."""

    host: str
    ok: int = 0
    changed: int = 0
    unreachable: int = 0
    failed: int = 0
    skipped: int = 0
    rescued: int = 0
    ignored: int = 0

    @property
    def outcome(self) -> str:
        """Give the host's own: unreachable, failed, changed or ok."""
        if self.unreachable:
            return "unreachable"
        if self.failed:
            return "failed"
        return "changed" if self.changed else "ok"


News = Began | Did | Recap


@dataclass(slots=True)
class Reading:
    """The log of one pod as far as it was read."""

    play: str = ""
    task: str = ""
    ended: bool = False
    """Whether the recap began, so that Ansible came to its end."""
    last: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST))
    """The last lines that say more than that something is all right."""
    _held: Did | None = None
    _text: list[str] = field(default_factory=list)
    _quiet: bool = False
    """Whether what follows belongs to something that is all right."""

    def feed(self, line: str) -> Iterator[News]:
        """Take one line in."""
        line = _COLOUR.sub("", line).rstrip()
        if not line or line[0] in " \t}]":
            self._continue(line)
            return
        result = _RESULT.match(line) if ": [" in line else None
        if line == "...ignoring" and self._held is not None:
            self._held = replace(self._held, ignored=True)
        yield from self.settle()
        if result is not None:
            yield from self._result(line, result)
        elif line.startswith("PLAY RECAP"):
            self.ended = True
        elif self.ended:
            yield from _recap(line)
        elif found := _TASK.match(line):
            self.task = found[1]
            yield Began(self.play, self.task)
        elif found := _PLAY.match(line):
            self.play, self.task = found[1], ""
        elif line != "...ignoring":
            self._quiet = line.startswith(("[WARNING]", "included: "))
            self._keep(line)

    def settle(self) -> Iterator[Did]:
        """Give what was held back, because more of it may have come; call it when nothing comes for a moment."""
        if self._held is not None:
            held, text = self._held, "\n".join(self._text).rstrip()
            self._held, self._text = None, []
            yield replace(held, message=_message(text, held.message))

    def _continue(self, line: str) -> None:
        if self._held is not None:
            self._text.append(line)
        if line:
            self._keep(line)

    def _keep(self, line: str) -> None:
        if not (self._quiet or self.ended):
            self.last.append(line)

    def _result(self, line: str, result: re.Match[str]) -> Iterator[Did]:
        outcome = "unreachable" if result["how"] == "UNREACHABLE" else _OUTCOMES[result["word"]]
        did = Did(result["host"], self.play, self.task, outcome, result["item"] or "")
        self._quiet = outcome not in BAD
        if self._quiet:
            yield replace(did, message="")
            return
        self._keep(line)
        self._held, self._text = did, [result["text"] or ""]


def _recap(line: str) -> Iterator[Recap]:
    found = _RECAP.match(line)
    if found is not None:
        names = Recap.__dataclass_fields__
        counts = {name: int(count) for name, count in _COUNT.findall(found["counts"]) if name in names}
        yield Recap(found["host"], **counts)


def _message(text: str, item: str) -> str:
    """Say in the module's own words what went wrong."""
    parsed = _parsed(text)
    if parsed is None:
        said = text
    else:
        words = (str(parsed.get(key) or "").strip() for key in _TOLD)
        said = "\n".join(dict.fromkeys(each for each in words if each)) or text
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST // 2]}\n…\n{said[-_LONGEST // 2 :]}"
    return f"({item}) {said}" if item else said


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        found = _yaml(text)
    return found if isinstance(found, dict) else None


def _yaml(text: str) -> Any:
    """Read YAML; community.general's callback puts `changed=false` before it."""
    from ruamel.yaml import YAML  # noqa: PLC0415  # heavy, and only this form needs it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  # too

    first, _, rest = text.partition("\n")
    try:
        return YAML(typ="safe").load(rest if "=" in first or not first.strip() else text)
    except YAMLError:
        return None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a pod of the operator leaves behind when it ends, and the operator's status has of it."""

    total: int
    failed: tuple[str, ...]
    unreachable: tuple[str, ...]

    @property
    def bad(self) -> tuple[str, ...]:
        """Name the hosts on which it did not end well."""
        return (*self.failed, *self.unreachable)


def summary(told: Any) -> Summary | None:
    """Read it from JSON or the status; None where it says nothing, such as when Kubernetes cut it off."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            return None
    if not isinstance(told, dict) or not told.get("totalHosts"):
        return None
    failed, unreachable = (
        tuple(str(each) for each in told.get(f"{kind}HostList") or ()) for kind in ("failed", "unreachable")
    )
    return Summary(int(told["totalHosts"]), failed, unreachable)
