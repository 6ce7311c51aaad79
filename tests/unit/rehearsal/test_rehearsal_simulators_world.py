"""What wakes a controller: the changes of what it looked at, and of nothing else."""

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.world import View, World

GROUP, KIND = "dataplane.openstack.org", "OpenStackDataPlaneDeployment"


def deployment(name: str, *node_sets: str) -> Body:
    """Give a deployment for some node sets."""
    meta = {"name": name, "namespace": "openstack", "uid": name}
    return {
        "apiVersion": f"{GROUP}/v1beta1",
        "kind": KIND,
        "metadata": meta,
        "spec": {"nodeSets": [*node_sets]},
    }


def test_a_node_set_sees_its_own_deployments() -> None:
    """Those of other node sets do not wake it."""
    world = World()
    world.put(deployment("one", "a", "b"))
    world.put(deployment("two", "b"))
    view = View(world)

    found = view.naming(GROUP, KIND, "openstack", "a")

    assert ["one"] == [each["metadata"]["name"] for each in found]
    assert view.seen & set(world.put(deployment("three", "a")))
    assert view.seen & set(world.put(deployment("one", "a", "b")))
    assert not view.seen & set(world.put(deployment("two", "b")))


def test_what_is_made_is_thought_of_once_a_pass() -> None:
    """The needs look at the very objects that are made."""
    calls: list[str] = []

    def make(body: Body, _view: View) -> list[Body]:
        calls.append(body["metadata"]["name"])
        return [body]

    view, body = View(World()), deployment("one")

    assert view.made(make, body) is view.made(make, body)
    assert calls == ["one"]
