"""The words of the mapping: what becomes of a variable or a make target."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.settings import Settings

Carry = Callable[[Settings, Draft], None]
"""Puts into the draft what variables say; ValueError: what is wrong with them."""


class Fate(StrEnum):
    """What becomes of it."""

    CARRIED = "carried"
    """It has a place in the profile, or a command that takes it."""
    NEEDLESS = "needless"
    """osk does it by itself."""
    LOST = "lost"
    """It has no place; the reason and the nearest replacement are said."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of variables."""

    variables: tuple[str, ...]
    fate: Fate
    place: str
    """The profile path or command; of what is lost the nearest replacement."""
    note: str = ""
    """How its meaning changes; of what is needless how osk does it, of what is lost the reason."""
    carry: Carry | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What becomes of a make target."""

    names: tuple[str, ...]
    place: str
    """The command that does it, or the profile path that has osk do it."""
    note: str = ""
    brings: tuple[str, ...] = ()
    """Targets whose work is part of it."""
    carry: Carry | None = None
    """Puts into the draft what the target having been run says."""
    fate: Fate = Fate.CARRIED


def to(
    variable: str, path: str, read: Callable[[Settings, str], object] | None = None, note: str = ""
) -> Rule:
    """Say that a variable's value stands at one path, as text unless `read` gives it a type."""

    def carry(settings: Settings, draft: Draft) -> None:
        draft.set(path, read(settings, variable) if read else settings[variable])

    return Rule((variable,), Fate.CARRIED, path, note, carry)


def by(carry: Carry, *variables: str, place: str, note: str = "") -> Rule:
    """Say that a function carries variables over; it is called once when any of them is given."""
    return Rule(variables, Fate.CARRIED, place, note, carry)


def command(*variables: str, place: str, note: str = "") -> Rule:
    """Say that a command takes what the variables say, and the profile nothing."""
    return Rule(variables, Fate.CARRIED, place, note)


def needless(*variables: str, note: str, place: str = "") -> Rule:
    """Say that osk does without."""
    return Rule(variables, Fate.NEEDLESS, place, note)


def lost(*variables: str, note: str, place: str) -> Rule:
    """Say that variables have no place, why, and what is nearest."""
    return Rule(variables, Fate.LOST, place, note)


def number(settings: Settings, name: str) -> int:
    """Read a whole number."""
    return settings.number(name)


def switch(settings: Settings, name: str) -> bool:
    """Read a switch."""
    return settings.true(name)
