"""Making and taking back entries, from every moment at which either can end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import Options, records
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.developing.entries import Entry, Kind, State
from openstack_k8s_cli.model.events import Event, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.developing import effects, resetting, store, swapping
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.unit.workflows import worlds

OPTIONS = Options(recheck=0.05, backoff=0.001, settle=0.05, holder="me")
SETTINGS = ObjectId("", "ConfigMap", "openstack", "settings")
OLD, NEW = ObjectId("", "ConfigMap", "default", "old"), ObjectId("", "ConfigMap", "default", "new")
BLUE = entry(Kind.MOUNT, "paint", values={"platform": {"colour": "blue"}}, touches=("settings",))


def config_map(target: ObjectId, **data: str) -> Body:
    """Make a ConfigMap."""
    meta = {"name": target.name, "namespace": target.namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


WISHES = (
    effects.wanted(config_map(OLD, key="changed"), early=True),
    effects.wanted(config_map(NEW, key="made")),
)


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cloud that is deployed, and an object that is not osk's."""
    made = worlds.cluster()
    made.create(config_map(OLD, key="before"))
    end(deploying.deploy(worlds.world(made), Target(), OPTIONS))
    return made


def end(events: Iterator[Event]) -> RunFinished:
    """Let a run come to its end."""
    *_, last = events
    assert isinstance(last, RunFinished)
    return last


def swap(cluster: FakeCluster, wanted: Entry = BLUE, **more: Any) -> RunFinished:
    """Make an entry."""
    world = worlds.world(cluster, colour=wanted.values["platform"]["colour"])
    return end(swapping.swap(world, wanted, OPTIONS, **{"wishes": WISHES, **more}))


def reset(cluster: FakeCluster) -> RunFinished:
    """Take all entries back."""
    return end(resetting.reset(worlds.world(cluster), store.read(cluster), OPTIONS))


def there(cluster: FakeCluster) -> dict[ObjectId, Any]:
    """Give all that the cluster has, as far as it can be compared."""
    found = cluster.list(records.CONFIG_MAP).items
    return {id_of(each): (each.get("data"), sorted(each["metadata"])) for each in found}


def colour(cluster: FakeCluster) -> str:
    """Give what the profile's part shows in."""
    return str(get(cluster.peek(SETTINGS) or {}, "data", "colour"))


def test_a_swap_and_its_reset_leave_everything_as_it_was(cluster: FakeCluster) -> None:
    """The profile's part and the effects are there in between, with an entry that says so."""
    before = there(cluster)
    made = swap(cluster)
    (kept,) = store.read(cluster)
    between = (colour(cluster), get(cluster.peek(OLD) or {}, "data"), get(cluster.peek(NEW) or {}, "data"))
    back = reset(cluster)

    assert (ExitCode.DONE, ExitCode.DONE) == (made.exit_code, back.exit_code)
    assert State.THERE is kept.state
    assert ("blue", {"key": "changed"}, {"key": "made"}) == between
    assert before == there(cluster)


def test_a_second_swap_of_the_same_keeps_what_was_there_before_the_first(cluster: FakeCluster) -> None:
    """A reset goes back behind both."""
    before = there(cluster)
    swap(cluster)
    swap(cluster, entry(Kind.MOUNT, "paint", values={"platform": {"colour": "green"}}, touches=("settings",)))
    between = colour(cluster)
    reset(cluster)

    assert "green" == between
    assert before == there(cluster)


class Killed(BaseException):
    """The process is gone."""


def killed(cluster: FakeCluster, story: Any, writes: int) -> bool:
    """Tell a story to a process that is gone after so many writes of its own; tell whether it was."""
    left = [writes]
    plain = {name: getattr(cluster, name) for name in ("create", "update", "apply", "delete")}

    def counted(name: str) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return plain[name](*args, **more)

        return call

    for name in plain:
        setattr(cluster, name, counted(name))
    try:
        story(cluster)
    except Killed:
        return True
    finally:
        for name, method in plain.items():
            setattr(cluster, name, method)
    return False


@pytest.mark.parametrize("story", [swap, reset], ids=["swap", "reset"])
@pytest.mark.parametrize("writes", range(1, 25, 3))
def test_a_process_that_is_killed_leaves_what_a_reset_restores(
    cluster: FakeCluster, story: Any, writes: int
) -> None:
    """Whatever it had written; the state says how far it came, and its lease runs out."""
    before = there(cluster)
    if story is reset:
        swap(cluster)
    gone = killed(cluster, story, writes)
    states = {each.state for each in store.read(cluster)}
    free(cluster)
    if store.read(cluster):
        assert ExitCode.DONE == reset(cluster).exit_code

    assert before == there(cluster)
    if gone:
        assert states <= {State.PENDING, State.LEAVING, State.THERE}


def free(cluster: FakeCluster) -> None:
    """Let the leases of a dead process run out."""
    leases = cluster.resource("coordination.k8s.io", "Lease")
    assert leases is not None
    for each in cluster.list(leases).items:
        cluster.delete(leases, "osk-system", each["metadata"]["name"])


def test_while_another_run_is_at_work_nothing_is_written(cluster: FakeCluster) -> None:
    """Not even the entry."""
    other = Leases(cluster, SystemClock(), OPTIONS, "another", "lab")
    other.acquire((Layer.OPERATORS,))
    with pytest.raises(OskError) as caught:
        swap(cluster)
    other.release()

    assert "OSK0541" == caught.value.problems[0].code
    assert () == store.read(cluster)


def test_an_effect_that_is_refused_ends_the_swap(cluster: FakeCluster) -> None:
    """With the object and the reason; the entry stays, for a reset."""
    before = there(cluster)
    cluster.fail(ClusterError(ErrorKind.INVALID, "no such field"), verb="update", kind="ConfigMap", times=1)
    fails = entry(Kind.MOUNT, "paint", values={"platform": {"colour": "red"}}, touches=("settings",))
    with pytest.raises(OskError) as caught:
        swap(cluster, fails)
    (left,) = store.read(cluster)
    reset(cluster)

    assert ExitCode.APPLY_REFUSED == caught.value.exit_code
    assert State.PENDING is left.state
    assert before == there(cluster)


def test_a_contradiction_is_found_again_under_the_lease(cluster: FakeCluster) -> None:
    """Somebody may have written the other one since the command looked."""
    swap(cluster)
    other = entry(Kind.IMAGE, "own", values={"platform": {"colour": "green"}}, touches=("settings",))

    with pytest.raises(OskError) as meanwhile:
        swap(cluster, other, wishes=())
    world = replace(worlds.world(cluster, colour="green"), entries=store.read(cluster))
    with pytest.raises(OskError) as known:
        end(swapping.swap(world, other, OPTIONS))

    assert ["OSK1401", "OSK1402"] == [each.value.problems[0].code for each in (meanwhile, known)]
    assert "paint" in meanwhile.value.problems[0].summary
    assert "blue" == colour(cluster)


def test_somebody_elses_that_came_since_is_not_written_over(cluster: FakeCluster) -> None:
    """Nobody was asked about it: that is the version of the one which an entry takes the place of."""
    own = entry(Kind.IMAGE, "own", values={"platform": {"colour": "green"}}, touches=("settings",))
    swap(cluster, own, wishes=())
    (theirs,) = store.read(cluster)
    told = []
    for wanted in (replace(own, by="c@d"), replace(own, by="c@d", version=theirs.version)):
        world = worlds.world(cluster, colour="green")
        try:
            told.append(end(swapping.swap(world, wanted, OPTIONS)).exit_code.name)
        except OskError as error:
            told.append(error.problems[0].code)

    assert ["OSK1401", "DONE"] == told
    assert ["c@d"] == [each.by for each in store.read(cluster)]


def test_what_others_changed_since_is_not_put_back(cluster: FakeCluster) -> None:
    """Such as a CRD of a newer release: it stays, and that is said; a swap after it goes back to it."""
    swap(cluster)
    cluster.put(config_map(OLD, key="newer"))
    events = list(resetting.reset(worlds.world(cluster), store.read(cluster), OPTIONS))
    stayed = get(cluster.peek(OLD) or {}, "data")
    swap(cluster)
    cluster.put(config_map(OLD, key="newest"))
    swap(cluster)
    between = get(cluster.peek(OLD) or {}, "data")
    reset(cluster)

    assert ({"key": "newer"}, {"key": "changed"}) == (stayed, between)
    assert ["ConfigMap default/old was changed by others since mount paint: it stays as it is"] == [
        each.message for each in events if isinstance(each, Warned)
    ]
    assert {"key": "newest"} == get(cluster.peek(OLD) or {}, "data")
    assert cluster.peek(NEW) is None


def test_what_the_api_server_would_not_take_is_refused_before_anything_is_written(
    cluster: FakeCluster,
) -> None:
    """Such as for want of rights."""
    before = there(cluster)
    cluster.fail(ClusterError(ErrorKind.FORBIDDEN, "may not"), verb="apply (dry run)", kind="ConfigMap")

    with pytest.raises(OskError) as caught:
        swap(cluster)

    assert ("OSK0430", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert before == there(cluster)


def test_what_touches_nothing_of_the_plan_needs_no_engine(cluster: FakeCluster) -> None:
    """Its component is not in the profile any more."""
    lost = entry(Kind.MOUNT, "paint", values={"platform": {"colour": "blue"}}, touches=("gone",))

    done = swap(cluster, lost)

    assert ExitCode.DONE == done.exit_code
    assert "red" == colour(cluster)


def test_a_world_of_its_own_is_loaded_with_the_entry() -> None:
    """Stories need no more than a World."""
    assert () == World.__dataclass_fields__["entries"].default
