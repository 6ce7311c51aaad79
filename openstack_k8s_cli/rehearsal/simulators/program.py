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

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import client, operators, paces, stages, table, watching
from openstack_k8s_cli.rehearsal.simulators.client import Access, Client, RefusedError
from openstack_k8s_cli.rehearsal.simulators.driver import Driver
from openstack_k8s_cli.rehearsal.simulators.faults import Faults, FaultsFile
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo
from openstack_k8s_cli.rehearsal.simulators.registering import Registry
from openstack_k8s_cli.rehearsal.simulators.stages import StageRow
from openstack_k8s_cli.rehearsal.simulators.watching import Watches
from openstack_k8s_cli.rehearsal.simulators.world import View

_LOG = logging.getLogger(__name__)
_LOOK = 0.4
"""Seconds between looks at which kinds are served."""


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
        self._tempo = tempo
        self._ordered = FaultsFile(faults_file, warn=_LOG.warning)
        self._client = Client(given)
        self._driver = Driver(
            self._client, tempo, lambda: self._ordered.faults, logs, registry=Registry(cloud)
        )
        self._watches = Watches(
            client.session(given, connections=0, timeout=watching.PATIENCE), self._driver.notice
        )
        self._played: dict[str, tuple[tuple[str, ...], Faults]] = {}

    async def run(self) -> None:
        """Simulate until cancelled, or until the API server has been away: then only a new start knows what is there."""
        try:
            async with asyncio.TaskGroup() as group:
                working = group.create_task(self._driver.work(self._watches.listed()))
                await self._follow()
                working.cancel()
        finally:
            await self._watches.close()
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
                away = away or self._watches.has_begun
                _LOG.warning("%s", error)
            await asyncio.sleep(_LOOK if self._tempo.factor == 1 else _LOOK / 2)

    def _watch(self) -> None:
        new = self._watches.keep(
            {key: each for key, each in self._client.kinds.items() if key in table.WATCHED}
        )
        if new:
            _LOG.info("watching %s more kinds", new)

    async def _play(self) -> None:
        """Have KWOK play the kinds whose controller runs, once their schema is there."""
        if (stages.GROUP, "Stage") not in self._client.kinds:
            return
        for row in stages.ROWS:
            served = (row.group, row.kind) in self._client.kinds
            up = served and operators.is_up(row.operator, View(self._driver.world))
            if up and not self._is_played(row) and await self._client.has_schema(row.group, row.version):
                await self._start_stages(row)
            elif not up and row.kind in self._played:
                for name in self._played.pop(row.kind)[0]:
                    await self._client.delete(ObjectId(stages.GROUP, "Stage", "", name))

    def _is_played(self, row: StageRow) -> bool:
        return row.kind in self._played and self._played[row.kind][1] == self._ordered.faults

    async def _start_stages(self, row: StageRow) -> None:
        ordered = self._ordered.faults
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
