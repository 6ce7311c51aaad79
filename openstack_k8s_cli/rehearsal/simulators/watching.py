"""The watches, by kopf: one operator in a thread of its own for each wave of kinds that come to be served.

kopf could follow CRDs itself, but then reads every one of them, whole, at each change; a hundred large ones change within
seconds here. Only `kopf.on.event` is used: other handlers leave finalizers and annotations on what they see.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import kopf

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.client import Access, Served

Notice = Callable[[str, Body], None]
"""Takes what happened (`DELETED` or anything else) and to which object; called in the wave's thread."""

_PODS = "service in (openstackclient,tempest,tobiko,horizontest,ansibletest)"
_RETRY = 1.0


class _Always(Iterable[float]):
    """Waits between attempts that never run out: the API server may be away for long."""

    def __iter__(self) -> Iterator[float]:
        while True:
            yield _RETRY


class Wave:
    """Kinds that are watched together."""

    def __init__(self, kinds: Iterable[Served], given: Access, notice: Notice) -> None:
        self.kinds = frozenset((each.group, each.kind) for each in kinds)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(
            target=self._run, args=(_registry(kinds, given, notice), _settings()), daemon=True
        )
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the watches."""
        if self.is_alive:
            self._loop.call_soon_threadsafe(self._stop.set)

    def join(self, timeout: float) -> None:
        """Wait for the watches to end."""
        self._thread.join(timeout)

    def _run(self, registry: kopf.OperatorRegistry, settings: kopf.OperatorSettings) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            kopf.operator(
                registry=registry, settings=settings, standalone=True, clusterwide=True, stop_flag=self._stop
            )
        )


def _registry(kinds: Iterable[Served], given: Access, notice: Notice) -> kopf.OperatorRegistry:
    registry = kopf.OperatorRegistry()

    async def login(**_: Any) -> kopf.ConnectionInfo:
        return kopf.ConnectionInfo(
            server=given.server, ca_data=given.authority, scheme="Bearer", token=given.token
        )

    async def see(event: Any, **_: Any) -> None:
        notice(str(event["type"]), event["object"])

    kopf.on.login(registry=registry)(login)
    for each in kinds:
        kopf.on.event(each.group, each.version, each.plural, registry=registry)(see)
    return registry


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.networking.error_backoffs = _Always()
    settings.process.ultimate_exiting_timeout = None
    settings.queueing.idle_timeout = 1.0
    settings.watching.label_selectors["", "v1", "pods"] = _PODS
    return settings
