"""What an inventory says, whatever its form: hosts, groups and variables → entries, each with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem

_RANGE = re.compile(r"\[(?P<first>\w+):(?P<last>\w+)(?::(?P<step>\d+))?\]")
_PORT = re.compile(r"(?P<name>[^:]+):(?P<port>\d{1,5})")
_MOST = 10_000
"""Hosts of one pattern: as many as a node set may have."""
_ADVICE = Advice(
    "Correct the file at the place shown; docs/dataplane.md has the forms", None, "docs/dataplane.md"
)
_SECRET = Advice(
    "Decrypt it, or put the value under `secrets` and its Secret under `varsFrom`, and leave it out here",
    "ansible-vault view FILE",
    "docs/dataplane.md",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A host of an inventory."""

    name: str
    vars: Mapping[str, Any]
    """Those of its groups with it."""
    groups: frozenset[str]
    place: str


@dataclass(slots=True)
class Tables:
    """What an inventory says, before groups are followed."""

    label: str
    members: dict[str, list[str]] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Where each host stands first."""
    problems: list[Problem] = field(default_factory=list)

    def hosts(self, pattern: str, group: str, given: Mapping[str, Any], place: str) -> None:
        """Take hosts in, of a range or with a port as they may be; the same one may stand in several groups."""
        port = _PORT.fullmatch(_RANGE.sub("", pattern))
        if port:
            pattern = pattern.removesuffix(f":{port['port']}")
            given = {"ansible_port": int(port["port"]), **given}
        try:
            names = [*islice(spread(pattern), _MOST + 1)]
        except (ValueError, RecursionError) as error:
            self.wrong(place, str(error))
            return
        if len(names) > _MOST:
            self.wrong(place, f"`{pattern}` is more than {_MOST} hosts")
            return
        if len(names) > 1 and given.get("ansible_host"):
            self.wrong(
                place, f"`{pattern}` gives {len(names)} hosts one address: give each a line of its own"
            )
            return
        for name in names:
            self.members.setdefault(group, []).append(name)
            self.own.setdefault(name, {}).update(given)
            self.places.setdefault(name, place)

    def wrong(self, place: str, summary: str) -> None:
        """Note what is wrong."""
        self.problems.append(problem(place, summary))

    def entries(self) -> Iterator[Entry]:
        """Give each host, with the variables of its groups under its own: the nearer group counts."""
        parents: dict[str, set[str]] = {}
        for group, below in self.children.items():
            for child in below:
                parents.setdefault(child, set()).add(group)
        direct: dict[str, set[str]] = {}
        for group, hosts in self.members.items():
            for name in hosts:
                direct.setdefault(name, set()).add(group)
        for name, given in self.own.items():
            found = _above(direct[name], parents) | {"all"}
            ordered = sorted(found, key=lambda each: (each != "all", _depth(each, parents), each))
            variables = {key: value for each in ordered for key, value in self.shared.get(each, {}).items()}
            yield Entry(name, {**variables, **given}, frozenset(found - {"all"}), self.places[name])


def problem(place: str, summary: str) -> Problem:
    """Say what is wrong at a place."""
    return Problem("OSK1127", summary, place, None, (_ADVICE,))


def _above(direct: set[str], parents: Mapping[str, set[str]]) -> set[str]:
    found, left = set(direct), list(direct)
    while left:
        for parent in parents.get(left.pop(), set()) - found:
            found.add(parent)
            left.append(parent)
    return found


def _depth(group: str, parents: Mapping[str, set[str]], seen: frozenset[str] = frozenset()) -> int:
    above = parents.get(group, set()) - seen
    return 1 + max((_depth(each, parents, seen | {group}) for each in above), default=0)


def encrypted(place: str, what: str) -> Problem:
    """Say that something is encrypted: a profile has no secrets, and nothing else could read it."""
    return Problem("OSK1215", f"{what} is encrypted by ansible-vault", place, None, (_SECRET,))


def spread(name: str) -> Iterator[str]:
    """Give the hosts of a pattern such as `node[01:12]` or `rack[a:c]`; raises ValueError."""
    found = _RANGE.search(name)
    if not found:
        yield name
        return
    first, last, step = found["first"], found["last"], int(found["step"] or 1)
    numbers = first.isdigit() and last.isdigit()
    if numbers:
        places = range(int(first), int(last) + 1, step or 1)
    elif len(first) == len(last) == 1 and first.isalpha() and last.isalpha():
        places = range(ord(first), ord(last) + 1, step or 1)
    else:
        places = range(0)
    if not places or not step:
        message = f"`{found[0]}` is no range of hosts: write two numbers or two letters, the smaller first, as `[01:20]`"
        raise ValueError(message)
    for each in places:
        text = str(each).zfill(len(first)) if numbers else chr(each)
        yield from spread(name[: found.start()] + text + name[found.end() :])
