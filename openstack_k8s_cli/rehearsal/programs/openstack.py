"""`openstack` in a rehearsed client pod: a few lists, and commands from stdin when there is no argument."""

import json
import shlex
import sys

_LISTS: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("endpoint", "list"): (
        ("Service Name", "Service Type", "Interface"),
        ("keystone", "identity", "public"),
        ("keystone", "identity", "internal"),
    ),
    ("compute", "service", "list"): (("Binary", "Host", "State"),),
    ("hypervisor", "list"): (("Hypervisor Hostname", "State"),),
    ("network", "agent", "list"): (("Agent Type", "Host", "Alive"),),
}
_FORMATS = ("table", "json", "value")


def main(arguments: list[str]) -> int:
    """Run one command, or each line of stdin as one."""
    if arguments == ["--version"]:
        sys.stdout.write("openstack (rehearsed)\n")
        return 0
    if arguments:
        return _run(arguments)
    return max((_run(shlex.split(line)) for line in sys.stdin if line.strip()), default=0)


def _run(arguments: list[str]) -> int:
    words, form = _split(arguments)
    rows = _LISTS.get(tuple(words))
    if rows is None or form not in _FORMATS:
        known = ", ".join(" ".join(command) for command in _LISTS)
        sys.stderr.write(f"openstack: {shlex.join(arguments)} is not rehearsed; there are: {known}\n")
        return 2
    sys.stdout.write(_drawn(rows[0], rows[1:], form))
    return 0


def _split(arguments: list[str]) -> tuple[list[str], str]:
    """Take `-f FORMAT` out."""
    if "-f" not in arguments:
        return arguments, "table"
    at = arguments.index("-f")
    return arguments[:at] + arguments[at + 2 :], "".join(arguments[at + 1 : at + 2])


def _drawn(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], form: str) -> str:
    if form == "json":
        return json.dumps([dict(zip(head, row, strict=True)) for row in rows], indent=2) + "\n"
    if form == "value":
        return "".join(" ".join(row) + "\n" for row in rows)
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|\n"
        for row in (head, *rows)
    ]
    return rule + lines[0] + rule + "".join(lines[1:]) + (rule if rows else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
