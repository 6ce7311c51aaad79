"""JSON lines: one event a line, as docs/events.md describes."""

import json

from openstack_k8s_cli.model.events import Event, to_json


def line(event: Event) -> str:
    """Give an event's line."""
    return json.dumps(to_json(event), ensure_ascii=False, separators=(",", ":"))
