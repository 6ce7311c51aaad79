"""Leases: one run at a time."""

from typing import Any

import pytest

from openstack_k8s_cli.apply import lease, records
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster

NETWORKS = [Layer.NETWORKS]


def ready() -> FakeCluster:
    """Make a cluster with the leases' namespace."""
    made = FakeCluster()
    records.make_namespace(made)
    return made


def leases(over: FakeCluster, clock: FakeClock, run: str = "one", **options: Any) -> Leases:
    """Make the leases of a run that renews by hand only."""
    return Leases(over, clock, Options(holder=f"{run}@host", **options), run, "lab")


def holder(over: FakeCluster) -> str:
    """Read who holds the lease."""
    return str(
        get(
            over.peek(ObjectId("coordination.k8s.io", "Lease", "osk-system", "osk.lab.networks")) or {},
            "spec",
            "holderIdentity",
        )
    )


def test_held_lease_is_refused_with_its_holder() -> None:
    """A second run ends with code 10 and says who is at work."""
    over, clock = ready(), FakeClock()
    first = leases(over, clock)
    first.acquire(NETWORKS)

    with pytest.raises(OskError) as caught:
        leases(over, clock, "two").acquire(NETWORKS)

    first.release()
    assert caught.value.exit_code == ExitCode.LEASE_HELD
    assert "one@host" in caught.value.problems[0].summary


def test_who_is_at_work_is_told() -> None:
    """Each holder with its layers; one whose lease ran out, or who is known to be dead, is not at work."""
    over, clock = ready(), FakeClock()
    first, second = leases(over, clock, lease=60.0), leases(over, clock, "two", lease=60.0)
    first.acquire(NETWORKS)
    second.acquire([Layer.DATAPLANE, Layer.CONTROLPLANE])

    both = lease.at_work(over, clock.now(), lambda _: False)
    one = lease.at_work(over, clock.now(), lambda holder: holder == "two@host")
    none = lease.at_work(over, clock.now() + 61, lambda _: False)

    first.release()
    second.release()
    assert both == {
        "one@host": ["networks of lab"],
        "two@host": ["controlplane of lab", "dataplane of lab"],
    }
    assert (one, none) == ({"one@host": ["networks of lab"]}, {})


def test_released_lease_is_free() -> None:
    """After a run's end the next one begins at once."""
    over, clock = ready(), FakeClock()
    first = leases(over, clock)
    first.acquire(NETWORKS)
    first.release()
    second = leases(over, clock, "two")

    second.acquire(NETWORKS)

    second.release()
    assert (
        get(
            over.peek(ObjectId("coordination.k8s.io", "Lease", "osk-system", "osk.lab.networks")) or {},
            "spec",
            "leaseTransitions",
        )
        == 1
    )


def test_expired_lease_is_taken_over() -> None:
    """A holder that does not renew for the lease's time is taken for dead."""
    over, clock = ready(), FakeClock()
    first = leases(over, clock, lease=60.0)
    first.acquire(NETWORKS)
    clock.sleep(61)
    second = leases(over, clock, "two")

    second.acquire(NETWORKS)

    assert holder(over) == "two@host"
    first.release()
    second.release()


def test_holder_that_is_surely_dead_is_replaced_at_once() -> None:
    """A run whose process is known to be gone is not waited for."""
    over, clock = ready(), FakeClock()
    first = leases(over, clock)
    first.acquire(NETWORKS)
    second = leases(over, clock, "two", dead=lambda text: text == "one@host")

    second.acquire(NETWORKS)

    assert holder(over) == "two@host"
    first.release()
    assert holder(over) == "two@host"
    second.release()


def test_write_is_fenced_by_a_fresh_renewal() -> None:
    """A write after a long silence renews first; while that is impossible the write waits."""
    over, clock = ready(), FakeClock()
    mine = leases(over, clock, lease=60.0)
    mine.acquire(NETWORKS)
    mine.fence(Layer.NETWORKS)
    quiet = over.requests().get("update Lease", 0)
    clock.sleep(50)
    over.fail(ClusterError(ErrorKind.UNREACHABLE, "gone"), verb="update")

    with pytest.raises(ClusterError):
        mine.fence(Layer.NETWORKS)

    mine.fence(Layer.NETWORKS)
    assert (quiet, over.requests()["update Lease"]) == (0, 2)
    mine.release()


def test_lost_lease_stops_every_write() -> None:
    """Once another run took the lease over nothing is written any more."""
    over, clock = ready(), FakeClock()
    first = leases(over, clock, lease=60.0)
    first.acquire(NETWORKS)
    clock.sleep(100)
    second = leases(over, clock, "two")
    second.acquire(NETWORKS)

    for _ in range(2):
        with pytest.raises(OskError) as caught:
            first.fence(Layer.NETWORKS)
        assert caught.value.exit_code == ExitCode.LEASE_HELD

    first.release()
    assert holder(over) == "two@host"
    second.release()


def test_touched_lease_is_still_held() -> None:
    """Someone else's edit of the Lease, a label say, does not cost it."""
    over, clock = ready(), FakeClock()
    mine = leases(over, clock, lease=60.0)
    mine.acquire(NETWORKS)
    body = over.peek(ObjectId("coordination.k8s.io", "Lease", "osk-system", "osk.lab.networks")) or {}
    body["metadata"]["labels"] = {"x": "y"}
    over.put(body)
    clock.sleep(50)

    mine.fence(Layer.NETWORKS)
    mine.fence(Layer.NETWORKS)

    assert holder(over) == "one@host"
    mine.release()


@pytest.mark.parametrize(("answered_after", "renewals"), [(1.0, 1), (30.0, 2)])
def test_renewal_counts_from_when_it_was_asked_for(answered_after: float, renewals: int) -> None:
    """The time that an answer takes is time of the lease: a slow renewal is repeated the sooner."""
    over, clock = ready(), FakeClock()
    mine = leases(over, clock, lease=60.0)
    mine.acquire(NETWORKS)
    over.reactions.append(lambda _: clock.sleep(answered_after))
    clock.sleep(50)

    mine.fence(Layer.NETWORKS)
    clock.sleep(20)
    mine.fence(Layer.NETWORKS)

    assert over.requests()["update Lease"] == renewals
    mine.release()


def test_renewal_that_took_the_whole_lease_lets_no_write_pass() -> None:
    """An answer that comes when the lease may have run out again is no leave to write; the write is repeated."""
    over, clock = ready(), FakeClock()
    mine = leases(over, clock, lease=60.0)
    mine.acquire(NETWORKS)
    over.reactions.append(lambda _: clock.sleep(50))
    clock.sleep(50)

    with pytest.raises(ClusterError) as caught:
        mine.fence(Layer.NETWORKS)

    assert caught.value.retried
    over.reactions.clear()
    mine.fence(Layer.NETWORKS)
    mine.release()
