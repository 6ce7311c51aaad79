"""dataplane.following: the threads beside a step, over an in-memory cluster."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.apply.messages import Faulted, TaskTold
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.dataplane.reading import Ended, Log
from openstack_k8s_cli.model.steps import Layer, Step
from tests.fakes.cluster import FakeCluster
from tests.unit.apply import plans
from tests.unit.dataplane import deployed, pods
from tests.unit.workflows import fleets

FULL = "No space left on device"
PATIENCE = 60.0


class Scene:
    """A deployment that is followed."""

    def __init__(self) -> None:
        self.cluster = FakeCluster(fleets.NODESETS, fleets.DEPLOYMENTS)
        self.cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": pods.NAMESPACE}})
        self.body = deployed.deployment(pods.DEPLOYMENT, "compute")
        self.following = Following(
            self.cluster,
            plans.Ticking(),
            {"compute": deployed.SERVICES},
            "osk deploy",
            lambda: ["s3cr3t s3cr3t"],
        )
        self.step: Step = plans.step("x", *deployed.manifests(self.body), layer=Layer.DATAPLANE)
        self.words: list[TaskTold | Faulted] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)

    def _follow(self) -> None:
        self.following.follow(self.step, self.words.append, self.stop)

    @property
    def told(self) -> list[Told]:
        """Give what was told."""
        return [each.told for each in self.words if isinstance(each, TaskTold)]

    def runs(self, service: str, *, number: int = 1) -> str:
        """Let a job and its pod run; give the pod's name."""
        self.cluster.put(pods.job(service))
        self.cluster.put(pods.pod(service, number=number))
        return str(pods.pod(service, number=number)["metadata"]["name"])

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, self.words
            time.sleep(0.01)

    def end(self) -> None:
        """End the step, and wait for the thread."""
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Follow a deployment until the test ends."""
    made = Scene()
    made.cluster.put(made.body)
    made.thread.start()
    yield made
    made.end()


def ended(service: str, outcome: str) -> Told:
    """Give what is told of a service's end."""
    message = "attempt 1 of 7" if outcome == "failed" else ""
    return Told("", "", outcome, message, "compute", service)


def test_a_failure_shows_while_the_job_goes_on(scene: Scene) -> None:
    """The host is told as soon as its line comes; the pod's end brings cause and command, before the job's."""
    pod = scene.runs("install-os")
    scene.cluster.say(pods.NAMESPACE, pod, *pods.said("install-os", "a", "b", failing={"b": FULL})[:-4])
    scene.wait(lambda: any(each.host == "b" and each.outcome == "failed" for each in scene.told))
    scene.cluster.say(pods.NAMESPACE, pod, None)
    scene.cluster.put(pods.pod("install-os", phase="Failed"))
    scene.wait(lambda: any(isinstance(each, Faulted) for each in scene.words))

    (fault,) = (each for each in scene.words if isinstance(each, Faulted))
    assert "install-os failed on b (node set compute)" == fault.problem.summary
    assert "likely cause: the host's disk is full" in fault.text
    assert "`osk deploy`" in fault.text
    assert ended("install-os", "failed") in scene.told


def test_the_end_has_every_failed_host(scene: Scene) -> None:
    """Also those of a pod that ended in the very moment in which the step did."""
    scene.cluster.put(pods.job("install-os"))
    scene.wait(lambda: bool(scene.words))
    name = str(pods.pod("install-os")["metadata"]["name"])
    scene.cluster.say(
        pods.NAMESPACE, name, *pods.said("install-os", "a", "b", failing={"a": FULL, "b": FULL}), None
    )
    scene.cluster.put(pods.pod("install-os", phase="Failed"))
    scene.stop.set()

    (problem,) = scene.following.problems(scene.step.id)
    assert "install-os failed on a, b (node set compute)" == problem.summary


def test_a_log_that_never_ends_is_read_once_more(scene: Scene) -> None:
    """A kubelet that keeps the connection open hides nothing, and no line is told twice."""
    pod = scene.runs("bootstrap")
    lines = pods.said("bootstrap", "a")
    scene.cluster.say(pods.NAMESPACE, pod, *lines[:4])
    scene.wait(lambda: any(each.task == "Gathering Facts" for each in scene.told))
    scene.cluster.printed[pods.NAMESPACE, pod] += lines[4:]  # no reader hears of it
    scene.cluster.put(pods.pod("bootstrap", phase="Succeeded"))
    scene.wait(lambda: ended("bootstrap", "ok") in scene.told)

    assert [Told("a", "", "changed", "", "compute", "bootstrap")] == [
        each for each in scene.told if each.host
    ]


def test_a_log_that_breaks_goes_on_where_it_was(scene: Scene) -> None:
    """An outage of the API server repeats no line and loses none."""
    pod = scene.runs("bootstrap")
    lines = pods.said("bootstrap", "a", "b", failing={"b": FULL})
    scene.cluster.say(pods.NAMESPACE, pod, *lines[:-3])
    scene.wait(lambda: any(each.host == "b" for each in scene.told))
    scene.cluster.go_down()
    scene.cluster.come_back()
    scene.cluster.say(pods.NAMESPACE, pod, *lines[-3:], None)
    scene.cluster.put(pods.pod("bootstrap", phase="Failed"))
    scene.wait(lambda: ended("bootstrap", "failed") in scene.told)

    assert ["b", "a"] == [each.host for each in scene.told if each.host]


def test_a_pod_that_is_deleted(scene: Scene) -> None:
    """Its log is not asked for any more, and what the next pod says is told."""
    first = scene.runs("bootstrap")
    lines = pods.said("bootstrap", "a")
    scene.cluster.say(pods.NAMESPACE, first, *lines[:4])
    scene.wait(lambda: any(each.task == "Gathering Facts" for each in scene.told))
    resource = scene.cluster.resource("", "Pod")
    assert resource is not None
    scene.cluster.delete(resource, pods.NAMESPACE, first)
    scene.wait(lambda: f"osk-log-{first}" not in {each.name for each in threading.enumerate()})
    second = scene.runs("bootstrap", number=2)
    scene.cluster.say(pods.NAMESPACE, second, *lines, None)
    scene.cluster.put(pods.pod("bootstrap", number=2, phase="Succeeded"))
    scene.wait(lambda: ended("bootstrap", "ok") in scene.told)

    assert [Told("a", "", "changed", "", "compute", "bootstrap")] == [
        each for each in scene.told if each.host
    ]


def test_a_pod_that_was_gone_before_it_was_heard() -> None:
    """Its log is asked for once or twice, not every second."""
    cluster, said = FakeCluster(), list[object]()
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": pods.NAMESPACE}})
    Log(cluster, pods.DEPLOYMENT, pods.pod("bootstrap"), said.append).start()
    until = time.monotonic() + PATIENCE
    while not said and time.monotonic() < until:
        time.sleep(0.01)

    assert [Ended] == [type(each) for each in said]
    assert 1 == cluster.requests()["follow Pod"]


def looked(*hosts: str) -> tuple[dict[str, int], int]:
    """Follow a service on hosts to its end; give the requests and how many words it came to."""
    scene = Scene()
    scene.cluster.put(scene.body)
    scene.thread.start()
    pod = scene.runs("bootstrap")
    scene.cluster.say(pods.NAMESPACE, pod, *pods.said("bootstrap", *hosts), None)
    scene.cluster.put(pods.pod("bootstrap", phase="Succeeded"))
    scene.wait(lambda: ended("bootstrap", "ok") in scene.told)
    scene.end()
    asked = scene.cluster.requests()
    return {verb: asked[verb] for verb in ("list Pod", "list Job", "watch Pod", "watch Job", "log Pod")}, len(
        scene.told
    )


def test_requests_do_not_grow_with_hosts() -> None:
    """A thousand hosts cost as many as one: the watches, and each pod's log; and a word for each host."""
    (few, _), (many, words) = looked("a"), looked(*(f"h{number}" for number in range(1000)))

    assert few == many
    assert words < 1010


def test_what_is_through_is_not_followed() -> None:
    """The operator's word costs one request; nothing else is asked, not even what no line may show."""
    scene = Scene()
    asked: list[str] = []

    def secrets() -> list[str]:
        asked.append("secrets")
        return asked

    scene.following.secrets = secrets
    scene.cluster.put(deployed.ran(scene.body))
    scene.cluster.log.clear()
    scene.thread.start()
    scene.thread.join(PATIENCE)

    assert ([], {"get OpenStackDataPlaneDeployment": 1}) == (
        scene.words,
        {verb: count for verb, count in scene.cluster.requests().items() if verb != "discover API"},
    )
    assert ([], ()) == (asked, scene.following.problems(scene.step.id))


def test_who_may_not_look_is_not_stopped() -> None:
    """Nothing of it is the run's trouble."""
    scene = Scene()
    scene.cluster.fail(ClusterError(ErrorKind.FORBIDDEN, "no", status=403), times=10_000)
    scene.thread.start()
    scene.stop.set()
    scene.thread.join(PATIENCE)

    assert ([], ()) == (scene.words, scene.following.problems(scene.step.id))


def test_only_steps_with_deployments(scene: Scene) -> None:
    """A step of node sets is none."""
    assert scene.following.goes_with(scene.step)
    assert not scene.following.goes_with(plans.step("y", *deployed.manifests(deployed.nodeset("n", ["a"]))))
