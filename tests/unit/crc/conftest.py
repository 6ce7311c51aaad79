"""Fixtures of the tests of CRC's host."""

import pytest

from tests.fakes.crc.host import FakeHost
from tests.unit.crc import wishes


@pytest.fixture
def started() -> FakeHost:
    """Give a host with a machine that runs."""
    return wishes.started()
