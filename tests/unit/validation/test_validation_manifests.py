"""Manifests as kubectl reads them, with the line of every field."""

import json

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.validation.manifests import Read, Text, read

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: x\n    tty: yes\n"

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]\n" for at in range(1, 30))
"""A thousand million values in thirty lines."""


def of(*texts: str, label: str = "all.yaml") -> Read:
    """Read texts."""
    return read(Text(label, text) for text in texts)


def test_every_document_is_an_object_with_its_lines() -> None:
    """Documents, comments between them and empty ones keep the lines of the file."""
    first, second = of(f"{POD}---\n# nothing\n---\n{POD}").items

    assert ("Pod a", "all.yaml:1", "all.yaml:11") == (str(first.id), first.place(), second.place())
    assert "all.yaml:7" == first.place(("spec", "containers", 0, "tty"))
    assert "all.yaml:6" == first.place(("spec", "containers", 0, "image"))


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_list_is_its_items(form: str) -> None:
    """A List gives its objects, with their lines."""
    (pod,) = of(POD).items
    whole = {"apiVersion": "v1", "kind": "List", "items": [pod.body]}
    text = (
        json.dumps(whole, indent=1)
        if form == "json"
        else "apiVersion: v1\nkind: PodList\nitems:\n- " + POD.replace("\n", "\n  ")
    )

    (item,) = of(text).items

    assert pod.body == item.body
    assert item.place(("kind",)) == ("all.yaml:7" if form == "json" else "all.yaml:5")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("off", False),
        ("'yes'", "yes"),
        ("0644", 420),
        ("08", 8),
        ("9" * 30, 1e30),
        ("9" * 6000, "9" * 6000),
        ("1e999", "1e999"),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1.5", 1.5),
        ("null", None),
        ("~", None),
        ("2026-08-01", "2026-08-01"),
        ("12:30:45", "12:30:45"),
        ("52:54:00:11:22:33", "52:54:00:11:22:33"),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    """Plain words and numbers are what kubectl takes them for; neither dates nor base-60 numbers are known."""
    (item,) = of(f"apiVersion: v1\nkind: A\nvalue: {text}\n").items

    assert value == item.body["value"]
    assert type(value) is type(item.body["value"])


def test_keys_twice_and_merged() -> None:
    """A key that is there twice is noted, one from a merge key is not."""
    (item,) = of("apiVersion: v1\nkind: A\nx: &x {a: 1, b: 2}\ny: {<<: *x, a: 3}\nz: {a: 1, a: 2}\n").items

    assert ({"a": 3, "b": 2}, {"a": 2}) == (item.body["y"], item.body["z"])
    assert (("z", "a"),) == item.twice


def test_keys_are_texts() -> None:
    """A plain word or number as a key is what JSON makes of it."""
    (item,) = of("apiVersion: v1\nkind: A\nx: {yes: 1, 010: 2, 'on': 3}\n").items

    assert {"true": 1, "8": 2, "on": 3} == item.body["x"]


def test_json_has_lines_and_keys_twice() -> None:
    """JSON documents after one another are read, with the line of every field and keys that are there twice."""
    text = '{"apiVersion": "v1", "kind": "A",\n "x": {"a": [1e2, -3],\n "a": "\\u00e9"}}\n{"apiVersion": "v1", "kind": "B"}'

    first, second = of(text).items

    assert ({"a": "é"}, (("x", "a"),)) == (first.body["x"], first.twice)
    assert ["all.yaml:2", "all.yaml:3", "all.yaml:4"] == [
        first.place(("x",)),
        first.place(("x", "a")),
        second.place(),
    ]


def test_json_is_strict() -> None:
    """`NaN` is no number: as in YAML it is a word."""
    (item,) = of('{"apiVersion": "v1", "kind": "A", "x": NaN}').items

    assert "NaN" == item.body["x"]


def test_what_kustomize_keeps_to_itself_is_left_out() -> None:
    """Kustomizations and objects that are marked as local are no manifests."""
    local = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {config.kubernetes.io/local-config: 'true'}\n"

    assert () == of("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", local).items


def test_stage_descriptions_are_told_apart() -> None:
    """A file of stages is no object."""
    found = of("vas: {hci: {stages: []}}\n")

    assert ((), (("all.yaml", {"vas": {"hci": {"stages": []}}}),)) == (found.items, found.stages)


@pytest.mark.parametrize(("label", "staged"), [("d/00-a.yaml", True), ("0.yaml", True), ("d/a.yaml", False)])
def test_numbered_files_are_stages(label: str, *, staged: bool) -> None:
    """A file whose name begins with a number is a stage."""
    (item,) = of(POD, label=label).items

    assert staged == item.staged


@pytest.mark.parametrize(
    ("text", "code", "subject"),
    [
        ("a: [", "OSK0890", "all.yaml:1:5"),
        ("a: &a\n  b: *a\n", "OSK0890", "all.yaml:1"),
        (BOMB, "OSK0890", "all.yaml:1"),
        ("a: 1\n? [b]\n: c\n", "OSK0890", "all.yaml:2"),
        ("a: 1\nb: .nan\n", "OSK0890", "all.yaml:2"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "OSK0890", "all.yaml"),
        ('{"a": 1,\n "b": ]', "OSK0890", "all.yaml:2:7"),
        ("- just\n- words\n", "OSK0891", "all.yaml:1"),
        (f"{POD}---\nmetadata: {{name: a}}\n", "OSK0891", "all.yaml:9"),
    ],
)
def test_what_cannot_be_read(text: str, code: str, subject: str) -> None:
    """Text that is not YAML, or no object, is an error with its place; every file is looked at."""
    with pytest.raises(OskError) as caught:
        of(text, text)

    assert [(code, subject)] * 2 == [(each.code, each.subject) for each in caught.value.problems]
