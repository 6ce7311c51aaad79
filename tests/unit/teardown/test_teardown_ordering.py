"""The deployment's graph, turned round."""

from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.teardown import ordering


def _step(name: str, *after: str) -> Step:
    return Step(name, Layer.OPERATORS, "c", Action.DELETE, after=frozenset(after))


def test_edges_turn_round() -> None:
    """What came after something is gone before it; what was side by side stays so."""
    deployed = {"a": frozenset[str](), "b": frozenset({"a"}), "c": frozenset({"a"})}

    assert {"a": {"b", "c"}, "b": set(), "c": set()} == ordering.reversed_edges(("a", "b", "c"), deployed)


def test_edges_through_steps_without_objects_count() -> None:
    """A wait between two steps orders them in a teardown too."""
    deployed = {"a": frozenset[str](), "wait": frozenset({"a"}), "c": frozenset({"wait"})}

    assert {"a": {"c"}, "c": set()} == ordering.reversed_edges(("a", "c"), deployed)


def test_an_unknown_step_keeps_its_place() -> None:
    """A step of an older profile goes after those that were applied later, and before those that were earlier."""
    deployed = {"a": frozenset[str](), "c": frozenset[str]()}

    assert {"a": {"old"}, "old": {"c"}, "c": set()} == ordering.reversed_edges(("a", "old", "c"), deployed)


def test_without_a_graph_the_order_is_reversed() -> None:
    """The ledger alone is enough."""
    assert {"a": {"b", "c"}, "b": {"c"}, "c": set()} == ordering.reversed_edges(("a", "b", "c"), {})


def test_contradictions_end_in_the_reversed_order() -> None:
    """Where the ledger's order and the graph make a cycle, the ledger's order is taken."""
    deployed = {"a": frozenset({"c"}), "c": frozenset[str]()}

    assert {"a": {"old", "c"}, "old": {"c"}, "c": set()} == ordering.reversed_edges(
        ("a", "old", "c"), deployed
    )


def test_the_last_is_after_all_that_do_not_wait_for_it() -> None:
    """A step moves to the end without making a cycle."""
    steps = [_step("space"), _step("one"), _step("waits", "space"), _step("later", "waits")]

    assert {"one"} == ordering.last(steps[0], steps).after


def test_edges_to_nowhere_are_dropped() -> None:
    """Sorting keeps only edges to steps that are there."""
    made = ordering.sort([_step("b", "a", "nowhere"), _step("a")])

    assert [("a", frozenset()), ("b", frozenset({"a"}))] == [(step.id, step.after) for step in made]


def test_what_steps_wait_for_is_named_through_others() -> None:
    """With two passes some ConfigMaps go before node sets do: they cannot wait for what node sets leave."""
    steps = [
        Step(name, Layer.DATAPLANE, "c", Action.DELETE, after=frozenset(after))
        for name, after in (
            ("settings", ()),
            ("hook", ("settings",)),
            ("nodesets", ("hook",)),
            ("keys", ("nodesets",)),
        )
    ]

    assert {"settings", "hook"} == ordering.before(["nodesets"], steps)
