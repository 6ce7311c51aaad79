"""A simulated pool of machines: what it takes up, and how it says that it is through."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, condition, get, id_of
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import life, paces, table
from openstack_k8s_cli.rehearsal.simulators.life import Circumstances, Memory, Outcome
from openstack_k8s_cli.rehearsal.simulators.world import View, World

NAME = "rendered-master-rehearsal"
UPDATED = [{"type": "Updated", "status": "True"}]


def cluster(api_version: str, kind: str, name: str, **more: Any) -> Body:
    """Give an object of the whole cluster."""
    meta = {"name": name, "uid": name, "generation": 1, "resourceVersion": "1"}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **more}


MIRRORS = cluster("config.openshift.io/v1", "ImageDigestMirrorSet", "m", spec={"imageDigestMirrors": []})


def pool(wanted: str = NAME, **spec: Any) -> Body:
    """Give the masters' pool, which has what a bare cluster's has."""
    made = cluster("machineconfiguration.openshift.io/v1", "MachineConfigPool", "master")
    status = {"configuration": {"name": NAME}, "conditions": UPDATED, "observedGeneration": 1}
    return {**made, "spec": {"configuration": {"name": wanted}, **spec}, "status": status}


def passed(body: Body, *others: Body, memory: Memory | None = None, now: float = 100.0) -> Outcome:
    """Do one pass over a pool of one node."""
    world = World()
    node = cluster("v1", "Node", "crc")
    node["metadata"]["labels"] = {"node-role.kubernetes.io/master": "", "node-role.kubernetes.io/worker": ""}
    for each in (body, node, *others):
        world.put(each)
    row = table.BY_KIND["machineconfiguration.openshift.io", "MachineConfigPool"]
    return life.live(row, body, View(world), memory or Memory(), Circumstances(paces.tempo(Pace.FAST), now))


def test_a_bare_cluster_stays_as_it_is() -> None:
    """Nothing is rendered anew at its start."""
    assert [] == passed(pool()).applies


def test_a_mirror_renders_a_new_configuration() -> None:
    """Until the controller has looked at it the pool calls itself updated, as in life."""
    outcome = passed(pool(), MIRRORS)

    (made,) = outcome.applies
    assert id_of(pool()) == id_of(made)
    assert NAME != get(made, "spec", "configuration", "name")
    assert "True" == (condition({"status": outcome.status}, "Updated") or {}).get("status")


def test_a_pool_is_through_when_it_has_taken_its_time() -> None:
    """Then its nodes have the new configuration, and not before."""
    wanted = get(passed(pool(), MIRRORS).applies[0], "spec", "configuration", "name")
    body, memory = pool(wanted), Memory()
    body["metadata"]["generation"] = 2
    seen = []
    for now in (100.0, 101.0, 101.5, 110.0, 111.0):
        status = passed(body, MIRRORS, memory=memory, now=now).status or {}
        body = {**body, "status": {**body["status"], **status}}
        there = get(body, "status", "configuration", "name")
        seen.append((there == wanted, body["status"].get("updatedMachineCount")))

    assert (False, 0) in seen
    assert (True, 1) == seen[-1]


def test_a_paused_pool_takes_up_nothing() -> None:
    """It says so, and is neither updated nor updating."""
    wanted = get(passed(pool(), MIRRORS).applies[0], "spec", "configuration", "name")
    outcome = passed(pool(wanted, paused=True), MIRRORS)

    for kind in ("Updated", "Updating"):
        assert "False" == (condition({"status": outcome.status}, kind) or {}).get("status")
