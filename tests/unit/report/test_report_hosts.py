"""How Ansible's progress on hosts is shown: folded, in lines, in the live tree and on the page."""

from collections.abc import Iterable
from functools import reduce

import pytest

from openstack_k8s_cli.model.events import Event, PlanMade, PlannedStep, StepStarted, TaskRan
from openstack_k8s_cli.report import page, picturing
from openstack_k8s_cli.report.hosts import HostView
from openstack_k8s_cli.report.lines import lines
from openstack_k8s_cli.report.live import rows_of
from openstack_k8s_cli.report.view import View, fold

STEP = "dataplane/deployment/deployment"


def told(
    host: str = "", task: str = "", outcome: str = "running", *, message: str = "", **more: str
) -> TaskRan:
    """Give an event of the service nova on node set compute, unless told otherwise."""
    place = {"nodeset": "compute", "service": "nova", **more}
    return TaskRan(1001.0, STEP, host, task, outcome, message, **place)


def seen(events: Iterable[Event]) -> View:
    """Fold a run."""
    planned = PlannedStep(STEP, "dataplane", "dataplane/deployment", "apply", 1, ())
    start = (PlanMade(1000.0, "deploy", "lab", "x", "f" * 64, (planned,)), StepStarted(1000.0, STEP))
    return reduce(fold, [*start, *events], View())


def tree(events: Iterable[Event]) -> list[str]:
    """Give the live tree's lines."""
    return [row.plain.rstrip() for row in rows_of(seen(events), 1001.0)]


def test_a_node_set_is_folded() -> None:
    """Services in order, the running task, and each host's last end; a failure keeps its words."""
    view = seen(
        [
            told(service="bootstrap"),
            told("a", outcome="ok", service="bootstrap"),
            told(outcome="ok", service="bootstrap"),
            told(),
            told(task="Install"),
            told("b", "Install", "failed", message="no disk"),
            told("b", outcome="failed"),
        ]
    )
    found = view.steps[STEP].nodesets["compute"]

    assert {"bootstrap": "ok", "nova": "running"} == found.services
    assert ("nova", "Install") == (found.current, found.task)
    assert (HostView("b", "nova", "failed", "Install", "no disk"),) == found.bad
    assert () == view.steps[STEP].tasks


def test_a_host_that_recovers_is_not_bad() -> None:
    """The next attempt ended well there."""
    view = seen([told("a", "Install", "failed"), told("a", outcome="changed")])

    assert () == view.steps[STEP].nodesets["compute"].bad


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (told(), ["00:01  dataplane/deployment/deployment  compute: nova running"]),
        (
            told(message="attempt 2 of 7"),
            ["00:01  dataplane/deployment/deployment  compute: nova running: attempt 2 of 7"],
        ),
        (told(outcome="ok"), ["00:01  dataplane/deployment/deployment  compute: nova ok"]),
        (
            told("a", "Install", "failed", message="no\ndisk"),
            ["00:01  dataplane/deployment/deployment  failed on a (compute, nova): Install: no disk"],
        ),
        (told(task="Install"), []),
        (told("a", outcome="ok"), []),
        (told("a", outcome="failed"), []),
    ],
)
def test_lines(event: TaskRan, said: list[str]) -> None:
    """Services and failures have a line; tasks that run and hosts that are well have none."""
    before = seen(())

    assert said == list(lines(before, event, fold(before, event)))


def test_the_tree_of_few_hosts() -> None:
    """Services in a row, the task that runs, failed hosts first, then each of the others."""
    shown = tree(
        [
            told(service="bootstrap"),
            told(outcome="ok", service="bootstrap"),
            told("a", outcome="ok", service="bootstrap"),
            told("c", outcome="ok", service="bootstrap"),
            told(message="attempt 2 of 7"),
            told(task="Install"),
            told("a", outcome="changed"),
            told("b", "Install", "failed", message="no\ndisk"),
        ]
    )

    assert [
        "      compute  ✓ bootstrap  ● nova",
        "          Install  attempt 2 of 7",
        "        ✗ b  nova failed  Install: disk",
        "          ✓ a  ● c",
    ] == shown[1:]


def test_the_tree_of_5000_hosts() -> None:
    """Figures and the first failed hosts of the first node sets; never a line for each host."""
    events = [
        event
        for shard in range(50)
        for event in (
            told(nodeset=f"s{shard:02}"),
            *(
                told(f"h{shard}-{number}", "t" if number < 9 and shard == 30 else "",
                     "failed" if number < 9 and shard == 30 else "ok", nodeset=f"s{shard:02}")
                for number in range(100)
            ),
        )
    ]  # fmt: skip
    shown = tree(events)

    assert len(shown) < 30
    assert "      s30  ● nova" == shown[1]
    assert "        … 4 failed hosts more" in shown
    assert "          100 hosts, 100 through nova, 9 failed" in shown
    assert "      … 44 node sets more: 44 at nova" == shown[-1]


def test_services_that_are_long_done_are_counted() -> None:
    """The row stays readable."""
    names = [f"s{number}" for number in range(9)]
    view = seen([told(service=name, outcome="ok") for name in names])

    row = next(picturing.rows_of(view.steps[STEP].nodesets["compute"])).plain
    assert row == "      compute  6 earlier  ✓ s6  ✓ s7  ✓ s8"


def test_the_page_names_failed_hosts() -> None:
    """With task and message, escaped."""
    text = page.page(seen([told("a", "Install", "failed", message="<no disk>")]))

    assert "a: nova failed: Install: &lt;no disk&gt;" in text
