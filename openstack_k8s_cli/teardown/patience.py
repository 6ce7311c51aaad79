"""Requests between the engine's runs outlast a restarting API server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.model.clock import Clock

T = TypeVar("T")
_PAUSE = 1.0
"""Seconds, where the server names none."""
SECONDS = 120.0
"""How long a request is repeated."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Repeats what may succeed later."""

    clock: Clock

    def __call__(self, call: Callable[[], T]) -> T:
        """Call until it succeeds; raises ClusterError when it cannot, or not in time."""
        until = self.clock.monotonic() + SECONDS
        while True:
            try:
                return call()
            except ClusterError as error:
                if not error.retried or self.clock.monotonic() > until:
                    raise
                self.clock.sleep(error.retry_after or _PAUSE)
