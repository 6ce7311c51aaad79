"""`osk redeploy`: what is said and asked before a service is made anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.cli import developing, redeploying
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.workflows.developing import marks
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.plane import NOVA, PLANE, SPACE, Operated
from tests.unit.stopping import stop_after
from tests.unit.workflows import fleets


@dataclass
class Desk:
    """A session over a control plane in memory."""

    operated: Operated = field(default_factory=Operated)
    needs_its_name: bool = False
    said: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> "Desk":
        return self

    @property
    def loaded(self) -> Loaded:
        return fleets.planned()[0]

    @property
    def informed(self) -> World:
        return fleets.over(self.operated.cluster)

    @property
    def connection(self) -> "Desk":
        return self

    @property
    def cluster(self) -> FakeCluster:
        return self.operated.cluster

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        assert [("redeploy", "nova", "osk redeploy nova")] == [
            (each["kind"], each["name"], each["undo"]) for each in document
        ]
        self.said.append(text())

    def tell(self, text: str) -> None:
        self.said.append(text)

    def drive(self, story: Callable[[World, Options], Iterator[Event]]) -> Iterator[Event]:
        return story(self.informed, Options(recheck=0.05, backoff=0.001, settle=0.0))


def begin(desk: Any, name: str = "nova", **how: Any) -> Iterator[Event]:
    """Run the command."""
    return redeploying.events(desk, name, **{"drop": False, "yes": True, "confirm": None, **how})


def refused(desk: Any, name: str = "nova", **how: Any) -> str:
    """Run it where it is refused; gives the code."""
    with pytest.raises(OskError) as caught:
        list(begin(desk, name, **how))
    return caught.value.problems[0].code


def test_what_goes_and_what_stays_is_said() -> None:
    """Resources, databases by their clusters, who does without it, and that hosts keep what they have."""
    desk = Desk()
    (*_, last) = begin(desk)
    (said,) = desk.said

    assert isinstance(last, RunFinished)
    assert ExitCode.DONE is last.exit_code
    assert last.next[0].startswith("osk deploy dataplane --set dataplane.deployment.name=NEW ")
    assert "  - Nova openstack/nova\n" in said
    assert (
        "with 5 resources that it owns: KeystoneService, MariaDBDatabase, NovaAPI, and their workloads"
        in said
    )
    assert "  = databases in openstack: nova_api, nova_cell0   (stay as they are)\n" in said
    assert "while nova is gone these do without it: cinder, horizon\n" in said
    assert "is lost" not in said


def test_what_is_lost_is_said() -> None:
    """The databases of all cells, and that others' records point to nothing."""
    desk = Desk()
    list(begin(desk, drop=True))

    assert "  - databases in openstack-cell1: nova_cell1\n" in desk.said[0]
    assert "what nova has stored is lost, and what others have stored of it points to nothing" in desk.said[0]
    assert 2 == len(desk.operated.told)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"yes": False}, "OSK1003"),
        ({"yes": False, "drop": True}, "OSK1003"),
        ({"drop": True, "needs": True}, "OSK1009"),
        ({"drop": True, "needs": True, "confirm": "other"}, "OSK1009"),
        ({"name": "nov"}, "OSK1021"),
        ({"name": "galera"}, "OSK1430"),
        ({"name": "glance", "drop": True}, "OSK1433"),
    ],
)
def test_what_is_refused_changes_nothing(how: dict[str, Any], code: str) -> None:
    """Without an answer, or the profile's name where databases go on a cluster of one's own; and what makes no sense."""
    desk = Desk(needs_its_name=how.pop("needs", False))
    before = desk.operated.uid(NOVA)

    assert code == refused(desk, **how)
    assert before == desk.operated.uid(NOVA)
    assert not marks.of(desk.operated.there(PLANE))


def test_the_name_confirms_what_is_dropped() -> None:
    """On a cluster of one's own; nothing is asked there where databases stay."""
    desk = Desk(needs_its_name=True)
    list(begin(desk))
    list(begin(desk, drop=True, yes=False, confirm="crc"))

    assert 2 == len(desk.operated.told)


def test_nothing_is_asked_again(tmp_path: Path) -> None:
    """What was confirmed and ended halfway goes on with a word."""
    desk: Any = Desk(environment={"XDG_STATE_HOME": str(tmp_path)})
    stop_after(begin(desk, drop=True), "/gone")
    developing.status(desk)
    (*_, last) = begin(desk, yes=False)

    assert desk.said[1] == desk.said[2]
    assert isinstance(last, RunFinished)
    assert ExitCode.DONE is last.exit_code
    assert "nova is being made anew, its databases dropped, by " in desk.said[1]
    assert () == marks.halfway(desk.operated.cluster, SPACE)
