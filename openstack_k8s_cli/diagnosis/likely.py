"""What programs say when they fail → what is likely wrong and what helps: rows of a table, the first that fits."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from openstack_k8s_cli.model.problems import Advice

DISK_FULL = r"no space left on device|disk quota|not enough (disk|(free )?(disk )?space)"
NO_KVM = r"/dev/kvm|kvm kernel module|kvm .*not|neither vmx nor svm|virtualization (in bios|.*not (available|supported|enabled))"
"""In the words of whichever program meets it."""


@dataclass(frozen=True, slots=True)
class Likely:
    """What is likely wrong."""

    text: str
    advice: Advice


@dataclass(frozen=True, slots=True)
class Rule:
    """A row."""

    pattern: str
    """Of what is said, in whichever case; empty: whatever."""
    text: str
    advice: str
    command: str | None = None

    def says(self, message: str) -> bool:
        """Tell whether it is about a message."""
        return re.search(self.pattern, message, re.IGNORECASE) is not None


_Row = TypeVar("_Row", bound=Rule)


def first(rules: Iterable[_Row], fits: Callable[[_Row], bool]) -> Likely | None:
    """Give what the first row that fits says; None where nothing is known of it."""
    rule = next(filter(fits, rules), None)
    return Likely(rule.text, Advice(rule.advice, rule.command)) if rule else None
