"""Machines by what a command line calls them."""

import pytest

from openstack_k8s_cli.dataplane.making.choosing import chosen
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.unit.dataplane.machines import PLAIN, machines

MANY = (*PLAIN, "dataplane.nodesets.compute.count=12")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), list(range(12))),
        (("edpm-compute-1",), [1]),
        (("edpm-compute-1?",), [10, 11]),
        (("*-[02]", "edpm-compute-1"), [0, 1, 2]),
        (("compute",), list(range(12))),
        (("openstack-*",), list(range(12))),
    ],
)
def test_hosts_go_by_names_and_patterns(words: tuple[str, ...], expected: list[int]) -> None:
    """By those of their node sets, too; a name is no beginning of another one."""
    found = chosen(machines(*MANY), words)

    assert [f"edpm-compute-{each}" for each in expected] == [each.name for each in found]


@pytest.mark.parametrize("word", ["edpm-compute-12", "nothing-*", "Compute"])
def test_what_means_nothing_is_refused(word: str) -> None:
    """It is named, with the nearest name, before anything is done; a machine that is left over may be meant."""
    with pytest.raises(OskError) as caught:
        chosen(machines(*MANY), ["edpm-compute-0", word])

    assert (ExitCode.USAGE, "OSK1191") == (caught.value.exit_code, caught.value.problems[0].code)
    assert word in caught.value.problems[0].summary
    assert () == chosen(machines(*MANY), [word], left=[word.replace("*", "1")])
