"""An operator on a workstation: after the deployed one is gone, with its webhooks where they are, until it ends."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.lease import LEASE
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.developing import webhooks
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.developing import effects, running
from openstack_k8s_cli.workflows.developing.running import Hooks, Keeper, Run
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows.developing.times import Times

OPS = "openstack-operators"
MUTATING = served(webhooks.GROUP, "v1", webhooks.KINDS[0], "mutatingwebhookconfigurations", namespaced=False)
TARGET = webhooks.ids("openstack")[0]
HOOKS = Hooks(9443, "192.0.2.7:9443", b"PEM", (), "openstack")
RUN = Run("nova", ("go", "run"), "/src", {"A": "b"})


@dataclass
class Started:
    """A program that ends after so many looks at it."""

    looks: int = 2
    code: int = 3
    process: int = 4711

    def wait(self, seconds: float | None = None) -> int | None:
        assert seconds
        self.looks -= 1
        return self.code if self.looks < 0 else None

    def end(self) -> int:
        return self.code


@dataclass
class Programs:
    """Those of a test: what was started, and who listens after so many questions."""

    program: Started = field(default_factory=Started)
    silent: int = 1
    started: list[tuple[Sequence[str], str, Mapping[str, str]]] = field(default_factory=list)

    def start(self, argv: Sequence[str], *, folder: str, environment: Mapping[str, str]) -> Started:
        self.started.append((argv, folder, environment))
        return self.program

    def listens(self, port: int) -> bool:
        assert 9443 == port
        self.silent -= 1
        return self.silent < 0


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cluster with nova's pod, its leader's lease, and the configuration of a webhook."""
    made = FakeCluster(MUTATING)
    for name in (OPS, "openstack"):
        made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    labels = {"openstack.org/operator-name": "nova"}
    made.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "nova-1", "namespace": OPS, "labels": labels},
        }
    )
    for name, holder in (("nova", "nova-1_uuid"), ("glance", "glance-1_uuid")):
        spec = {"holderIdentity": holder, "leaseDurationSeconds": 30}
        made.create({**_head(LEASE.api_version, "Lease", name, OPS), "spec": spec})
    made.create({**configuration(), "webhooks": [hook()]})
    return made


def _head(api_version: str, kind: str, name: str, namespace: str = "") -> Body:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}


def configuration() -> Body:
    """Name the configuration."""
    meta = {"name": TARGET.name, "annotations": {webhooks.INJECTED: "x"}}
    return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": TARGET.kind, "metadata": meta}


def hook() -> Body:
    """Give a webhook that points at a Service."""
    service = {"name": "s", "namespace": OPS, "path": "/mutate"}
    rule = {"apiGroups": ["", "apps"], "resources": ["configmaps"]}
    return {"name": "m.kb.io", "clientConfig": {"service": service}, "rules": [rule]}


def hooks(cluster: FakeCluster) -> Hooks:
    """Want the configuration to call this machine."""
    live = effects.read(cluster, TARGET)
    assert live is not None
    pointed = webhooks.pointed(live, at=HOOKS.at, authority=HOOKS.authority)
    return Hooks(HOOKS.port, HOOKS.at, HOOKS.authority, (effects.wanted(pointed, later=True),), "openstack")


def url(cluster: FakeCluster) -> Any:
    """Tell where the webhook is called."""
    return get(effects.read(cluster, TARGET) or {}, "webhooks", 0, "clientConfig", "url")


def gone(cluster: FakeCluster) -> None:
    """Let nova's pod go."""
    cluster.delete(running.PODS, OPS, "nova-1")


def test_the_lease_of_a_leader_that_is_gone_is_given_back(cluster: FakeCluster) -> None:
    """Once its pod is no more; that of another operator stays."""
    before = running.pods(cluster, "nova", OPS)
    running.drain(cluster, Times(lambda: gone(cluster)), "nova", OPS, before)

    holders = [get(each, "spec", "holderIdentity") for each in cluster.list(LEASE, OPS).items]
    assert ["glance-1_uuid", ""] == holders


def test_pods_that_stay_are_named(cluster: FakeCluster) -> None:
    """After a minute: they are given ten seconds to end."""
    with pytest.raises(OskError) as refused:
        running.drain(cluster, Times(), "nova", OPS, ["nova-1"])

    assert ("OSK1416", f"Pod {OPS}/nova-1") == (
        refused.value.problems[0].code,
        refused.value.problems[0].subject,
    )


def test_a_program_is_followed_to_its_own_end(cluster: FakeCluster) -> None:
    """In its folder and with its environment; its exit code is what is left of it."""
    programs, said = Programs(), list[str]()

    code = running.follow(cluster, Times(), programs, RUN, said.append)

    assert 3 == code
    assert [(("go", "run"), "/src", {"A": "b"})] == programs.started
    assert ["nova runs here as process 4711; Ctrl-C puts everything back"] == said


def test_one_that_somebody_takes_back_does_not_run_on(cluster: FakeCluster) -> None:
    """The deployed one runs again by then, and two would work against each other."""
    answers = iter([True, True, False])
    run = replace(RUN, wanted=lambda: next(answers))

    assert running.follow(cluster, Times(), Programs(Started(looks=10**6)), run, lambda _: None) is None
    assert [] == list(answers)


def test_webhooks_are_called_here_once_they_are_served(cluster: FakeCluster) -> None:
    """Not before: nobody would answer."""
    programs = Programs(Started(looks=5))
    run = Run("openstack", ("go",), "/src", {}, hooks(cluster))
    said: list[str] = []

    running.follow(cluster, Times(), programs, run, said.append)

    assert f"https://{HOOKS.at}/mutate" == url(cluster)
    assert f"its webhooks are called at {HOOKS.at}" in said
    assert -1 == programs.silent


def test_a_program_that_ends_before_it_serves_leaves_the_webhooks(cluster: FakeCluster) -> None:
    """It was not compiled, say."""
    programs = Programs(Started(looks=1), silent=9)
    run = Run("openstack", ("go",), "/src", {}, hooks(cluster))

    assert 3 == running.follow(cluster, Times(), programs, run, lambda _: None)
    assert url(cluster) is None


def test_webhooks_that_the_cluster_does_not_reach_end_the_run(cluster: FakeCluster) -> None:
    """With the port that is to be opened."""
    error = ClusterError(ErrorKind.WEBHOOK_UNREACHABLE, "connection refused")
    cluster.fail(error, verb="create (dry run)", times=999)
    run = Run("openstack", ("go",), "/src", {}, hooks(cluster))

    with pytest.raises(OskError) as refused:
        running.follow(cluster, Times(), Programs(), run, lambda _: None)

    assert "OSK1418" == refused.value.problems[0].code
    assert "sudo firewall-cmd --add-port=9443/tcp" in {
        each.command for each in refused.value.problems[0].advice
    }


def test_a_program_that_never_serves_them_ends_the_run(cluster: FakeCluster) -> None:
    """After five minutes: it may have to be compiled first."""
    run = Run("openstack", ("go",), "/src", {}, hooks(cluster))

    with pytest.raises(OskError) as refused:
        running.follow(cluster, Times(), Programs(Started(looks=10**6), silent=10**6), run, lambda _: None)

    assert "OSK1419" == refused.value.problems[0].code


def test_configurations_that_are_put_back_are_pointed_here_again(cluster: FakeCluster) -> None:
    """Their operator writes them at its next look; who runs it is told."""
    wanted = hooks(cluster)
    running.point(cluster, wanted)
    said: list[str] = []
    keeper = Keeper(cluster, wanted, said.append)
    try:
        _wait(lambda: cluster.requests().get(f"watch {TARGET.kind}"))
        cluster.merge(MUTATING, "", TARGET.name, {"webhooks": [hook()]})
        _wait(lambda: said)
    finally:
        keeper.close()

    assert f"https://{HOOKS.at}/mutate" == url(cluster)


def _wait(true: Callable[[], object]) -> None:
    """Wait for another thread."""
    pause = threading.Event()
    for _ in range(12_000):
        if true():
            return
        pause.wait(0.005)
    raise AssertionError
