"""Adding hosts to a profile's text, and taking some out: the other hosts stay as they are, name, address and all."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import editing, hosts, paths, racks
from openstack_k8s_cli.profile.hosts import Host
from openstack_k8s_cli.profile.shards import name_of

Load = Callable[[str], Mapping[str, Any]]
"""A text → its filled values; raises OskError where it is not valid."""


@dataclass(frozen=True, slots=True)
class Home:
    """A node set as the profile has it, before it is spread over racks and shards."""

    name: str
    places: tuple[Mapping[str, Any], ...]
    """What it is spread over, filled."""

    @property
    def path(self) -> paths.Path:
        """Give its place in the profile."""
        return ("dataplane", "nodesets", self.name)

    @property
    def count(self) -> int:
        """Give how many hosts its rules make, absent ones among them."""
        return int(self.places[0]["count"])

    @property
    def absent(self) -> list[str]:
        """Name the hosts that are not there."""
        return list(self.places[0]["absent"])

    def ruled(self, index: int) -> str:
        """Give the name that its rule makes."""
        return name_of(self.places[0], index)


def staff(values: Mapping[str, Any]) -> dict[str, Host]:
    """Give each host by its name."""
    return {
        host.name: host
        for nodeset in values["dataplane"]["nodesets"].values()
        for host in hosts.hosts(nodeset, values["networks"])
    }


def grown(text: str, name: str, number: int, load: Load) -> tuple[str, list[str]]:
    """Raise the count of a node set until there are so many more hosts, in each of its racks; gives their names, too."""
    values = load(text)
    home, before = _home(name, values), staff(values)
    wanted = number * max(1, len({rack for each in home.places for rack in each["racks"]}))
    away = {*home.absent}
    more = number
    while sum(home.ruled(home.count + index) not in away for index in range(more)) < number:
        more += 1
    after = _counted(text, home, home.count + more)
    there = staff(load(after))
    fresh = [each for each in there if each not in before]
    moved = [each for each in before if there.get(each) != before[each]]
    if moved or len(fresh) != wanted:
        raise _moving(home, moved)
    homes = _bare(load(after))
    if torn := [each for each, place in _bare(values).items() if homes[each] != place]:
        raise _torn(home, torn)
    return after, fresh


def shrunk(text: str, names: Sequence[str], load: Load) -> str:
    """Take hosts out: the last ones by their count, single ones with their entry, others by `absent`."""
    values = load(text)
    left = {name: each for name, each in staff(values).items() if name not in names}
    for edit in (_tidied, _marked):
        after = text
        for home in _homes(values):
            own = {each for place in home.places for each in _names(place, values)}
            gone = [name for name in names if name in own]
            after = edit(after, home, gone) if gone else after
        if _comes_to(after, left, load, _bare(values)):
            return after
    advice = Advice("Name them yourself", "osk profile set dataplane.nodesets.NAME.absent '[HOST]'")
    problem = Problem(
        "OSK1152", f"{several(names)} cannot be taken out of the profile", None, None, (advice,)
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def _comes_to(text: str, wanted: Mapping[str, Host], load: Load, bare: Mapping[str, str]) -> bool:
    try:
        found = load(text)
    except OskError:
        return False
    return staff(found) == wanted and _bare(found).items() <= bare.items()


def _bare(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the node set of each host of bare metal, whose machine would be lost by another one."""
    sets = values["dataplane"]["nodesets"].items()
    return {name: key for key, each in sets if each["bare"] for name in _names(each, values)}


def _tidied(text: str, home: Home, gone: Sequence[str]) -> str:
    """Lower the count past hosts that go or are gone, and take single hosts' entries out; what is in between is absent."""
    count, away = home.count, {*home.absent, *gone}
    while count and home.ruled(count - 1) in away:
        count -= 1
    ruled = {home.ruled(index) for index in range(count)}
    for name in gone:
        if editing.has(text, (*home.path, "nodes", name)):
            text = editing.set_value(text, paths.write((*home.path, "nodes", name)), "null")
    if count != home.count:
        text = _counted(text, home, count)
    return _without(text, home, [*(each for each in (*home.absent, *gone) if each in ruled)])


def _marked(text: str, home: Home, gone: Sequence[str]) -> str:
    return _without(text, home, [*home.absent, *gone])


def _without(text: str, home: Home, absent: Sequence[str]) -> str:
    names = list(dict.fromkeys(absent))
    if names == home.absent:
        return text
    value = f"[{', '.join(names)}]" if names else "null"
    return editing.set_value(text, paths.write((*home.path, "absent")), value)


def _counted(text: str, home: Home, count: int) -> str:
    return editing.set_value(text, paths.write((*home.path, "count")), str(count))


def _homes(values: Mapping[str, Any]) -> Iterator[Home]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for key, nodeset in values["dataplane"]["nodesets"].items():
        written = str(racks.written(("dataplane", "nodesets", key), values)[2])
        found.setdefault(written, []).append(nodeset)
    return (Home(name, tuple(places)) for name, places in found.items())


def _home(name: str, values: Mapping[str, Any]) -> Home:
    known = [*_homes(values)]
    for home in known:
        if name == home.name or name in {each["resource"] for each in home.places}:
            return home
    near = difflib.get_close_matches(name, [each.name for each in known], n=1)
    hint = (
        f"Did you mean `{near[0]}`?"
        if near
        else f"Name one of {several([each.name for each in known]) or 'none'}"
    )
    problem = Problem(
        "OSK1120", f"The profile has no node set `{name}`", "dataplane.nodesets", None, (Advice(hint),)
    )
    raise OskError(problem, exit_code=ExitCode.USAGE)


def _names(nodeset: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    return [host.name for host in hosts.hosts(nodeset, values["networks"])]


def _moving(home: Home, moved: Sequence[str]) -> OskError:
    why = f"{several(moved)} would be others then" if moved else "its rule for names makes no further one"
    path = paths.write((*home.path, "nodes", moved[0] if moved else "HOST", "address"))
    advice = (
        Advice("Give single hosts addresses of their own", f"osk profile set {path} ADDRESS"),
        Advice("Or add hosts by name", "osk dataplane import FILE"),
    )
    problem = Problem(
        "OSK1152", f"No host can be added to `{home.name}` by its count: {why}", None, None, advice
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _torn(home: Home, torn: Sequence[str]) -> OskError:
    summary = f"No host can be added to `{home.name}` by its count: {several(torn)} would be in another node set then"
    why = "They are of bare metal, and a machine that leaves its node set is deprovisioned."
    advice = Advice(
        "Have new hosts in a node set of their own, or larger ones",
        "osk profile explain dataplane.shards.size",
    )
    return OskError(Problem("OSK1152", summary, None, why, (advice,)), exit_code=ExitCode.REFUSED)
