"""A deployment whose process is killed ends, with the same command again, where an uninterrupted one does."""

import random
from itertools import pairwise

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import listings
from tests.cluster.commands import Osk
from tests.cluster.staging import Stage
from tests.cluster.stories import Deployed, Story

SEED = 20261125
KILLS = 3


@pytest.fixture(scope="module")
def first(story: Story) -> Deployed:
    """Have the deployment that nothing interrupted."""
    return story.uninterrupted()


def killed_after(osk: Osk, command: tuple[str, ...], events: int) -> int:
    """Run until so many events came, then kill the process as `kill -9` does; give its status."""
    with osk.led(*command, "-o", "json") as (process, told):
        for number, _ in enumerate(told, start=1):
            if number == events:
                break
        process.kill()
        return process.wait()


def same_end(first: Deployed, stage: Stage, moments: list[int]) -> None:
    """Kill a deployment at these moments, finish it, and compare its end with that of the first one."""
    rehearsal = stage.fresh()
    command = ("deploy", "all", "-p", "crc", f"--rehearsal={rehearsal.name}")
    statuses = [killed_after(first.osk, command, moment) for moment in moments]
    finished = first.osk(*command, "-o", "json")
    after = listings.quiet(kubernetes.connect(str(rehearsal.kubeconfig)))

    assert statuses == [-9] * len(moments), "it ended before it was killed"
    assert finished.code == ExitCode.DONE, finished.problems
    assert {event["outcome"] for event in finished.of("StepFinished")} == {"ready"}
    assert listings.kinds_of(after) == listings.kinds_of(first.after)
    assert listings.settled(after) == listings.settled(first.after)


def moments_of(first: Deployed, seed: int, count: int, *, until: float) -> list[int]:
    """Choose one moment in each of so many parts of a run, from its plan to a share of its events, in events."""
    choice = random.Random(seed)
    bounds = [2 + int(len(first.ended.events) * until - 2) * part // count for part in range(count + 1)]
    return [choice.randrange(begin, end) for begin, end in pairwise(bounds)]


def test_killed_runs_are_finished_by_the_next(first: Deployed, stage: Stage) -> None:
    """Three kills of one deployment, each later than the one before, and the next run ends it all the same.

    A run that goes on has two thirds of the events of the first one, so the last kill hits the data plane.
    """
    same_end(first, stage, moments_of(first, SEED, KILLS, until=0.6))
