"""When a hook must end although it has not."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Its time, and whether the run is over."""

    until: float
    """Monotonic seconds."""
    stopped: Callable[[], bool]

    @property
    def late(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self.until

    def over(self) -> bool:
        """Tell whether it must end now."""
        return self.late or self.stopped()
