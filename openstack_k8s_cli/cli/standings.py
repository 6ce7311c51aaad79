"""How `osk dataplane status` shows the hosts."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.dataplane import standing
from openstack_k8s_cli.workflows.dataplane.standing import ABSENT, Fleet, Hosted, Standing

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work

_MANY = 50
"""Hosts above which only those are shown that something is left to do about."""
_FIRST = 200
"""Hosts that are shown at most; -o json has all."""
_FEW = 10
"""Names in a sentence."""
_BAD = (Standing.FAILED, Standing.DOWN)


def look(work: "Work") -> Fleet:
    """Gather how the hosts are."""
    return refusals.reading(lambda: standing.look(work.informed))


def exit_code(fleet: Fleet) -> ExitCode:
    """Give the exit status: 8 where hosts failed or are down."""
    return ExitCode.DATAPLANE_FAILED if any(fleet.counts.get(each) for each in _BAD) else ExitCode.DONE


def document(fleet: Fleet) -> dict[str, Any]:
    """Give the JSON form."""
    return {
        "version": fleet.wanted,
        "counts": {each.value: number for each, number in fleet.counts.items()},
        "unknown": fleet.unknown or None,
        "nodesets": [
            {"nodeset": name, "hosts": len(hosts), "version": fleet.versions[name], "counts": _counts(hosts)}
            for name, hosts in _nodesets(fleet)
        ],
        "hosts": [_host(each) for each in fleet.hosts],
    }


def _host(each: Hosted) -> dict[str, Any]:
    alive, known = each.agents or (None, None)
    return {
        "host": each.host,
        "nodeset": each.nodeset,
        "state": each.standing.value,
        "done": list(each.done),
        "due": list(each.due),
        "failed": list(each.failed),
        "compute": each.compute,
        "agents": {"alive": alive, "known": known},
    }


def text(fleet: Fleet) -> str:
    """Give the tables: node sets, and hosts, the worst first."""
    if not fleet.hosts:
        return "the profile has no hosts"
    rows = [
        (name, str(len(hosts)), fleet.versions[name] or "-", _told(_counts(hosts)))
        for name, hosts in _nodesets(fleet)
    ]
    nodesets = printing.table(rows, heads=("NODE SET", "HOSTS", "VERSION", "STATE"))
    return "\n\n".join(filter(None, (nodesets, _hosts(fleet), "\n".join(_remarks(fleet)))))


def _hosts(fleet: Fleet) -> str:
    many = len(fleet.hosts) > _MANY
    shown = [each for each in fleet.hosts if not many or each.standing is not Standing.OK]
    if not shown:
        return ""
    rows = [
        (each.host, each.nodeset, each.standing.value, _services(each), each.compute or "-", _agents(each))
        for each in shown[:_FIRST]
    ]
    table = printing.table(rows, heads=("HOST", "NODE SET", "STATE", "SERVICES", "COMPUTE", "AGENTS"))
    more = f"\nand {len(shown) - _FIRST} more; -o json has all" if len(shown) > _FIRST else ""
    return table + more


def _services(each: Hosted) -> str:
    if each.failed:
        return f"{', '.join(each.failed)} failed"
    if not each.due:
        return f"{len(each.done)} done"
    return f"{len(each.done)} done, left: {', '.join(each.due[:3])}{' …' if len(each.due) > 3 else ''}"  # noqa: PLR2004  # what fits a line


def _agents(each: Hosted) -> str:
    return f"{each.agents[0]}/{each.agents[1]}" if each.agents else "-"


def _remarks(fleet: Fleet) -> Iterator[str]:
    if fleet.unknown:
        yield f"services and agents are not known: {fleet.unknown}"
        yield "see how the control plane is: osk status controlplane"
    missing = [each.host for each in fleet.hosts if each.compute == ABSENT]
    if missing:
        yield f"nova knows no compute service of {several(missing, _FEW)}: its container does not run there, or was removed"
    fresh = [name for name, version in fleet.versions.items() if not version]
    if fresh:
        yield f"the version on {several(fresh, _FEW)} is not known: no deployment of all services has ended there yet"
    behind = [
        name
        for name, version in fleet.versions.items()
        if version and fleet.wanted and version != fleet.wanted
    ]
    if behind:
        yield f"the control plane runs {fleet.wanted}; {', '.join(behind)} behind it: `osk update run`"
    if fleet.counts.get(Standing.FAILED) or fleet.counts.get(Standing.DUE):
        yield "go on with `osk deploy dataplane`"


def _nodesets(fleet: Fleet) -> list[tuple[str, list[Hosted]]]:
    return [(name, [each for each in fleet.hosts if each.nodeset == name]) for name in fleet.versions]


def _counts(hosts: list[Hosted]) -> dict[str, int]:
    found = Counter(each.standing for each in hosts)
    return {each.value: found[each] for each in Standing if found[each]}


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items())
