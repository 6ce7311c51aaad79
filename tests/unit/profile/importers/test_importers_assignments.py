"""Lines of variables as Make, a shell and an env file write them."""

import pytest

from openstack_k8s_cli.profile.importers import assignments
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.sources import Source


def read(text: str) -> dict[str, str]:
    """Read a file's variables, expanded."""
    found, _ = assignments.read([Source("vars.env", text)])
    settings = Settings(found, frozenset(), lambda _path, _file: "")
    return {name: settings[name] for name in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1", "1"),
        ("A = 1 # why", "1"),
        ("A := a b  ", "a b"),
        ("A ?= 1", "1"),
        ("override A = 1", "1"),
        ("export A := b", "b"),
        ("A=p#1", "p"),
        (r"A=p\#1", "p#1"),
        ('A="p#1"  # why', "p#1"),
        ("A='x y'", "x y"),
        ("A=quo'te", "quo'te"),
        ("A=e=q", "e=q"),
        ("A=a$bc", "ac"),
        ("A=a$$bc", "a$bc"),
        ("A=['192.168.122.0/24','10.0.0.0/8']", "['192.168.122.0/24','10.0.0.0/8']"),
        ("B=1\nA=$(B)2${B}", "121"),
        ("A=$(A)", ""),
        ("A=a \\\n   b", "a b"),
        ("A=1\nA+=2", "1 2"),
        ("A=1\nA?=2", "1"),
        ("A=1\nA=2", "2"),
        ("B=1\nA:=$(B)\nB=2", "1"),
        ("B=1\nA=$(B)\nB=2", "2"),
        ("A=$(NETWORK_ISOLATION)", "true"),
        ("A=", ""),
    ],
)
def test_make_lines_are_read_as_make_reads_them(text: str, expected: str) -> None:
    """Signs, comments, quotes, continuation and `$` mean what they mean to Make."""
    assert expected == read(text)["A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export A=1", "1"),
        ("export A='p#1 $x'", "p#1 $x"),
        ('export A="p#1"  # why', "p#1"),
        ("export A=p#1", "p#1"),
        ('export B=1 A="${B}2$B"', "121"),
        ("export A=${B:-none}", "none"),
        ("export B=1\nexport A=${B:-none}", "1"),
        (r"export A=a\ b\$c", "a b$c"),
        ("export A='two\nlines'", "two\nlines"),
        ("export A=1; make openstack", "1"),
        ("#!/bin/bash\nA='$x'", "$x"),
        ('declare -x A="1"', "1"),
    ],
)
def test_export_lines_are_read_as_a_shell_reads_them(text: str, expected: str) -> None:
    """Quotes, variables and several assignments on a line mean what they mean to a shell."""
    assert expected == read(text)["A"]


@pytest.mark.parametrize("text", ["A=$(shell date)", "export A=$(date)", "export A=`date`", "A != date"])
def test_a_command_is_not_run(text: str) -> None:
    """A value that a command makes is named, and not taken."""
    found, unread = assignments.read([Source("vars.env", f"B=1\n{text}")])

    assert ["B"] == list(found)
    assert ["vars.env:2"] == [each.place for each in unread]


def test_lines_that_assign_nothing_are_named() -> None:
    """Comments, blank lines and bare exports are passed over; anything else is said."""
    _, unread = assignments.read([Source("vars.env", "# A\n\nexport A\nset -x\ninclude other.mk\n")])

    assert [("vars.env:5", "the line is no assignment")] == [(each.place, each.reason) for each in unread]
