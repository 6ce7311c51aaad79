"""Strict reading of a layer's text."""

from typing import Any

import pytest

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.documents import Mark, parse
from openstack_k8s_cli.profile.sources import LARGEST, Source


def read(text: str) -> dict[str, Any]:
    """Read a text."""
    return parse(Source("lab.yaml", text)).values


def refused(text: str) -> list[tuple[str | None, str]]:
    """Give place and summary of each problem of a text."""
    with pytest.raises(OskError) as caught:
        read(text)
    assert caught.value.exit_code is ExitCode.USAGE
    assert all(problem.code == "OSK0101" and problem.advice for problem in caught.value.problems)
    return [(problem.subject, problem.summary) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", 1000),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        (".1", ".1"),
        (".150", ".150"),
        ("0.5", 0.5),
        ("12:30", "12:30"),
        ("2025-01-01", "2025-01-01"),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ("[1, [a]]", [1, ["a"]]),
        ("{b: 1}", {"b": 1}),
    ],
)
def test_scalars_are_yaml_1_2(text: str, value: object) -> None:
    """Words stay words, dates stay text, and `.150` is an address whose last zero counts."""
    assert read(f"a: {text}\n") == {"a": value}


def test_every_key_and_value_has_its_place() -> None:
    """Keys, values and list items are found by line and column."""
    document = parse(Source("lab.yaml", "a:\n  b: [x, yy]\n"))

    assert document.keys[("a", "b")] == Mark(2, 3)
    assert document.marks[("a", "b")] == Mark(2, 6)
    assert document.marks[("a", "b", 1)] == Mark(2, 10)


def test_aliases_are_followed() -> None:
    """An anchor's value stands wherever its alias does."""
    assert read("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


def test_an_empty_file_is_an_empty_layer() -> None:
    """Nothing, or only comments, sets nothing."""
    assert (read(""), read("# later\n"), read("---\n")) == ({}, {}, {})


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\n\tb: 2\n", "lab.yaml:2:1", "a tab stands where"),
        ("a: b: c\n", "lab.yaml:1:5", "mapping values are not allowed"),
        ("a: [1,\n", "lab.yaml:2:1", "The file is not YAML"),
        ("a: '\n", "lab.yaml:2:1", "The file is not YAML"),
        ("a: *nope\n", "lab.yaml:1:4", "undefined alias"),
        ("a: 1\n---\nb: 2\n", "lab.yaml:2:1", "another document"),
        ("a: 1\nb: \x01\n", "lab.yaml:2:4", "no text may have"),
        ("- 1\n", "lab.yaml:1:1", "is a mapping"),
        ("word\n", "lab.yaml:1:1", "is a mapping"),
        ("a: &x [*x]\n", "lab.yaml:1:4", "contains itself"),
        ("a: !!binary aGk=\n", "lab.yaml:1:4", "is not known"),
        ("? [a]\n: b\n", "lab.yaml:1:3", "must be a word"),
        ("%YAML 1.1\n---\na: yes\n", "lab.yaml:3:4", "is not known"),
    ],
)
def test_what_is_no_strict_yaml_is_refused_at_its_place(text: str, place: str, words: str) -> None:
    """Each kind of broken text is one problem with file, line and column."""
    ((subject, summary),) = refused(text)

    assert subject == place
    assert words in summary


def test_all_problems_of_a_text_come_at_once() -> None:
    """A key that is there twice and a merge key are both named."""
    found = refused("a: 1\na: 2\n<<: {b: 1}\n")

    assert [subject for subject, _ in found] == ["lab.yaml:2:1", "lab.yaml:3:1"]
    assert "is there twice; the first is in line 1" in found[0][1]
    assert "Merge keys" in found[1][1]


def test_a_bomb_of_aliases_ends_early() -> None:
    """Nine levels of nine aliases each are refused, not expanded."""
    levels = ["a0: &a0 [x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    ((_, summary),) = refused("\n".join(levels))

    assert "once aliases are followed" in summary


@pytest.mark.parametrize("text", ["a: " + "[" * 60 + "]" * 60, "#" * (LARGEST + 1)])
def test_too_deep_and_too_large_texts_are_refused(text: str) -> None:
    """Neither nesting nor size can exhaust the program."""
    assert len(refused(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        'a: "b\\ud800"',
        '"a\\0": 1',
        "a: .nan",
        "a: -.inf",
        "a: 1e999",
        "a: 0xfffffffffffffffff",
        "a: 9223372036854775808",
        "a: -9223372036854775809",
    ],
)
def test_what_kubernetes_cannot_hold_is_refused(text: str) -> None:
    """Half a character, NUL and numbers without a form in JSON never get as far as an object."""
    assert [place for place, _ in refused(text)] == [f"lab.yaml:1:{4 if text[0] == 'a' else 1}"]
