"""What `osk doctor` does: has each part looked at, and shows what came of it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import names
from openstack_k8s_cli.checking.cluster import RULES as CLUSTER_RULES
from openstack_k8s_cli.cli import tunnelling
from openstack_k8s_cli.cli.hosting import Fleet
from openstack_k8s_cli.cli.validating import Validation
from openstack_k8s_cli.crc.fitness import judge
from openstack_k8s_cli.dataplane.checks import CODES, Checked, groups
from openstack_k8s_cli.model.checks import Check, Group, Result, State, worst
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.validation.catalogue import RULES
from openstack_k8s_cli.validation.findings import Finding, Severity
from openstack_k8s_cli.workflows import doctor, refusals
from openstack_k8s_cli.workflows.dataplane import gating

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

PARTS = ("profile", "host", "cluster", "hosts")
"""In the order in which one stands on the other."""
_SIGNS = {State.OK: "✔", State.WARNING: "!", State.FAILED: "✘", State.UNKNOWN: "?", State.SKIPPED: "-"}
_NOT_TO_LOOK_AT = frozenset({"OSK1120", "OSK1196"})
"""Why there are no hosts to look at, without anything being wrong."""
_TOLD = frozenset({State.FAILED, State.WARNING, State.UNKNOWN})
_ERRORS = "docs/errors.md"
_CHECKS = "docs/doctor.md"
_CRC = "docs/crc.md#what-is-checked-first"
_UNFIT = "OSK1242"
"""Of each check of a host that CRC is to run on."""
_PAGES = (
    (frozenset({_UNFIT}), _CRC),
    (frozenset(CODES.values()), "docs/dataplane.md#are-the-hosts-fit"),
    (frozenset(RULES), "docs/lint.md"),
)
"""Where codes of checks are explained; the others are errors."""
_CONNECTED = "connection"
_NO_PROFILE = "OSK0103"


class Doctor:
    """One look at everything."""

    def __init__(self, session: "Session", work: "Work", host: str | None = None) -> None:
        """`host`: the machine of CRC that is meant, and the cluster on it; None: this one, and the cluster of the session."""
        if host:
            tunnelling.must_be_crc(session, work.loaded.values)
        self._session, self._work, self._host_named = session, work, bool(host)
        self._station = tunnelling.workstations(session, host)
        self._looking = ExitStack()
        self.mended: tuple[ObjectId, ...] = ()
        """What was deleted, because it stood in the way."""

    def look(self, parts: Iterable[str], *, fix: bool = False) -> tuple[Group, ...]:
        """Look at these parts."""
        try:
            _ = self._work.loaded
        except OskError as error:
            return unreadable(error, parts)
        looks: dict[str, Callable[[], Group]] = {
            "profile": self._profile,
            "host": self._host,
            "cluster": lambda: self._cluster(fix=fix),
            "hosts": self._hosts,
        }
        with self._looking:
            found = {part: looks[part]() for part in PARTS if part in set(parts)}
        if "host" in found and _is_up(found.get("cluster")):
            found["host"] = softened(found["host"])
        return tuple(found.values())

    @cached_property
    def _aim(self) -> tuple["Work", doctor.Resolver]:
        """Give the work on the cluster that is meant, and what looks up the names of its routes."""
        if not self._host_named:
            return self._work, names.resolves
        self._station.must_be_there()
        aimed = self._looking.enter_context(self._station.looking())
        return aimed.work, self._station.resolves

    def _profile(self) -> Group:
        try:
            findings = Validation(self._session, (), work=self._work).rendered()
        except OskError as error:
            return Group("profile", tuple(failed("render", each) for each in error.problems))
        well = Check("render", "", Result(State.OK, self._work.loaded.name))
        return Group("profile", (well, *linted(findings)))

    def _host(self) -> Group:
        if self._work.loaded.values["platform"]["provider"] != "crc":
            return Group("host", why="the profile's cluster is no CRC on this machine")
        try:
            station = self._station.station
            results = judge(station.look(), station.wanted)
        except OskError as error:
            return Group("host", tuple(failed("crc", each) for each in error.problems))
        return Group("host", tuple(Check(name, _UNFIT, result) for name, result in results.items()))

    def _cluster(self, *, fix: bool) -> Group:
        try:
            work, resolves = self._aim
            world = work.informed
            seen = refusals.reading(lambda: doctor.look(world, resolves=resolves))
            if fix:
                self.mended = refusals.reading(lambda: doctor.mend(world, seen))
            if self.mended:
                seen = refusals.reading(lambda: doctor.look(world, resolves=resolves))
        except OskError as error:
            name = _CONNECTED if error.exit_code is ExitCode.REFUSED else "plan"
            return Group("cluster", tuple(failed(name, each) for each in error.problems))
        connected = Check(_CONNECTED, "", Result(State.OK, work.connection.name))
        return Group("cluster", (connected, *doctor.judged(seen).checks))

    def _hosts(self) -> Group:
        try:
            work, _ = self._aim
            checked = Fleet(self._session, work).check((), None)
        except OskError as error:
            first = error.problems[0]
            if first.code in _NOT_TO_LOOK_AT:
                return Group("hosts", why=first.summary)
            return Group("hosts", tuple(failed("access", each, State.UNKNOWN) for each in error.problems))
        return Group("hosts", tuple(by_check(checked)))


def unreadable(error: OskError, parts: Iterable[str]) -> tuple[Group, ...]:
    """Tell what is wrong with a profile that nothing else can be looked at for; raises it where there is none of the name."""
    if any(each.code == _NO_PROFILE for each in error.problems):
        raise error
    profile = Group("profile", tuple(failed("schema", each) for each in error.problems))
    others = (each for each in PARTS if each in {*parts} - {"profile"})
    return profile, *(Group(each, why="the profile cannot be read") for each in others)


def _is_up(cluster: Group | None) -> bool:
    return cluster is not None and any(
        each.name == _CONNECTED and each.result.state is State.OK for each in cluster.checks
    )


def softened(host: Group) -> Group:
    """Let a host that is not fit be a warning: its cluster is up, here or elsewhere."""
    checks = tuple(
        replace(each, result=replace(each.result, state=State.WARNING))
        if each.result.state is State.FAILED
        else each
        for each in host.checks
    )
    return replace(host, checks=checks)


def failed(name: str, problem: Problem, state: State = State.FAILED) -> Check:
    """Make a check of what kept the others from being made."""
    advice = problem.advice[0] if problem.advice else None
    parts = (problem.summary, problem.subject, problem.detail)
    detail = ": ".join(filter(None, parts))
    remedy, command = (advice.text, advice.command or "") if advice else ("", "")
    return Check(name, problem.code, Result(state, detail, remedy, command))


def linted(findings: Sequence[Finding]) -> Iterable[Check]:
    """Put findings of one code together."""
    for code in sorted({each.code for each in findings}):
        found = [each for each in findings if each.code == code]
        failed = any(each.severity is Severity.ERROR for each in found)
        first = found[0]
        where = " ".join(filter(None, (str(first.subject or ""), first.field)))
        more = f" (and {some(len(found) - 1, 'more place')})" if len(found) > 1 else ""
        detail = f"{where}: {first.message}{more}"
        state = State.FAILED if failed else State.WARNING
        yield Check("lint", code, Result(state, detail, RULES[code].remedy, "osk validate"))


def by_check(checked: Sequence[Checked]) -> Iterable[Check]:
    """Give a line for each trouble, with the hosts that have it, or one for all that are well."""
    troubles = groups(checked, *_TOLD)
    for each in troubles:
        hosts = gating.listed(each.hosts)
        told = f"{each.result.detail} (at {hosts})"
        yield Check(
            each.check, each.code, Result(each.result.state, told, each.result.remedy, each.result.command)
        )
    well = [each for each in checked if each.state is State.OK]
    if well:
        yield Check(
            "fit", "", Result(State.OK, f"{some(len(well), 'host')}: {some(len(CODES), 'check')} each")
        )


def state(found: Iterable[Group]) -> State:
    """Give the worst of all."""
    return worst(each.state for each in found)


def document(found: Sequence[Group], mended: Sequence[ObjectId]) -> dict[str, Any]:
    """Give the JSON form."""
    return {
        "fit": state(found) is not State.FAILED,
        "fixed": [str(each) for each in mended],
        "groups": [
            {"name": group.name, "why": group.why, "checks": [_plain(each) for each in group.checks]}
            for group in found
        ],
    }


def _plain(check: Check) -> dict[str, Any]:
    result = check.result
    return {
        "name": check.name,
        "code": check.code or None,
        "state": result.state.value,
        "detail": result.detail,
        "remedy": result.remedy,
        "command": result.command,
        "docs": _docs(check),
    }


def _docs(check: Check) -> str | None:
    rule = CLUSTER_RULES.get(check.name)
    if rule is not None and rule.code == check.code:
        return f"{_CHECKS}#{check.name}"
    page = next((page for codes, page in _PAGES if check.code in codes), _ERRORS)
    return page if check.code else None


def text(found: Sequence[Group], *, everything: bool = False) -> str:
    """Give a paragraph for each group: what is well in a word, the rest with what to do about it."""
    return "\n\n".join("\n".join(_lines(group, everything=everything)) for group in found)


def _lines(group: Group, *, everything: bool) -> Iterable[str]:
    yield group.name
    if group.why:
        yield f"  - {group.why}"
    for check in group.checks:
        result = check.result
        if result.state is State.SKIPPED and not everything:
            continue
        yield f"  {_SIGNS[result.state]} {check.name}" + (f": {result.detail}" if result.detail else "")
        if result.state in _TOLD:
            yield from (f"      → {line}" for line in filter(None, (result.remedy,)))
            yield from (f"          {line}" for line in filter(None, (result.command,)))
            yield from (f"        {line}" for line in filter(None, (_docs(check),)))
