"""`openstack` in the client's pod: finds the command, does it to the cloud, prints its answer."""

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import admin, networks, servers, state, stores
from openstack_k8s_cli.rehearsal.cloud.answers import RefusedError
from openstack_k8s_cli.rehearsal.cloud.commands import Command

COMMANDS = {each.words: each for module in (admin, servers, stores, networks) for each in module.COMMANDS}
_LONGEST = max(len(each.split()) for each in COMMANDS)


def main(folder: Path, arguments: Sequence[str], lines: Iterable[str] = ()) -> int:
    """Run one command, or each of several lines; gives the worst exit status."""
    if arguments:
        return _run(folder, list(arguments))
    return max((_run(folder, shlex.split(line)) for line in lines if line.strip()), default=0)


def _run(folder: Path, arguments: list[str]) -> int:
    words = _without_globals(arguments)
    found = _command(words)
    if found is None:
        known = ", ".join(sorted(COMMANDS))
        sys.stderr.write(f"openstack: {shlex.join(words)} is not rehearsed; there are: {known}\n")
        return 2
    try:
        asked = found.asked(words[len(found.words.split()) :])
        with state.opened(folder) as cloud:
            answer = found.act(cloud, asked)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)
    if answer is not None:
        sys.stdout.write(answer.only(asked.column).drawn(asked.format))
    return 0


def _command(words: Sequence[str]) -> Command | None:
    names = (" ".join(words[:length]) for length in range(_LONGEST, 0, -1))
    return next((COMMANDS[name] for name in names if name in COMMANDS), None)


def _without_globals(arguments: list[str]) -> list[str]:
    """Leave out the options that come before every command, such as `--os-compute-api-version 2.53`."""
    while arguments and arguments[0].startswith("--os-"):
        arguments = arguments[1 if "=" in arguments[0] else 2 :]
    return arguments
