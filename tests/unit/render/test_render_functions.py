"""Filters and functions that templates have beside Jinja's own."""

from typing import Any

import pytest

from openstack_k8s_cli.render import yamltext
from openstack_k8s_cli.render.merging import merge
from tests.unit.refusals import refused
from tests.unit.render.rendered import MAP, body, data

NETWORKS: dict[str, Any] = {
    "defaults": {"mtu": 1500},
    "isolation": True,
    "ctlplane": {
        "cidr": ["192.168.122.0/24"],
        "bridge": "ospbr",
        "vlan": None,
        "nic": "default",
        "mtu": 1500,
        "over": None,
        "slices": {"nodes": ["10-11", "20-29"], "vips": ["80-90"]},
    },
    "internalapi": {
        "cidr": ["172.17.0.0/24", "fd00:bbbb::/64"],
        "bridge": None,
        "vlan": 20,
        "nic": "default",
        "mtu": 9000,
        "over": None,
        "slices": {"nodes": ["5-29"], "vips": []},
    },
    "datacentre": {"cidr": [], "over": "ctlplane", "bridge": None, "vlan": None, "nic": "default"},
}
VALUES: dict[str, Any] = {
    "networks": NETWORKS,
    "platform": {"nics": {"default": "enp6s0", "fast": "ens5", "w1": {"fast": "ens9"}}},
    "secrets": {"osp-secret": {"Given": "x", "Made": {"generate": True}}},
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("address('ctlplane', '.1')", "192.168.122.1"),
        ("address('ctlplane', 80)", "192.168.122.80"),
        ("address('ctlplane', 'internalapi[80]') ", "172.17.0.80"),
        ("address('internalapi', 80, family=6) | quoted", "fd00:bbbb::80"),
        ("cidr('ctlplane')", "192.168.122.0/24"),
        ("prefix('internalapi', family=6)", 64),
        ("families('internalapi') | json", [4, 6]),
        ("part('ctlplane', 'vips')[0] | join('-')", "192.168.122.80-192.168.122.90"),
        ("node_address('ctlplane', 0)", "192.168.122.10"),
        ("node_address('ctlplane', 3)", "192.168.122.21"),
        ("node_address('internalapi', 5, family=6) | quoted", "fd00:bbbb::10"),
        ("interface('ctlplane')", "ospbr"),
        ("interface('datacentre')", "ospbr"),
        ("interface('internalapi')", "enp6s0.20"),
        ("link('ctlplane')", "enp6s0"),
        ("nic('fast')", "ens5"),
        ("nic('fast', node='w1')", "ens9"),
        ("nic('fast', node='w0')", "ens5"),
        ("network_of('tenant[5]', 'internalapi')", "tenant"),
        ("network_of('172.17.0.80', 'internalapi')", "internalapi"),
        ("network_of('192.168.122.80', 'internalapi')", "ctlplane"),
        ("version_of('fd00::1')", 6),
        ("version_of('10.0.0.0/8')", 4),
        ("networks_of() | list | json", ["ctlplane", "internalapi", "datacentre"]),
    ],
)
def test_networks_answer(expression: str, expected: object) -> None:
    """Addresses, parts and interfaces come from the profile."""
    assert data(expression, VALUES) == expected


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("address('nope', 1)", "no network `nope`"),
        ("node_address('ctlplane', 12)", "no address for node number 13"),
        ("part('internalapi', 'vips')", "no slice `vips`"),
        ("nic('slow')", "no interface for the role `slow`"),
        ("address('ctlplane', 300)", "outside"),
    ],
)
def test_what_the_profile_lacks_is_said(expression: str, words: str) -> None:
    """A function that cannot answer fails with the reason, at the template's line."""
    [problem] = refused(lambda: data(expression, VALUES))

    assert problem.subject == "operators/one/t.yaml.j2:4"
    assert words in problem.summary


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "",
        "yes",
        "12",
        "1e3",
        "a: b",
        "- a",
        "#",
        "a # b",
        "{{ x }}",
        "two\nlines",
        "two\nlines\n",
        "three\n\nlines\n\n",
        " leading\nspace",
        "tab\there\nline",
        "\x7f\x85\u2028",
        "12:30:45",
        "52:54:00:11:22:33",
        "0755",
        "trailing \nspace",
        "null",
        "~",
        "é ⟪x⟫",
        "fd00::1",
        "192.168.122.0/24",
        "2024-11-18",
        "30s",
        '"quoted"',
        "\\",
        {"a": {"b": [1, True, None, 1.5, {"c": "x\ny\n", "d": []}, [["deep"], {}]]}},
        [],
        {},
        [{"a": 1, "b": [2]}, "x"],
        {"key with: colon": {"": "x"}},
    ],
)
def test_yaml_text_reads_back(value: Any) -> None:
    """What is written is what is read, whatever it holds."""
    assert yamltext.documents(yamltext.dump({"x": value})) == [{"x": value}]
    assert yamltext.documents(yamltext.dump([value])) == [[value]]


def test_yaml_filter_indents() -> None:
    """A map or list goes below its key, anything else beside it."""
    template = (
        MAP % "m" + "data:\n  a: {{ thing | yaml(4) }}\n  b: {{ 'x: y' | yaml }}\n  c: {{ [] | yaml }}\n"
    )

    found = body(template, {"thing": {"k": ["v", {"w": "line\nline\n"}]}})

    assert found["data"] == {"a": {"k": ["v", {"w": "line\nline\n"}]}, "b": "x: y", "c": []}


def test_overlay_merges_into_a_block() -> None:
    """A block of a template takes on what a profile lays over it, wherever it stands."""
    template = MAP % "m" + (
        "spec:\n  one:\n{% filter overlay(over) %}\n    a: 1\n    b: {c: 2, d: 3}\n    l: [{name: x, v: 1}]\n"
        "{% endfilter %}\n  two: 2\n"
    )
    over = {"b": {"c": None, "e": "new"}, "l": [{"name": "x", "w": 2}, {"name": "y"}], "f": [1]}

    assert body(template, {"over": over})["spec"] == {
        "one": {
            "a": 1,
            "b": {"d": 3, "e": "new"},
            "l": [{"name": "x", "v": 1, "w": 2}, {"name": "y"}],
            "f": [1],
        },
        "two": 2,
    }
    assert body(template, {"over": {}})["spec"]["one"]["b"] == {"c": 2, "d": 3}


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": [{"name": "x"}]}, {"a": []}, {"a": []}),
        ({"a": [{"name": "x"}]}, {"a": [{"key": 1}]}, {"a": [{"key": 1}]}),
        ({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ({"a": 1}, {"a": None, "z": None}, {}),
    ],
)
def test_merging(base: Any, over: Any, expected: Any) -> None:
    """Maps and lists of named things merge, everything else replaces, null removes."""
    before = repr(base)

    assert merge(base, over) == expected
    assert repr(base) == before


def test_a_digest_follows_the_content() -> None:
    """The same value has the same digits whatever the order of its keys; another one has others."""
    first, same, other = (
        data(f"digest({text}) | quoted") for text in ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", "{'a': 1}")
    )

    assert len(first) == 8
    assert first == same != other
