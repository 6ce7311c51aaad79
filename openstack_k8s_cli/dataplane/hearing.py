"""A playbook as ansible-runner tells it, event by event → what its tasks came to; of the check's, what was seen of each host.

A run here hands its events over; a pod prints the same ones, one JSON object a line (`ansible-runner run -j`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.dataplane.checks import Seen

TASK = "Look at the host"
_OUTCOMES = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
_BAD = frozenset({"failed", "unreachable"})


@dataclass(slots=True)
class Tasks:
    """What a playbook's tasks come to, one by one."""

    told: Callable[[Told], None]
    failures: list[str] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    """What `set_stats` gave."""

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take one event in."""
        data = event.get("event_data") or {}
        outcome = _OUTCOMES.get(str(event.get("event")))
        if event.get("event") == "playbook_on_stats":
            self.outputs.update(data.get("artifact_data") or {})
        elif outcome is not None:
            self._task(data, outcome)

    def _task(self, data: Mapping[str, Any], outcome: str) -> None:
        res = data.get("res") or {}
        host, task = str(data.get("host") or "localhost"), str(data.get("task") or "task")
        message = ""
        if outcome in _BAD:
            message = "\n".join(dict.fromkeys(_words(res)))
            if not data.get("ignore_errors"):
                self.failures.append(f"{host}: {task}: {message}")
        elif res.get("changed"):
            outcome = "changed"
        self.told(Told(host, task, outcome, message))


def _words(res: Mapping[str, Any]) -> Iterator[str]:
    """Give what a task that failed said, that of the items of its loop first."""
    for each in (*(res.get("results") or ()), res):
        if each is res or each.get("failed"):
            yield from (
                said for key in ("msg", "stderr", "stdout") if (said := str(each.get(key) or "").strip())
            )


class Hearing:
    """Takes events in."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.said: list[str] = []
        """What Ansible printed beside tasks, such as why it did not start."""

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take one event in."""
        kind, data = event.get("event"), event.get("event_data") or {}
        res = data.get("res") or {}
        if kind == "runner_on_unreachable":
            self.seen[str(data.get("host"))] = Seen(unreachable=str(res.get("msg") or "unreachable"))
        elif kind in {"runner_on_ok", "runner_on_failed"} and data.get("task") == TASK:
            output = str(res.get("stdout") or "")
            why = "" if output else str(res.get("msg") or res.get("stderr") or "")
            self.seen[str(data.get("host"))] = Seen(
                output, why, _time(data.get("start")), _time(data.get("end"))
            )
        elif kind in {"error", "verbose"} and event.get("stdout"):
            self.said.append(str(event["stdout"]))


def events(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Read the events that a pod printed; what is no event is left out."""
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "event" in event:
            yield event


def _time(text: Any) -> float:
    """Read a time; ansible-runner writes those of the world, without a word of it."""
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError:
        return 0.0
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
