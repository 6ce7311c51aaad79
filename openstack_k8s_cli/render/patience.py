"""Deadlines: a component's own, changed by the profile's `timeouts`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.components.reading import nearest
from openstack_k8s_cli.components.schema import TimeoutSpec, seconds
from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.model.steps import Timeout


class Patience:
    """The profile's `timeouts`."""

    def __init__(self, timeouts: Mapping[str, Any]) -> None:
        self._scale = float(timeouts.get("scale") or 1)
        self._steps: Mapping[str, Mapping[str, Any]] = timeouts.get("steps") or {}

    def unknown(self, catalogue: Collection[str]) -> Iterator[Problem]:
        """Walk over entries for components that the catalogue, by the paths of its files, does not have."""
        known = {
            path.removesuffix("/component.yaml") for path in catalogue if path.endswith("/component.yaml")
        }
        for key in self._steps:
            name = "/".join(key.partition("[")[0].split("/")[:2])
            if name not in known:
                summary = (
                    f"`timeouts.steps` names `{key}`, and there is no component {name}{nearest(name, known)}"
                )
                advice = Advice("Write `layer/component` or `layer/component/step`", "osk graph")
                yield Problem("OSK0219", summary, f"timeouts.steps.{key}", advice=(advice,))

    def of(self, step: str, own: TimeoutSpec) -> Timeout:
        """Give a step's deadlines; a step's entry wins over its component's."""
        plain = step if "[" not in step else step[: step.index("[")] + step[step.index("]") + 1 :]
        stall, total = own.stall, own.total
        for key in (plain.rpartition("/")[0], step.rpartition("/")[0], plain, step):
            written = self._steps.get(key) or {}
            stall = seconds(written["stall"]) if written.get("stall") else stall
            total = seconds(written["total"]) if written.get("total") else total
        return Timeout(stall * self._scale, max(stall, total) * self._scale)
