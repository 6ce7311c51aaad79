"""Rounds of reboots: cut into batches, and found again by what the batches say."""

import json
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.dataplane import jobs, limits, rounds
from openstack_k8s_cli.dataplane.rounds import MARK, SERVICE, Round
from openstack_k8s_cli.model.objects import Body

HOSTS = ("a", "b", "c", "d", "e")


def batch(of: Round, *hosts: str, at: int = 0, through: bool = True, failed: tuple[str, ...] = ()) -> Body:
    """Make a batch's deployment; neither through nor with hosts that failed it runs still."""
    name = of.name(hosts)
    meta = {"name": name, "creationTimestamp": f"2026-01-01T00:00:{at:02}Z", "annotations": {MARK: of.mark()}}  # fmt: skip
    reason = "BackoffLimitExceeded" if failed else "Ready" if through else "Requested"
    status: dict[str, Any] = {"deployed": through and not failed}
    status["conditions"] = [{"type": "Ready", "status": "False", "reason": reason}]
    job = jobs.name_of(SERVICE, name, "ns")
    status["ansibleExecutionSummaries"] = {job: {"failedHostList": list(failed)}} if failed else {}
    return {"metadata": meta, "spec": {"nodeSets": ["ns"], "ansibleLimit": ",".join(hosts)}, "status": status}


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("3", 3), ("25%", 2), ("1%", 1), ("100%", 10), ("0", None), ("101%", None), ("x", None), ("-1", None)],
)  # fmt: skip
def test_sizes(text: str, size: int | None) -> None:
    """Hosts, or percent of them, of ten; a part is one at least."""
    assert size == rounds.size(text, 10)


def test_batches_of_a_new_round() -> None:
    """Each host is in one, the last has what is left; the same round gives each the same name."""
    new = rounds.begun(HOSTS, 1.0)

    assert [("a", "b"), ("c", "d"), ("e",)] == list(new.batches(2))
    assert new.name(("a",)) == rounds.begun(HOSTS, 1.0).name(("a",)) != rounds.begun(HOSTS, 2.0).name(("a",))


def test_an_interrupted_round_goes_on() -> None:
    """Hosts whose batch is through are left out; a batch that still runs is waited for first, as it is."""
    new = rounds.begun(HOSTS, 1.0)
    after = Round(new.id, new.hosts, frozenset({"a", "b"}))
    live = [batch(new, "a", "b", at=1), batch(after, "c", "d", at=2, through=False)]
    found = rounds.interrupted(HOSTS, live)

    assert found is not None
    assert ("c", "d", "e") == found.left
    assert [("c", "d"), ("e",)] == list(found.batches(1))


def test_hosts_that_failed_are_left() -> None:
    """Those of the batch that came back are not rebooted again."""
    new = rounds.begun(HOSTS, 1.0)
    found = rounds.interrupted(HOSTS, [batch(new, "a", "b", "c", failed=("b",))])

    assert found is not None
    assert ("b", "d", "e") == found.left


def test_rounds_of_other_hosts() -> None:
    """They are none of this one's business; of two over the same hosts the newer counts."""
    old, new, other = (
        rounds.begun(hosts, at) for hosts, at in ((HOSTS, 1.0), (HOSTS, 2.0), (HOSTS[:1], 3.0))
    )
    found = rounds.interrupted(HOSTS, [batch(old, "a", at=1), batch(new, "b", at=2), batch(other, "a", at=3)])

    assert found is not None
    assert (new.id, {"b"}) == (found.id, set(found.done))
    assert rounds.interrupted(("x",), []) is None


def test_what_is_tidied() -> None:
    """All batches of a round whose last one is through, that one last; if some are gone already, it is still known."""
    new = rounds.begun(("a", "b"), 1.0)
    first = batch(new, "a", at=1)
    last = batch(Round(new.id, new.hosts, frozenset({"a"})), "b", at=2)

    assert [first, last] == list(rounds.finished([last, first]))
    assert [last] == list(rounds.finished([last]))
    assert [] == list(rounds.finished([first]))
    found = rounds.interrupted(("a", "b"), [last])
    assert found is not None
    assert () == found.left


def test_a_round_that_another_followed() -> None:
    """It is begun anew by --restart: what is left of it goes with the newer one, and before it; one at work stays."""
    old, new = rounds.begun(("a", "b"), 1.0), rounds.begun(("a", "b"), 2.0)
    left, running = batch(old, "a", at=1, failed=("a",)), batch(old, "b", at=2, through=False)
    half, whole = batch(new, "a", at=3), batch(new, "a", "b", at=3)

    (going,) = rounds.unfinished([left, half])
    assert ((half,), [left]) == (going.batches, list(rounds.finished([left, half])))
    assert ([], [left, whole]) == (
        list(rounds.unfinished([left, whole])),
        list(rounds.finished([left, whole])),
    )
    assert [whole] == list(rounds.finished([running, whole]))


def test_what_is_open_of_a_round() -> None:
    """How many hosts are left, which are at it, and how all were named; too many names are not kept."""
    new = rounds.begun(HOSTS, 1.0, ("compute", "edpm-net-*"))
    after = replace(new, done=frozenset({"a", "b"}))
    live = [batch(new, "a", "b", at=1), batch(after, "c", "d", at=2, failed=("d",))]
    (found,) = rounds.unfinished(live)
    (going,) = rounds.unfinished([batch(after, "c", "d", through=False)])
    (many,) = rounds.unfinished([batch(rounds.begun(HOSTS, 1.0, ["edpm-compute"] * 100), "a")])

    assert (5, 2, (), new.words) == (found.all, found.left, found.running, found.words)
    assert (3, ("c", "d")) == (going.left, going.running)
    assert (4, None) == (many.left, many.words)


def test_a_round_that_an_osk_from_before_began() -> None:
    """Its marks have no words, and count all the same: no host is rebooted twice."""
    new = rounds.begun(("a", "b"), 1.0)
    old = batch(new, "a")
    mark = json.loads(new.mark())
    del mark["words"]
    old["metadata"]["annotations"][MARK] = json.dumps(mark)
    found = rounds.interrupted(("a", "b"), [old])
    (going,) = rounds.unfinished([old])

    assert found is not None
    assert (("b",), ()) == (found.left, found.words)
    assert (1, None) == (going.left, going.words)


def test_marks_that_are_none() -> None:
    """What others wrote there, or half of it, is no round."""
    half = batch(rounds.begun(HOSTS, 1.0), "a")
    for text in ("{", "[]", "{}", '{"round": "x", "words": []}'):
        half["metadata"]["annotations"][MARK] = text

        assert rounds.interrupted(HOSTS, [half]) is None
        assert [] == list(rounds.unfinished([half]))


def test_what_a_batch_says_is_small() -> None:
    """Annotations are limited to 256 KiB; of 5,000 hosts with long names little is written, and all is known from it."""
    hosts = tuple(f"{at * 7919 % 5000:04}-compute.rack-{at % 40}.example.com" for at in range(5000))
    new = rounds.begun(hosts, 1.0)
    after = Round(new.id, hosts, frozenset(hosts[:4990]))
    found = rounds.interrupted(hosts, [batch(after, *hosts[4990:4995])])

    assert len(after.mark()) < 2000
    assert found is not None
    assert hosts[4995:] == found.left


def test_what_an_earlier_batch_says_the_next_one_says_too() -> None:
    """So those that have ended go once another is through; those of other rounds stay."""
    new, other = rounds.begun(("a", "b", "c"), 1.0), rounds.begun(("a", "b", "c"), 2.0)
    first, second = batch(new, "a"), batch(Round(new.id, new.hosts, frozenset("a")), "b")
    live = [first, second, batch(new, "c", through=False), batch(other, "a")]

    assert [first] == list(rounds.earlier(new, second["metadata"]["name"], live))


def test_a_batch_is_as_large_as_a_limit_can_be() -> None:
    """5,000 hosts at once are more than a pod's command line takes: they go in two batches."""
    hosts = [f"edpm-compute-rack-{number:08}" for number in range(5000)]
    batches = list(rounds.begun(hosts, 0.0).batches(5000))

    assert hosts == [host for each in batches for host in each]
    assert (2, True) == (len(batches), all(len(",".join(each)) <= limits.LONGEST for each in batches))
