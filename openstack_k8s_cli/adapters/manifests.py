"""Files of Kubernetes objects, and what comes on stdin."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

STDIN = "-"
_MOST = 100_000_000
"""Characters of one file: more than any cluster's objects are."""
_ENDINGS = frozenset({".yaml", ".yml", ".json"})


def texts(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Read files, every manifest of folders in the order of their names, or stdin; each with its path."""
    for name in names:
        if name == STDIN:
            yield "stdin", _read(sys.stdin, "stdin")
            continue
        path = Path(name)
        if not os.path.lexists(path):
            raise _refused("There is no such file or folder", name)
        files = _within(path) if os.path.isdir(path) else [path]  # noqa: PTH112  # says no of what is no path
        if not files:
            raise _refused("The folder has no *.yaml, *.yml or *.json", name)
        yield from ((str(file), _text(file)) for file in files)


def _within(folder: Path) -> list[Path]:
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    shown = (each for each in found if not any(part.startswith(".") for part in each.parts))
    return [folder / each for each in sorted(shown) if each.suffix in _ENDINGS]


def _text(file: Path) -> str:
    try:
        opened = file.open(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _refused(f"The file cannot be read: {error}", str(file)) from error
    with opened:
        return _read(opened, str(file))


def _read(opened: TextIO, place: str) -> str:
    try:
        text = opened.read(_MOST + 1)
    except (OSError, ValueError) as error:
        raise _refused(f"It cannot be read: {error}", place) from error
    if len(text) > _MOST:
        raise _refused(f"It has more than {_MOST} characters", place)
    return text


def _refused(summary: str, subject: str) -> OskError:
    advice = Advice("Give a file, a folder, or `-` for stdin", "osk validate --from DIR|FILE|-")
    return OskError(Problem("OSK0892", summary, subject, advice=(advice,)), exit_code=ExitCode.USAGE)
