"""The waits of a stage description, as the validated architectures keep them beside their kustomizations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import get

_DURATION = re.compile(r"-?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|0")
_TIMEOUT = re.compile(r"--timeout(?:=|\s+)(\S+)")
_NAMESPACE = re.compile(r"\bwait\s+(?:--\S+\s+)*(?:ns|namespaces?)[\s/]")
_INDEXED = re.compile(r"conditions\[\d+\]")


@dataclass(frozen=True, slots=True)
class Wait:
    """What is wrong with a wait."""

    code: str
    where: str
    """Scenario, stage and number."""
    message: str


def check(document: Mapping[str, Any]) -> Iterator[Wait]:
    """Give all that is wrong with the waits of every stage."""
    known = document.get("vas")
    for scenario, each in known.items() if isinstance(known, dict) else ():
        for stage in _listed(each, "stages"):
            name = get(stage, "name") or get(stage, "path")
            for number, line in enumerate(_listed(stage, "wait_conditions"), start=1):
                where = f"{scenario}, stage {name}, wait {number}"
                yield from (Wait(code, where, text) for code, text in _wrong(str(line)))


def _listed(value: Any, key: str) -> list[Any]:
    found = get(value, key)
    return found if isinstance(found, list) else []


def _wrong(line: str) -> Iterator[tuple[str, str]]:
    timeout = _TIMEOUT.search(line)
    if timeout is None:
        yield "OSK0881", "has no `--timeout`, so it ends after 30 seconds"
    elif not _DURATION.fullmatch(timeout[1].strip("'\"")):
        yield "OSK0880", f"`{timeout[1]}` is no duration: write it as `5m` or `300s`"
    if _NAMESPACE.search(line):
        yield "OSK0882", "waits for a namespace, which always succeeds at once"
    indexed = _INDEXED.search(line)
    if indexed:
        yield "OSK0883", f"reads `{indexed[0]}`, and the order of conditions is not promised: name the type"
