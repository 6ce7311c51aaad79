"""What every other command says of development state, and does with it."""

from dataclasses import replace
from functools import partial

import pytest

from openstack_k8s_cli.apply import Options, records
from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.developing.entries import Effect, Entry, Kind, State
from openstack_k8s_cli.model.events import PlanMade, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import Keep
from openstack_k8s_cli.workflows import deploying, looking, planning, tearing
from openstack_k8s_cli.workflows.developing import checking, effects, ending, store
from openstack_k8s_cli.workflows.update import running
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.unit.workflows import worlds
from tests.unit.workflows.update import clouds

QUICK = Options(recheck=0.05, backoff=0.001, settle=0.05)
CLAIM = ObjectId("", "ConfigMap", "default", "claim")
STOPPED = entry(Kind.RUN, values={"operators": {"overrides": {"nova": {"replicas": 0}}}})


def having(*entries: Entry, colour: str = "red") -> tuple[FakeCluster, World]:
    """Make a cloud with development state."""
    made = worlds.cluster()
    records.make_namespace(made)
    written = tuple(store.write(made, each) for each in entries)
    return made, replace(worlds.world(made, colour=colour), entries=written)


def test_a_deployment_keeps_it_and_says_so() -> None:
    """In one line behind the plan, with the way back; without any there is none."""
    _, world = having(entry(), STOPPED)
    plan, said, *_ = deploying.deploy(world, Target(), QUICK)
    plain = list(deploying.deploy(replace(world, entries=()), Target(), QUICK))

    assert isinstance(plan, PlanMade)
    assert isinstance(said, Warned)
    assert "development state stays: image nova = " in said.message
    assert "run nova" in said.message
    assert not [each for each in plain if isinstance(each, Warned)]


def test_a_deployment_whose_plan_is_not_true_any_more_writes_nothing() -> None:
    """Somebody changed something while it got ready: it would have reverted that."""
    made, world = having(entry())
    before = made.ids()
    check = partial(store.check_others, made, (), (), profile="lab")

    with pytest.raises(OskError) as caught:
        list(deploying.deploy(replace(world, entries=()), Target(), replace(QUICK, confirmed=check)))
    written = {each.kind for each in set(made.ids()) - set(before)}
    again = partial(store.check_others, made, world.entries, (), profile="lab")
    *_, last = deploying.deploy(world, Target(), replace(QUICK, confirmed=again))

    assert "OSK1401" == caught.value.problems[0].code
    assert "nova" in caught.value.problems[0].summary
    assert {"Lease"} == written
    assert isinstance(last, RunFinished)
    assert ExitCode.DONE == last.exit_code


def test_a_plan_marks_what_shows_it() -> None:
    """The objects of the steps that it touches, by their kind, and no others."""
    made = worlds.cluster(*clouds.KINDS)
    world = replace(clouds.world(made), entries=(entry(), STOPPED))

    preview = planning.preview(world, Target())

    marked = {row.object.kind: row.note for row in preview.rows if "dev: nova by a@b since" in row.note}
    assert {"Subscription"} == marked.keys()
    assert (entry(), STOPPED) == preview.entries


def test_a_status_has_it() -> None:
    """Whether the cloud is Ready or not."""
    _, world = having(entry())

    assert world.entries == looking.status(world, Target()).entries


def test_a_teardown_ends_it() -> None:
    """What is no part of the profile is put back, and not made anew where it is gone; then the entry goes."""
    made = worlds.cluster()
    gone = ObjectId("", "ConfigMap", "default", "gone")
    there: Body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "default"}}
    made.create({**there, "metadata": {**there["metadata"], "name": CLAIM.name}})
    list(deploying.deploy(worlds.world(made), Target(), QUICK))
    changed = (Effect(CLAIM, "v1", False), Effect(gone, "v1", True))
    body: Body = {**there, "metadata": {**there["metadata"], "name": gone.name}}
    written = store.write(made, entry(effects=changed), {gone: body})
    world = replace(worlds.world(made), entries=(written,))

    planned = tearing.plan(world, None, keep=Keep.NOTHING, crds=False)
    events = list(tearing.run(world, planned, QUICK))

    assert isinstance(events[-1], RunFinished)
    assert ExitCode.DONE == events[-1].exit_code
    assert ["development state ends: image nova"] == [
        each.message.partition(" = ")[0] for each in events if isinstance(each, Warned)
    ]
    assert made.peek(CLAIM) is None
    assert made.peek(gone) is None
    assert () == store.read(made)


@pytest.mark.parametrize(("state", "replicas"), [(State.ENDED, 0), (State.RUNNING, 0), (State.ENDED, 1)])
def test_a_teardown_does_not_wait_for_an_operator_that_is_stopped(state: State, replicas: int) -> None:
    """Its finalizers would stay for ever: it is to be started first, unless it runs somewhere."""
    made, world = having(replace(STOPPED, state=state))
    worlds.namespace(made, "ops")
    values = {**world.loaded.values, "namespaces": {"openstack": "openstack", "operators": "ops"}}
    world = replace(world, loaded=worlds.Profile(values))
    target = operators.deployment("nova", "ops")
    meta = {"name": target.name, "namespace": "ops"}
    body: Body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta}
    made.create({**body, "spec": {"replicas": replicas}})
    refused: list[str] = []

    ending.check_teardown(world, {Layer.OPERATORS})
    try:
        ending.check_teardown(world, {Layer.OPERATORS, Layer.CONTROLPLANE})
    except OskError as error:
        refused += [error.problems[0].code, str(error.problems[0].advice[0].command)]

    is_stopped = state is State.ENDED and not replicas
    assert (["OSK1440", "osk dev reset nova"] if is_stopped else []) == refused


def test_what_cannot_be_put_back_does_not_stop_a_teardown() -> None:
    """It is said; the entry stays, for who mends it."""
    made, world = having(entry(effects=(Effect(ObjectId("", "Pod", "default", "x"), "v1", True),)))
    broken = replace(world.entries[0], kind=Kind.MOUNT)

    said = [*ending.end(made, [broken]), *ending.end(made, world.entries)]

    assert ["development state ends: mount nova", "development state ends: image nova"] == [
        each.partition(" = ")[0] for each in said
    ]


def test_an_update_is_refused_where_an_operator_does_not_run() -> None:
    """It would wait for that one for ever; other images stay, which is said, unless they came or went since."""
    made, _ = clouds.cloud()
    world = replace(clouds.world(made), entries=(entry(), STOPPED))

    with pytest.raises(OskError) as caught:
        list(running.run(world, Asked(), QUICK))
    with pytest.raises(OskError) as meanwhile:
        list(running.run(replace(world, entries=(entry(),)), Asked(), QUICK))
    records.make_namespace(made)
    store.write(made, entry())
    events = list(running.run(replace(world, entries=(entry(),)), Asked(), QUICK))

    ending.check_update([replace(STOPPED, values={}, note="CRDs of DIR")])

    assert "OSK1401" == meanwhile.value.problems[0].code
    assert ("OSK1404", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert "run nova" in str(caught.value.problems[0].detail)
    assert [True] == ["image nova" in each.message for each in events if isinstance(each, Warned)]


def test_an_operator_that_is_not_there_or_not_ours_is_not_changed() -> None:
    """The refusal says why."""
    made = worlds.cluster(*clouds.KINDS)
    told = []
    world = clouds.world(made)
    values = dict(world.loaded.values)
    facts, plan = planning.bearings(world)
    cases = (
        (facts, {"enabled": True}),
        (replace(facts, operators=frozenset({"openstack"})), {"enabled": True}),
        (replace(facts, shared=frozenset({"openstack"})), {"enabled": True}),
        (facts, {"enabled": False}),
    )
    for known, openstack in cases:
        given = {"openstack": {**values["operators"]["openstack"], **openstack}}
        loaded = worlds.Profile({**values, "operators": given})
        with pytest.raises(OskError) as caught:
            checking.check(replace(world, loaded=loaded, bearings=(known, plan)))
        told.append(caught.value.problems[0])

    assert {"OSK1403"} == {each.code for each in told}
    assert ["not installed", "others than osk", "another cloud's", "only operators of single"] == [
        next(
            words
            for words in ("not installed", "others than osk", "another cloud's", "only operators of single")
            if words in each.summary
        )
        for each in told
    ]


@pytest.mark.parametrize("state", [State.PENDING, State.LEAVING])
def test_a_change_that_was_killed_while_the_operator_was_gone_goes_on(state: State) -> None:
    """As one to another catalog, which takes the Subscription away before it makes it anew."""
    world = clouds.world(worlds.cluster(*clouds.KINDS))
    given = {"openstack": {**world.loaded.values["operators"]["openstack"], "enabled": True}}
    loaded = worlds.Profile({**world.loaded.values, "operators": given})
    world = replace(world, loaded=loaded, bearings=planning.bearings(world))

    checking.check(world, old=entry(Kind.INDEX, "openstack", state=state))
    with pytest.raises(OskError, match="not installed"):
        checking.check(world, old=entry(Kind.INDEX, "openstack", state=State.THERE))


def test_an_object_is_wanted_as_a_whole() -> None:
    """Or gone; what the server fills in is left out."""
    body: Body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "default", "uid": "x"},
    }
    made = FakeCluster()
    effects.make(made, effects.wanted(body))
    there = effects.read(made, effects.wanted(body).object)
    effects.make(made, replace(effects.wanted(body), body=None))

    assert there
    assert "x" != there["metadata"]["uid"]
    assert effects.read(made, effects.wanted(body).object) is None
