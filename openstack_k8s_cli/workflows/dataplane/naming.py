"""Hosts by what a command line calls them: their own names, those of their node sets, and patterns of either."""

import difflib
import fnmatch
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import racks

_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Names:
    """The hosts of a plan, by all their names."""

    hosts: Mapping[str, tuple[str, Collection[str]]]
    """By short name, the node set's resource and the other names of the host."""
    nodesets: Mapping[str, Collection[str]]
    """By resource, the other names of the node set."""

    def meant(self, words: Iterable[str]) -> tuple[str, ...]:
        """Give the short names of the hosts that words mean, without repetitions; raises OskError."""
        words = list(words)
        found = {word: [*self._meant(word)] for word in words}
        problems = [self._problem(word) for word, hosts in found.items() if not hosts]
        if problems:
            raise OskError(*problems, exit_code=ExitCode.USAGE)
        return tuple(dict.fromkeys(host for word in words for host in found[word]))

    def one(self, word: str) -> str:
        """Give the short name of the only host that a word means; raises OskError."""
        found = self.meant([word])
        if len(found) == 1:
            return found[0]
        advice = Advice(f"Name one of {several(found) or 'none'}", "osk hosts list")
        problem = Problem("OSK1233", f"`{word}` means {len(found)} hosts", word, None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)

    def knows(self, word: str) -> bool:
        """Tell whether a word means any host."""
        return any(True for _ in self._meant(word))

    def _meant(self, word: str) -> Iterator[str]:
        if not _PATTERN & set(word):
            yield from self._by_name.get(word) or self._by_name.get(word.partition(".")[0]) or ()
            return
        for name in fnmatch.filter(self._by_name, word):
            yield from self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for host, (nodeset, others) in self.hosts.items():
            for name in {host, *others, nodeset, *self.nodesets.get(nodeset, ())}:
                found[name].append(host)
        return dict(found)

    def _problem(self, word: str) -> Problem:
        empty = any(
            fnmatch.fnmatch(name, word) for each in self.nodesets.items() for name in (each[0], *each[1])
        )
        if empty:
            advice = Advice("Give it some", "osk hosts add")
            return Problem("OSK1120", f"The node set `{word}` has no hosts", word, None, (advice,))
        return unknown(word, self._by_name)


def of(plan: Plan, values: Mapping[str, Any]) -> Names:
    """Take them from a plan, and from the filled values what node sets are called in the profile."""
    found: dict[str, tuple[str, Collection[str]]] = {}
    for manifest in plan.manifests:
        if manifest.id.kind != kinds.NODESET:
            continue
        for key, node in (get(manifest.body, "spec", "nodes") or {}).items():
            name = str((node or {}).get("hostName") or key)
            found[name.partition(".")[0]] = (manifest.id.name, {name, str(key)})
    return Names(found, nodesets(values))


def nodesets(values: Mapping[str, Any]) -> Mapping[str, Collection[str]]:
    """Give by resource what a node set is called: a shard also goes by the names of what it is a part of."""
    own = values["dataplane"]["nodesets"]
    return {str(each["resource"]): frozenset(_names(key, each, values)) for key, each in own.items()}


def resources(values: Mapping[str, Any], word: str) -> tuple[str, ...]:
    """Give the resources of the node sets that a word means; none: the profile knows of no such."""
    known = nodesets(values).items()
    return tuple(
        name for name, others in known if any(fnmatch.fnmatchcase(each, word) for each in (name, *others))
    )


def unknown(word: str, known: Iterable[str]) -> Problem:
    """Say that there is nothing of a name, with the nearest one."""
    listed = sorted(known)
    near = difflib.get_close_matches(word, listed, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are {several(listed) or 'none'}"
    summary = f"The profile has no host and no node set `{word}`"
    return Problem("OSK1120", summary, word, None, (Advice(hint, "osk hosts list"),))


def _names(key: str, nodeset: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    yield key
    yield str(racks.written(("dataplane", "nodesets", key), values)[2])
    whole = nodeset.get("partOf")
    if whole:
        yield str(whole)
        yield str(nodeset["resource"]).removesuffix(key.removeprefix(str(whole)))
