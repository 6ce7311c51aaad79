"""Time that takes none: a clock for what waits."""

from collections.abc import Callable


class FakeClock:
    """A clock on which time passes only where it is slept away; fulfils `model.clock.Clock`."""

    def __init__(self, *meanwhile: Callable[[], object]) -> None:
        self.time = 1_800_000_000.0
        self.slept = 0.0
        self.meanwhile = list(meanwhile)
        """What happens in each sleep, one after another."""

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept += seconds
        if self.meanwhile:
            self.meanwhile.pop(0)()
