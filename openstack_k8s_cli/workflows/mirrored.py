"""Where a mirror keeps each image, and whether it has all that a profile needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from openstack_k8s_cli.apply.parallel import each_in_parallel
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.workflows import looking, planning
from openstack_k8s_cli.workflows.images import Image
from openstack_k8s_cli.workflows.world import Target, World

COMPONENT = "mirror"
_WORKERS = 8


class Registry(Protocol):
    """The mirror's registry (adapters.registries.Registry)."""

    def digest(self, repository: str, reference: str) -> str | None:
        """Give a manifest's digest by its tag or digest; None: it is not there. Raises OskError."""
        ...


class Standing(StrEnum):
    """How an image stands with the mirror."""

    HELD = "held"
    MISSING = "missing"
    UNCOVERED = "uncovered"
    """No entry of `mirror.sources` is about it, so that nobody looks for it in the mirror."""
    BLOCKED = "blocked"
    """The profile leaves it out."""

    @property
    def is_wrong(self) -> bool:
        """Whether the cluster would not get it."""
        return self in (Standing.MISSING, Standing.UNCOVERED)


@dataclass(frozen=True, slots=True)
class Copy:
    """One image, and its copy."""

    image: str
    standing: Standing
    place: str = ""
    """Where the mirror keeps it; empty where that is not said."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What of the mirror the cluster lacks, or has not taken up yet."""

    object: str
    message: str


def place(reference: str, mirror: Mapping[str, Any]) -> str | None:
    """Give an image's place in the mirror, with its tag or digest; None: it has none."""
    name, rest = split(reference)
    registry, sources = str(mirror["registry"]), mirror["sources"] or {}
    if _is_below(name, registry):
        return reference
    for source in sorted(sources, key=len, reverse=True):
        if _is_below(name, source):
            return "/".join(filter(None, (registry, sources[source]))) + name[len(source) :] + rest
    return None if sources else f"{registry}/{name.partition('/')[2]}{rest}"


def split(reference: str) -> tuple[str, str]:
    """Divide a reference into its name, and `:TAG` or `@DIGEST`; of both the digest counts."""
    name, at, digest = reference.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, tag = name, ""
    return head, f"@{digest}" if at else f":{tag or 'latest'}"


def verify(images: Iterable[Image], mirror: Mapping[str, Any], registry: Registry) -> tuple[Copy, ...]:
    """Look for the copy of each image; raises OskError where the registry does not answer."""
    return tuple(
        each_in_parallel(lambda each: _copy(each, mirror, registry), tuple(images), threads=_WORKERS)
    )


def _copy(image: Image, mirror: Mapping[str, Any], registry: Registry) -> Copy:
    if image.reference in (mirror.get("blocked") or ()):
        return Copy(image.reference, Standing.BLOCKED)
    where = place(image.reference, mirror)
    if where is None:
        return Copy(image.reference, Standing.UNCOVERED)
    name, rest = split(where)
    digest = registry.digest(name.partition("/")[2], rest[1:])
    standing = Standing.MISSING if digest is None else Standing.HELD
    return Copy(image.reference, standing, where, digest or "")


def faults(world: World) -> tuple[Fault, ...]:
    """Say what the cluster lacks of the mirror; nothing is written. Raises OskError."""
    target = Target((COMPONENT,), only=True)
    return tuple(_faults(world, target))


def _faults(world: World, target: Target) -> Iterator[Fault]:
    for row in planning.preview(world, target).rows:
        if row.problem is not None:
            yield Fault(str(row.object), row.problem.summary)
        elif row.change not in (Change.UNCHANGED, Change.SKIPPED):
            fields = ", ".join(each.path for each in row.differences)
            yield Fault(
                str(row.object), "not there" if row.change is Change.CREATED else f"differs: {fields}"
            )
    for each in looking.status(world, target, gates=True).rows:
        if each.verdict.state not in (State.READY, State.ABSENT):
            yield Fault(str(each.object), each.verdict.message or each.verdict.state.value)


def _is_below(name: str, source: str) -> bool:
    return name == source or name.startswith(f"{source}/")
