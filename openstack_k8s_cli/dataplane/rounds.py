"""Reboots of hosts in batches: which come next, and what an interrupted round still has to do.

Each batch is a deployment that says which round it is of; they are all that is kept of a round.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.model.objects import Body, get

MARK = "osk.openstack.org/reboot"
"""The annotation of a batch: its round, the hosts of that, its own, and those that were through before."""
SERVICE = "reboot-os"


@dataclass(frozen=True, slots=True)
class Round:
    """Hosts that are rebooted once each."""

    id: str
    hosts: tuple[str, ...]
    done: frozenset[str] = frozenset()
    """Those that came back."""
    running: tuple[str, ...] = ()
    """The batch that is being rebooted now."""

    @property
    def left(self) -> tuple[str, ...]:
        """Give the hosts that are still to be rebooted."""
        return tuple(each for each in self.hosts if each not in self.done)

    def batches(self, size: int) -> Iterator[tuple[str, ...]]:
        """Cut what is left into batches; one that runs already stays as it is."""
        if self.running:
            yield self.running
        rest = [each for each in self.left if each not in self.running]
        yield from (tuple(rest[at : at + size]) for at in range(0, len(rest), size))

    def mark(self, batch: Sequence[str]) -> str:
        """Write a batch's annotation."""
        form = {"round": self.id, "hosts": list(self.hosts), "batch": list(batch), "done": sorted(self.done)}
        return json.dumps(form)

    def name(self, batch: Sequence[str]) -> str:
        """Name a batch by all that it is for."""
        return f"reboot-{_digest([self.id, *batch])}"


def begun(hosts: Sequence[str], now: float) -> Round:
    """Begin a round."""
    return Round(_digest([str(now), *hosts]), tuple(hosts))


def interrupted(hosts: Sequence[str], live: Iterable[Body]) -> Round | None:
    """Find the newest round over these very hosts: once it has been finished, nothing is left of it."""
    found: dict[str, Round] = {}
    for deployment in records.in_order(live):
        mark = _read(deployment)
        if mark is None or set(mark["hosts"]) != set(hosts):
            continue
        name, batch = str(mark["round"]), tuple(mark["batch"])
        before = found.pop(name, Round(name, tuple(mark["hosts"])))
        running = batch if records.is_running(deployment) else before.running
        done = before.done | set(mark["done"]) | _rebooted(deployment, batch)
        found[name] = replace(before, done=done, running=running)
    return next(reversed(found.values()), None)


def _rebooted(deployment: Body, batch: Sequence[str]) -> set[str]:
    """Give the hosts of a batch that came back; of one that failed, those that its summary does not name."""
    if records.is_running(deployment):
        return set()
    names = get(deployment, "spec", "nodeSets") or ()
    lost = {host for name in names for host in records.failed_hosts(deployment, SERVICE, name)}
    return set(batch) - lost if lost or records.is_through(deployment) else set()


def finished(live: Iterable[Body]) -> Iterator[Body]:
    """List the batches of rounds that are through, the last one last: nothing needs them any more."""
    found: dict[str, list[Body]] = {}
    for deployment in records.in_order(live):
        mark = _read(deployment)
        if mark is not None:
            found.setdefault(str(mark["round"]), []).append(deployment)
    for batches in found.values():
        last = [each for each in batches if _completes(each)]
        if last:
            yield from (each for each in batches if each not in last)
            yield from last


def _completes(deployment: Body) -> bool:
    """Tell a batch after which no host of its round was left."""
    mark = _read(deployment)
    done = {*mark["done"], *_rebooted(deployment, mark["batch"])} if mark else set()
    return bool(mark and set(mark["hosts"]) <= done)


def size(text: str, count: int) -> int | None:
    """Read how many hosts a batch has: a number, or a part of all in percent; None: it is neither."""
    number = text.removesuffix("%")
    if not number.isdecimal() or int(number) < 1 or (text != number and int(number) > 100):  # noqa: PLR2004  # percent
        return None
    return int(number) if text == number else max(1, math.floor(count * int(number) / 100))


def _read(deployment: Body) -> Mapping[str, list[str]] | None:
    try:
        form = json.loads(get(deployment, "metadata", "annotations", MARK) or "null")
    except ValueError:
        return None
    return form if isinstance(form, dict) and form.keys() >= {"round", "hosts", "batch", "done"} else None


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:8]
