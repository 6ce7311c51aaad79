"""Which hosts a limit of Ansible's leaves of a node set.

Inventories have hosts by their short names, in a group that is called as the node set (openstack-operator,
internal/dataplane/inventory.go). How a limit is read: ansible-core, inventory/manager.py.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

_BETWEEN = re.compile(r":(?![^\[]*\])")
_SOME = re.compile(r"(?P<all>[^~].*)\[(?:(?P<one>-?\d+)|(?P<first>\d+)[:-](?P<last>\d*))\]$")

LONGEST = 120_000
"""Bytes of a limit: it is one variable of a pod, RUNNER_CMDLINE, with the tags, and Linux takes 128 KiB of each."""

T = TypeVar("T")


def joined(hosts: Iterable[str]) -> str:
    """Write hosts as a limit."""
    return ",".join(hosts)


def fitting(some: Iterable[T], hosts_of: Callable[[T], Iterable[str]]) -> Iterator[list[T]]:
    """Cut what has hosts into parts whose limits are not too long; one alone stays whole."""
    part: list[T] = []
    size = 0
    for each in some:
        more = len(joined(hosts_of(each)).encode()) + 1
        if part and size + more > LONGEST + 1:
            yield part
            part, size = [], 0
        part.append(each)
        size += more
    if part:
        yield part


def short(name: str) -> str:
    """Give a host's name as inventories have it."""
    return name.partition(".")[0]


def limited(limit: str, nodeset: str, hosts: Sequence[str]) -> tuple[str, ...]:
    """Give the hosts, by their short names, that a limit leaves."""
    found = limit.split(",") if "," in limit else _BETWEEN.split(limit)
    words = [each.strip() for each in found if each.strip()]
    plain = [each for each in words if each[0] not in "&!"] or ["all"]
    chosen = {host for each in plain for host in _named(each, nodeset, hosts)}
    for each in words:
        if each[0] == "&":
            chosen &= set(_named(each[1:], nodeset, hosts))
    for each in words:
        if each[0] == "!":
            chosen -= set(_named(each[1:], nodeset, hosts))
    return tuple(host for host in hosts if host in chosen)


def _named(word: str, nodeset: str, hosts: Sequence[str]) -> list[str]:
    some = _SOME.match(word)
    if some is not None:
        return _some(some, sorted(_named(some["all"], nodeset, hosts)))
    pattern = re.compile(word[1:] if word.startswith("~") else fnmatch.translate(word))
    if word == "all" or pattern.match(nodeset):
        return list(hosts)
    return [host for host in hosts if pattern.match(host)]


def _some(asked: re.Match[str], found: list[str]) -> list[str]:
    """Take one host by its number, or those from one to another."""
    if asked["one"]:
        number = int(asked["one"])
        return found[number : number + 1 or None]
    return found[int(asked["first"]) : int(asked["last"]) + 1 if asked["last"] else None]
