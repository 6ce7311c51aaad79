"""What `osk dataplane run` is asked for, and what it prints."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.hosting import Fleet
from openstack_k8s_cli.cli.scope import Output
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.byhand import Wanted

_ON_HOSTS = frozenset({2, 4})
"""Ansible's exit codes where a task failed, or a host could not be reached."""


def wanted(playbook: str | None, service: str | None, nodesets: Sequence[str], **asked: Any) -> Wanted:
    """Put the arguments together; raises OskError for what makes no sense."""
    if bool(playbook) == bool(service):
        raise _refused(
            "Name either a playbook or a service", "osk dataplane run --service NAME --nodeset NAME"
        )
    if not nodesets:
        raise _refused("Name the node set to run it on", f"{AGAIN} --nodeset NAME")
    return Wanted(tuple(nodesets), playbook or "", service or "", asked)


def variables(words: Iterable[str]) -> dict[str, Any]:
    """Read `NAME=VALUE`, `@FILE` and `{...}`, the last one winning."""
    found: dict[str, Any] = {}
    for word in words:
        found |= _variables(word)
    return found


def run(session: Session, fleet: Fleet, asked: Wanted, variables: Mapping[str, Any]) -> ExitCode:
    """Run a playbook and print what Ansible prints, or how it went by host with `-o json`."""
    plain = session.scope.form is not Output.TEXT
    prepared = fleet.prepare(replace(asked, asked={**asked.asked, "vars": dict(variables)}))
    for each in prepared.warnings:
        printing.warn(each)
    colour = sys.stdout.isatty() and not plain and not session.scope.no_color
    settings = {**prepared.asked.settings, **({"ANSIBLE_FORCE_COLOR": "1"} if colour else {})}
    ran = fleet.run(
        replace(prepared.asked, settings=settings, verbosity=session.scope.verbose or 0),
        told=(lambda _: None) if plain else printing.out,
    )
    if plain:
        printing.answer(session.scope, ran, lambda: "")
    elif ran["last"] and not ran["hosts"]:
        printing.tell(ran["last"])
    if not ran["exit_code"]:
        return ExitCode.DONE
    return ExitCode.DATAPLANE_FAILED if ran["exit_code"] in _ON_HOSTS else ExitCode.FAILED


def _variables(word: str) -> dict[str, Any]:
    if word.startswith(("@", "{")):
        return _mapping(word)
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise _refused(f"`{name}` is no variable: it has no value", "-e NAME=VALUE, -e @FILE or -e '{...}'")
    return {name: value}


def _mapping(word: str) -> dict[str, Any]:
    try:
        text = Path(word[1:]).expanduser().read_text(encoding="utf-8") if word.startswith("@") else word
        found = YAML(typ="safe", pure=True).load(text)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        what = word if word.startswith("@") else "the variables"
        raise _refused(f"{what} cannot be read: {str(error).splitlines()[0]}", "-e @FILE") from error
    if not isinstance(found, dict):
        raise _refused("Variables are a mapping of names and values", "-e @FILE")
    return found


def _refused(summary: str, command: str) -> OskError:
    return OskError(
        Problem("OSK1130", summary, None, None, (Advice("Write it so", command),)), exit_code=ExitCode.USAGE
    )
