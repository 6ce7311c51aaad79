"""More kills than `make test` has time for."""

import time

import pytest

from tests.cluster.staging import Stage
from tests.cluster.stories import Deployed, Story
from tests.cluster.test_main_job_kills import SEED, moments_of, same_end

pytestmark = [pytest.mark.soak, pytest.mark.cluster]
KILLS = 10


@pytest.fixture(scope="module")
def first(story: Story) -> Deployed:
    """Have the deployment that nothing interrupted."""
    return story.uninterrupted()


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_run_is_finished_by_the_next(first: Deployed, stage: Stage, number: int) -> None:
    """One kill in each tenth of a run, and the next run ends where an uninterrupted one does."""
    moment = moments_of(first, SEED, KILLS, until=0.9)[number]
    began = time.monotonic()
    same_end(first, stage, [moment])
    print(  # noqa: T201  # figures are what soak is for
        f"killed after {moment} of {len(first.ended.events)} events; both runs took {time.monotonic() - began:.0f}s"
    )
