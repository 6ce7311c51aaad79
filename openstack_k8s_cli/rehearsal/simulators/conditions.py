"""Lists of conditions as lib-common keeps them: Ready first, the rest by name, Ready the mirror of the worst."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

READY = "Ready"
_ERROR = frozenset({"Error", "CreationFailed", "BackoffLimitExceeded"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A condition as it is to be shown."""

    type: str
    status: str
    reason: str
    message: str
    severity: str = ""

    def as_body(self, previous: Mapping[str, Any] | None, now: str) -> dict[str, str]:
        """Give its form; the time moves only when something else does."""
        form = {"type": self.type, "status": self.status, "reason": self.reason, "message": self.message}
        if self.severity:
            form["severity"] = self.severity
        unchanged = previous is not None and all(
            previous.get(key, "") == form.get(key, "") for key in ("status", "reason", "message", "severity")
        )
        time = str(previous["lastTransitionTime"]) if previous is not None and unchanged else now
        return form | {"lastTransitionTime": time}


def mirrored(shown: Sequence[Shown], done: str) -> Shown:
    """Give the Ready that copies the worst condition; the first in the controller's order among equals."""
    worst = min(shown, key=_rank, default=None)
    if worst is None or worst.status == "True":
        return Shown(READY, "True", "Ready", done)
    return Shown(READY, worst.status, worst.reason, worst.message, worst.severity)


def listed(shown: Iterable[Shown], previous: Sequence[Mapping[str, Any]], now: str) -> list[dict[str, str]]:
    """Give the list for `status.conditions`."""
    before = {str(each.get("type")): each for each in previous}
    ordered = sorted(shown, key=lambda each: (each.type != READY, each.type))
    return [each.as_body(before.get(each.type), now) for each in ordered]


def _rank(each: Shown) -> int:
    if each.status == "False":
        if each.reason in _ERROR and each.severity == "Error":
            return 0
        return 1 if each.severity == "Warning" else 2
    return 3 if each.status == "Unknown" else 4
