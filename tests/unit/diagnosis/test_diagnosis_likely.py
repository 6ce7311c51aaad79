"""diagnosis.likely: the first row of a table that fits what a program said."""

import re

import pytest

from openstack_k8s_cli.diagnosis.likely import DISK_FULL, NO_KVM, Rule, first

RULES = (Rule("no room", "full", "make room", "df"), Rule("", "who knows", "look"))


def test_the_first_that_fits() -> None:
    """In whichever case it is said, with what helps; an empty pattern is about everything."""
    room = first(RULES, lambda rule: rule.says("error: No Room"))
    other = first(RULES, lambda rule: rule.says("something"))

    assert room is not None
    assert other is not None
    assert ("full", "make room", "df") == (room.text, room.advice.text, room.advice.command)
    assert ("who knows", None) == (other.text, other.advice.command)


def test_none_fits() -> None:
    """Then nothing is said."""
    assert first(RULES[:1], lambda rule: rule.says("something")) is None


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (DISK_FULL, "OSError: [Errno 28] No space left on device"),
        (DISK_FULL, "not enough disk for it"),
        (DISK_FULL, "At least 1MB: not enough free disk space in /var"),
        (NO_KVM, "Could not access KVM kernel module: No such file or directory"),
        (NO_KVM, "virtualization is not available for your CPU"),
        (NO_KVM, "You need to enable virtualization in BIOS"),
        (NO_KVM, "virtualization type 'kvm' is not supported"),
    ],
)
def test_what_several_programs_meet(pattern: str, message: str) -> None:
    """Each has its own words for it."""
    assert re.search(pattern, message, re.IGNORECASE)
