"""The machine's own time."""

import time


class SystemClock:
    """The real clock; fulfils `model.clock.Clock`."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
