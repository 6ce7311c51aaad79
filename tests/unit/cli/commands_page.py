"""Writes docs/commands.md from the commands themselves: `python -m tests.unit.cli.commands_page`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openstack_k8s_cli.cli.options import GLOBAL_NAMES, GLOBAL_ROWS
from openstack_k8s_cli.cli.tree import COMMANDS
from tests.unit.cli.walking import leaves

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"

_HEAD = """\
# Commands

This page is made from the commands themselves; `osk COMMAND --help` says the same.

- stdout is data, stderr is narration.
  With `-o json` a command that answers prints one document,
  and a command that runs (deploy, wait, teardown, rehearse) prints [JSON lines](events.md).
- [Exit codes](exit-codes.md) are the same everywhere.
- At a terminal a run is a live tree; in a pipe, with `CI` set or `TERM=dumb`, or with `-v`, it is plain lines,
  one per change of state.
- The profile is `-p`'s, else `$OSK_PROFILE`'s, else `./osk.yaml`, else `crc`.
- Every run leaves `report.html`, `events.jsonl` and `osk.log` in `$XDG_STATE_HOME/osk/runs`; the last 50 are kept.
- Completion: `source <(osk completion bash)`, likewise for zsh and fish.

## Global options

They may stand before or after any subcommand; the nearest wins, and every `--set` counts.
`osk --version` prints the version, `--help` after any command its help.
"""


def page() -> str:
    """Give the whole page."""
    return "\n".join([_HEAD, *_table(GLOBAL_ROWS), "", *(line for each in _sections() for line in each)])


def _sections() -> Iterator[list[str]]:
    known = ""
    for words, command in leaves():
        if words[0] != known and len(words) > 1:
            yield [f"## osk {words[0]}", "", f"{COMMANDS[words[0]]}.", ""]
        known = words[0]
        yield list(_section(words, command))


def _section(words: tuple[str, ...], command: Any) -> Iterator[str]:
    yield from (f"{'##' if len(words) == 1 else '###'} osk {' '.join(words)}", "")
    yield from ("\n".join(line.strip() for line in command.help.strip().splitlines()), "")
    context = command.make_context(" ".join(words), [], resilient_parsing=True)
    rows = [
        (param.metavar or param.name.upper(), record[1]) if param.param_type_name == "argument" else record
        for param in command.get_params(context)
        if param.name not in GLOBAL_NAMES
        and (record := param.get_help_record(context))
        and "--help" not in record[0]
    ]
    if rows:
        yield from (*_table(rows), "")
    yield "```console"
    yield from (line.strip() for line in command.epilog.partition("Examples:\n")[2].splitlines())
    yield from ("```", "")


def _table(rows: Any) -> Iterator[str]:
    yield from ("| | |", "| --- | --- |")
    for name, text in rows:
        cells = (each.replace("|", "\\|") for each in (f"`{name}`", " ".join(text.split())))
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
