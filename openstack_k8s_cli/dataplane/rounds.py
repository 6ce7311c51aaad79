"""Reboots of hosts in batches: which come next, and what an interrupted round still has to do.

Each batch is a deployment that says which round it is of; they are all that is kept of a round. What it says is small
however many hosts there are, since annotations are limited: a digest of all, and a bit for each that is through.
"""

import hashlib
import json
import math
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.dataplane.limits import fitting
from openstack_k8s_cli.model.objects import Body, get

MARK = "osk.openstack.org/reboot"
"""The annotation of a batch: its round, the hosts of that, and those that were through before."""
SERVICE = "reboot-os"
_KEYS = frozenset({"round", "of", "left", "done"})
"""In each mark; `words` is not in those of an older osk."""
_FEW = 1000
"""Letters of words that are kept."""


@dataclass(frozen=True, slots=True)
class Round:
    """Hosts that are rebooted once each."""

    id: str
    hosts: tuple[str, ...]
    done: frozenset[str] = frozenset()
    """Those that came back."""
    running: tuple[str, ...] = ()
    """The batch that is being rebooted now."""
    words: tuple[str, ...] = ()
    """How the hosts were named; nothing: all."""

    @property
    def left(self) -> tuple[str, ...]:
        """Give the hosts that are still to be rebooted."""
        return tuple(each for each in self.hosts if each not in self.done)

    def batches(self, size: int) -> Iterator[tuple[str, ...]]:
        """Cut what is left into batches that a limit can name; one that runs already stays as it is."""
        if self.running:
            yield self.running
        rest = [each for each in self.left if each not in self.running]
        for at in range(0, len(rest), size):
            yield from map(tuple, fitting(rest[at : at + size], lambda host: (host,)))

    def mark(self) -> str:
        """Write the annotation of the next batch."""
        bits = sum(1 << at for at, host in enumerate(sorted(self.hosts)) if host in self.done)
        form = {
            "round": self.id,
            "of": _digest(sorted(self.hosts)),
            "left": len(self.left),
            "done": f"{bits:x}",
            "words": list(self.words) if len(shlex.join(self.words)) <= _FEW else None,
        }
        return json.dumps(form)

    def name(self, batch: Sequence[str]) -> str:
        """Name a batch by all that it is for."""
        return f"reboot-{_digest([self.id, *batch])}"


@dataclass(frozen=True, slots=True)
class Open:
    """A round that is not through, as its batches tell it."""

    batches: tuple[Body, ...]
    all: int
    left: int
    """How many hosts are still to be rebooted."""
    running: tuple[str, ...]
    """Those that are being rebooted now."""
    words: tuple[str, ...] | None
    """How the hosts were named; None: nobody knows any more."""


def begun(hosts: Sequence[str], now: float, words: Sequence[str] = ()) -> Round:
    """Begin a round."""
    return Round(_digest([str(now), *hosts]), tuple(hosts), words=tuple(words))


def interrupted(hosts: Sequence[str], live: Iterable[Body], words: Sequence[str] = ()) -> Round | None:
    """Find the newest round over these very hosts: once it has been finished, nothing is left of it."""
    found: dict[str, Round] = {}
    ordered = sorted(hosts)
    for deployment in records.in_order(live):
        mark = _read(deployment)
        if mark is None or mark["of"] != _digest(ordered):
            continue
        name, bits = str(mark["round"]), int(mark["done"], 16)
        before = found.pop(name, Round(name, tuple(hosts), words=tuple(words)))
        running = hosts_of(deployment) if records.is_running(deployment) else before.running
        through = {host for at, host in enumerate(ordered) if bits >> at & 1}
        found[name] = replace(before, done=before.done | through | _rebooted(deployment), running=running)
    return next(reversed(found.values()), None)


def hosts_of(deployment: Body) -> tuple[str, ...]:
    """Give the hosts of a batch."""
    return tuple(str(get(deployment, "spec", "ansibleLimit") or "").split(","))


def _rebooted(deployment: Body) -> set[str]:
    """Give the hosts of a batch that came back; of one that failed, those that its summary does not name."""
    if records.is_running(deployment):
        return set()
    names = get(deployment, "spec", "nodeSets") or ()
    lost = {host for name in names for host in records.failed_hosts(deployment, SERVICE, name)}
    return set(hosts_of(deployment)) - lost if lost or records.is_through(deployment) else set()


def unfinished(live: Iterable[Body]) -> Iterator[Open]:
    """List the rounds that go on: of all over the same hosts the newest, unless it is through."""
    for batches in _newest(live):
        mark = _read(batches[-1]) or {}
        if not any(map(_completes, batches)):
            left, done = int(mark["left"]), int(mark["done"], 16).bit_count()
            running = (host for each in batches if records.is_running(each) for host in hosts_of(each))
            yield Open(
                tuple(batches),
                left + done,
                left - len(_rebooted(batches[-1])),
                tuple(running),
                None if mark.get("words") is None else tuple(map(str, mark["words"])),
            )


def finished(live: Iterable[Body]) -> Iterator[Body]:
    """List the batches that nothing needs any more: those of rounds that are through, the last one last.

    Rounds that others over the same hosts followed come before: left alone they would be the newest again.
    """
    there = list(live)
    newest = _newest(there)
    going = [each for batches in newest for each in batches]
    yield from (
        each
        for each in records.in_order(there)
        if _read(each) and each not in going and not records.is_running(each)
    )
    for batches in newest:
        last = [each for each in batches if _completes(each)]
        if last:
            yield from (each for each in batches if each not in last)
            yield from last


def _newest(live: Iterable[Body]) -> Collection[Sequence[Body]]:
    """Give the batches of the newest round over each set of hosts."""
    found: dict[str, list[Body]] = {}
    of: dict[str, str] = {}
    for deployment in records.in_order(live):
        mark = _read(deployment)
        if mark is not None:
            found.setdefault(str(mark["round"]), []).append(deployment)
            of[str(mark["of"])] = str(mark["round"])
    return [found[each] for each in of.values()]


def _completes(deployment: Body) -> bool:
    """Tell a batch after which no host of its round was left."""
    mark = _read(deployment)
    return mark is not None and len(_rebooted(deployment)) >= int(mark["left"])


def earlier(of: Round, name: str, live: Iterable[Body]) -> Iterator[Body]:
    """List a round's batches that have ended, but for the one of this name: being the newest, it says all that they say."""
    for each in live:
        mine = (_read(each) or {}).get("round") == of.id and each["metadata"]["name"] != name
        if mine and not records.is_running(each):
            yield each


def size(text: str, count: int) -> int | None:
    """Read how many hosts a batch has: a number, or a part of all in percent; None: it is neither."""
    number = text.removesuffix("%")
    if not number.isdecimal() or int(number) < 1 or (text != number and int(number) > 100):  # noqa: PLR2004  # percent
        return None
    return int(number) if text == number else max(1, math.floor(count * int(number) / 100))


def _read(deployment: Body) -> Mapping[str, Any] | None:
    try:
        form = json.loads(get(deployment, "metadata", "annotations", MARK) or "null")
    except ValueError:
        return None
    return form if isinstance(form, dict) and form.keys() >= _KEYS else None


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:8]
