"""The simulators' table against the main job: how each object came up in the run's first deployment."""

from collections.abc import Iterator

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import ObjectId, conditions, get
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.rehearsal.simulators import table
from openstack_k8s_cli.rehearsal.simulators.rows import Row
from tests.cluster import test_simulators_contract as contract
from tests.cluster.histories import History
from tests.cluster.stories import Story

UNSEEN = {
    *("Heat", "HeatAPI", "HeatCfnAPI", "HeatEngine"),
    *("Ironic", "IronicAPI", "IronicConductor", "IronicInspector", "IronicNeutronAgent"),
    *("Manila", "ManilaAPI", "ManilaScheduler", "ManilaShare"),
    *("Octavia", "OctaviaAPI", "OctaviaAmphoraController", "OctaviaRsyslog"),
    *("Designate", "DesignateAPI", "DesignateCentral", "DesignateWorker", "DesignateProducer"),
    *("DesignateMdns", "DesignateBackendbind9", "DesignateUnbound"),
    *("Horizon", "Redis", "RabbitMq"),
    *("Autoscaling", "Logging", "MetricStorage"),
    *("BGPConfiguration", "OpenStackBaremetalSet", "OpenStackProvisionServer"),
    *("AnsibleTest", "HorizonTest", "Tempest", "Tobiko"),  # their lives are in test_testing.py
    "MachineConfigPool",  # test_mirroring.py
}
"""Kinds that a profile must ask for; the pure passes over them are tested in tests/unit/rehearsal."""


def departures(row: Row, target: ObjectId, history: History) -> Iterator[str]:
    """Tell where an object's life, from its making to Ready, is not as its row says."""
    last = history.bodies[-1]
    first = next((body for body in history.bodies if get(body, "status", "conditions")), None)
    seen = contract.Story(row, history.bodies, is_gone=False)
    ordered = [each.type for each in row.ordered(last) if each.stops]
    true_from = seen.true_from()
    moments = [true_from[each] for each in ordered if each in true_from]
    if row.ordered(last) and first is None:
        yield f"{target} has no conditions"
    if first is not None and readiness.judge(target, first).state is State.READY:
        yield f"{target} is Ready from the first: {list(conditions(first))}"
    if (
        first is not None
        and row.worst_as_ready
        and {each["status"] for each in conditions(first)} != {"Unknown"}
    ):
        yield f"{target} does not begin with Unknown: {list(conditions(first))}"
    if sorted(moments) != moments:
        yield f"{target} is not True in order: {true_from}"
    if row.finalizer and row.finalizer not in (get(last, "metadata", "finalizers") or ()):
        yield f"{target} lacks {row.finalizer}"
    if readiness.judge(target, last).state is not State.READY:
        yield f"{target} is not ready: {readiness.judge(target, last)}"


def test_default_cloud_lives_as_the_rows_say(story: Story) -> None:
    """Each object of the main job whose controller is simulated is not Ready at first, is True in its row's order, and gets Ready."""
    wrong = [
        each
        for target, history in story.lives().items()
        for row in [table.row_of(history.bodies[-1])]
        if row is not None and history.whole
        for each in departures(row, target, history)
    ]

    assert wrong == []


def test_every_row_is_replayed(story: Story) -> None:
    """The rows that neither the main job nor the contract's control plane leads to are those named here."""
    lived = {target.kind for target, history in story.lives().items() if history.whole}
    kinds = {row.kind for row in table.ROWS}

    assert kinds - lived - contract.REPLAYED.keys() == UNSEEN
