"""All checks over a set of objects, and the choice among what they find."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.validation import lint, objects
from openstack_k8s_cli.validation.catalogue import RULES
from openstack_k8s_cli.validation.findings import Finding, Item, Path, Severity
from openstack_k8s_cli.validation.lint import waits
from openstack_k8s_cli.validation.lint.objects import Objects
from openstack_k8s_cli.validation.schemas import Schemas

Stages = Iterable[tuple[str, Mapping[str, Any]]]


def validate(
    items: Iterable[Item], schemas: Schemas, *, own: bool = False, stages: Stages = ()
) -> list[Finding]:
    """Give every finding once, in the order of the objects."""
    chosen = tuple(items)
    schemas = schemas.joined(_definitions(chosen, schemas))
    order = {id(item): at for at, item in enumerate(chosen)}
    found: list[tuple[Item, str, Path, str, Severity | None]] = [
        (item, wrong.code, wrong.path, wrong.message, None) for item, wrong in _alone(chosen, schemas)
    ]
    found += [
        (each.item, each.code, each.path, each.message, each.severity)
        for each in lint.check(Objects(chosen, own=own))
    ]
    found.sort(key=lambda each: (order[id(each[0])], each[1]))
    findings = [_finding(*each) for each in found]
    findings += [_of_wait(file, each) for file, document in stages for each in waits.check(document)]
    return list(dict.fromkeys(findings))


def chosen(findings: Iterable[Finding], *, select: Iterable[str], ignore: Iterable[str]) -> list[Finding]:
    """Keep findings whose code begins with one of `select`, if any is given, and with none of `ignore`."""
    wanted, unwanted = tuple(select), tuple(ignore)
    return [
        each
        for each in findings
        if (not wanted or each.code.startswith(wanted)) and not each.code.startswith(unwanted or ("-",))
    ]


def refuse_unknown(codes: Iterable[str]) -> None:
    """Raise OskError for what no code begins with."""
    problems = tuple(_unknown(code) for code in codes if not any(each.startswith(code) for each in RULES))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)


def _unknown(code: str) -> Problem:
    near = difflib.get_close_matches(code.upper(), RULES, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    advice = Advice("See docs/lint.md for all codes; the beginning of a code stands for all that begin so")
    return Problem("OSK0893", f"No finding has a code that begins with `{code}`{hint}", advice=(advice,))


def _alone(items: Iterable[Item], schemas: Schemas) -> Iterator[tuple[Item, Any]]:
    for item in items:
        for wrong in objects.check(item, schemas):
            yield item, wrong


def _definitions(items: Iterable[Item], schemas: Schemas) -> Iterator[Body]:
    """Give the CRDs that objects bring along; one with a mistake in it says nothing of others."""
    for item in items:
        if item.id.kind == "CustomResourceDefinition":
            wrong = (each for each in objects.check(item, schemas) if each.path[:1] == ("spec",))
            if not any(wrong):
                yield item.body


def _finding(item: Item, code: str, path: Path, message: str, severity: Severity | None) -> Finding:
    return Finding(code, severity or RULES[code].severity, item.id, path, message, item.place(path))


def _of_wait(file: str, wait: waits.Wait) -> Finding:
    return Finding(wait.code, RULES[wait.code].severity, None, (), f"{wait.where}: {wait.message}", file)
