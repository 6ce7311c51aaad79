"""Hosts of an inventory → `nodes` of the profile's node sets."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.dataplane import inventorysecrets, inventorytables
from openstack_k8s_cli.dataplane.inventorytables import Entry
from openstack_k8s_cli.model.numbers import several, some
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_ADDRESSES = ("ansible_host", "ansible_ssh_host", "address", "ip")
_HOST_NAMES = ("canonical_hostname", "host_name", "hostname", "fqdn")
_SPEC = {"ansible_port": "ansiblePort", "ansible_user": "ansibleUser"}
_MANY = 20
"""Hosts that are named; more are counted."""
_OLD = {"ansible_ssh_port": "ansible_port", "ansible_ssh_user": "ansible_user"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an inventory comes to."""

    nodes: Mapping[str, Mapping[str, Any]]
    """By node set and name."""
    left_out: tuple[str, ...] = ()
    """Variables of Ansible's own that the operator sets itself, or that do not belong into a profile."""
    secret: tuple[str, ...] = ()
    """Variables that are left out because they hold secrets."""


@dataclass(slots=True)
class _Import:
    values: Mapping[str, Any]
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    """Each with the host that it is about."""
    left_out: Counter[str] = field(default_factory=Counter)
    secret: Counter[str] = field(default_factory=Counter)

    def node(self, entry: Entry) -> tuple[str, dict[str, Any]]:
        """Make a node; its name is short, and a longer one is its host name."""
        given = {_OLD.get(key, key): value for key, value in entry.vars.items()}
        if _is_address(entry.name):
            self._wrong(
                entry,
                f"{entry.name} is an address: give the host a name, and {_written(entry, 'ansible_host', entry.name)}",
            )
        name = entry.name.partition(".")[0]
        full = next((given.pop(each) for each in _HOST_NAMES if given.get(each)), entry.name)
        node: dict[str, Any] = {"hostName": str(full)} if full != name else {}
        node |= self._address(entry, given)
        addresses = self._addresses(entry, given)
        if addresses:
            node["addresses"] = addresses
        spec = self._spec(given)
        if spec:
            node["spec"] = {"ansible": spec}
        variables = self._variables(given)
        if variables:
            node["vars"] = variables
        return name, node

    def _address(self, entry: Entry, given: dict[str, Any]) -> dict[str, Any]:
        found = [str(given.pop(each)) for each in _ADDRESSES if given.get(each)]
        if not found:
            self._wrong(
                entry,
                f"{entry.name} has no address: give it one, as {_written(entry, 'ansible_host', '192.168.122.100')}",
            )
            return {}
        if not _is_address(found[0]):
            self._wrong(
                entry, f"{found[0]} of {entry.name} is no address: the operator wants one, not a name"
            )
        return {"address": found[0]}

    def _addresses(self, entry: Entry, given: dict[str, Any]) -> dict[str, Any]:
        """Take addresses in other networks, of variables such as `storage_ip`."""
        found = {}
        for network in self.values["networks"]:
            key = next((each for each in (f"{network}_ip", f"{network}.address") if given.get(each)), None)
            if key is None:
                continue
            address = str(given.pop(key))
            if not _is_address(address):
                self._wrong(entry, f"`{key}` of {entry.name} is no address: {address}")
            found[network] = address
        return found

    def _spec(self, given: dict[str, Any]) -> dict[str, Any]:
        usual = {"ansible_port": 22, "ansible_user": self.values["dataplane"]["user"]}
        found = {}
        for key, name in _SPEC.items():
            value = given.pop(key, None)
            if value is not None and value != usual[key]:
                found[name] = value
        return found

    def _variables(self, given: Mapping[str, Any]) -> dict[str, Any]:
        own = {key: value for key, value in given.items() if not key.startswith("ansible_")}
        self.left_out.update(given.keys() - own.keys())
        secret = [key for key, value in own.items() if inventorysecrets.holds(key, value)]
        self.secret.update(secret)
        return {key: value for key, value in own.items() if key not in secret}

    def _wrong(self, entry: Entry, summary: str) -> None:
        self.problems.append((entry.name, inventorytables.problem(entry.place, summary)))


def imported(entries: Sequence[Entry], values: Mapping[str, Any], nodeset: str | None) -> Imported:
    """Turn hosts into nodes of a node set, or of those that their groups are named after; raises OskError."""
    work, found = _Import(values), dict[str, dict[str, Any]]()
    for entry in entries:
        home = _home(entry, values["dataplane"]["nodesets"], nodeset)
        name, node = work.node(entry)
        if isinstance(home, Problem):
            work.problems.append((entry.name, home))
        elif any(name in nodes for nodes in found.values()):
            summary = f"Two hosts are called {name}: names count up to the first dot, over all node sets"
            work.problems.append((entry.name, inventorytables.problem(entry.place, summary)))
        else:
            found.setdefault(home, {})[name] = node
    if work.problems:
        raise OskError(*_together(work.problems), exit_code=ExitCode.USAGE)
    return Imported(found, _counted(work.left_out), _counted(work.secret))


def _counted(found: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{name} ({some(count, 'host')})" for name, count in sorted(found.items()))


def _together(found: Iterable[tuple[str, Problem]]) -> Iterator[Problem]:
    """Say once what is wrong with several hosts alike, and with which."""
    alike: dict[tuple[str, str], list[tuple[str, Problem]]] = {}
    for host, each in found:
        alike.setdefault((each.code, each.summary.replace(host, "")), []).append((host, each))
    for (_, first), *rest in alike.values():
        if not rest:
            yield first
            continue
        named = several([f"{host} ({each.subject})" for host, each in rest], _MANY)
        yield replace(first, detail=f"and the same of {named}")


def _written(entry: Entry, key: str, value: str) -> str:
    """Write a variable in the form that the inventory has; places in YAML have a column."""
    if entry.place.partition(":")[0].endswith(".csv"):
        return f"{value} in a column `{key}`"
    return f"`{key}: {value}`" if entry.place.count(":") > 1 else f"`{key}={value}`"


def _home(entry: Entry, nodesets: Mapping[str, Any], chosen: str | None) -> str | Problem:
    """Find a host's node set."""
    if chosen is not None:
        fits = [name for name, each in nodesets.items() if chosen in (name, each["resource"])]
    else:
        fits = [name for name, each in nodesets.items() if {name, each["resource"]} & entry.groups]
    if chosen is None and not fits and len(nodesets) == 1:
        fits = [*nodesets]
    if len(fits) == 1:
        return fits[0]
    return _unclear(entry, fits, nodesets, chosen)


def _unclear(entry: Entry, fits: Iterable[str], nodesets: Collection[str], chosen: str | None) -> Problem:
    known = ", ".join(nodesets) or "none"
    if chosen is not None:
        summary = f"The profile has no node set `{chosen}`"
    elif list(fits):
        summary = f"{entry.name} is in groups of several node sets: {', '.join(fits)}"
    else:
        summary = f"The node set of {entry.name} is not known: none of its groups is called like one"
    near = difflib.get_close_matches(chosen or "", nodesets, n=1) or list(nodesets)[:1]
    command = f"osk dataplane import {entry.place.partition(':')[0]} --nodeset {near[0]}" if near else None
    advice = (
        Advice(f"Name one of the profile's: {known}", command),
        Advice("Or call groups like node sets, so that each host finds its own"),
    )
    return Problem("OSK1128", summary, entry.place, None, advice)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
