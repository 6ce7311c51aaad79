"""`osk dev image`, `status` and `reset`: what is asked, said, written into the profile, and left in the cluster."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import keeping
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import Options, records
from openstack_k8s_cli.cli import developing, naming
from openstack_k8s_cli.cli.developing import Wish
from openstack_k8s_cli.developing import layers
from openstack_k8s_cli.developing.entries import Entry, Kind, State, beside
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, get, id_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.developing import effects, store
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds

QUICK = Options(recheck=0.05, backoff=0.001, settle=0.05, command="dev image")
SUBSCRIPTION: Body = {
    "apiVersion": "operators.coreos.com/v1alpha1",
    "kind": "Subscription",
    "metadata": {"name": "openstack-operator", "namespace": "openstack"},
}
BLUE = {"platform": {"colour": "blue"}}
PAINT = Wish(kind=Kind.IMAGE, name="paint", values=BLUE, touches=("settings",), note="blue")


@dataclass
class Desk:
    """A session and its work, over a cluster and a profile in memory."""

    cluster: FakeCluster
    entries: tuple[Entry, ...] = ()
    said: list[str] = field(default_factory=list)
    answered: list[Any] = field(default_factory=list)
    saved: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)
    profile_name: str = "lab.yaml"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> "Desk":
        found = store.read(self.cluster)
        return replace(self, entries=tuple(each for each in found if each.profile == "lab"))

    @property
    def beside(self) -> tuple[Entry, ...]:
        return beside(store.read(self.cluster), "lab")

    @property
    def loaded(self) -> Any:
        return self.world.loaded

    @property
    def connection(self) -> "Desk":
        return self

    @property
    def profiles(self) -> "Desk":
        return self

    def put(self, _name: str, values: Iterable[Any], *, dry: bool = False) -> None:
        if not dry:
            self.saved.extend(values)

    def having(self, entries: tuple[Entry, ...]) -> "Desk":
        return replace(self, entries=entries)

    @property
    def world(self) -> World:
        source = layers.layer(self.entries)
        values = worlds.values(colour="blue" if source else "red")
        operators = {
            "openstack": {"enabled": True, "package": "openstack-operator"},
            "overrides": {},
            "sources": {},
        }
        spaces = {"openstack": "openstack", "operators": "openstack"}
        loaded = worlds.Profile({**values, "operators": operators, "namespaces": spaces})
        catalogue = components.parse(worlds.FILES)
        return World(self.cluster, SystemClock(), loaded, catalogue, NoSecrets(), entries=self.entries)

    @property
    def informed(self) -> World:
        return replace(self.world, bearings=planning.bearings(self.world))

    def drive(self, story: Callable[[World, Options], Iterator[Event]]) -> Iterator[Event]:
        return story(self.informed, QUICK)

    def tell(self, text: str) -> None:
        self.said.append(text)

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        self.answered += [document, text()]

    @property
    def colour(self) -> str:
        found = self.cluster.list(records.CONFIG_MAP, "openstack").items
        return str(next(get(each, "data", "colour") for each in found if id_of(each).name == "settings"))


@pytest.fixture
def desk() -> Desk:
    """Have a cloud whose OpenStack operator is this one's."""
    made = worlds.cluster(worlds.SUBSCRIPTION)
    worlds.namespace(made, "openstack")
    records.make_namespace(made)
    made.put(SUBSCRIPTION)
    return Desk(made)


def changed(desk: Any, wish: Wish = PAINT, **more: Any) -> RunFinished:
    """Make a change to its end."""
    *_, last = developing.change(desk, wish, **more)
    assert isinstance(last, RunFinished)
    return last


def reset(desk: Any, *names: str, yes: bool) -> ExitCode:
    """Take entries of a profile back."""
    return developing.reset(desk, names, yes=yes)


def status(desk: Any) -> None:
    """Tell what differs."""
    developing.status(desk)


def test_a_change_says_how_it_is_undone(desk: Desk) -> None:
    """And is there, with who made it."""
    done = changed(desk)

    (kept,) = store.read(desk.cluster)
    assert (ExitCode.DONE, "blue", State.THERE) == (done.exit_code, desk.colour, kept.state)
    assert ["osk dev reset paint", "osk dev status"] == [each.partition("   #")[0] for each in done.next]
    assert "@" in kept.by


def test_what_is_saved_is_no_development_state(desk: Desk) -> None:
    """The profile's file says it, the cluster has no entry of it, and stays as it is."""
    done = changed(desk, save=True)

    assert [(("platform", "colour"), "blue")] == desk.saved
    assert ((), ()) == (store.read(desk.cluster), done.next)
    assert "blue" == desk.colour
    assert ["lab.yaml: image paint = blue"] == desk.said


def test_what_a_profile_cannot_say_stays_when_it_is_saved(desk: Desk) -> None:
    """With how it is taken back."""
    kept: Body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kind", "namespace": "default"},
    }
    done = changed(desk, wishes=lambda _: (effects.wanted(kept),), save=True)
    (left,) = store.read(desk.cluster)

    assert ["kind"] == [each.object.name for each in left.effects]
    assert "stays development state: ConfigMap default/kind" in desk.said[-1]
    assert done.next[0].startswith("osk dev reset paint")


def test_somebody_elses_is_replaced_only_where_that_is_confirmed(desk: Desk) -> None:
    """It is shown, with whose it is; one's own is replaced at once."""
    store.write(desk.cluster, entry(Kind.IMAGE, "paint", values=BLUE, touches=("settings",), by="c@d"))
    with pytest.raises(OskError) as caught:
        changed(desk)
    asked = list(desk.said)
    confirmed = changed(desk, yes=True)
    again = changed(desk)

    assert "OSK1003" == caught.value.problems[0].code
    assert "Replace what c@d put there?" == caught.value.problems[0].detail
    assert "c@d" in asked[0]
    assert (ExitCode.DONE, ExitCode.DONE) == (confirmed.exit_code, again.exit_code)


def test_a_status_has_every_clouds(desk: Desk) -> None:
    """One of another cloud is named as that; without any it says so."""
    status(desk)
    store.write(desk.cluster, entry(profile="other"))
    store.write(desk.cluster, entry(Kind.RUN, state=State.PENDING))
    status(desk)

    none, empty, documents, text = desk.answered
    assert ([], "as the release has it") == (none, empty)
    assert {"lab", "other"} == {each["profile"] for each in documents}
    assert "cloud other: image nova" in text
    assert "run nova" in text
    assert "not finished" in text
    assert "`osk dev reset` goes back to the release" == text.splitlines()[-1]


@pytest.mark.parametrize("command", ["status", "reset"])
def test_what_a_killed_run_left_on_this_machine_goes(desk: Desk, tmp_path: Path, command: str) -> None:
    """Logins above all; what a run that is still there has stays."""
    session = replace(desk, environment={"XDG_STATE_HOME": str(tmp_path)})
    places = tmp_path / "osk" / "dev"
    left = places / "lab.nova.1"
    left.mkdir(parents=True)
    (left / "kubeconfig").write_text("token")
    acts: Any = {"status": status, "reset": partial(reset, yes=False)}
    with keeping.kept(places / "push.2") as mine:
        left.mkdir(exist_ok=True)
        acts[command](session)

        assert [mine] == [*places.iterdir()]
    assert [] == [*places.iterdir()]


def test_nothing_is_reset_where_nothing_differs(desk: Desk) -> None:
    """A name that is not there is a mistake, all of nothing is none."""
    done = reset(desk, yes=False)
    with pytest.raises(OskError) as caught:
        reset(desk, "paint", yes=True)

    assert (ExitCode.DONE, ["nothing differs from the release"]) == (done, desk.said)
    assert ("OSK1407", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)


def test_what_another_cloud_has_of_the_operators_is_said_and_stays(desk: Desk) -> None:
    """All clouds have the same; what is of its control plane is nobody else's matter."""
    store.write(desk.cluster, entry(profile="other", by="c@d"))
    store.write(desk.cluster, entry(Kind.MOUNT, "neutron", profile="other"))
    with pytest.raises(OskError) as caught:
        reset(desk, "nova", yes=True)
    with pytest.raises(OskError) as elsewhere:
        reset(desk, "neutron", yes=True)
    done = reset(desk, yes=True)
    (problem,), (unknown,) = caught.value.problems, elsewhere.value.problems

    assert ("OSK1442", ExitCode.REFUSED, "OSK1407") == (problem.code, caught.value.exit_code, unknown.code)
    assert "the cloud other" in problem.summary
    assert "c@d" in str(problem.detail)
    assert "osk dev reset nova -p PROFILE" == problem.advice[0].command
    told, nothing = desk.said[-1].splitlines()
    assert (ExitCode.DONE, "nothing differs from the release") == (done, nothing)
    assert told.startswith("dev of cloud other: image nova = ")
    assert 2 == len(store.read(desk.cluster))


def test_all_is_reset_only_where_that_is_confirmed(desk: Desk) -> None:
    """It is listed first."""
    changed(desk)

    with pytest.raises(OskError) as caught:
        reset(desk, yes=False)

    assert "OSK1003" == caught.value.problems[0].code
    assert desk.said[-1].startswith("dev: image paint = blue (")
    assert "blue" == desk.colour


def test_somebody_elses_is_taken_back_only_where_that_is_confirmed(desk: Desk) -> None:
    """Also one that is named."""
    store.write(desk.cluster, entry(Kind.IMAGE, "paint", values=BLUE, touches=("settings",), by="c@d"))

    with pytest.raises(OskError) as caught:
        reset(desk, "paint", yes=False)

    assert ("OSK1003", 1) == (caught.value.problems[0].code, len(store.read(desk.cluster)))
    assert "c@d" in desk.said[-1]


@pytest.mark.parametrize(
    ("typed", "incomplete", "expected"),
    [
        ({"operator": "nova"}, "", ["quay.io/openstack-k8s-operators/nova-operator"]),
        ({"operator": "nova"}, "registry", []),
        ({}, "", []),
    ],
)
def test_an_image_is_completed_by_its_operator(
    typed: dict[str, str], incomplete: str, expected: list[str]
) -> None:
    """With the name that upstream has for it."""
    context: Any = SimpleNamespace(params=typed)

    assert expected == naming.operator_images(context, incomplete)
    assert ["openstack", "openstack-baremetal"] == naming.operators("open")
    assert {"neutron", "neutron-api"} <= {*naming.changed("neutron")}
