"""Amounts as Kubernetes writes them."""

import pytest

from openstack_k8s_cli.model.quantities import amount, is_amount, memory, processors


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("500m", 0.5),
        ("10Gi", 10 * 1024**3),
        ("10G", 10e9),
        ("1.5", 1.5),
        (4, 4.0),
        ("20Ki", 20480),
        ("5k", 5000),
    ],
)
def test_amounts_are_read(written: object, value: float) -> None:
    """Decimal and binary units, thousandths and plain numbers are read."""
    assert is_amount(written)
    assert amount(written) == value


@pytest.mark.parametrize("written", ["", "ten", "10Q", None, True, "5mi"])
def test_what_is_no_amount_counts_nothing(written: object) -> None:
    """Anything else is no amount, and counts as 0."""
    assert not is_amount(written)
    assert amount(written) == 0.0


def test_amounts_are_written_for_people() -> None:
    """Memory is in GiB from one on, processors have no needless digits."""
    assert (memory(9.5 * 1024**3), memory(2 * 1024**3), memory(512 * 1024**2)) == (
        "9.5 GiB",
        "2 GiB",
        "512 MiB",
    )
    assert (processors(2.0), processors(0.35)) == ("2", "0.35")
