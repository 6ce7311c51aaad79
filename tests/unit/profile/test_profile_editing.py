"""Changing one value in a profile's text."""

import random
from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.editing import set_value
from openstack_k8s_cli.profile.flow import inline
from openstack_k8s_cli.profile.loading import load
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.profile.starting import init_text
from tests.fakes.profiles import Texts

TEXT = """\
# top
name: a  # the name
dataplane:   # dp
  # inside
  vars:
    x: |
      text
      more
    y: 1   # why
  # end of dp

# between
controlplane:
networks:
    ctlplane: {}   # e
    storage: {vlan: 21, mtu: 9000}
patches:
- target: {kind: A}  # one
  merge: {a: 1}
- target:
    kind: B
  merge: {b: 1}
# last
"""


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """Give the lines that went and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("path", "value", "gone", "new"),
    [
        ("name", "lab", ["name: a  # the name"], ["name: lab  # the name"]),
        ("dataplane.vars.y", "2", ["    y: 1   # why"], ["    y: 2   # why"]),
        ("dataplane.vars.x", "short", ["    x: |", "      text", "      more"], ["    x: short"]),
        ("dataplane.vars.z", "2", [], ["    z: 2"]),
        ("dataplane.user", "me", [], ["  user: me"]),
        ("dataplane.vars.y", "null", ["    y: 1   # why"], []),
        ("networks.ctlplane.mtu", "9000", ["    ctlplane: {}   # e"], ["    ctlplane: {mtu: 9000}   # e"]),
        (
            "networks.storage.vips",
            "true",
            ["    storage: {vlan: 21, mtu: 9000}"],
            ["    storage: {vlan: 21, mtu: 9000, vips: true}"],
        ),
        (
            "networks.storage.vlan",
            "null",
            ["    storage: {vlan: 21, mtu: 9000}"],
            ["    storage: {mtu: 9000}"],
        ),
        ("networks.storage.mtu", "null", ["    storage: {vlan: 21, mtu: 9000}"], ["    storage: {vlan: 21}"]),
        ("controlplane.replicas", "3", ["controlplane:"], ["controlplane: {replicas: 3}"]),
        ("storage.class", "lvms", [], ["storage:", "  class: lvms"]),
        ("patches[1].target.name", "y", [], ["    name: y"]),
        ("patches[0].merge", "{a: null}", ["  merge: {a: 1}"], ["  merge: {a: null}"]),
        ("dataplane.nodesets.compute.address", "ctlplane[9+{i}]", [], None),
    ],
)
def test_one_value_changes_and_nothing_else(
    path: str, value: str, gone: list[str], new: list[str] | None
) -> None:
    """Only the lines of the value differ: comments, order, quotes and spacing of all others stay."""
    after = set_value(TEXT, path, value)

    found = changes(TEXT, after)
    assert found[0] == gone
    assert new is None or found[1] == new


def test_the_last_key_takes_its_section_along() -> None:
    """What would be left as an empty key, which removes, is taken out."""
    text = "name: a\ndataplane:\n  nodesets:\n    compute: {count: 2}\n# end\n"

    assert set_value(text, "dataplane.nodesets.compute.count", "null") == "name: a\n# end\n"


@pytest.mark.parametrize("path", ["networks.storage.vlan", "dataplane.vars.y", "name"])
def test_the_same_value_changes_nothing(path: str) -> None:
    """Setting what is there gives the same text."""
    value = paths.get(parse(Source("t", TEXT)).values, paths.parse(path))

    assert set_value(TEXT, path, str(value)) == TEXT


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        (TEXT, "networks.storage.vlam", "OSK0106"),
        (TEXT, "patches[7].merge", "OSK0112"),
        (TEXT, "a..b", "OSK0112"),
        (
            "dataplane: {vars: &v {a: 1}, nodesets: {c: {vars: *v}}}\n",
            "dataplane.nodesets.c.vars.a",
            "OSK0112",
        ),
        ("a: [\n", "name", "OSK0101"),
    ],
)
def test_what_cannot_be_set_is_refused(text: str, path: str, code: str) -> None:
    """Unknown keys, items that are not there, values behind an alias, broken files."""
    with pytest.raises(OskError) as caught:
        set_value(text, path, "2")

    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("name", ["base", "crc", "ha"])
def test_any_value_of_a_profile_can_be_set_and_taken_out(name: str) -> None:
    """Thirty seeded edits of each built-in file: the result reads as wanted, and no other comment is lost."""
    chance = random.Random(name)
    text = ProfileFiles().read(name, None).text
    leaves = [path for path in paths.leaves(parse(Source(name, text)).values) if "[" not in paths.write(path)]

    for path in chance.choices(leaves, k=15):
        removed = set_value(text, paths.write(path), "null")
        assert path not in paths.leaves(parse(Source(name, removed)).values)
        added = set_value(removed, paths.write(path), "7")
        assert str(paths.get(parse(Source(name, added)).values, path)) == "7"
        assert [line for line in text.splitlines() if line.startswith("#")] == [
            line for line in added.splitlines() if line.startswith("#")
        ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("a: b", '"a: b"'),
        ("# x", '"# x"'),
        ("true", '"true"'),
        ("12", '"12"'),
        (".1", ".1"),
        ("ctlplane[100+{i}]", '"ctlplane[100+{i}]"'),
        ("", '""'),
        ("two\nlines", '"two\\nlines"'),
        ("quay.io/a/b:c", "quay.io/a/b:c"),
        ("-", '"-"'),
        ("~", '"~"'),
        ("é", '"é"'),
        ([1, "a", {"b": None}], "[1, a, {b: null}]"),
    ],
)
def test_values_are_written_plain_where_they_read_back(value: Any, text: str) -> None:
    """Quotes stand only where YAML would read something else."""
    assert inline(value) == text
    assert parse(Source("t", f"a: {inline(value)}\n")).values == {"a": value}


@pytest.mark.parametrize("name", ["lab", "My_Folder", "---"])
def test_a_new_profile_is_valid_at_once(name: str) -> None:
    """`osk init`'s text loads, is short, and a first value can be set in it."""
    text = init_text(name, ["crc"])
    reader = Texts(
        {"osk.yaml": set_value(text, "dataplane.nodesets.compute.count", "2")}, beside=ProfileFiles()
    )

    loaded = load("osk.yaml", reader=reader)

    assert loaded.values["dataplane"]["nodesets"]["compute"]["count"] == 2
    assert len(text.splitlines()) < 40
