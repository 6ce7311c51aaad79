"""The check's playbook as ansible-runner tells it, event by event → what was seen of each host.

A run here hands its events over; a pod prints the same ones, one JSON object a line (`ansible-runner run -j`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from openstack_k8s_cli.dataplane.checks import Seen

TASK = "Look at the host"


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
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0
