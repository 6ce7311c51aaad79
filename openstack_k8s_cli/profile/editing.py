"""Changing one value in a profile's text; comments and everything else stay."""

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import documents, findings, outline, paths, settings
from openstack_k8s_cli.profile.sources import Source


def set_value(text: str, path: str, value: str) -> str:
    """Set a path to a value, typed by the schema; `null` takes it out. Raises OskError for what the schema does not know."""
    parts, typed = _assignment(path, value)
    spot = outline.find(parts)
    if spot is None:
        raise OskError(findings.unknown(parts, settings.LABEL), exit_code=ExitCode.USAGE)
    before = documents.parse(Source("profile", text)).values
    if _get(before, parts) == typed and (typed is not None or not _has(before, parts)):
        return text
    yaml = _round_trip(text)
    top = yaml.load(text)
    tree = CommentedMap() if top is None else top
    _put(tree, parts, typed)
    out = io.StringIO()
    yaml.dump(tree, out)
    written = out.getvalue()
    return written if top is not None else f"{text}{written}"


def _assignment(path: str, value: str) -> tuple[paths.Path, Any]:
    try:
        parts = paths.parse(path)
        return parts, settings.typed(parts, value)
    except ValueError as error:
        advice = Advice("Write it as `osk profile set PATH VALUE`", "osk profile schema", "docs/profile.md")
        raise OskError(
            Problem("OSK0112", str(error), path, None, (advice,)), exit_code=ExitCode.USAGE
        ) from error


def _round_trip(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 10_000
    dash = re.search(
        r"^( *)[^\s#-][^\n]*:[^\S\n]*(?:#[^\n]*)?\n(?:[^\S\n]*(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE
    )
    offset = max(len(dash[2]) - len(dash[1]), 0) if dash else 2
    step = re.search(r"^( +)[^\s#-]", text, re.MULTILINE)
    yaml.indent(mapping=len(step[1]) if step else 2, sequence=offset + 2, offset=offset)
    return yaml


def _put(tree: CommentedMap, parts: paths.Path, value: Any) -> None:
    here: Any = tree
    for part in parts[:-1]:
        below = _below(here, part)
        if below is None:
            if value is None:
                return
            here[part] = below = CommentedMap()
        here = below
    last = parts[-1]
    if value is None:
        _take_out(here, last)
    elif isinstance(here, list) and (not isinstance(last, int) or last >= len(here)):
        raise _no_such_item(parts)
    else:
        here[last] = value


def _below(here: Any, part: str | int) -> Any:
    if isinstance(here, list):
        return here[part] if isinstance(part, int) and part < len(here) else None
    return here.get(part)


def _take_out(here: Any, last: str | int) -> None:
    if isinstance(here, list) and isinstance(last, int) and last < len(here):
        del here[last]
    elif isinstance(here, dict):
        here.pop(last, None)


def _no_such_item(parts: paths.Path) -> OskError:
    advice = Advice("Set the list as a whole, such as `[a, b]`", page="docs/profile.md")
    summary = f"`{paths.write(parts)}` is not there to be set"
    return OskError(Problem("OSK0112", summary, settings.LABEL, None, (advice,)), exit_code=ExitCode.USAGE)


def _get(values: Any, parts: paths.Path) -> Any:
    try:
        return paths.get(values, parts)
    except KeyError:
        return None


def _has(values: Any, parts: paths.Path) -> bool:
    try:
        paths.get(values, parts)
    except KeyError:
        return False
    return True
