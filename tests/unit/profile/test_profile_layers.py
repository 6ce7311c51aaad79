"""Layers over each other, and where each value came from."""

from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.layers import Merged, merge
from openstack_k8s_cli.profile.sources import Source


def lay(*texts: str) -> Merged:
    """Lay texts over each other."""
    return merge(parse(Source(f"layer{index}", text)) for index, text in enumerate(texts))


def test_maps_merge_and_other_values_replace() -> None:
    """Keys of both layers stay; a list is the upper one's as a whole."""
    merged = lay("a: {x: 1, y: [1, 2]}\nb: 1\n", "a: {y: [3], z: 4}\n")

    assert merged.values == {"a": {"x": 1, "y": [3], "z": 4}, "b": 1}


def test_null_removes() -> None:
    """A null takes the key out, and everything below it."""
    merged = lay("a: {x: {deep: 1}, y: 2}\n", "a: {x: null}\n")

    assert merged.values == {"a": {"y": 2}}
    assert ("a", "x", "deep") not in merged.origins


def test_a_null_that_removes_nothing_is_remembered() -> None:
    """It may be a misspelt key, which only the schema can tell; a later value clears it."""
    assert list(lay("a: 1\n", "b: null\n").vain) == [("b",)]
    assert not lay("b: null\n", "b: 1\n").vain


def test_nulls_within_lists_and_specs_are_values() -> None:
    """A patch removes a field by null, and so does a spec, in the custom resource."""
    merged = lay("patches: [{merge: {x: null}}]\ncontrolplane: {spec: {a: null}}\n")

    assert merged.values == {"patches": [{"merge": {"x": None}}], "controlplane": {"spec": {"a": None}}}


def test_specs_merge_like_other_maps() -> None:
    """A spec of two layers has the keys of both."""
    merged = lay("controlplane: {spec: {a: {b: 1}}}\n", "controlplane: {spec: {a: {c: null}}}\n")

    assert merged.values == {"controlplane": {"spec": {"a": {"b": 1, "c": None}}}}


def test_an_origin_knows_what_it_took_the_place_of() -> None:
    """The chain of earlier values is there, the latest first, each with its place."""
    origin = lay("a: 1\n", "a: 2\n", "\na: 3\n").origins[("a",)]

    assert (str(origin), origin.value, origin.line, origin.col) == ("layer2:2:4", 3, 2, 4)
    assert [(str(each), each.value) for each in origin.overridden] == [("layer1:1:4", 2), ("layer0:1:4", 1)]


def test_a_scalar_over_a_map_and_back() -> None:
    """What changes its kind leaves no origins of the other kind behind."""
    merged = lay("a: {b: 1}\n", "a: word\n", "a: {c: 2}\n")

    assert merged.values == {"a": {"c": 2}}
    assert ("a", "b") not in merged.origins


def test_layers_leave_documents_alone() -> None:
    """Merging changes no document: the same one can be used again."""
    below, above = parse(Source("b", "a: {x: 1}\n")), parse(Source("t", "a: {y: 2}\n"))

    merge([below, above])

    assert (below.values, above.values) == ({"a": {"x": 1}}, {"a": {"y": 2}})
