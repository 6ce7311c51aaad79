"""Names of a command line that are mistakes are told without a cluster."""

from typing import Any

import pytest

from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import asking
from openstack_k8s_cli.workflows.dataplane import wishing
from openstack_k8s_cli.workflows.world import Target
from tests.unit.workflows import fleets


def refused(*words: str, **asked: Any) -> tuple[Problem, ...]:
    """Give what is wrong with a command line for the profile crc."""
    loaded, _, _ = fleets.planned()
    with pytest.raises(OskError) as error:
        asking.check(loaded, fleets.catalogue(), Target(words or ("all",)), Asked(**asked))
    assert ExitCode.USAGE is error.value.exit_code
    return error.value.problems


@pytest.mark.parametrize(
    ("word", "near"),
    [("metalb", "`metallb`"), ("controlplane/control-plan", "`controlplane/control-plane`")],
)
def test_a_part_that_is_nowhere_is_refused(word: str, near: str) -> None:
    """Neither the plan nor the catalogue has it; the nearest name is given."""
    (problem,) = refused(word)

    assert "OSK0303" == problem.code
    assert near in problem.advice[0].text


@pytest.mark.parametrize("words", [("heat",), ("sevice", "heat"), ("services", "heat", "manila")])
def test_a_service_has_a_word_of_its_own(words: tuple[str, ...]) -> None:
    """Services are no parts of the plan; the command that is meant is given, also where its word is misspelt."""
    (problem,) = refused(*words)
    named = " ".join(each for each in words if not each.startswith("se"))

    assert ("OSK0303", f"osk deploy service {named}") == (problem.code, problem.advice[0].command)


def test_a_component_that_the_profile_leaves_out_says_what_brings_it() -> None:
    """One that depends on the profile alone is told with its condition, and where that is explained."""
    (problem,) = refused("mirror")

    assert "OSK1205" == problem.code
    assert "`mirror is not none`" in problem.advice[0].text
    assert "osk profile explain mirror" == problem.advice[0].command


def test_a_host_that_is_nowhere_is_refused() -> None:
    """`--limit` is held against the profile's hosts and node sets."""
    (problem,) = refused("dataplane", limit=("edpm-compute-0", "edpm-compute-7"))

    assert ("OSK1120", True) == (problem.code, "edpm-compute-7" in problem.summary)


def test_a_limit_of_the_profile_that_leaves_no_host_is_refused() -> None:
    """Nothing would run, and be taken for done; limits that leave some host pass."""
    _, _, fit = fleets.planned("dataplane.deployment.spec.ansibleLimit='*-0'")
    loaded, _, empty = fleets.planned("dataplane.deployment.spec.ansibleLimit=edpm-compute-0.example.com")

    assert Asked() == wishing.settled(Asked(), fit, loaded.values)
    with pytest.raises(OskError) as error:
        wishing.settled(Asked(), empty, loaded.values)

    assert [(ExitCode.USAGE, "OSK1230")] == [
        (error.value.exit_code, each.code) for each in error.value.problems
    ]


def test_a_service_that_is_nowhere_is_refused() -> None:
    """`--services` is held against those that operators and profile bring; the nearest name is given."""
    (problem,) = refused("dataplane", services=("nova", "ovvn"))

    assert ("OSK1234", "Did you mean `ovn`?") == (problem.code, problem.advice[0].text)


@pytest.mark.parametrize("word", ["all", "networks", "metallb", "networks/nodes[other]", "dns"])
def test_what_may_be_there_passes(word: str) -> None:
    """Layers, parts of the plan, items of other nodes, and components that only a cluster decides."""
    loaded, _, _ = fleets.planned()

    asking.check(loaded, fleets.catalogue(), Target((word,)), Asked(limit=("edpm-*",)))
