"""Deadlines: a component's own, changed by the profile's `timeouts`."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.components.schema import TimeoutSpec, seconds
from openstack_k8s_cli.model.steps import Timeout


class Patience:
    """The profile's `timeouts`."""

    def __init__(self, timeouts: Mapping[str, Any]) -> None:
        self._scale = float(timeouts.get("scale") or 1)
        self._steps: Mapping[str, Mapping[str, Any]] = timeouts.get("steps") or {}

    def of(self, step: str, own: TimeoutSpec) -> Timeout:
        """Give a step's deadlines; a step's entry wins over its component's."""
        plain = step if "[" not in step else step[: step.index("[")] + step[step.index("]") + 1 :]
        stall, total = own.stall, own.total
        for key in (plain.rpartition("/")[0], step.rpartition("/")[0], plain, step):
            written = self._steps.get(key) or {}
            stall = seconds(written["stall"]) if written.get("stall") else stall
            total = seconds(written["total"]) if written.get("total") else total
        return Timeout(stall * self._scale, max(stall, total) * self._scale)
