"""A run as an animated SVG: the live tree, picture by picture, without a script."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO

from rich.console import Console, Group
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import MONOKAI

from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.report import wording
from openstack_k8s_cli.report.live import Tree, passed
from openstack_k8s_cli.report.view import StepView, View, fold

PLAYED = 20.0
"""Seconds that a recording plays at most; longer runs are shown faster."""

_PICTURES = 60
_COLUMN, _ROW, _MARGIN = 8.4, 18.0, 14.0


@dataclass(frozen=True, slots=True)
class _Still:
    """A clock that stands at one moment."""

    at: float

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let no time pass."""


def svg(events: Iterable[Event], *, width: int, height: int) -> str:
    """Draw a recording of a terminal of this size."""
    views = list(_views(events)) or [View()]
    began, ended = views[0].started, views[-1].now
    pace = min(1.0, PLAYED / max(ended - began, 0.001))
    pictures: list[tuple[float, str]] = []
    for view in _sampled(views, began, ended):
        drawn = _picture(view, width, height)
        if not pictures or drawn != pictures[-1][1]:
            pictures.append(((view.now - began) * pace, drawn))
    return _document(pictures, width, height)


def _views(events: Iterable[Event]) -> Iterator[View]:
    view = View()
    for event in events:
        view = fold(view, event)
        yield view


def _sampled(views: list[View], began: float, ended: float) -> Iterator[View]:
    """Take the view that held at each of evenly spaced moments, and the last."""
    at = 0
    for number in range(_PICTURES):
        moment = began + (ended - began) * number / _PICTURES
        while at + 1 < len(views) and views[at + 1].now <= moment:
            at += 1
        yield views[at]
    yield views[-1]


def _picture(view: View, width: int, height: int) -> str:
    console = Console(
        file=StringIO(),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    tree = Tree(view, _Still(view.now))
    rows = console.render_lines(tree, console.options.update(height=height), pad=False)
    above = [line for step in sorted(view.steps.values(), key=_end) if (line := passed(step))]
    drawn = [row for row in rows if any(each.text.strip() for each in row)]  # it is filled up with blank ones
    rows = [*console.render_lines(Group(*above), console.options, pad=False), *drawn]
    lines = [_line(row, number) for number, row in enumerate(rows[-height:])]
    if view.finished:
        lines.append(_line([Segment(f"  {wording.result(view)}", Style(bold=True))], len(lines)))
    return "".join(lines)


def _end(step: StepView) -> float:
    return (step.started or 0) + (step.seconds or 0)


def _line(row: list[Segment], number: int) -> str:
    column, spans = 0, []
    for segment in row:
        if segment.text.strip():
            blank = len(segment.text) - len(segment.text.lstrip())
            x = _MARGIN + (column + blank) * _COLUMN
            spans.append(f'<tspan x="{x:.1f}"{_look(segment.style)}>{escape(segment.text.strip())}</tspan>')
        column += segment.cell_length
    y = _MARGIN + (number + 1) * _ROW
    return f'<text y="{y:.0f}">{"".join(spans)}</text>' if spans else ""


def _look(style: Style | None) -> str:
    if style is None:
        return ""
    colour = f' fill="{style.color.get_truecolor(MONOKAI).hex}"' if style.color else ""
    weight = ' font-weight="bold"' if style.bold else ""
    shade = ' opacity=".6"' if style.dim else ""
    return f"{colour}{weight}{shade}"


def _document(pictures: list[tuple[float, str]], width: int, height: int) -> str:
    wide, tall = width * _COLUMN + 2 * _MARGIN, (height + 1) * _ROW + 2 * _MARGIN
    paper, ink = MONOKAI.background_color.hex, MONOKAI.foreground_color.hex
    ends = [begin for begin, _ in pictures[1:]]
    frames = [
        f'<g visibility="hidden"><set attributeName="visibility" to="visible" begin="{begin:.2f}s" '
        f'dur="{end - begin:.2f}s"/>{drawn}</g>'
        for (begin, drawn), end in zip(pictures[:-1], ends, strict=True)
    ]
    hidden = f'<set attributeName="visibility" to="hidden" begin="0s" dur="{ends[-1]:.2f}s"/>' if ends else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {tall:.0f}" xml:space="preserve" '
        f'font-family="ui-monospace, monospace" font-size="14" fill="{ink}">'
    )
    paper_sheet = f'<rect width="100%" height="100%" rx="8" fill="{paper}"/>'
    return "\n".join([head, paper_sheet, *frames, f"<g>{hidden}{pictures[-1][1]}</g>", "</svg>", ""])
