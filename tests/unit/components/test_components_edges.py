"""What a selected step comes after."""

from tests.unit.components.catalogues import after, catalogue, component

_WAIT = "await: [{kind: Node, name: n}]"


def _steps(*written: str) -> str:
    return "steps: [" + ", ".join(f"{{name: {each}, {_WAIT}}}" for each in written) + "]"


def test_steps_of_a_component_follow_each_other() -> None:
    """The written order is the order; only the first comes after other components."""
    found = catalogue(one=component(), two=component("after: [one]", _steps("a", "b")))

    assert after(found) == {"one/apply": set(), "two/a": {"one/apply"}, "two/b": {"two/a"}}


def test_a_component_means_its_last_step() -> None:
    """`after: [one]` waits for all of it, `after: [one/a]` for that step."""
    found = catalogue(
        one=component(_steps("a", "b")), two=component("after: [one]"), three=component("after: [one/a]")
    )

    edges = after(found)

    assert (edges["two/apply"], edges["three/apply"]) == ({"one/b"}, {"one/a"})


def test_a_step_has_edges_of_its_own() -> None:
    """They come on top of the step before it."""
    steps = f"steps: [{{name: a, {_WAIT}}}, {{name: b, after: [one], {_WAIT}}}]"

    assert after(catalogue(one=component(), two=component(steps)))["two/b"] == {"two/a", "one/apply"}


def test_order_goes_through_what_is_not_selected() -> None:
    """With B left out, C still comes after A."""
    found = catalogue(a=component(), b=component("when: false", "after: [a]"), c=component("after: [b]"))

    assert after(found)["c/apply"] == {"a/apply"}


def test_order_goes_through_a_step_that_is_not_selected() -> None:
    """With its second step left out, a component's first one is waited for, and what the second came after."""
    steps = (
        f"steps: [{{name: a, {_WAIT}}}, {{name: b, when: false, after: [x], {_WAIT}}}, {{name: c, {_WAIT}}}]"
    )
    found = catalogue(x=component(), one=component(steps), two=component("after: [one/b]"))

    edges = after(found)

    assert edges["one/c"] == {"one/a", "x/apply"}
    assert edges["two/apply"] == {"one/a", "x/apply"}


def test_order_goes_through_an_operator_that_is_used() -> None:
    """A skipped operator step hands on what it would have come after."""
    found = catalogue(
        first=component(),
        metallb=component("after: [first]", "used_if: facts.operators.metallb", _steps("operator")),
        last=component("after: [metallb]"),
    )

    assert after(found, operators=frozenset({"metallb"}))["last/apply"] == {"first/apply"}


def test_a_component_for_each_item_is_waited_for_as_a_whole() -> None:
    """Whoever comes after it comes after every item."""
    found = catalogue(one=component("for_each: facts.workers"), two=component("after: [one]"))

    edges = after(found)

    assert edges["two/apply"] == {"one[w0]/apply", "one[w1]/apply", "one[w2]/apply"}
    assert edges["one[w1]/apply"] == set()


def test_items_take_turns() -> None:
    """With `in_turn` each item begins when the one before it has ended."""
    found = catalogue(
        zero=component(),
        one=component("for_each: facts.workers", "in_turn: true", "after: [zero]", _steps("a", "b")),
    )

    edges = after(found)

    assert edges["one[w0]/a"] == {"zero/apply"}
    assert edges["one[w1]/a"] == {"zero/apply", "one[w0]/b"}
    assert edges["one[w2]/a"] == {"zero/apply", "one[w1]/b"}


def test_a_circle_among_what_is_not_selected_ends() -> None:
    """Following edges through unselected components does not go round for ever."""
    found = catalogue(
        a=component("when: false", "after: [b]"),
        b=component("when: false", "after: [a]"),
        c=component("after: [a]"),
    )

    assert after(found) == {"c/apply": set()}
