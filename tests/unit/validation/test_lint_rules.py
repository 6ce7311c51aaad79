"""Each rule of the lint catalogue finds its mistake, and says nothing of the same set without it."""

import pytest

from openstack_k8s_cli.model.objects import Body
from tests.unit.validation import test_lint_networks, test_lint_objects
from tests.unit.validation.samples import codes

CASES = (*test_lint_networks.CASES, *test_lint_objects.CASES)


@pytest.mark.parametrize(
    ("code", "bad", "good"), CASES, ids=[f"{at}-{each[0]}" for at, each in enumerate(CASES)]
)
def test_a_rule_finds_its_mistake_only(code: str, bad: list[Body], good: list[Body]) -> None:
    """The bad set has the code, the good one has no finding of it, nor any other."""
    assert code in codes(*bad)
    assert set() == codes(*good)
