"""Numbers in sentences."""

import pytest

from openstack_k8s_cli.model.numbers import some


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
