"""Where the profile is at fault for what only rendering finds."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.profiles import over


def refused(body: str) -> Problem:
    """Give the first of what is wrong with a profile that loads."""
    with pytest.raises(OskError) as caught:
        planning.offline(over(body), components.parse(files.catalogue()), Target())
    return caught.value.problems[0]


def test_a_patch_in_vain_is_at_its_line() -> None:
    """A patch that matches nothing is shown where it is written."""
    problem = refused("patches: [{target: {kind: Nothing}, merge: {a: 1}}]\n")

    assert (problem.code, problem.subject) == ("OSK0217", "lab:5:11")


def test_what_was_taken_out_is_named() -> None:
    """A template that misses what the profile sets to null is not all that is shown."""
    problem = refused("controlplane: {addresses: null}\n")

    assert (problem.code, problem.detail) == (
        "OSK0210",
        "Taken out are: `controlplane.addresses` (lab:5:27)",
    )
