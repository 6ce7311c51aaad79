"""A clock that passes by itself, and on which something may happen while somebody sleeps."""

from collections.abc import Callable


class Times:
    """Time that passes only while it is slept away."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self._time = 1000.0
        self._meanwhile = meanwhile

    def now(self) -> float:
        return self._time

    def monotonic(self) -> float:
        self._time += 0.5
        return self._time

    def sleep(self, seconds: float) -> None:
        self._time += seconds
        self._meanwhile()
