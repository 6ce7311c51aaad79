"""Node sets in the live tree: services in a row, failed hosts first, each host while they are few, else figures."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.text import Text

from openstack_k8s_cli.report.hosts import BAD, RUNNING, HostView, NodeSetView

_SIGNS = {"ok": ("✓", "green"), "changed": ("✓", "green"), RUNNING: ("●", "cyan")}
_BROKEN = ("✗", "red")
_FAILED = 5
"""Failed hosts of a node set that are shown."""
_EACH = 8
"""Hosts up to which each has its state."""
_SERVICES = 3
"""Services that are named, few enough for a narrow terminal to show the one that runs; earlier ones are counted."""
_LONG = 100
"""Characters of a host's message that are shown."""


def rows_of(nodeset: NodeSetView) -> Iterator[Text]:
    """Give the lines of a node set: its services, the task, and its hosts."""
    yield _services(nodeset)
    if nodeset.task or nodeset.attempt:
        said = "  ".join(each for each in (nodeset.task, nodeset.attempt) if each)
        yield _line(f"          {said}", "dim")
    yield from failed_hosts(nodeset)
    well = [each for each in nodeset.hosts.values() if each.outcome not in BAD]
    if well and len(nodeset.hosts) <= _EACH:
        yield _well(nodeset, well)
    elif well:
        yield _line(f"          {_counted(nodeset)}", "dim")


def failed_hosts(nodeset: NodeSetView) -> Iterator[Text]:
    """Give a line for each of the first failed hosts, with its task and its last words."""
    for host in nodeset.bad[:_FAILED]:
        line = Text("        ", no_wrap=True, overflow="ellipsis")
        line.append(f"✗ {host.name}", style="bold red")
        words = next(reversed(host.message.splitlines()), "")[:_LONG]
        said = ": ".join(each for each in (host.task, words) if each)
        line.append(f"  {host.service} {host.outcome}  {said}", style="red")
        yield line
    more = len(nodeset.bad) - _FAILED
    if more > 0:
        yield _line(f"        … {more} failed hosts more", "red")


def others(nodesets: Iterable[NodeSetView]) -> Text:
    """Sum up the node sets that are not shown."""
    rest = list(nodesets)
    now = Counter(each.current or "done" for each in rest)
    said = ", ".join(
        f"{count} at {name}" if name != "done" else f"{count} done" for name, count in now.items()
    )
    return _line(f"      … {len(rest)} node sets more: {said}", "dim")


def _services(nodeset: NodeSetView) -> Text:
    line = Text("      ", no_wrap=True, overflow="ellipsis")
    line.append(nodeset.name, style="bold")
    named = list(nodeset.services.items())
    earlier = len(named) - _SERVICES
    if earlier > 0:
        line.append(f"  {earlier} earlier", style="dim")
    for name, outcome in named[-_SERVICES:]:
        sign, style = _SIGNS.get(outcome, _BROKEN)
        line.append(f"  {sign} {name}", style=style)
    return line


def _well(nodeset: NodeSetView, hosts: Iterable[HostView]) -> Text:
    line = Text("        ", no_wrap=True, overflow="ellipsis")
    for host in hosts:
        ended = host.service == nodeset.current or not nodeset.current
        line.append(f"  {'✓' if ended else '●'} {host.name}", style="green" if ended else "cyan")
    return line


def _counted(nodeset: NodeSetView) -> str:
    bad = len(nodeset.bad)
    parts = [f"{len(nodeset.hosts)} hosts"]
    parts += [f"{nodeset.at} through {nodeset.current}"] if nodeset.current else []
    parts += [f"{bad} failed"] if bad else []
    return ", ".join(parts)


def _line(text: str, style: str) -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")
