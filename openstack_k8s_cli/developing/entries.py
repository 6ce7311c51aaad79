"""Entries: what a developer changed in a cloud, each a part of a profile and what a profile cannot say.

An entry's `values` are a fragment of a profile; those of all entries of a cloud together are its layer (`layers`).
What is no value of a profile is an effect: an object that is made, changed or deleted for as long as the entry is
there. An entry names its effects before the first of them is made, and whatever was there before is kept beside it
(`workflows.developing.store`), so that a reset can put everything back, whoever does it and whatever ended the command.

A command makes one with `wish`, hands it with its effects to `workflows.developing.swapping.swap`, and is done:
`resetting.reset` takes back entries of every kind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Layer


class Kind(StrEnum):
    """What is other than the release."""

    IMAGE = "image"
    """An operator's image."""
    RUN = "run"
    """An operator runs on a workstation."""
    INDEX = "index"
    """The OpenStack operator's catalog."""
    BUNDLE = "bundle"
    """The same, made of one bundle."""
    SERVICE_IMAGE = "service-image"
    MOUNT = "mount"
    ANSIBLE = "ansible"


_ABOVE = {
    Kind.SERVICE_IMAGE: Layer.CONTROLPLANE,
    Kind.MOUNT: Layer.CONTROLPLANE,
    Kind.ANSIBLE: Layer.DATAPLANE,
}


class State(StrEnum):
    """How far an entry is."""

    PENDING = "pending"
    """It is being made, or what made it did not come to its end."""
    THERE = "there"
    RUNNING = "running"
    """A process on a workstation belongs to it."""
    ENDED = "ended"
    """Running, and the process is gone: it was killed. Never written, but found out (`looked`)."""
    LEAVING = "leaving"
    """It is being taken back, or what did so did not come to its end."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An object that is otherwise while an entry is there."""

    object: ObjectId
    api_version: str
    was_there: bool
    """False: a reset deletes it; True: it becomes again what it was."""
    early: bool = False
    """Whether a reset puts it back before the profile's part, not after it."""
    made: str = ""
    """Digest of what it was made to; what others changed since is not put back. Empty: not known."""


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change."""

    kind: Kind
    name: str
    """Of the operator, the service, or what else is changed."""
    profile: str
    """The cloud's."""
    since: float
    """Seconds since the epoch."""
    by: str
    values: Mapping[str, Any] = field(default_factory=_nothing)
    """The fragment of the profile."""
    touches: tuple[str, ...] = ()
    """Components or steps of the plan that bring the fragment to the cluster, and back."""
    state: State = State.PENDING
    effects: tuple[Effect, ...] = ()
    """In the order in which they are made."""
    note: str = ""
    """What stands in the place of the release's, for people: an image, a folder."""
    holder: str = ""
    """Who runs it, as leases name one; empty: it needs no process."""
    version: str = ""
    """Of what the cluster has of it; empty: nothing yet."""

    @property
    def key(self) -> tuple[Kind, str]:
        """Tell it from the others of the cloud."""
        return self.kind, self.name

    @property
    def layer(self) -> Layer:
        """Tell with which layer it goes."""
        return _ABOVE.get(self.kind, Layer.OPERATORS)

    @property
    def counts(self) -> bool:
        """Whether its values are the cloud's."""
        return self.state is not State.LEAVING

    @property
    def title(self) -> str:
        """Name it for people."""
        return f"{self.kind.value} {self.name}"


def looked(entries: Iterable[Entry], dead: Callable[[str], bool]) -> tuple[Entry, ...]:
    """Find out which processes that entries belong to are gone, as far as this machine can tell."""
    return tuple(
        replace(each, state=State.ENDED)
        if each.state is State.RUNNING and each.holder and dead(each.holder)
        else each
        for each in entries
    )


def after(old: Entry | None, new: Entry) -> Entry:
    """Put an entry in the place of an older one: what that one has made is still to be put back."""
    if old is None:
        return new
    wished = {each.object for each in new.effects}
    kept = tuple(replace(each, made="") if each.object in wished else each for each in old.effects)
    known = {each.object for each in kept}
    added = tuple(each for each in new.effects if each.object not in known)
    return replace(new, effects=(*kept, *added), version=old.version)


def found(entries: Iterable[Entry], kind: Kind, name: str) -> Entry | None:
    """Find an entry."""
    return next((each for each in entries if each.key == (kind, name)), None)


def beside(entries: Iterable[Entry], profile: str) -> tuple[Entry, ...]:
    """Give what other clouds have changed of the operators, which all clouds of a cluster share."""
    return tuple(each for each in entries if each.profile != profile and each.layer is Layer.OPERATORS)


def put(entries: Iterable[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Give the entries with this one in the place of an older one."""
    return (*(each for each in entries if each.key != entry.key), entry)


def without(entries: Iterable[Entry], gone: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give the entries without some."""
    keys = {each.key for each in gone}
    return tuple(each for each in entries if each.key not in keys)
