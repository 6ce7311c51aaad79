"""The simulators as a process: follows which kinds are served, watches them, plays stages, ends with its stdin."""

import argparse
import asyncio
import contextlib
import functools
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import client, operators, paces, stages, table
from openstack_k8s_cli.rehearsal.simulators.client import Access, Client, RefusedError, Served
from openstack_k8s_cli.rehearsal.simulators.driver import Driver
from openstack_k8s_cli.rehearsal.simulators.faults import Faults, FaultsFile
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo
from openstack_k8s_cli.rehearsal.simulators.registering import Registry
from openstack_k8s_cli.rehearsal.simulators.stages import StageRow
from openstack_k8s_cli.rehearsal.simulators.watching import Wave
from openstack_k8s_cli.rehearsal.simulators.world import View

_LOG = logging.getLogger(__name__)
_LOOK = 0.4


class Program:
    """All of the simulators of one cluster."""

    def __init__(
        self,
        given: Access,
        tempo: Tempo,
        faults_file: Path | None,
        logs: Path | None = None,
        *,
        cloud: Path | None = None,
    ) -> None:
        self._access = given
        self._tempo = tempo
        self._ordered = FaultsFile(faults_file, warn=_LOG.warning)
        self._client = Client(given)
        self._driver = Driver(
            self._client, tempo, lambda: self._ordered.faults, logs, registry=Registry(cloud)
        )
        self._waves: list[Wave] = []
        self._pending: frozenset[tuple[str, str]] = frozenset()
        self._pending_since = 0.0
        self._played: dict[str, tuple[tuple[str, ...], Faults]] = {}

    async def run(self) -> None:
        """Simulate until cancelled, or until the API server has been away: then only a new start knows what is there."""
        try:
            async with asyncio.TaskGroup() as group:
                working = group.create_task(self._driver.work())
                await self._follow()
                working.cancel()
        finally:
            for wave in self._waves:
                wave.stop()
            await self._client.close()

    async def _follow(self) -> None:
        away = False
        while True:
            if self._ordered.changed():
                self._driver.everything()
            try:
                changed = await self._client.discover()
                if away:
                    _LOG.info("the API server answers again; starting anew")
                    return
                if changed:
                    self._driver.kinds_changed(frozenset(self._client.kinds))
                self._watch()
                await self._play()
            except RefusedError as error:
                _LOG.warning("%s", error)
            except OSError as error:
                away = away or self._has_begun
                _LOG.warning("%s", error)
            await asyncio.sleep(_LOOK if self._tempo.factor == 1 else _LOOK / 2)

    @property
    def _has_begun(self) -> bool:
        return bool(self._waves)

    def _watch(self) -> None:
        """Watch what is served; kinds that appear within a moment of each other become one wave."""
        kinds = {key: each for key, each in self._client.kinds.items() if key in table.WATCHED}
        for wave in tuple(self._waves):
            if wave.kinds - kinds.keys() or not wave.is_alive:
                wave.stop()
                self._waves.remove(wave)
        watched = {key for wave in self._waves for key in wave.kinds}
        missing = frozenset(kinds.keys() - watched)
        now = asyncio.get_running_loop().time()
        if missing != self._pending:
            self._pending, self._pending_since = missing, now
        if missing and (now - self._pending_since >= self._tempo.settle or not self._waves):
            _LOG.info("watching %s more kinds", len(missing))
            self._start_wave([kinds[key] for key in sorted(missing)])
            self._pending = frozenset()

    def _start_wave(self, kinds: Sequence[Served]) -> None:
        loop = asyncio.get_running_loop()

        def notice(what: str, body: Body) -> None:
            loop.call_soon_threadsafe(self._driver.notice, what, body)

        self._waves.append(Wave(kinds, self._access, notice))

    async def _play(self) -> None:
        """Have KWOK play the kinds whose controller runs, once their schema is there."""
        if (stages.GROUP, "Stage") not in self._client.kinds:
            return
        for row in stages.ROWS:
            served = (row.group, row.kind) in self._client.kinds
            up = served and operators.is_up(row.operator, View(self._driver.world))
            if up and await self._client.has_schema(row.group, row.version):
                await self._start_stages(row)
            elif not up and row.kind in self._played:
                for name in self._played.pop(row.kind)[0]:
                    await self._client.delete(ObjectId(stages.GROUP, "Stage", "", name))

    async def _start_stages(self, row: StageRow) -> None:
        ordered = self._ordered.faults
        if row.kind in self._played and self._played[row.kind][1] == ordered:
            return
        made = list(stages.bodies(row, self._tempo, ordered))
        for body in made:
            await self._client.make(body)
        self._played[row.kind] = (tuple(each["metadata"]["name"] for each in made), ordered)


def main(arguments: Sequence[str]) -> int:
    """Run until stdin ends or a signal comes."""
    parser = argparse.ArgumentParser(prog="simulators", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--pace", type=Pace, choices=list(Pace), default=Pace.FAST)
    parser.add_argument("--faults", type=Path)
    parser.add_argument("--logs", type=Path, help="folder of NAMESPACE/POD/CONTAINER.log")
    parser.add_argument("--cloud", type=Path, help="folder of the cloud's file")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    logging.getLogger("kopf").setLevel(
        logging.CRITICAL
    )  # it repeats requests for ever, and says each time that it will
    made = functools.partial(
        Program,
        client.access(chosen.kubeconfig),
        paces.tempo(chosen.pace),
        chosen.faults,
        chosen.logs,
        cloud=chosen.cloud,
    )
    asyncio.run(_until_told(made))
    return 0


async def _until_told(made: Callable[[], Program]) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, over.set)
    loop.run_in_executor(None, _watch_lifeline, loop, over)
    running = asyncio.ensure_future(made().run())
    told = asyncio.ensure_future(over.wait())
    await asyncio.wait((running, told), return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    sys.stdout.flush()
    os._exit(0)  # the lifeline's thread sits in a read that nothing ends


def _watch_lifeline(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    loop.call_soon_threadsafe(over.set)
