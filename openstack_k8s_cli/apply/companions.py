"""Who follows what a step's objects set off, and tells of it while the engine waits for them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from openstack_k8s_cli.apply.messages import Faulted, TaskTold
from openstack_k8s_cli.model.events import Event, StepFinished, StepStarted
from openstack_k8s_cli.model.steps import Step

Word = TaskTold | Faulted


class Companion(Protocol):
    """Follows steps, each on a thread of its own (dataplane.following)."""

    def goes_with(self, step: Step) -> bool:
        """Tell whether there is something to follow."""
        ...

    def follow(self, step: Step, tell: Callable[[Word], None], stop: threading.Event) -> None:
        """Follow a step until told to stop, which happens at its end; no trouble of the cluster is raised."""
        ...


@dataclass(slots=True)
class Company:
    """The companion's threads of a run."""

    companion: Companion | None
    steps: Mapping[str, Step]
    tell: Callable[[Word | BaseException], None]
    _stops: dict[str, threading.Event] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Begin with a step, and end with it."""
        if isinstance(event, StepStarted):
            step = self.steps.get(event.step)
            if step is not None and self.companion is not None and self.companion.goes_with(step):
                self._begin(self.companion, step)
        elif isinstance(event, StepFinished) and event.step in self._stops:
            self._stops.pop(event.step).set()

    def close(self) -> None:
        """End with all of them, without waiting for the threads."""
        for stop in tuple(self._stops.values()):
            stop.set()

    def _begin(self, companion: Companion, step: Step) -> None:
        stop = self._stops[step.id] = threading.Event()

        def work() -> None:
            try:
                companion.follow(step, self.tell, stop)
            except BaseException as error:  # noqa: BLE001  # the driver raises it
                self.tell(error)

        threading.Thread(target=work, name=f"osk-follow-{step.id}", daemon=True).start()
