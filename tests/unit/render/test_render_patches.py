"""The profile's patches."""

from collections.abc import Mapping
from typing import Any

import pytest

from openstack_k8s_cli.render import jsonpatch
from tests.unit.refusals import refused
from tests.unit.render.rendered import MAP, one

TWO = MAP % "first" + "data: {a: x}\n---\n" + MAP % "second" + "data: {a: x}\n"


def _data(*patches: Mapping[str, Any]) -> list[Any]:
    return [each.body.get("data") for each in one(TWO, {"patches": list(patches)}).manifests]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"kind": "ConfigMap"}, ["y", "y"]),
        ({"kind": "ConfigMap", "name": "first"}, ["y", "x"]),
        ({"kind": "ConfigMap", "name": "s*"}, ["x", "y"]),
        ({"kind": "ConfigMap", "group": "", "namespace": "n", "name": "?irst", "labels": {}}, ["y", "x"]),
    ],
)
def test_a_selector_matches_by_every_key(target: Mapping[str, Any], expected: list[str]) -> None:
    """Kind, name with wildcards, namespace and group."""
    assert [
        each["a"] for each in _data({"target": target, "merge": {"data": {"a": "y"}}, "json": None})
    ] == expected


def test_a_selector_matches_labels() -> None:
    """Labels of the template's own."""
    template = MAP.replace("namespace: n", "namespace: n, labels: {a: b}") % "m"
    patch = {"target": {"kind": "ConfigMap", "labels": {"a": "b"}}, "merge": {"data": {"k": "v"}}}

    assert one(template, {"patches": [patch]}).manifests[0].body["data"] == {"k": "v"}


def test_null_removes() -> None:
    """A merge patch takes a field away."""
    assert _data({"target": {"kind": "ConfigMap", "name": "first"}, "merge": {"data": None}})[0] is None


def test_patches_follow_each_other() -> None:
    """A later one sees what an earlier one did."""
    target = {"kind": "ConfigMap", "name": "first"}
    add = {"target": target, "json": [{"op": "add", "path": "/data/b", "value": "1"}]}
    change = {"target": target, "json": [{"op": "replace", "path": "/data/b", "value": "2"}]}

    assert _data(add, change)[0] == {"a": "x", "b": "2"}


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ({"kind": "ConfigMp"}, "did you mean `ConfigMap`?"),
        ({"kind": "ConfigMap", "name": "frist"}, "did you mean `first`?"),
        ({"kind": "ConfigMap", "group": "apps"}, "group apps"),
        ({"kind": "ConfigMap", "labels": {"a": "b"}}, "labels"),
    ],
)
def test_a_patch_that_matches_nothing_is_an_error(target: Mapping[str, Any], near: str) -> None:
    """A patch in vain is refused with what may have been meant."""
    [problem] = refused(lambda: _data({"target": target, "merge": {"a": 1}}))

    assert problem.code == "OSK0217"
    assert problem.subject == "patches[0]"
    assert near in problem.summary


@pytest.mark.parametrize(
    "change",
    [
        {"merge": {"metadata": {"name": "other"}}},
        {"merge": {"kind": "Secret"}},
        {"merge": {"metadata": None}},
        {"merge": {"metadata": {"labels": ["a"]}}},
        {"merge": {"metadata": {"annotations": "a"}}},
        {"json": [{"op": "replace", "path": "", "value": []}]},
        {"json": [{"op": "replace", "path": "/data/none", "value": 1}]},
        {"json": [{"op": "remove", "path": "/nope/x"}]},
        {"json": [{"op": "test", "path": "/data/a", "value": "z"}]},
        {"json": [{"op": "paint", "path": "/data/a"}]},
        {"json": [{"op": "add", "path": "data", "value": 1}]},
        {"json": [{"op": "add", "path": "/data/b"}]},
    ],
)
def test_a_patch_that_does_not_fit_is_an_error(change: Mapping[str, Any]) -> None:
    """Another identity, a place that is not there, a failed test."""
    [problem] = refused(lambda: _data({"target": {"kind": "ConfigMap", "name": "first"}, **change}))

    assert (problem.code, problem.subject, problem.detail) == ("OSK0218", "patches[0]", "ConfigMap n/first")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "add", "path": "/l/0", "value": 0}], {"l": [0, 1, 2], "m": {"a/b": 1}}),
        ([{"op": "add", "path": "/l/-", "value": 3}], {"l": [1, 2, 3], "m": {"a/b": 1}}),
        ([{"op": "remove", "path": "/l/0"}], {"l": [2], "m": {"a/b": 1}}),
        ([{"op": "replace", "path": "/m/a~1b", "value": 2}], {"l": [1, 2], "m": {"a/b": 2}}),
        ([{"op": "move", "from": "/l/0", "path": "/m/x"}], {"l": [2], "m": {"a/b": 1, "x": 1}}),
        ([{"op": "copy", "from": "/l", "path": "/k"}], {"l": [1, 2], "m": {"a/b": 1}, "k": [1, 2]}),
        ([{"op": "test", "path": "/l/1", "value": 2}], {"l": [1, 2], "m": {"a/b": 1}}),
        ([{"op": "replace", "path": "", "value": {}}], {}),
    ],
)
def test_json_patch(operations: list[Mapping[str, Any]], expected: Any) -> None:
    """Every operation of RFC 6902."""
    assert jsonpatch.apply({"l": [1, 2], "m": {"a/b": 1}}, operations) == expected


@pytest.mark.parametrize("path", ["/l/-1", "/l/01", "/l/+1", "/l/ 1", "/l/2"])
@pytest.mark.parametrize("kind", ["remove", "replace", "test"])
def test_an_index_counts_from_the_start(kind: str, path: str) -> None:
    """RFC 6901's indices have neither signs nor leading zeros."""
    with pytest.raises(ValueError, match="no such place"):
        jsonpatch.apply({"l": [1, 2]}, [{"op": kind, "path": path, "value": 2}])
