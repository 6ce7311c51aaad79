"""`osk hosts add` and `osk hosts remove`: what is asked before anything is written, and what is done besides."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.cli import staffing
from openstack_k8s_cli.model.events import Change, Outcome, RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
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
