"""Numbers in sentences."""

import pytest

from openstack_k8s_cli.model.numbers import several, some


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (0, "warning", "0 warnings"),
        (1, "warning", "1 warning"),
        (2, "warning", "2 warnings"),
        (1, "address", "1 address"),
        (3, "address", "3 addresses"),
    ],
)
def test_one_is_not_many(count: int, noun: str, said: str) -> None:
    """Only one thing is without an ending."""
    assert said == some(count, noun)


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "h0"), (3, "h0, h1, h2"), (4, "h0, h1, h2 and 1 more")]
)
def test_the_first_are_named_and_the_others_counted(count: int, said: str) -> None:
    """As many as fit a line are named."""
    assert said == several([f"h{number}" for number in range(count)], 3)
