"""Whole teardowns of a small cloud, over the real engine."""

from openstack_k8s_cli.apply import labels, records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import ObjectChanged, PlanMade, RunFinished, StepStarted
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import Fate, Keep, prepare
from tests.unit.teardown import clouds
from tests.unit.teardown.clouds import Cloud, body, down, end, oid

STRANGER = oid("", "ConfigMap", "someones", "default")


def test_nothing_is_left_with_keep_nothing() -> None:
    """Everything that osk and the operators made goes, osk's own namespace last; what others have stays."""
    cloud = Cloud()
    cloud.cluster.put(body(STRANGER))
    events = list(down(cloud, keep=Keep.NOTHING))

    assert end(events).exit_code is ExitCode.DONE, end(events)
    left = {each for each in cloud.cluster.ids() if each.kind != "NodeNetworkState"}
    assert {
        STRANGER,
        clouds.DNS,
        oid("", "Namespace", "default"),
        oid("", "Namespace", "kube-system"),
    } == left


def test_one_stream_with_one_plan_and_one_end() -> None:
    """However many layers, a reader sees one run."""
    events = list(down(Cloud(), keep=Keep.NOTHING))

    assert len([each for each in events if isinstance(each, PlanMade)]) == 1
    assert len([each for each in events if isinstance(each, RunFinished)]) == 1
    assert isinstance(events[0], PlanMade)


def test_the_order_is_top_down() -> None:
    """The data plane goes first, then control plane, networks and operators; within them the last made first."""
    cloud = Cloud()
    events = down(cloud, keep=Keep.NOTHING)
    order = [each.step.partition("/")[0] for each in events if isinstance(each, StepStarted)]
    gone = cloud.gone

    assert ["dataplane", "controlplane", "networks", "operators"] == list(dict.fromkeys(order))
    for first, then in (
        (clouds.DEPLOYMENT, clouds.NODE_SET),
        (clouds.CONTROL_PLANE, clouds.CLAIM),
        (clouds.KEYSTONE, clouds.PASSWORDS),
        (clouds.KEYSTONE, clouds.CERTIFICATE),
        (clouds.OPENSTACK, clouds.CSV),
        (clouds.CSV, clouds.OPERATORS_SPACE),
        (clouds.CLAIM, clouds.WIPE_JOB),
        (clouds.WIPE_JOB, clouds.STORAGE_SPACE),
    ):
        assert gone.index(first) < gone.index(then), (first, then)


def test_data_is_kept_by_default() -> None:
    """Claims, volumes, their namespace and the passwords stay, and the ledger still knows them."""
    cloud = Cloud()
    events = down(cloud)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    kept = (clouds.CLAIM, clouds.VOLUME, clouds.PASSWORDS, clouds.CLOUD_SPACE)
    assert [True] * 4 == cloud.is_there(*kept)
    assert [False] * 4 == cloud.is_there(clouds.CONTROL_PLANE, clouds.KEYSTONE, clouds.CSV, clouds.KEYS)
    known = {entry.id for record in records.read(cloud.cluster) for entry in record.entries}
    assert {clouds.VOLUME, clouds.PASSWORDS, clouds.CLOUD_SPACE} == known


def test_kept_data_can_go_later() -> None:
    """A second teardown with --keep nothing finds what the first one kept."""
    cloud = Cloud()
    down(cloud)
    events = down(cloud, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [False] * 4 == cloud.is_there(
        clouds.CLAIM, clouds.VOLUME, clouds.PASSWORDS, oid("", "Namespace", records.NAMESPACE)
    )


def test_what_others_keep_in_the_clouds_namespace_stays() -> None:
    """A claim and a data plane service of one's own outlive the control plane, and go only with their namespace."""
    cloud = Cloud()
    claim = oid("", "PersistentVolumeClaim", "movies", clouds.CLOUD)
    service = oid("dataplane.openstack.org", "OpenStackDataPlaneService", "mine", clouds.CLOUD)
    written = [{"manager": "kubectl-create", "operation": "Update", "fieldsV1": {"f:spec": {}}}]
    cloud.cluster.put(body(claim))
    cloud.cluster.put(body(service, meta={"managedFields": written}))
    lines = {each.object: each.fate for each in clouds.plan(cloud, keep=Keep.NOTHING).lines}
    events = down(cloud, lowest=Layer.CONTROLPLANE, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [True, True, False] == cloud.is_there(claim, service, clouds.CLAIM)
    assert [Fate.DELETED, Fate.DELETED] == [lines[claim], lines[service]]


def test_each_object_that_goes_has_one_line() -> None:
    """What operators made of it is said on that line, not on a second one."""
    lines = [
        each for each in clouds.plan(clouds.Cloud(), keep=Keep.NOTHING).lines if each.fate is Fate.DELETED
    ]
    notes = {each.object: each.note for each in lines}

    assert len(notes) == len(lines)
    assert "objects that operators made from it" in notes[clouds.CONTROL_PLANE]


def test_interfaces_are_taken_down_before_their_policy_goes() -> None:
    """The policy is applied with its interfaces absent first; the default route's card is left alone."""
    cloud = Cloud()
    wanted: list[list[dict[str, str]]] = []
    cloud.cluster.reactions.append(
        lambda event: (
            wanted.append(event.body["spec"]["desiredState"]["interfaces"])
            if event.body["kind"] == clouds.POLICY.kind and event.kind == "modified"
            else None
        )
    )
    events = list(down(cloud, lowest=Layer.NETWORKS))

    assert [[{"name": "eth1.20", "type": "vlan", "state": "absent"}]] == wanted
    assert [False] == cloud.is_there(clouds.POLICY)
    started = [each.step for each in events if isinstance(each, StepStarted)]
    first = started.index("networks/nodes[crc]/interfaces")
    assert first < started.index("networks/nodes[crc]/interfaces.delete")


def test_shared_objects_get_their_values_back() -> None:
    """An object that was there before osk stays, with the values it had."""
    cloud = Cloud()
    down(cloud, lowest=Layer.NETWORKS)

    assert {} == (cloud.cluster.peek(clouds.DNS) or {}).get("spec", {})


def test_lower_layers_stay() -> None:
    """A teardown of the control plane leaves networks and operators."""
    cloud = Cloud()
    events = down(cloud, lowest=Layer.CONTROLPLANE)

    assert end(events).exit_code is ExitCode.DONE
    assert [False, False] == cloud.is_there(clouds.NODE_SET, clouds.CONTROL_PLANE)
    assert [True] * 3 == cloud.is_there(clouds.POLICY, clouds.NET_CONFIG, clouds.CSV)


def test_a_held_object_blocks_and_is_named() -> None:
    """Without its operator a finalizer holds: exit 9, the object and finalizer named, nothing forced."""
    cloud = Cloud()
    cloud.cluster.reactions.clear()
    events = down(cloud, clock=clouds.Hurrying(), lowest=Layer.CONTROLPLANE)
    problem = end(events).problems[0]

    assert end(events).exit_code is ExitCode.TEARDOWN_BLOCKED
    assert str(clouds.KEYSTONE) == problem.subject
    assert "openstack.org/keystoneapi" in problem.summary
    assert problem.advice
    held = cloud.cluster.peek(clouds.KEYSTONE) or {}
    assert ["openstack.org/keystoneapi"] == held["metadata"]["finalizers"]
    assert [True, True] == cloud.is_there(clouds.PASSWORDS, clouds.CSV)


def test_operators_that_another_cloud_uses_stay() -> None:
    """A shared operator is not deleted; this cloud's ledger forgets it."""
    cloud = Cloud()
    other = Entry(clouds.SUBSCRIPTION, "operators.coreos.com/v1alpha1", step="operators/operator/operator")
    cloud.record(Record("other", Layer.OPERATORS, entries=(other,)))
    events = down(cloud, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [True, True] == cloud.is_there(clouds.SUBSCRIPTION, clouds.CSV)
    assert ["other"] == [record.profile for record in records.read(cloud.cluster)]


def test_the_last_cloud_takes_a_shared_operator_down() -> None:
    """What one cloud leaves because another uses it is the other's from then on, and goes with it."""
    cloud = Cloud()
    operators = tuple(each for each in cloud.entries[Layer.OPERATORS] if each.id != clouds.CLOUD_SPACE)
    cloud.record(Record("two", Layer.OPERATORS, entries=operators))
    lines = clouds.plan(cloud, lowest=Layer.OPERATORS, keep=Keep.NOTHING).lines
    down(cloud, lowest=Layer.OPERATORS, keep=Keep.NOTHING)
    between = cloud.is_there(clouds.SUBSCRIPTION, clouds.CSV, clouds.WEBHOOK, clouds.CLOUD_SPACE)
    events = down(cloud, profile="two", keep=Keep.NOTHING)

    notes = [(each.fate, each.note) for each in lines if each.object == clouds.SUBSCRIPTION]
    assert [(Fate.LEFT, "cloud two uses it")] == notes
    assert [True, True, True, False] == between
    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [False] * 3 == cloud.is_there(clouds.SUBSCRIPTION, clouds.CSV, clouds.WEBHOOK)


def test_another_object_of_the_name_is_left_alone() -> None:
    """What was deleted and made anew by someone else is not osk's."""
    cloud = Cloud()
    maps = cloud.cluster.resource("network.openstack.org", "NetConfig")
    assert maps is not None
    cloud.cluster.delete(maps, clouds.CLOUD, "netconfig")
    cloud.cluster.put(body(clouds.NET_CONFIG))
    down(cloud, lowest=Layer.NETWORKS)

    assert [True] == cloud.is_there(clouds.NET_CONFIG)


def test_an_end_in_the_middle_is_gone_on_from() -> None:
    """A teardown whose reader left goes on with the next one, to the same end."""
    cloud = Cloud()
    running = clouds.going_down(cloud, keep=Keep.NOTHING)
    for event in running:
        if isinstance(event, ObjectChanged) and event.object == clouds.CONTROL_PLANE:
            break
    running.close()
    events = down(cloud, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [False] == cloud.is_there(oid("", "Namespace", records.NAMESPACE))


def test_an_outage_between_layers_is_outlasted() -> None:
    """Requests that the engine does not make are repeated too while the API server is away."""
    cloud = Cloud()
    running = clouds.going_down(cloud, clock=clouds.Jumping(), keep=Keep.NOTHING)
    events = [next(running)]
    away = ClusterError(ErrorKind.UNREACHABLE, "the connection broke")
    cloud.cluster.fail(away, verb="list", times=20)
    cloud.cluster.fail(away, verb="get", times=3)
    events += running

    assert end(events).exit_code is ExitCode.DONE, end(events)


def test_a_wiping_job_of_a_killed_teardown_is_cleared_away() -> None:
    """A teardown that was killed after its work leaves an entry of its own Job; the next one ends with nothing."""
    cloud = Cloud()
    left = Entry(clouds.WIPE_JOB, "batch/v1", step="operators/storage/wipe")
    cloud.entries = {layer: [] for layer in Layer} | {Layer.OPERATORS: [left]}
    cloud.record()
    events = down(cloud, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [False] == cloud.is_there(oid("", "Namespace", records.NAMESPACE))


def test_a_running_deployment_is_confirmed() -> None:
    """The webhook of data plane deployments gets the annotation that it asks for."""
    cloud = Cloud()
    confirmed: list[bool] = []
    cloud.cluster.reactions.append(
        lambda event: (
            confirmed.append("dataplane.openstack.org/confirm-delete" in str(event.body["metadata"]))
            if event.body["kind"] == clouds.DEPLOYMENT.kind
            else None
        )
    )
    down(cloud, lowest=Layer.DATAPLANE)

    assert confirmed[-1]
    assert [False, False] == cloud.is_there(clouds.DEPLOYMENT, clouds.DEFAULT_SERVICE)


def test_what_was_halfway_out_is_let_go() -> None:
    """A service that a killed `osk redeploy` holds would never go: that hold is taken off first, and no other finalizer."""
    cloud = Cloud()
    cloud.cluster.set_finalizers(clouds.GALERA, "openstack.org/galera", labels.HOLD)
    seen: list[tuple[bool, list[str]]] = []
    cloud.cluster.reactions.insert(
        0,
        lambda event: (
            seen.append(
                ("deletionTimestamp" in event.body["metadata"], event.body["metadata"].get("finalizers"))
            )
            if event.body["kind"] == clouds.GALERA.kind
            else None
        ),
    )
    down(cloud, lowest=Layer.CONTROLPLANE)

    assert (False, ["openstack.org/galera"]) == seen[0]
    assert [False] == cloud.is_there(clouds.GALERA)


def test_a_cluster_without_a_ledger_has_nothing_to_do() -> None:
    """Nothing of osk's means an empty plan."""
    cloud = Cloud()
    planned = prepare(cloud.cluster, profile="another")

    assert planned.empty
    assert () == planned.lines
