"""What workers do for the reducer, and how a run is refused before it begins."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import named
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, RunFinished, TaskRan
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import AGAIN, ExitCode, OskError
from openstack_k8s_cli.model.steps import (
    Action,
    Exec,
    Gate,
    Layer,
    Manifest,
    Origin,
    Patch,
    Policy,
    Step,
    Timeout,
)
from openstack_k8s_cli.plan import Plan
from tests.fakes.cluster import FakeCluster
from tests.unit.apply import plans
from tests.unit.apply.plans import (
    THING,
    build,
    cluster,
    manifest,
    step,
    thing,
    thing_id,
)

COMMAND = Exec("cloud", "app=x", "main", ("do", "it"))


def drive(plan: Plan, over: FakeCluster, **options: Any) -> list[Event]:
    """Run a plan to its end, with little patience."""
    return plans.drive(plan, over, **{"patience": 0.05, **options})


def end(events: list[Event]) -> RunFinished:
    """Give the last event."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]


def pod(over: FakeCluster, name: str, phase: str) -> None:
    """Make a pod."""
    meta = {"name": name, "namespace": "cloud", "labels": {"app": "x"}}
    over.put({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "status": {"phase": phase}})


def with_namespace(**options: Any) -> FakeCluster:
    """Make a cluster with the namespace of the tests."""
    made = cluster(**options)
    made.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    return made


def test_command_runs_in_the_first_running_pod() -> None:
    """Of the pods with the labels the first by name that is Running is taken."""
    over = with_namespace()
    over.on_exec = lambda _namespace, name, command, _stdin: Ran(0, f"{name}: {' '.join(command)}", "")
    for name, phase in (("a", "Pending"), ("c", "Running"), ("b", "Running")):
        pod(over, name, phase)

    ran = [
        each
        for each in drive(build(step("one", action=Action.EXEC, exec_=COMMAND)), over)
        if isinstance(each, TaskRan)
    ]

    assert [(each.host, each.outcome, each.message) for each in ran] == [("b", "ok", "b: do it")]


def test_failed_command_ends_the_run_with_its_output() -> None:
    """A status that is not zero for as long as the step may stall fails it."""
    over = with_namespace()
    over.on_exec = lambda *_: Ran(2, "", "no route to host")
    pod(over, "a", "Running")

    failing = step("one", action=Action.EXEC, exec_=COMMAND, timeout=Timeout(stall=1.0))
    finished = end(drive(build(failing), over))

    assert finished.exit_code is ExitCode.FAILED
    assert finished.problems[0].detail == "no route to host"


def test_object_that_is_created_once_is_left_alone_afterwards() -> None:
    """Policy `create` makes a missing object, and never changes one that is there."""
    over = with_namespace()
    first = build(step("one", manifest("ConfigMap", "c", policy=Policy.CREATE, data={"k": "1"})))
    second = build(step("one", manifest("ConfigMap", "c", policy=Policy.CREATE, data={"k": "2"})))

    changes = [
        each.change
        for plan in (first, second)
        for each in drive(plan, over)
        if isinstance(each, ObjectChanged)
    ]

    assert changes == [Change.CREATED, Change.UNCHANGED]
    assert (over.peek(manifest("ConfigMap", "c").id) or {})["data"] == {"k": "1"}


def test_immutable_object_is_made_anew_on_request_only() -> None:
    """An immutable field ends with code 5, and with `recreate` the object goes and comes again."""
    over = with_namespace()
    plan = build(step("one", thing("one")))
    drive(plan, over)
    uid = (over.peek(thing_id("one")) or {})["metadata"]["uid"]
    error = ClusterError(ErrorKind.IMMUTABLE, "field is immutable", status=422)
    over.fail(error, verb="apply", kind="Thing")
    refused = end(drive(plan, over))
    over.fail(error, verb="apply", kind="Thing")

    anew = end(drive(plan, over, recreate=frozenset({"Thing/one"})))

    assert refused.problems[0].code == "OSK0505"
    assert refused.problems[0].advice[1].command == f"{AGAIN} --recreate Thing/one"
    assert anew.exit_code is ExitCode.DONE
    assert (over.peek(thing_id("one")) or {})["metadata"]["uid"] != uid


JOB = ObjectId("batch", "Job", "cloud", "j")


def job_plan() -> Plan:
    """Plan one Job."""
    meta = {"name": "j", "namespace": "cloud"}
    body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": {}}}
    made = Manifest(JOB, "batch/v1", body, "networks/test", Origin("networks/test/test.yaml.j2", 0))
    return build(step("one", made))


def with_job(*conditions: str) -> tuple[FakeCluster, str]:
    """Make a cluster with a Job of an earlier run whose template cannot change; give the Job's UID too."""
    over = with_namespace()
    drive(job_plan(), over)
    over.set_status(JOB, {"conditions": [{"type": each, "status": "True"} for each in conditions]})
    error = ClusterError(ErrorKind.IMMUTABLE, "spec.template: field is immutable", status=422)
    over.fail(error, verb="apply", kind="Job")
    return over, str(get(over.peek(JOB) or {}, "metadata", "uid"))


@pytest.mark.parametrize("ended", ["Complete", "Failed"])
def test_finished_job_is_made_anew_by_itself(ended: str) -> None:
    """A Job of osk's that is done holds no state: where its template changes it goes and comes again."""
    over, uid = with_job(ended)

    events = drive(job_plan(), over)

    assert end(events).exit_code is ExitCode.DONE
    assert Change.CREATED in {each.change for each in events if isinstance(each, ObjectChanged)}
    assert get(over.peek(JOB) or {}, "metadata", "uid") not in {None, uid}


def test_job_that_failed_in_an_earlier_run_is_tried_again() -> None:
    """A Job never recovers from its failure, so that a run that finds it failed makes it anew."""
    over = with_namespace()
    drive(job_plan(), over)
    over.set_status(JOB, {"conditions": [{"type": "Failed", "status": "True"}]})
    uid = get(over.peek(JOB) or {}, "metadata", "uid")

    finished = end(drive(job_plan(), over))

    assert finished.exit_code is ExitCode.DONE
    assert get(over.peek(JOB) or {}, "metadata", "uid") not in {None, uid}


@pytest.mark.parametrize(
    ("status", "reason", "anew"),
    [("False", "BackoffLimitExceeded", True), ("False", "Error", False), ("True", "Ready", False)],
)
def test_deployment_is_tried_again_where_its_ansible_failed(status: str, reason: str, *, anew: bool) -> None:
    """A data plane deployment that its operator has given up is made anew; one that is tried again or done is left."""
    name = ObjectId("dataplane.openstack.org", "OpenStackDataPlaneDeployment", "cloud", "edpm")
    over = FakeCluster(replace(THING, group=name.group, version="v1beta1", kind=name.kind, plural="deployed"))
    over.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name.namespace}})
    meta = {"name": name.name, "namespace": name.namespace}
    body: Body = {"apiVersion": f"{name.group}/v1beta1", "kind": name.kind, "metadata": meta, "spec": {}}
    origin = Origin("dataplane/deployment/deployment.yaml.j2", 0)
    plan = build(step("one", Manifest(name, body["apiVersion"], body, "dataplane/deployment", origin)))
    drive(plan, over)
    over.set_status(name, {"conditions": [{"type": "Ready", "status": status, "reason": reason}]})
    uid = get(over.peek(name) or {}, "metadata", "uid")

    finished = end(drive(plan, over))

    assert finished.exit_code is ExitCode.DONE
    assert (get(over.peek(name) or {}, "metadata", "uid") != uid) is anew


def test_job_that_runs_is_made_anew_on_request_only() -> None:
    """A Job at work is not ended by a change of its template; the refusal names the option that does so."""
    over, uid = with_job()

    finished = end(drive(job_plan(), over))

    assert finished.exit_code is ExitCode.APPLY_REFUSED
    assert finished.problems[0].advice[1].command == f"{AGAIN} --recreate Job/j"
    assert get(over.peek(JOB) or {}, "metadata", "uid") == uid


def test_waiting_alone_writes_nothing() -> None:
    """A run without records, of gates only, reads and writes nothing at all, not even a lease."""
    over = with_namespace()
    drive(build(step("one", thing("one"))), over)
    before = over.requests()

    finished = end(
        drive(build(step("one", action=Action.AWAIT, gates=[Gate(thing_id("one"))])), over, recorded=False)
    )

    spent = {verb for verb in over.requests() if over.requests()[verb] != before.get(verb, 0)}
    assert finished.exit_code is ExitCode.DONE
    assert spent == {"list Thing", "watch Thing"}


@pytest.mark.parametrize("kind", [ErrorKind.FORBIDDEN, ErrorKind.UNAUTHORIZED, ErrorKind.UNREACHABLE])
def test_cluster_that_lets_no_one_in_refuses_the_run(kind: ErrorKind) -> None:
    """Without rights, login or an answer the run ends with code 4 before anything is written, and says what to do."""
    over = with_namespace()
    over.fail(ClusterError(kind, "no"), kind="Lease", times=1000)

    with pytest.raises(OskError) as caught:
        drive(build(step("one", thing("one"))), over)

    assert caught.value.exit_code is ExitCode.REFUSED
    assert caught.value.problems[0].advice
    assert over.peek(thing_id("one")) is None


def test_ledger_that_cannot_be_written_at_the_end_is_a_warning() -> None:
    """A deployment that came up is not failed because the last note of it could not be written."""
    over = with_namespace()
    error = ClusterError(ErrorKind.FORBIDDEN, "no")
    over.reactions.append(
        lambda event: (
            over.fail(error, verb="apply", kind="ConfigMap", times=1000)
            if event.body["kind"] == "Thing"
            else None
        )
    )

    seen = drive(build(step("one", thing("one"))), over)

    assert end(seen).exit_code is ExitCode.DONE
    assert "ledger" in str(getattr(seen[-2], "message", ""))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"Thing/one"}, True),
        ({"thing/cloud/one"}, True),
        ({"*"}, True),
        ({"Thing/two"}, False),
        ({"Thing/elsewhere/one"}, False),
        (set(), False),
    ],
)
def test_objects_are_named_by_kind_and_name(words: set[str], expected: bool) -> None:
    """An option names an object as KIND/NAME or KIND/NAMESPACE/NAME, in any case."""
    assert named(thing_id("one"), frozenset(words)) is expected


def patching(size: int) -> Plan:
    """Make a plan that sets one field of a Thing of others."""
    target = thing_id("theirs")
    return build(
        Step(
            "networks/one/main",
            Layer.NETWORKS,
            "networks/one",
            Action.PATCH,
            patches=(Patch(target, {"spec": {"size": size}}),),
            gates=(Gate(target),),
        )
    )


def test_a_patch_sets_fields_and_makes_nothing_osks() -> None:
    """What others own gets the field, keeps the rest, carries no label of osk's, and is in no ledger."""
    over = with_namespace()
    theirs = {"spec": {"size": 1, "colour": "red"}, "status": {"phase": "Ready"}}
    meta = {"name": "theirs", "namespace": "cloud"}
    over.put({"apiVersion": "example.org/v1", "kind": "Thing", "metadata": meta, **theirs})

    first, second = drive(patching(2), over), drive(patching(2), over)

    body = over.peek(thing_id("theirs"))
    assert ExitCode.DONE is end(first).exit_code is end(second).exit_code
    assert [Change.CONFIGURED, Change.UNCHANGED] == [
        each.change for each in (*first, *second) if isinstance(each, ObjectChanged)
    ]
    assert {"size": 2, "colour": "red"} == get(body or {}, "spec")
    assert get(body or {}, "metadata", "labels") is None
    assert [] == [each for each in over.ids() if each.kind == "ConfigMap"]


def test_a_patch_of_what_is_not_there_fails_at_once() -> None:
    """There is nobody to wait for: the refusal names the object."""
    last = end(drive(patching(2), with_namespace()))

    assert ExitCode.APPLY_REFUSED is last.exit_code
    assert ["Thing cloud/theirs"] == [each.subject for each in last.problems]
