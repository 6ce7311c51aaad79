"""What the cluster says of a mount."""

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.developing import mounting as plain
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.developing.mounting import Share
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.developing import effects, mounting, store, swapping
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.unit.workflows import worlds

SITE = "/usr/lib/python3.12/site-packages/neutron"
SHARE = Share("192.168.130.1", "/home/me/neutron/neutron")


def pod(name: str, phase: str, *containers: str) -> Body:
    """Make a pod of neutron."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "openstack", "labels": {"service": "neutron"}},
        "spec": {"containers": [{"name": each} for each in containers]},
        "status": {"phase": phase},
    }


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cluster with neutron's pods, of which the second one runs."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")
    made.put(pod("gone", "Failed", "api"))
    made.put(pod("runs", "Running", "httpd", "api"))
    return made


def test_python_in_a_pod_says_where_the_package_is(cluster: FakeCluster) -> None:
    """The first container that knows it; what images have elsewhere is known without any."""
    asked: list[str] = []

    def answer(_: str, name: str, command: tuple[str, ...], __: bytes) -> Ran:
        asked.append(name)
        assert "find_spec('neutron')" in command[-1]
        return Ran(1, "", "No module named neutron") if len(asked) == 1 else Ran(0, f"{SITE}\n", "")

    cluster.on_exec = answer

    assert SITE == mounting.place(cluster, "openstack", "neutron")
    assert ["runs", "runs"] == asked
    assert mounting.place(cluster, "openstack", "ansible").endswith("/ansible_collections/osp/edpm")


def test_where_no_pod_says_it_it_has_to_be_named(cluster: FakeCluster) -> None:
    """With the option and an example."""
    cluster.on_exec = lambda *_: Ran(127, "", "not found")
    with pytest.raises(OskError) as caught:
        mounting.place(cluster, "openstack", "neutron")

    assert "OSK1429" == caught.value.problems[0].code
    assert "--at" in caught.value.problems[0].advice[0].text


def test_nodes_are_the_clients() -> None:
    """By their addresses inside, each once."""
    cluster = worlds.cluster()
    addresses = [{"type": "Hostname", "address": "one"}, {"type": "InternalIP", "address": "10.0.0.1"}]
    cluster.set_status(ObjectId("", "Node", "", "one"), {"addresses": addresses})

    assert ("10.0.0.1",) == mounting.clients(cluster)


def test_volume_and_claim_come_once_and_go(cluster: FakeCluster) -> None:
    """A second time they are left as they are: the claim is bound, and neither could be changed."""
    records.make_namespace(cluster)
    bodies = list(plain.objects("neutron", SHARE, "openstack"))
    wanted = entry(Kind.MOUNT, "neutron")
    first = swapping.announced(worlds.world(cluster), wanted, mounting.wishes(cluster, bodies))
    for body in bodies:
        effects.make(cluster, effects.wanted(body))
    claim = {**bodies[1], "metadata": {**bodies[1]["metadata"], "annotations": {"bound": "yes"}}}
    cluster.put(claim)
    again = mounting.wishes(cluster, bodies)
    for wish in again:
        effects.make(cluster, wish)
    bound = cluster.peek(again[1].object) or {}
    second = swapping.announced(worlds.world(cluster), wanted, again)
    for effect in reversed(second.effects):
        effects.put_back(cluster, effect, store.earlier(cluster, second), again=True)

    assert first.effects == second.effects
    assert {"bound": "yes"} == bound["metadata"]["annotations"]
    assert not [each for each in cluster.ids() if each.name.startswith("osk-dev-neutron")]
