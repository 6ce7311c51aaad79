"""What `osk dataplane` does with hosts: who looks at them, and how what was found is shown."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.dataplane.checks import CODES, Checked, counts, groups
from openstack_k8s_cli.dataplane.playing import Asked
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import byhand, checking, gating, incluster, keys, unmade
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.world import Target, World

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

_MANY = 50
"""Hosts above which only those are shown that something is wrong with."""
_CELLS = {
    State.OK: "ok",
    State.WARNING: "warn",
    State.FAILED: "FAIL",
    State.UNKNOWN: "?",
    State.SKIPPED: "-",
}


class Fleet:
    """The hosts of the session's profile."""

    def __init__(self, session: "Session", work: "Work") -> None:
        self._session = session
        self._work = work
        self._ansible = Hosts(session.environment)

    def check(self, names: Sequence[str], key: Path | None) -> tuple[Checked, ...]:
        """Look at hosts from this machine."""
        work = self._work
        checking.refuse_rehearsed(work.loaded.values)
        self._ansible.check("A check of hosts")
        told = _read(key) if key else keys.given(work.loaded.values, work.secrets)
        if told and not work.has_cluster:
            found = checking.hosts(work.plan(Target()), work.loaded.values, None, names)
            return checking.look(self._ansible, _any(found), told)
        world, _, found = self._found(names)
        key_there = refusals.reading(
            lambda: told or keys.needed(world.cluster, world.namespace, found.secret)
        )
        return checking.look(self._ansible, found, key_there)

    def check_from_cluster(self, names: Sequence[str]) -> tuple[Checked, ...]:
        """Look at hosts from a pod."""
        world, plan, found = self._found(names)
        refusals.reading(lambda: keys.needed(world.cluster, world.namespace, found.secret))
        return refusals.reading(lambda: incluster.look(world, plan, found))

    def _found(self, names: Sequence[str]) -> tuple[World, Plan, checking.Hosts]:
        """Find the hosts with what the cluster knows of them."""
        world = self._work.informed
        checking.refuse_rehearsed(world.loaded.values)
        _, full = planning.bearings(world)
        found = refusals.reading(lambda: checking.hosts(full, world.loaded.values, world.cluster, names))
        return world, full, _any(found)

    def prepare(self, wanted: byhand.Wanted) -> byhand.Prepared:
        """Make a playbook ready to be run by hand."""
        return byhand.prepare(self._work.world, wanted, self._ansible)

    def run(self, asked: Asked, *, told: Callable[[str], None]) -> dict[str, Any]:
        """Run it, tell what Ansible prints, and give how it went by host."""
        counted: dict[str, Any] = {}

        def hear(event: Mapping[str, Any]) -> None:
            if event.get("stdout"):
                told(str(event["stdout"]))
            if event.get("event") == "playbook_on_stats":
                counted.update(event.get("event_data") or {})

        ended = self._ansible.play(asked, hear=hear)
        names = {
            "ok": "ok",
            "changed": "changed",
            "failed": "failures",
            "unreachable": "dark",
            "skipped": "skipped",
        }
        hosts = {host for key in names.values() for host in counted.get(key) or ()}
        by_host = {
            host: {name: (counted.get(key) or {}).get(host, 0) for name, key in names.items()}
            for host in sorted(hosts)
        }
        return {"exit_code": ended.exit_code, "hosts": by_host, "last": "" if by_host else ended.last}

    def gate(self, target: Target) -> None:
        """Look at the hosts before a deployment; raises OskError where they are not fit for it."""

        def begin(count: int) -> None:
            printing.tell(f"looking at {count} host{'s' if count > 1 else ''} before they are deployed")

        world = self._work.informed
        unknown = unmade.gate(world, target, Making.of(self._ansible, world.loaded.values))
        if unknown:
            printing.tell(unknown)
        looked = gating.gate(world, target, self._ansible, begin=begin)
        warned = troubles(looked.checked, State.WARNING)
        for line in [*warned.splitlines(), *([looked.word] if looked.word else [])]:
            self._session.tell(line)


def _read(key: Path) -> SecretText:
    try:
        return SecretText(key.expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        advice = Advice("Name the file of a private key, in OpenSSH's form or PEM")
        problem = Problem("OSK1121", f"The key cannot be read: {error}", str(key), None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE) from error


def _any(found: checking.Hosts) -> checking.Hosts:
    """Refuse where there is no host to look at."""
    if found.targets:
        return found
    why = f"the cluster makes those of {', '.join(found.made)} itself" if found.made else "it has no node set"
    advice = Advice("Add hosts under `dataplane.nodesets`", page="docs/profile.md")
    problem = Problem(
        "OSK1120", f"The profile has no hosts to look at: {why}", "dataplane.nodesets", None, (advice,)
    )
    raise OskError(problem, exit_code=ExitCode.USAGE)


def is_fit(checked: Sequence[Checked]) -> bool:
    """Tell whether every host can be deployed."""
    return not any(each.silent or each.state is State.FAILED for each in checked)


def document(checked: Sequence[Checked]) -> dict[str, Any]:
    """Give the JSON form."""
    return {
        "fit": is_fit(checked),
        "counts": counts(checked),
        "hosts": [
            {
                "host": each.target.host,
                "nodeset": each.target.nodeset,
                "address": each.target.address,
                "state": each.state.value,
                "checks": {name: _plain(each, name) for name in CODES},
            }
            for each in checked
        ],
    }


def _plain(host: Checked, name: str) -> dict[str, Any]:
    result = host.results[name]
    return {
        "state": result.state.value,
        "code": CODES[name],
        "detail": result.detail,
        "remedy": result.remedy,
        "command": result.command,
    }


def text(checked: Sequence[Checked]) -> str:
    """Give the table, and what to do about what is wrong."""
    shown = [each for each in checked if len(checked) <= _MANY or each.state is not State.OK]
    rows = [
        (each.target.host, each.target.nodeset, *(_CELLS[each.results[name].state] for name in CODES))
        for each in shown
    ]
    table = printing.table(rows, heads=("HOST", "NODE SET", *(name.upper() for name in CODES)))
    told = ", ".join(f"{count} {state}" for state, count in counts(checked).items())
    found = troubles(checked, State.FAILED, State.WARNING, State.UNKNOWN)
    return "\n\n".join(
        filter(None, (table, found, f"{len(checked)} {'host' if len(checked) == 1 else 'hosts'}: {told}"))
    )


def troubles(checked: Sequence[Checked], *states: State) -> str:
    """Give a paragraph for each trouble, hosts with the same one together."""
    paragraphs = []
    for group in groups(checked, *states):
        lines = [f"{group.result.state.value} {group.code} {group.check}: {group.result.detail}"]
        lines += [f"  at {gating.listed(group.hosts)}"]
        lines += [f"  → {group.result.remedy}"] if group.result.remedy else []
        lines += [f"      {group.result.command}"] if group.result.command else []
        paragraphs.append("\n".join(lines))
    return "\n".join(paragraphs)
