"""The checks of hosts: their names and codes, what was seen of a host, and what a check came to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openstack_k8s_cli.dataplane.targets import Target
from openstack_k8s_cli.model.checks import Result, State, worst

CODES: Mapping[str, str] = MappingProxyType(
    {
        "ssh": "OSK1101",
        "sudo": "OSK1102",
        "python": "OSK1103",
        "os": "OSK1104",
        "cpu": "OSK1105",
        "memory": "OSK1106",
        "disk": "OSK1107",
        "space": "OSK1108",
        "clock": "OSK1109",
        "mtu": "OSK1110",
        "names": "OSK1111",
        "hostname": "OSK1112",
        "gateway": "OSK1113",
        "registry": "OSK1114",
        "repository": "OSK1115",
        "interface": "OSK1116",
        "leftovers": "OSK1117",
    }
)
"""Every check, in the order of the table; docs/errors.md has each code."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One host with all its checks."""

    target: Target
    results: Mapping[str, Result]

    @property
    def state(self) -> State:
        """Give the worst of them."""
        return worst(each.state for each in self.results.values())

    @property
    def silent(self) -> bool:
        """Whether no SSH server answered, which may be due to where it was asked from."""
        return self.results["ssh"].state is State.UNKNOWN


@dataclass(frozen=True, slots=True)
class Group:
    """Hosts with the same trouble."""

    check: str
    result: Result
    hosts: tuple[str, ...]

    @property
    def code(self) -> str:
        """Give its stable code."""
        return CODES[self.check]


def groups(checked: Iterable[Checked], *states: State) -> tuple[Group, ...]:
    """Put equal troubles of several hosts together, in the order of the checks."""
    found: dict[tuple[str, Result], list[str]] = {}
    for host in checked:
        for name, result in host.results.items():
            if result.state in states:
                found.setdefault((name, result), []).append(host.target.host)
    order = list(CODES)
    ordered = sorted(found.items(), key=lambda pair: order.index(pair[0][0]))
    return tuple(Group(name, result, tuple(hosts)) for (name, result), hosts in ordered)


def counts(checked: Iterable[Checked]) -> dict[str, int]:
    """Count hosts by how they are."""
    found = Counter(each.state.value for each in checked)
    return {state.value: found[state.value] for state in State if found[state.value]}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the playbook told of one host."""

    output: str = ""
    unreachable: str = ""
    """Ansible's words, where it did not get in."""
    began: float = 0.0
    """Seconds since the epoch, by the clock of who asked."""
    ended: float = 0.0
    """Likewise."""
