"""What the probe printed about a host."""

from collections.abc import Mapping
from dataclasses import dataclass

from openstack_k8s_cli.dataplane.checks import Seen

_MARK = "@osk "
_KIB_IN_GIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Facts:
    """Values by key; some keys have several."""

    values: Mapping[str, tuple[str, ...]]
    began: float = 0.0
    """As `Seen` has it, like `ended`."""
    ended: float = 0.0

    @classmethod
    def read(cls, seen: Seen) -> "Facts":
        """Read the probe's lines; whatever a login prints besides is left out."""
        found: dict[str, list[str]] = {}
        for line in seen.output.splitlines():
            if line.startswith(_MARK):
                key, _, value = line.removeprefix(_MARK).strip().partition(" ")
                found.setdefault(key, []).append(value.strip())
        return cls({key: tuple(each) for key, each in found.items()}, seen.began, seen.ended)

    def all(self, key: str) -> tuple[str, ...]:
        """Give every value of a key."""
        return tuple(each for each in self.values.get(key, ()) if each)

    def one(self, key: str) -> str:
        """Give a key's first value; empty: there is none."""
        return next(iter(self.all(key)), "")

    def gib(self, key: str) -> float | None:
        """Give a size that is in KiB."""
        text = self.one(key)
        return int(text) / _KIB_IN_GIB if text.isdigit() else None

    @property
    def skew(self) -> float | None:
        """How far its clock is outside of the time in which it was asked."""
        text = self.one("time")
        if not text.isdigit() or not self.began:
            return None
        return max(self.began - 1 - int(text), int(text) - self.ended, 0.0)

    @property
    def whole(self) -> bool:
        """Whether the probe came to its end."""
        return bool(self.one("end"))
