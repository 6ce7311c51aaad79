"""A cloud that is up, and a clock that plays the test-operator in it."""

import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.results import Results
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, RunFinished
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.workflows.testing import running
from openstack_k8s_cli.workflows.world import World
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds

FACTS = Facts(provider="existing", flavour="openshift", workers=("w",), nics={}, capabilities=frozenset())
TEMPEST = ObjectId("test.openstack.org", "Tempest", "openstack", "tempest-tests")
READER = ObjectId("", "Pod", "openstack", "tempest-tests-reader")
KINDS = tuple(
    served("test.openstack.org", "v1beta1", kind, plural)
    for kind, plural in {
        "Tempest": "tempests",
        "Tobiko": "tobikoes",
        "HorizonTest": "horizontests",
        "AnsibleTest": "ansibletests",
    }.items()
)


def archive(**texts: str) -> bytes:
    """Make an archive of files, and a link that leads out of it."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as opened:
        for name, text in texts.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            opened.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        opened.addfile(link)
    return whole.getvalue()


def together(*moves: Callable[[], object]) -> Callable[[], None]:
    """Make one move of several."""

    def move() -> None:
        for each in moves:
            each()

    return move


class Operator(FakeClock):
    """The clock, and the test-operator on it: what happens meanwhile is its work."""

    def __init__(self, made: FakeCluster) -> None:
        super().__init__()
        self.made = made
        self.said: dict[str, str] = {}
        """Logs by pod."""
        made.on_log = lambda _namespace, pod: self.said.get(pod, "")

    def sleep(self, seconds: float) -> None:
        """Let time pass, and one thing happen."""
        super().sleep(max(seconds, 1.0))

    def pod(self, name: str, phase: str, *, step: int = 0, code: int | None = None, said: str = "") -> None:
        """Have a pod at a phase."""
        state = {"terminated": {"exitCode": code}} if code is not None else {"running": {}}
        self.made.put(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": name,
                    "namespace": "openstack",
                    "labels": {"instanceName": TEMPEST.name, "workflowStep": str(step)},
                },
                "spec": {"containers": [{"name": "tests", "image": "tests:1"}]},
                "status": {"phase": phase, "containerStatuses": [{"name": "tests", "state": state}]},
            }
        )
        self.said[name] = said

    def is_done(self, *conditions: Body) -> None:
        """Say that every pod has ended."""
        done = {"type": "DeploymentReady", "status": "True"}
        self.made.set_status(TEMPEST, {"observedGeneration": 1, "conditions": [done, *conditions]})

    def volume(self, name: str = "logs") -> None:
        """Have a volume that the pods wrote to."""
        there = self.made.peek(TEMPEST) or {"metadata": {}}
        owner = {
            "apiVersion": "v1",
            "kind": "Tempest",
            "name": TEMPEST.name,
            "uid": there["metadata"].get("uid"),
        }
        meta = {
            "name": name,
            "namespace": "openstack",
            "labels": {"instanceName": TEMPEST.name},
            "ownerReferences": [owner],
        }
        spec = {"volumeName": "pv1"}
        self.made.put({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec})

    def reader_runs(self) -> None:
        """Have the reading pod run."""
        if self.made.peek(READER):
            self.made.set_status(READER, {"conditions": [{"type": "Ready", "status": "True"}]})

    def passes(self) -> None:
        """Play a run that goes well."""
        self.meanwhile += [
            lambda: self.pod("tempest-tests", "Running", said="first\nsecond\n"),
            together(
                lambda: self.pod("tempest-tests", "Succeeded", code=0, said="first\nlast\n"),
                self.is_done,
                self.volume,
            ),
            self.reader_runs,
        ]


@dataclass
class Scene:
    """A cloud, its clock, and where results go."""

    operator: Operator
    world: World
    folder: Path

    def run(self, name: str = "tempest", *, keep: bool = False) -> list[Event]:
        """Run a test to its end."""
        options = Options(command="test", again="osk test tempest", held=30.0)
        return list(running.run(self.world, name, Results(self.folder), options, keep=keep))


def scene(folder: Path, overlay: str = "", *, kinds: bool = True) -> Scene:
    """Make a cloud that is up."""
    made = worlds.cluster(*(KINDS if kinds else ()))
    worlds.namespace(made, "openstack")
    made.output = archive(**{"tempest/results.xml": "<ok/>"})
    overlays = [Source("test", overlay, "test")] if overlay else []
    loaded = loading.load("crc", reader=files.ProfileFiles(), overlays=overlays)
    operator = Operator(made)
    bearings = (FACTS, building.build([], profile="crc"))
    catalogue = components.parse(files.catalogue())
    world = World(made, operator, loaded, catalogue, NoSecrets(), bearings=bearings)
    return Scene(operator, world, folder / "out")


def end(events: list[Event]) -> RunFinished:
    """Give the end of a run."""
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    return finished


def changes(events: list[Event]) -> list[Change]:
    """Give what became of the resource."""
    return [each.change for each in events if isinstance(each, ObjectChanged)]


def refused(action: Callable[[], object]) -> Problem:
    """Give the problem that a call raises."""
    with pytest.raises(OskError) as caught:
        action()
    (problem,) = caught.value.problems
    return problem
