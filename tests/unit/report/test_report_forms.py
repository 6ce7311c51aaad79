"""The forms of a report: lines, page, JSON lines, recording, live tree."""

import io
import xml.etree.ElementTree as ET
from functools import reduce

import pytest
from rich.console import Console

from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    Outcome,
    StepFinished,
    StepStarted,
    to_json,
)
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.report import jsonlines, lines, page, problems, recording, replay, wording
from openstack_k8s_cli.report.live import LiveTree, Tree
from openstack_k8s_cli.report.view import View, fold
from tests.unit.report.made import EVENTS, GALERA, NETS, PLANE, PODS, PROBLEM

END = reduce(fold, EVENTS, View())


class Still:
    """A clock that stands."""

    def now(self) -> float:
        return 1006.5 + 60

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Let no time pass."""


def all_lines(events: tuple[Event, ...]) -> list[str]:
    """Give the lines of a whole run."""
    said: list[str] = []
    view = View()
    for event in events:
        after = fold(view, event)
        said += lines.lines(view, event, after)
        view = after
    return said


def test_lines_say_each_change_of_state_once() -> None:
    """A line a change, none for what stays as it is, none for a verdict that says the same again."""
    said = all_lines((*EVENTS[:7], EVENTS[6], *EVENTS[7:]))

    assert "  ansible: 2 hosts of compute are new" in said
    assert f"00:03  {PLANE}  created Galera openstack/openstack" in said
    assert 1 == sum("one & two" in line for line in said)
    assert not any("NetConfig" in line for line in said)
    assert "00:02  networks/netconfig/netconfig  ready in 1.5s (1 unchanged)" in said


def test_every_json_line_reads_back() -> None:
    """What is written as JSON lines is read back as the same events."""
    text = "\n".join(jsonlines.line(event) for event in EVENTS)

    assert [to_json(each) for each in EVENTS] == [to_json(each) for each in replay.events(text)]
    assert END == replay.view(text)


def test_reading_passes_over_what_it_does_not_know() -> None:
    """A cut-off last line and a type of a later osk are passed over."""
    text = f'{jsonlines.line(EVENTS[1])}\n{{"version":1,"type":"Later","at":"2026-01-01T00:00:00Z"}}\n{{"vers'

    assert 1 == len(list(replay.events(text)))


def test_the_page_escapes_everything() -> None:
    """No text from a cluster or a profile becomes markup."""
    drawn = page.page(END)

    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "lab &amp; co" in drawn
    assert "<no>" not in drawn


def test_the_page_needs_nothing_else() -> None:
    """The page refers to nothing outside of itself."""
    drawn = page.page(END)

    assert not any(word in drawn for word in ("http:", "https:", "src=", "href=", "url("))


def test_the_page_has_what_failed_first() -> None:
    """The failed step is the table's first row, with its problem and remedy."""
    body = page.page(END).partition("<tbody>")[2]

    assert body.index(PLANE) < body.index("networks/netconfig")
    assert "osk status" in body


def test_the_recording_is_an_svg_that_ends_with_the_result() -> None:
    """A recording is well-formed, has no script, and its last picture has the result."""
    drawn = recording.svg(EVENTS, width=100, height=20)

    pictures = ET.fromstring(drawn).findall("{http://www.w3.org/2000/svg}g")
    assert "script" not in drawn.replace("&lt;script&gt;", "")
    assert len(pictures) > 1
    assert wording.result(END) in "".join(pictures[-1].itertext())


def test_a_recording_keeps_the_lines_of_steps_that_are_through() -> None:
    """As a terminal does, in the order in which they ended and no more than it has rows."""
    made = [
        event
        for at, step in ((1003.0, PLANE), (1002.0, PODS))
        for event in (
            StepStarted(at, step),
            ObjectChanged(at, step, GALERA, Change.CREATED),
            StepFinished(at + 1, step, Outcome.READY, 1.0),
        )
    ]
    drawn, low = (recording.svg((EVENTS[0], *made), width=100, height=height) for height in (20, 5))

    last = "".join(ET.fromstring(drawn).findall("{http://www.w3.org/2000/svg}g")[-1].itertext())
    assert -1 < last.index(PODS) < last.index(PLANE) < last.index("1/1")
    assert PODS not in low.rpartition("<g>")[2]


def test_a_recording_of_nothing_is_empty() -> None:
    """Where there are no events there is still a picture."""
    assert ET.fromstring(recording.svg((), width=80, height=10)) is not None


def test_the_tree_shows_what_is_waited_for_and_for_how_long() -> None:
    """A running step shows what it waits for, the error, and the time without progress."""
    console = Console(file=io.StringIO(), width=100, height=30)
    with console.capture() as captured:
        console.print(Tree(reduce(fold, EVENTS[:9], View()), Still()))

    said = captured.get()
    assert f"● {PLANE}" in said
    assert "no progress for 1m02s" in said
    assert "Galera openstack/openstack  failing 2/4 flapping" in said


def test_the_tree_fits_into_any_terminal() -> None:
    """However much goes on, the picture is no higher than the terminal."""
    many = tuple(fold for fold in EVENTS[:9])
    view = reduce(fold, many, View())
    console = Console(file=io.StringIO(), width=40, height=12)
    with console.capture() as captured:
        console.print(Tree(view, Still()))

    assert len(captured.get().splitlines()) <= 12


def test_a_problem_says_what_where_why_and_what_to_do() -> None:
    """A problem's text has its code, summary, place, detail and each advice with its command."""
    assert problems.text([PROBLEM]).splitlines() == [
        "error OSK0601: No progress for 10 minutes",
        "  at Galera openstack/openstack",
        "  deepest cause: Pod a/b: <script>alert('x')</script>",
        "  → Look at it",
        "      osk status",
        "      see docs/errors.md",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.42, "0.4s"), (42, "42s"), (185, "3m05s"), (3725, "1h02m"), (59.7, "1m00s")]
)
def test_says_how_long(seconds: float, said: str) -> None:
    """Times are short, with the two largest units."""
    assert said == wording.lasting(seconds)


def test_a_terminal_has_the_notes_of_the_plan() -> None:
    """Above the tree, once."""
    console = Console(file=io.StringIO(), width=100, height=30, force_terminal=True)
    with console.capture() as captured:
        tree = LiveTree(console, Still())
        tree.see(View(), EVENTS[0], fold(View(), EVENTS[0]))
        tree.close()

    assert 1 == captured.get().count("ansible: 2 hosts of compute are new")


def test_a_terminal_keeps_a_line_of_each_step_that_changed_something() -> None:
    """With its time and what it changed; a step that found all as it should be leaves none."""
    console = Console(file=io.StringIO(), width=100, height=30, force_terminal=True, no_color=True)
    made = ObjectChanged(1001.0, PLANE, GALERA, Change.CREATED)
    with console.capture() as captured:
        tree, view = LiveTree(console, Still()), View()
        for event in (*EVENTS[:4], EVENTS[4], made, StepFinished(1044.0, PLANE, Outcome.READY, 42.0)):
            after = fold(view, event)
            tree.see(view, event, after)
            view = after
        tree.close()

    said = captured.get()
    assert 1 == said.count(PLANE) == said.count("42s  1 created")
    assert NETS not in said


def test_an_absent_object_is_not_called_absent_twice() -> None:
    """What its message says already is not said before it."""
    assert "not there yet" == wording.state(Verdict(State.ABSENT, message="not there yet"))
    assert "absent" == wording.state(Verdict(State.ABSENT))


def test_what_a_terminal_acts_on_is_written_out() -> None:
    """Escapes in names and messages colour nothing, hide nothing, and add no lines to a summary."""
    problem = Problem("OSK0000", "\x1b[2J`a\nb` \u202ebad", "x\r\ny", "one\n\ttwo")

    told = wording.visible(problems.text([problem]))

    assert told == "error OSK0000: \\x1b[2J`a b` \\u202ebad\n  at x y\n  one\n  \ttwo"
