"""What the words of a command select."""

import pytest

from openstack_k8s_cli import plan
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Action, Layer, Step


def step(layer: Layer, name: str, *after: str) -> Step:
    """Make a step."""
    return Step(
        f"{layer.value}/{name}/main", layer, f"{layer.value}/{name}", Action.APPLY, after=frozenset(after)
    )


PLAN = plan.build(
    [
        step(Layer.OPERATORS, "metallb"),
        step(Layer.OPERATORS, "nmstate"),
        step(Layer.NETWORKS, "pools", "operators/metallb/main"),
        step(Layer.NETWORKS, "nncp[crc]", "operators/nmstate/main"),
        step(Layer.NETWORKS, "nncp[two]", "networks/nncp[crc]/main"),
        step(Layer.CONTROLPLANE, "cloud", "networks/pools/main"),
    ],
    profile="p",
)


def names(*words: str, only: bool = False, start: str | None = None, until: str | None = None) -> list[str]:
    """Name the components that a command selects."""
    chosen = plan.select(PLAN, words, only=only, start=start, until=until)
    return [each.component.partition("/")[2] for each in chosen.steps]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("all",), ["metallb", "nmstate", "pools", "nncp[crc]", "nncp[two]", "cloud"]),
        (("operators",), ["metallb", "nmstate"]),
        (("controlplane",), ["metallb", "pools", "cloud"]),
        (("pools",), ["metallb", "pools"]),
        (("networks/pools",), ["metallb", "pools"]),
        (("nncp",), ["nmstate", "nncp[crc]", "nncp[two]"]),
        (("nncp[crc]",), ["nmstate", "nncp[crc]"]),
        (("networks/pools/main",), ["metallb", "pools"]),
        (("pools", "nmstate"), ["metallb", "nmstate", "pools"]),
        (("dataplane",), []),
    ],
)
def test_word_brings_what_it_needs(words: tuple[str, ...], expected: list[str]) -> None:
    """A layer, component or step comes with everything it comes after."""
    assert names(*words) == expected


def test_only_leaves_the_rest_out() -> None:
    """With `only` nothing but the named is kept, and edges to the others are gone."""
    chosen = plan.select(PLAN, ["pools"], only=True)

    assert [(each.component, each.after) for each in chosen.steps] == [("networks/pools", frozenset())]


def test_from_and_until() -> None:
    """`from` keeps what comes after it, `until` what comes before it, both inclusive."""
    assert names("all", start="pools") == ["pools", "cloud"]
    assert names("all", until="nncp[crc]") == ["nmstate", "nncp[crc]"]


def test_unknown_word_names_the_nearest() -> None:
    """A word that means nothing is refused with what was probably meant."""
    with pytest.raises(OskError) as caught:
        plan.select(PLAN, ["metalb"])

    assert caught.value.exit_code == ExitCode.USAGE
    assert "`metallb`" in caught.value.problems[0].advice[0].text


def test_full_layers_are_those_without_a_gap() -> None:
    """Only a layer whose every step was selected counts as full."""
    selected = plan.select(PLAN, ["controlplane"])

    assert plan.full_layers(PLAN, selected) == {Layer.CONTROLPLANE}
    assert plan.full_layers(PLAN, PLAN) == set(Layer)


def test_a_layer_that_is_gone_is_full_where_it_is_named() -> None:
    """The profile has nothing of it any more: what earlier runs made there goes, and nothing of the layers beside it."""
    gone = plan.select(PLAN, ["dataplane"])

    assert () == gone.steps
    assert plan.full_layers(PLAN, gone, ["dataplane"]) == {Layer.DATAPLANE}
    assert plan.full_layers(PLAN, plan.select(PLAN, ["pools"]), ["pools"]) == set()


def test_graph_draws_direct_edges_by_layer() -> None:
    """Both styles hold every step and only edges that no other implies."""
    implied = step(Layer.CONTROLPLANE, "cloud", "networks/pools/main", "operators/metallb/main")
    small = plan.build(
        [step(Layer.OPERATORS, "metallb"), step(Layer.NETWORKS, "pools", "operators/metallb/main"), implied],
        profile="p",
    )

    mermaid, dot = plan.graph(small), plan.graph(small, "dot")

    assert [line.strip() for line in mermaid.splitlines() if "-->" in line] == ["s0 --> s1", "s1 --> s2"]
    assert [line.strip() for line in dot.splitlines() if "->" in line] == ["s0 -> s1;", "s1 -> s2;"]
    assert mermaid.count("subgraph") == dot.count("subgraph") == 3


def test_passes_go_by_the_name_that_hooks_know() -> None:
    """`dataplane/hci/pre-ceph` is that one pass over the hosts."""
    passes = plan.build(
        [
            step(Layer.DATAPLANE, "passes[pre-ceph]"),
            step(Layer.DATAPLANE, "passes[post-ceph]", "dataplane/passes[pre-ceph]/main"),
        ],
        profile="p",
    )
    chosen = plan.select(passes, ["dataplane/hci/pre-ceph"])

    assert [each.component for each in chosen.steps] == ["dataplane/passes[pre-ceph]"]
