"""What an import ends with."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lost:
    """What could not be carried over."""

    name: str
    reason: str
    instead: str
    """The nearest replacement."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What has a new place."""

    name: str
    place: str
    note: str


@dataclass(frozen=True, slots=True)
class Open:
    """What is to be filled in before the profile is of use."""

    place: str
    """A profile path."""
    given: str
    """What stands there, or would stand there if it could."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A profile, and what became of all that was given."""

    profile: str
    """The text."""
    carried: tuple[Carried, ...]
    needless: tuple[Carried, ...]
    lost: tuple[Lost, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...] = ()
    """What keeps the profile from being loaded."""
    open: tuple[Open, ...] = ()
    """What is to be filled in."""

    @property
    def is_whole(self) -> bool:
        """Tell whether everything was carried over, into a profile that loads and has no gaps."""
        return not self.lost and not self.faults and not self.open

    def document(self) -> dict[str, Any]:
        """Give it for machines; the profile's values are in its text only, since some are secret."""
        rest = {
            key: [asdict(each) for each in getattr(self, key)]
            for key in ("carried", "needless", "lost", "open")
        }
        return {"profile": self.profile, **rest, "warnings": list(self.warnings), "faults": list(self.faults)}

    def report(self) -> list[str]:
        """Give lines for people: what is not in the profile, and why."""
        lines = [
            f"not carried over: {each.name}: {each.reason}; instead: {each.instead}" for each in self.lost
        ]
        lines += [f"to be filled in: {each.place}: the example has {each.given}" for each in self.open]
        if self.needless:
            lines.append("no longer needed:")
            lines += [f"  {each.name}: {each.note}" for each in self.needless]
        elsewhere = [each for each in self.carried if each.place.startswith("osk ")]
        if elsewhere:
            lines.append("not in the profile, but on a command line:")
            lines += [
                f"  {each.name}: {each.place}" + (f", {each.note}" if each.note else "") for each in elsewhere
            ]
        lines += [f"the profile does not load: {each}" for each in self.faults]
        return [*lines, *(f"warning: {each}" for each in self.warnings)]
