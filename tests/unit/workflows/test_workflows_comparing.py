"""`osk plan` says of each object what `osk deploy` would do with it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.options import Options, SecretValues
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.problems import AGAIN
from openstack_k8s_cli.model.secrets import Generated, Given, SecretKey
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Policy, Step
from openstack_k8s_cli.plan.difference import MASK
from openstack_k8s_cli.workflows.comparing import Comparing, Row
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.apply.plans import Values

OURS = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "lab"}
JOBS = served("batch", "v1", "Job", "jobs")
CLASSES = served("storage.k8s.io", "v1", "StorageClass", "storageclasses", namespaced=False)


def body(kind: str = "ConfigMap", *, api: str = "v1", namespace: str = "lab", **more: object) -> Body:
    """Make an object with osk's labels."""
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "it", **place, "labels": OURS}, **more}


def manifest(of: Body, policy: Policy = Policy.APPLY) -> Manifest:
    """Make its manifest."""
    return Manifest(id_of(of), of["apiVersion"], of, "networks/it", Origin("it.j2", 0), policy)


def lab(*more: Body, foreign: Iterable[Body] = ()) -> FakeCluster:
    """Make a cluster with objects of osk's and of others."""
    made = FakeCluster(JOBS, CLASSES)
    made.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab"}})
    for each in more:
        made.apply(each)
    for each in foreign:
        meta = {key: value for key, value in each["metadata"].items() if key != "labels"}
        made.apply({**each, "metadata": meta}, manager="kubectl")
    made.log.clear()
    return made


def row(
    made: FakeCluster,
    of: Manifest,
    *,
    owned: bool = False,
    options: Options | None = None,
    values: SecretValues | None = None,
) -> Row:
    """Compare; with `owned` the ledger has the object as osk's."""
    step = Step("networks/it/it", Layer.NETWORKS, "networks/it", Action.APPLY, (of,))
    entries = (Entry(of.id, of.api_version),) if owned else ()
    records = (Record("lab", Layer.NETWORKS, entries=entries),)
    return Comparing(made, "lab", records, options or Options(), values or NoSecrets()).row(step, of)


@pytest.mark.parametrize("owned", [True, False])
def test_a_secret_with_a_missing_key(*, owned: bool) -> None:
    """A Secret that lacks a key is configured, and the key is named without a value."""
    wanted = manifest(body("Secret"), Policy.ENSURE)
    wanted = replace(wanted, secret_keys=tuple(SecretKey(name, Generated("hex(8)")) for name in "AB"))
    made = lab(foreign=[body("Secret", data={"A": "eA=="})])

    found = row(made, wanted, owned=owned)

    assert (found.change, [each.path for each in found.differences]) == (Change.CONFIGURED, ["data.B"])
    assert len(made.log) == 1


@pytest.mark.parametrize(("there", "change"), [("PEM", Change.UNCHANGED), ("old", Change.CONFIGURED)])
def test_a_value_that_follows_its_source(there: str, change: Change) -> None:
    """It is compared with its source, and shown by its key alone."""
    wanted = manifest(body("ConfigMap"), Policy.ENSURE)
    wanted = replace(wanted, secret_keys=(SecretKey("reg", Given("mirror.ca", "public")),))
    made = lab(foreign=[body("ConfigMap", data={"reg": there})])

    found = row(made, wanted, values=Values(**{"mirror.ca": "PEM"}))

    assert change is found.change
    assert ([] if there == "PEM" else [("data.reg", MASK, MASK)]) == [
        (each.path, each.before, each.after) for each in found.differences
    ]


def test_a_foreign_object_that_differs() -> None:
    """What deploy would refuse is refused, with the differing field and the option that takes it over."""
    made = lab(foreign=[body(data={"a": "1"})])

    found = row(made, manifest(body(data={"a": "2"})))

    assert found.forbids
    assert found.problem
    assert "--adopt ConfigMap/it" in repr(found.problem.advice)
    assert "data.a" in (found.problem.detail or "")
    assert len(made.log) == 2


def test_a_foreign_object_that_is_adopted() -> None:
    """With --adopt it is shown as it would be changed."""
    made = lab(foreign=[body(data={"a": "1"})])

    found = row(made, manifest(body(data={"a": "2"})), options=Options(adopt=frozenset({"ConfigMap/it"})))

    assert found.change is Change.CONFIGURED
    assert "data.a" in [each.path for each in found.differences]


@pytest.mark.parametrize(
    "there",
    [
        body("StorageClass", api="storage.k8s.io/v1", namespace="", provisioner="x"),
        body(data={"a": "1"}),
    ],
    ids=lambda each: each["kind"],
)
def test_a_foreign_object_that_is_used(there: Body) -> None:
    """Storage classes of others, and objects that are as they should be, are used as they are."""
    found = row(lab(foreign=[there]), manifest(there))

    assert (found.change, found.note, found.problem) == (Change.SKIPPED, "used as it is", None)


def test_a_foreign_storage_class_that_differs() -> None:
    """A storage class is used whatever it is like."""
    there = body("StorageClass", api="storage.k8s.io/v1", namespace="", provisioner="x")

    found = row(lab(foreign=[there]), manifest({**there, "provisioner": "y"}))

    assert found.change is Change.SKIPPED
    assert not found.problem


@pytest.mark.parametrize(("is_there", "word"), [(True, Change.UNCHANGED), (False, Change.CREATED)])
def test_what_is_made_once(*, is_there: bool, word: Change) -> None:
    """An object with the policy `create` is made once and then left alone, whoever made it and however it is."""
    made = lab(foreign=[body(data={"a": "1"})] if is_there else [])

    assert row(made, manifest(body(data={"a": "2"}), Policy.CREATE)).change is word


@pytest.mark.parametrize(("kind", "word"), [("Complete", Change.CONFIGURED), ("Other", Change.SKIPPED)])
def test_a_job_that_cannot_change(kind: str, word: Change) -> None:
    """A finished Job of osk's is made anew; one that runs is a refusal."""
    job = body("Job", api="batch/v1", spec={"a": 1})
    made = lab(job)
    resource = made.resource("batch", "Job")
    assert resource
    status = {"conditions": [{"type": kind, "status": "True"}]}
    made.set_status(id_of(job), status)
    made.fail(ClusterError(ErrorKind.IMMUTABLE, "immutable"), verb="apply (dry run)", kind="Job")

    found = row(made, manifest({**job, "spec": {"a": 2}}), owned=True)

    assert found.change is word
    assert (found.problem is None) is (word is Change.CONFIGURED)
    assert not found.problem or found.problem.advice[0].command == f"{AGAIN} --recreate Job/it"


@pytest.mark.parametrize(
    ("managers", "word"), [(frozenset({"kubectl"}), Change.CONFIGURED), (frozenset(), Change.SKIPPED)]
)
def test_managers_whose_fields_are_taken(managers: frozenset[str], word: Change) -> None:
    """A field of a manager that `apply.forceFrom` names is taken; of another it is a conflict."""
    made = lab(body(data={"a": "1"}))
    made.apply(body(data={"a": "3"}), manager="kubectl", force=True)

    found = row(made, manifest(body(data={"a": "2"})), owned=True, options=Options(force_from=managers))

    assert found.change is word


def test_an_object_that_is_going() -> None:
    """An object that is being deleted would be made anew."""
    going = body(data={"a": "1"})
    going["metadata"]["finalizers"] = ["x/y"]
    made = lab(going)
    resource = made.resource("", "ConfigMap")
    assert resource
    made.delete(resource, "lab", "it")

    assert row(made, manifest(body(data={"a": "1"})), owned=True).change is Change.CREATED


def test_an_object_that_is_recreated() -> None:
    """With --recreate an object that cannot change is shown as made anew."""
    made = lab(body(data={"a": "1"}))
    made.fail(ClusterError(ErrorKind.IMMUTABLE, "immutable"), verb="apply (dry run)", kind="ConfigMap")

    found = row(
        made,
        manifest(body(data={"a": "2"})),
        owned=True,
        options=Options(recreate=frozenset({"ConfigMap/it"})),
    )

    assert (found.change, found.note) == (Change.CONFIGURED, "made anew")
