"""install_yamls' variables and make targets into a profile."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.importers import assignments, expansion, mapping, minimal, writing
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.minimal import Entries
from openstack_k8s_cli.profile.importers.outcome import Carried, Lost, Outcome
from openstack_k8s_cli.profile.importers.rules import Carry, Fate, Rule
from openstack_k8s_cli.profile.importers.settings import ReadFile, Settings, WrongValueError
from openstack_k8s_cli.profile.importers.subjects import dataplane
from openstack_k8s_cli.profile.sources import Reader, Source

_ALIKE = 0.85
"""How near a name of an environment must be to one of install_yamls' to be taken for a misspelling of it."""
_IN_CLEAR = "the profile has secret values in clear text; `{env: NAME}` or `{file: PATH}` in their place keeps them out"


def imported(
    sources: Sequence[Source], targets: Sequence[str], *, reader: Reader, read_file: ReadFile
) -> Outcome:
    """Make a profile; raises OskError for values that cannot be read, all of them together."""
    given, unread = assignments.read(sources)
    named = targets or mapping.README_FLOW
    ran, strange = _run(named)
    settings = Settings(given, ran, read_file, named=frozenset(named))
    draft = Draft()
    _carry(settings, draft)

    def write(entries: Entries) -> str:
        return writing.text(entries, head=_head(draft, sources), remark=_remark(sources, targets))

    kept, problems = minimal.reduced(draft.entries, write, reader=reader)
    fates = _fates(settings)
    warnings = [_cut(settings, name) for name, each in given.items() if expansion.is_cut(each.value)]
    if any(path[0] == "secrets" for path in kept):
        warnings.append(_IN_CLEAR)
    warnings += [_not_a_switch(settings, name) for name in given if _is_no_switch(settings[name])]
    return Outcome(
        profile=write(kept),
        carried=tuple(fates[Fate.CARRIED]),
        needless=tuple(fates[Fate.NEEDLESS]),
        lost=(
            *_lost(settings),
            *draft.lost,
            *strange,
            *_targets(named),
            *_unknown(settings),
            *(Lost(each.place, each.reason, "the value itself, as a line `NAME=value`") for each in unread),
        ),
        warnings=tuple(warnings),
        faults=tuple(_fault(problem, write(kept), settings) for problem in problems),
    )


def _run(targets: Sequence[str]) -> tuple[frozenset[str], list[Lost]]:
    """Follow the targets to all that they bring with them."""
    known = mapping.targets()
    ran: set[str] = set()
    strange: list[Lost] = []
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name in ran:
            continue
        ran.add(name)
        if name in known:
            waiting += known[name].brings
        else:
            strange.append(Lost(name, "install_yamls has no such target that osk knows", _near(name, known)))
    return frozenset(ran), strange


def _carry(settings: Settings, draft: Draft) -> None:
    """Ask every rule and target that has something to say."""
    problems: list[Problem] = []
    for target in (each for listed in mapping.TARGETS.values() for each in listed):
        names = tuple(name for name in target.names if name in settings.ran)
        if target.carry and names:
            draft.on_behalf(tuple(f"make {name}" for name in names))
            _ask(target.carry, settings, draft, problems, names)
    for rule in (each for listed in mapping.RULES.values() for each in listed):
        names = tuple(name for name in rule.variables if name in settings)
        if not rule.carry or not names:
            continue
        draft.on_behalf(names)
        _ask(rule.carry, settings, draft, problems, names)
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    dataplane.hosts(settings, draft)


def _ask(
    carry: Carry, settings: Settings, draft: Draft, problems: list[Problem], names: tuple[str, ...]
) -> None:
    """Have a rule say what it has to say, and collect what is wrong with values."""
    found: tuple[Problem, ...] = ()
    try:
        carry(settings, draft)
    except WrongValueError as error:
        found = (_wrong(settings, (error.name,), str(error)),)
    except ValueError as error:
        found = (_wrong(settings, names, str(error)),)
    except OskError as error:
        found = error.problems
    problems += [each for each in found if each not in problems]


def _wrong(settings: Settings, names: tuple[str, ...], what: str) -> Problem:
    advice = Advice("Correct the value, or leave the variable out", page="docs/migrating.md")
    return Problem("OSK0130", f"`{', '.join(names)}`: {what}", settings.place(names[0]), None, (advice,))


def _fates(settings: Settings) -> dict[Fate, list[Carried]]:
    fates: dict[Fate, list[Carried]] = {fate: [] for fate in Fate}
    for rule in _rules():
        for name in rule.variables:
            if name in settings:
                fates[rule.fate].append(Carried(name, rule.place, rule.note))
    return fates


def _lost(settings: Settings) -> list[Lost]:
    """Name what has no place and is not what install_yamls does anyway."""
    return [
        Lost(name, rule.note, rule.place)
        for rule in _rules()
        if rule.fate is Fate.LOST
        for name in rule.variables
        if settings.differs(name)
    ]


def _unknown(settings: Settings) -> list[Lost]:
    known = mapping.variables()
    used = {each for one in settings.given.values() for each in expansion.references(one.value)}
    return [
        Lost(name, f"install_yamls has no such variable ({settings.place(name)})", _near(name, known))
        for name, each in settings.given.items()
        if name not in known
        and name not in used
        and (each.file or difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE))
    ]


def _targets(named: Sequence[str]) -> list[Lost]:
    """Name the targets that were asked for and have no place."""
    known = mapping.targets()
    return [
        Lost(f"make {name}", target.note, target.place)
        for name in dict.fromkeys(named)
        if (target := known.get(name)) and target.fate is Fate.LOST
    ]


def _fault(problem: Problem, text: str, settings: Settings) -> str:
    """Say what is wrong with the profile, by the variables that stand behind the line."""
    line = re.search(r":(\d+):\d+$", problem.subject or "")
    written = text.splitlines()[int(line[1]) - 1] if line else ""
    names = [name for name in re.findall(r"\w+", written.rpartition("  # ")[2]) if name in settings]
    places = ", ".join(f"`{name}` ({settings.place(name)})" for name in names)
    return f"{places or problem.subject or 'the profile'}: {problem.summary}"


def _is_no_switch(value: str) -> bool:
    return value.strip() not in {"true", "false"} and value.strip().lower() in {"true", "false"}


def _not_a_switch(settings: Settings, name: str) -> str:
    return (
        f"{settings.place(name)}: to Make `{settings[name].strip()}` is neither `true` nor `false`"
        f", so that `{name}` is taken as switched off"
    )


def _rules() -> Iterable[Rule]:
    return (rule for rules in mapping.RULES.values() for rule in rules)


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else "look it up in docs/migrating.md"


def _cut(settings: Settings, name: str) -> str:
    return (
        f"{settings.place(name)}: Make reads `$` and the letter after it as a variable, so a part of `{name}` is gone"
        "; it is left out here too, since that is what the cloud has"
    )


def _head(draft: Draft, sources: Sequence[Source]) -> dict[str, Any]:
    stem = sources[0].label.rpartition("/")[2].partition(".")[0] if sources else ""
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "imported"
    return {"apiVersion": "osk/v1", "kind": "Profile", "name": name, "extends": draft.extends}


def _remark(sources: Sequence[Source], targets: Sequence[str]) -> str:
    files = ", ".join(source.label for source in sources) or "no variables"
    ran = " ".join(targets) or "the flow of its README"
    return f"Imported from install_yamls: {files}; make targets: {ran}.\nOld names stand behind the values."
