"""`osk hosts add` and `osk hosts remove`: what is asked before anything is written, and what is done besides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.cli import making, staffing
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.events import Change, Event, Outcome, RunFinished, Warned
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.workflows.comparing import Row
from openstack_k8s_cli.workflows.planning import Preview
from openstack_k8s_cli.workflows.recalling import Recollection
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cloud import FakeCloud
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets


@dataclass
class Changed:
    """A session whose profile was changed otherwise since it was deployed; its own work, profiles and what they recall."""

    written: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    profile_name: str = "lab.yaml"
    scope: Scope = field(default_factory=Scope)

    @property
    def work(self) -> "Changed":
        return self

    @property
    def profiles(self) -> "Changed":
        return self

    @property
    def loaded(self) -> Any:
        return SimpleNamespace(name="lab")

    def recollection(self) -> Recollection:
        return Recollection((Layer.DATAPLANE,))

    def preview(self, _target: Any) -> Preview:
        _, facts, plan = fleets.planned()
        target = ObjectId("", "ConfigMap", "openstack", "nova-extra-config")
        return Preview(plan, facts, (Row("dataplane/maps", target, Change.CONFIGURED),))

    def tell(self, text: str) -> None:
        self.said.append(text)

    def grow(self, name: str, nodeset: str, number: int, *, dry: bool = False) -> list[str]:
        self.written += [] if dry else [name]
        return [f"{nodeset}-{each}" for each in range(number)]


def test_nothing_is_written_before_the_answer() -> None:
    """Nobody can be asked: the profile's file is as it was, so that the same command with --yes adds no more than it says."""
    session: Any = Changed()
    with pytest.raises(OskError) as caught:
        list(staffing.add(session, "compute", 2, yes=False, skip_checks=True))

    assert "OSK1003" == caught.value.problems[0].code
    assert "changed otherwise too: ConfigMap/nova-extra-config." in str(caught.value.problems[0])
    assert session.said
    assert [] == session.written


@dataclass
class Unfit(Changed):
    """A session whose new hosts are not fit, or whose deployment is refused after its first words."""

    words: int = 0
    others: str = ""
    """What somebody else has put into the profile's file meanwhile."""
    text: str = "count: 1"
    again: str = ""

    @property
    def loaded(self) -> Any:
        values = {"platform": {"provider": "rehearsal"}, "dataplane": {"nodesets": {}, "hypervisor": {}}}
        return SimpleNamespace(name="lab", values={**values, "name": "lab"})

    @property
    def environment(self) -> dict[str, str]:
        return {}

    def recollection(self) -> Recollection:
        return Recollection(())

    def source(self, name: str) -> Source:
        return Source(name, self.text, name)

    def grow(self, name: str, nodeset: str, number: int, *, dry: bool = False) -> list[str]:
        self.text = self.text if dry else f"count: {1 + number}"
        return super().grow(name, nodeset, number, dry=dry)

    def put_back(self, _name: str, before: Source, after: Source) -> bool:
        if after.text != self.text:
            return False
        self.text = before.text
        return True

    def pointed(self, *words: str) -> str:
        return " ".join(("osk", *words))

    def gate(self, _target: Any) -> None:
        self.text += self.others
        if not self.words:
            raise OskError(Problem("OSK1102", "not fit"), exit_code=ExitCode.REFUSED)

    def deploy(self, _target: Any, *, again: str) -> Iterator[Event]:
        self.again = again
        yield Warned(0.0, "a word")
        raise OskError(Problem("OSK0300", "refused"), exit_code=ExitCode.REFUSED)


@pytest.mark.parametrize(
    ("words", "others", "text"),
    [(0, "", "count: 1"), (0, "  # mine", "count: 3  # mine"), (1, "", "count: 3")],
)
def test_a_refusal_takes_the_growth_back(words: int, others: str, text: str) -> None:
    """The same command adds no more than it says; what others wrote meanwhile stays, and so does growth that was begun with."""
    session: Any = Unfit(words=words, others=others)
    with pytest.raises(OskError):
        list(staffing.add(session, "compute", 2, yes=True, skip_checks=False))

    assert text == session.text
    assert [("as it was before" if text == "count: 1" else "osk deploy dataplane") in session.said[-1]] == [
        True
    ]
    assert session.again == ("osk deploy dataplane" if words else "")


def test_machines_that_fail_to_be_made_are_made_by_another_command() -> None:
    """The same command would add still more hosts; remedies of other kinds stay."""
    advice = (Advice("Mend it, then run the same command again"), Advice("See its log"))
    problem = making.onwards(Problem("OSK1189", "it failed", advice=advice), ["edpm-compute-1"])

    assert [None, "osk hosts create edpm-compute-1", "osk deploy dataplane"] == [
        each.command for each in problem.advice
    ]
    assert "See its log" == problem.advice[0].text


def removing(world: World) -> Any:
    """Make a session over a world; its deployments end well."""
    ended = RunFinished(0.0, Outcome.READY, ExitCode.DONE, 0.0)
    work = SimpleNamespace(
        informed=world, profile_name="lab.yaml", options=Options, deploy=lambda _target: iter([ended])
    )
    return SimpleNamespace(work=work, environment={})


def test_a_host_that_was_taken_out_by_hand_leaves_the_cloud() -> None:
    """The profile has it no more; nova's service, chassis and agents go all the same, and a strange name is refused."""
    cloud = FakeCloud(["edpm-compute-0", "edpm-compute-7"])
    world = fleets.world()
    assert isinstance(world.cluster, FakeCluster)
    cloud.over(world.cluster)
    names = ["edpm-compute-7.ctlplane.example.com"]
    events = list(staffing.remove(removing(world), names, migrate=False, yes=True))
    with pytest.raises(OskError) as strange:
        list(staffing.remove(removing(world), ["edpm-compute-9"], migrate=False, yes=True))

    assert {f"{kind}-edpm-compute-7" for kind in ("service", "agent", "chassis")} == cloud.gone
    assert [ExitCode.DONE] == [each.exit_code for each in events if isinstance(each, RunFinished)]
    assert "OSK1120" == strange.value.problems[0].code
