"""Node sets that are too large for one object, split into several; a host stays where it is when others come or go.

Single hosts are spread by a hash of their names, whatever order they have, and half of them move when that takes more
node sets. Of bare metal none may move, since its machine would be deprovisioned: there the order in the profile counts,
new hosts stand behind the others, and one that leaves is `absent`. No rule over names alone could do that: it would have
to put each host where it was when it was alone, and that is one node set.

An inventory Secret holds some 600 to 800 hosts, a node set some 850 within etcd's limit for a request, and one Ansible
run for many hosts takes longer than its hour (OpenStack's documentation: performance tuning for large scale).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

_FULL = 0.75
"""How full single hosts may fill shards on average: they are spread by a hash of their names."""
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """Which hosts of a node set are in a shard."""

    ruled: bool
    """Of those that the node set's rules make, by their number; else of those that stand in `nodes` alone."""
    number: int
    of: int
    """Hosts of a full shard, or how many shards there are."""
    in_order: bool = False
    """Whether single hosts fill one shard after another, too."""

    def has(self, name: str, index: int, count: int) -> bool:
        """Tell whether a host is among them; rules make `count`, and single hosts come after those."""
        if (index < count) != self.ruled:
            return False
        if self.ruled or self.in_order:
            return (index if self.ruled else index - count) // self.of == self.number
        return _hash(name) % self.of == self.number


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:_DIGITS], 16)


def split(plain: dict[str, Any]) -> None:
    """Put several node sets in the place of each that is too large: NAME, NAME-1, NAME-2 and so on."""
    plane = plain["dataplane"]
    homes: dict[str, list[str]] = {}
    found: dict[str, dict[str, Any]] = {}
    for name, nodeset in plane["nodesets"].items():
        parts: list[tuple[str, Part | None]] = [*_parts(nodeset, plane["shards"]["size"])] or [("", None)]
        homes[name] = [f"{name}{suffix}" for suffix, _ in parts]
        for suffix, part in parts:
            found[f"{name}{suffix}"] = _shard(nodeset, name, suffix, part)
    plane["nodesets"] = found
    for each in plane["deployments"].values():
        if each["nodesets"] is not None:
            each["nodesets"] = [key for name in each["nodesets"] for key in homes.get(name, [name])]


def _parts(nodeset: Mapping[str, Any], size: int) -> Iterator[tuple[str, Part]]:
    """Give the shards with what is put behind the node set's name; the first keeps it, so that growing moves no host."""
    count = nodeset["count"]
    ruled = {name_of(nodeset, index) for index in range(count)}
    single = len(set(nodeset["nodes"]) - ruled)
    if count + single <= size:
        return
    for number in range(-(-count // size)):
        yield f"-{number}" if number else "", Part(ruled=True, number=number, of=size)
    bare = bool(nodeset["bare"])
    found = -(-single // size) if bare else _buckets(single, size)
    for number in range(found):
        apart = "-nodes" if count else ""
        part = Part(ruled=False, number=number, of=size if bare else found, in_order=bare)
        yield f"{apart}-{number}" if number else apart, part


def _buckets(single: int, size: int) -> int:
    """Give how many shards single hosts are spread over by their names."""
    buckets = 1
    while single > buckets * size * _FULL:
        buckets *= 2
    return buckets if single else 0


def _shard(nodeset: Mapping[str, Any], name: str, suffix: str, part: Part | None) -> dict[str, Any]:
    if part is None:
        return {**nodeset, "part": None}
    own = {key: f"{nodeset[key]}{suffix}" for key in ("resource", "settings")}
    return {**nodeset, **own, "part": asdict(part), "partOf": name}


def waves(plain: dict[str, Any]) -> None:
    """Deploy many hosts in several deployments one after another, unless the profile has its own.

    What a deployment's status holds grows with its hosts as well; a node set is never divided.
    """
    plane = plain["dataplane"]
    size = plane["waves"]["size"]
    sizes = {name: _count(each) for name, each in plane["nodesets"].items()}
    everywhere = ["ssh-known-hosts"]
    everywhere += [name for name, each in plane["ownServices"].items() if each["everywhere"]]
    if sum(sizes.values()) <= size or plane["deployments"] or plane["deployment"]["services"]:
        return
    groups: list[tuple[list[str], list[str]]] = []
    for name, each in plane["nodesets"].items():
        services = [service for service in each["services"] if service not in everywhere]
        last = groups[-1] if groups else None
        if last and last[0] == services and sum(sizes[other] for other in last[1]) + sizes[name] <= size:
            last[1].append(name)
        else:
            groups.append((services, [name]))
    for number, (services, names) in enumerate(groups, start=1):
        plane["deployments"][f"wave-{number}"] = _wave(names, services)
    used = [each for each in everywhere if any(each in one["services"] for one in plane["nodesets"].values())]
    if used:
        plane["deployments"]["everywhere"] = _wave(list(plane["nodesets"]), used)


def _wave(names: list[str], services: list[str]) -> dict[str, Any]:
    return {"name": None, "after": [], "nodesets": names, "services": services, "spec": {}}


def _count(nodeset: Mapping[str, Any]) -> int:
    return sum(1 for _ in named(nodeset))


def named(nodeset: Mapping[str, Any]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Give the hosts that are there: name, number and entry; of a shard, those that are in it."""
    part = Part(**nodeset["part"]) if nodeset.get("part") else None
    count, absent = nodeset["count"], frozenset(nodeset["absent"])
    indices = range(count)
    if part is not None and part.ruled and not nodeset["nodes"]:
        indices = indices[part.number * part.of : (part.number + 1) * part.of]
    found: dict[str, tuple[int, Mapping[str, Any]]] = {
        name_of(nodeset, index): (index, {}) for index in indices
    }
    for name, node in nodeset["nodes"].items():
        found[name] = (found[name][0] if name in found else len(found), node)
    for name, (index, node) in found.items():
        if name not in absent and (part is None or part.has(name, index, count)):
            yield name, index, node


def name_of(nodeset: Mapping[str, Any], index: int) -> str:
    """Give the name that a node set's rule makes."""
    return str(nodeset["name"].replace("{role}", nodeset["role"]).replace("{i}", str(index)))
