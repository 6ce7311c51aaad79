"""Events folded into a view."""

from functools import reduce
from itertools import accumulate

from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.report.view import Progress, Stage, View, fold
from tests.unit.report.made import EVENTS, GALERA, NETS, PLANE, PODS, judged

END = reduce(fold, EVENTS, View())


def test_knows_where_each_step_is() -> None:
    """Each step is at the stage that its last event says."""
    assert {NETS: Stage.ENDED, PLANE: Stage.ENDED, PODS: Stage.BLOCKED} == {
        name: step.stage for name, step in END.steps.items()
    }
    assert [PLANE] == [name for name, step in END.steps.items() if step.failed]


def test_counts_changes() -> None:
    """Objects are counted by what became of them."""
    assert {Change.CREATED: 1, Change.UNCHANGED: 1} == END.changes


def test_counts_steps_by_layer_in_the_plans_order() -> None:
    """A layer is as far as its steps that ended well."""
    assert [
        ("networks", Progress(1, 1)),
        ("controlplane", Progress(0, 1)),
        ("dataplane", Progress(0, 1)),
    ] == list(END.layers.items())


def test_progress_never_goes_back() -> None:
    """No event makes a layer's progress, or the most that was done of an object, smaller."""
    views = list(accumulate(EVENTS, fold, initial=View()))
    done = [sum(each.done for each in view.layers.values()) for view in views]
    best = [
        view.steps[PLANE].objects[GALERA].best
        for view in views
        if GALERA in view.steps.get(PLANE, END.steps[PODS]).objects
    ]

    assert sorted(done) == done
    assert sorted(best) == best


def test_flapping_is_no_progress() -> None:
    """A count below its maximum, or a changed message, leaves the stall time running."""
    before = reduce(fold, EVENTS[:8], View())
    after = fold(before, judged(1006.0, State.FAILING, done=2, message="flapping"))

    assert 1005.0 == after.steps[PLANE].progressed


def test_what_is_wrong_is_waited_for_first() -> None:
    """Of a step's objects those with an error come first, and Ready ones not at all."""
    view = reduce(fold, EVENTS[:9], View())

    assert [GALERA] == [each.id for each in view.steps[PLANE].waiting]
    assert () == END.steps[NETS].waiting
