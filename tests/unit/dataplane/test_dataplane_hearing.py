"""What ansible-runner tells of a look at hosts."""

import time
from collections.abc import Iterator

import pytest

from openstack_k8s_cli.dataplane import hearing


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where clocks are five hours off."""
    with monkeypatch.context() as place:
        place.setenv("TZ", "EST5")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "text", ["1970-01-01T00:01:40", "1970-01-01T00:01:40+00:00", "1970-01-01T01:01:40+01:00"]
)
def test_times_without_a_zone(text: str) -> None:
    """Runners write times of the world with and without a word of it: a clock is not off by this machine's zone."""
    heard = hearing.Hearing()

    data = {"host": "a", "task": hearing.TASK, "start": text, "end": text, "res": {"stdout": "x"}}
    heard.hear({"event": "runner_on_ok", "event_data": data})

    assert (heard.seen["a"].began, heard.seen["a"].ended) == (100.0, 100.0)
