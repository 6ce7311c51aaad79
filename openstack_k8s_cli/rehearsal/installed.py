"""What follows from the operators that are installed: which kinds are served, and whether the webhooks answer. Pure.

OLM's InstallPlans serve the kinds of a bundle by themselves, as in life; the others are decided here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.packages import OPENSTACK, PACKAGES, SINGLE, Package

_REFUSED: Mapping[Pace, float] = {Pace.FAST: 4.0, Pace.INSTANT: 0.0}
"""Seconds after the OpenStack resource is Ready for which the webhooks still refuse, as on a real cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The cluster at one moment."""

    subscribed: frozenset[str] = frozenset()
    """Packages with a Subscription."""
    succeeded: frozenset[str] = frozenset()
    """Packages with a ClusterServiceVersion that has succeeded."""
    present: frozenset[str] = frozenset()
    """Packages with a ClusterServiceVersion."""
    instances: frozenset[tuple[str, str]] = frozenset()
    """Group and kind of those `brought_by` kinds of which there is an object."""
    initialized: bool = False
    """The OpenStack resource is Ready."""
    release: str = ""
    """Of the OpenStack operator that is installed; empty: none has succeeded."""


class Hooks(StrEnum):
    """The admission webhooks in the API server."""

    ABSENT = "absent"
    REFUSING = "refusing"
    ANSWERING = "answering"


@dataclass(frozen=True, slots=True)
class Late:
    """A kind that a fault holds back."""

    crd: str
    seconds: float


@dataclass(slots=True)
class Memory:
    """What was seen before."""

    served: set[str] = field(default_factory=set)
    """Packages whose kinds may be in discovery."""
    since: dict[str, float] = field(default_factory=dict)
    """When the kinds that are not in a bundle were due, by package."""
    ready: float | None = None
    """When the OpenStack resource was first seen Ready."""
    hooks: Hooks = Hooks.ABSENT
    release: str = ""
    """The last one of the OpenStack operator: a newer one takes the webhooks away, and brings them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What has to be so now; every one of them may be carried out again without harm."""

    serve: frozenset[str] = frozenset()
    """Names of CRDs."""
    withdraw: frozenset[str] = frozenset()
    hooks: Hooks = Hooks.ABSENT
    alone: frozenset[str] = frozenset()
    """API groups whose webhooks there are with operators of single services: OLM makes them before those run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a cluster was started with, and what its faults file orders now."""

    crds: frozenset[str]
    """Names of all CRDs."""
    pace: Pace
    late: tuple[Late, ...] = ()
    refused: float | None = None
    """Seconds that a fault has the webhooks refuse."""


def decide(seen: Seen, memory: Memory, now: float, around: Circumstances) -> Orders:
    """Compare what is installed with what was, and remember it."""
    serve: set[str] = set()
    withdraw: set[str] = set()
    for package in PACKAGES:
        if package.name in seen.subscribed | seen.present:
            memory.served.add(package.name)
        elif package.name in memory.served and package.brought_by not in seen.instances:
            memory.served.discard(package.name)
            memory.since.pop(package.name, None)
            withdraw |= {crd for crd in around.crds if package.owns(crd)} - _kept(memory, around)
        if _brings(package, seen):
            due = memory.since.setdefault(package.name, now)
            serve |= set(_due(package, now - due, around))
    memory.hooks = _hooks(seen, memory, now, around)
    alone = {group for package in SINGLE if package.name in seen.present for group in package.groups}
    return Orders(
        serve=frozenset(serve), withdraw=frozenset(withdraw), hooks=memory.hooks, alone=frozenset(alone)
    )


def _brings(package: Package, seen: Seen) -> bool:
    """Say whether the kinds that are not in a package's bundle are due."""
    if package.brought_by is None:
        return package.name in seen.present
    return package.name in seen.succeeded and package.brought_by in seen.instances


def _kept(memory: Memory, around: Circumstances) -> set[str]:
    """Name the kinds of packages that are still there: two packages can have the same."""
    there = [package for package in PACKAGES if package.name in memory.served]
    return {crd for crd in around.crds for package in there if package.owns(crd)}


def _due(package: Package, elapsed: float, around: Circumstances) -> Iterator[str]:
    late = {each.crd: each.seconds for each in around.late}
    for crd in around.crds:
        if package.owns(crd) and crd not in package.bundled and elapsed >= late.get(crd, 0.0):
            yield crd


def _hooks(seen: Seen, memory: Memory, now: float, around: Circumstances) -> Hooks:
    if OPENSTACK.brought_by not in seen.instances or OPENSTACK.name not in seen.succeeded | seen.present:
        memory.ready, memory.release = None, ""
        return Hooks.ABSENT
    before, memory.release = memory.release, seen.release or memory.release
    if before != memory.release and before:
        memory.ready = None
        return Hooks.ABSENT
    if memory.hooks is Hooks.ANSWERING:
        return Hooks.ANSWERING
    if memory.hooks is Hooks.ABSENT and OPENSTACK.name not in seen.succeeded:
        return Hooks.ABSENT
    if seen.initialized and memory.ready is None:
        memory.ready = now
    refused = around.refused if around.refused is not None else _REFUSED[around.pace]
    if refused == 0 or (memory.ready is not None and now - memory.ready >= refused):
        return Hooks.ANSWERING
    return Hooks.REFUSING
