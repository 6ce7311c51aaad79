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
        ("export B=1; export A=2", "2"),
        ("export B=1 && export A='2 3'", "2 3"),
        ("set -a; A=x; B=y", "x"),
        ("set -a\nB=1\nA=$B", "1"),
        ("set -gx A x y", "x y"),
        ("set -x A x", "x"),
        (r"export A=$'a\tb\x21\''", "a\tb!'"),
        ("A=${NOPE:-rhoso}", "rhoso"),
        ("B=1; A=2", "2"),
        ("A=openstack make openstack", "openstack"),
        ("B=1 A=2 make openstack # now", "2"),
    ],
)
def test_export_lines_are_read_as_a_shell_reads_them(text: str, expected: str) -> None:
    """Quotes, variables and several assignments on a line mean what they mean to a shell."""
    assert expected == read(text)["A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ifeq ($(OKD), true)\nA=1\nelse\nA=2\nendif", "2"),
        ("OKD=true\nifeq ($(OKD),true)\nA=1\nelse\nA=2\nendif", "1"),
        ('B=x\nifneq "$(B)" "x"\nA=1\nelse ifeq ($(B), x) # so\nA=2\nelse\nA=3\nendif', "2"),
        ("ifdef B\nA=1\nifeq (1,1)\nA=4\nendif\nelse\nA=2\nendif", "2"),
        ("ifndef B\n  A=1\nendif\nifdef NAMESPACE\nA=$(NAMESPACE)\nendif", "openstack"),
    ],
)
def test_only_the_branch_that_holds_is_read(text: str, expected: str) -> None:
    """Make's own defaults count, too; one conditional may stand in another."""
    assert expected == read(text)["A"]


@pytest.mark.parametrize("text", ["A=$(strip x)", "A=$(if $(B),x,y)", "A=${subst a,b,c}"])
def test_a_function_of_make_is_named(text: str) -> None:
    """It is not worked out, and its value not taken."""
    found, unread = assignments.read([Source("vars.env", f"B=1\n{text}")])

    assert (list(found), ["vars.env:2"]) == (["B"], [each.place for each in unread])
    assert "`A` is made by Make's" in unread[0].reason


@pytest.mark.parametrize(
    "text", ["A=$(shell date)", "export A=$(date)", "export A=`date`", "A=`date`", "A != date"]
)
def test_a_command_is_not_run(text: str) -> None:
    """A value that a command makes is named, and not taken."""
    found, unread = assignments.read([Source("vars.env", f"B=1\n{text}")])

    assert ["B"] == list(found)
    assert ["vars.env:2"] == [each.place for each in unread]


def test_lines_that_assign_nothing_are_named() -> None:
    """Comments, blank lines and bare exports are passed over; anything else is said."""
    _, unread = assignments.read([Source("vars.env", "# A\n\nexport A\nset -x\ninclude other.mk\n")])

    assert [("vars.env:5", "the line is no assignment")] == [(each.place, each.reason) for each in unread]
