"""Node sets that the profile has no more: those of bare metal stay until their hosts are taken out on purpose."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.apply import Options, ledger, records
from openstack_k8s_cli.apply.labels import labelled
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change, PlanMade, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import deploying, planning
from openstack_k8s_cli.workflows.dataplane import deployments, remains, staying
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.cluster import FakeCluster
from tests.unit.dataplane import deployed
from tests.unit.workflows import fleets

HOST = "dataplane/machines/hosts"


def nodeset(name: str, *hosts: str, bare: bool = True, profile: str = "crc") -> Body:
    """Have a node set that a profile made."""
    body = deployed.nodeset(name, hosts)
    body["spec"]["preProvisioned"] = not bare
    [manifest] = deployed.manifests(body)
    return labelled(manifest, profile=profile, layer=Layer.DATAPLANE)


def noted(plan: Plan) -> list[str]:
    """Give the notes on node sets that stay."""
    return [each for some in plan.notes.values() for each in some if "it stays" in each]


def target(kind: str, name: str) -> ObjectId:
    """Name an object of the ledger."""
    return ObjectId("", kind, "openstack", name)


def test_bare_metal_stays_with_all_that_it_needs() -> None:
    """Pruning leaves the node set, its machines and what it reads; the rest of what is gone goes."""
    body = nodeset("metal", "m-0", "m-1")
    body["spec"]["nodeTemplate"]["ansible"]["ansibleVarsFrom"] = [{"configMapRef": {"name": "vars-of-metal"}}]
    world = fleets.having(body)
    entries = [
        Entry(id_of(body), deployed.API, step="dataplane/nodesets[metal]/nodeset"),
        Entry(target("BareMetalHost", "m-0"), "metal3.io/v1alpha1", step=HOST),
        Entry(target("ConfigMap", "vars-of-metal"), "v1"),
        Entry(target("ConfigMap", "others"), "v1"),
    ]
    record = Record("crc", Layer.DATAPLANE, entries=tuple(entries))
    records.write(world.cluster, record)
    plan = fleets.left(world)
    [gone] = ledger.pruned(plan, [record], [Layer.DATAPLANE]).values()

    assert [target("ConfigMap", "others")] == [each.id for each in gone]
    (said,) = noted(plan)
    assert "metal, which the profile has no more, is of bare metal: it stays with its hosts m-0, m-1" in said
    assert "`osk hosts remove m-0 m-1`" in said


@pytest.mark.parametrize(
    "body",
    [
        nodeset("metal"),
        nodeset("metal", "m-0", bare=False),
        nodeset("metal", "m-0", profile="other"),
        nodeset("openstack-edpm-ipam", "m-0"),
    ],
)
def test_nothing_else_stays(body: Body) -> None:
    """One without hosts, of hosts that are there anyway, of another profile, or that the profile has."""
    plan = fleets.left(fleets.having(body))

    assert frozenset() == plan.spared
    assert not noted(plan)


def test_it_stays_where_the_profile_has_no_hosts_at_all() -> None:
    """Then nothing is deployed, and what is left there would be pruned all the same."""
    world = fleets.having(nodeset("metal", "m-0"))
    _, _, whole = fleets.planned()
    bare = replace(whole, steps=tuple(each for each in whole.steps if each.layer is not Layer.DATAPLANE))
    plan = deployments.without_hosts(world.cluster, bare, "openstack")

    assert {"metal"} == {each.name for each in plan.spared}
    assert noted(plan)


def test_only_what_the_profile_made_is_its_own() -> None:
    """The ledger decides: what was there before is not, nor what another profile has too; else the labels do."""
    body = nodeset("old", "x", bare=False)

    def own(*found: Record) -> frozenset[str]:
        return staying.Left({"old": body}, found, "crc").own

    def having(profile: str, **more: Any) -> Record:
        return Record(profile, Layer.DATAPLANE, entries=(Entry(id_of(body), deployed.API, **more),))

    assert {"old"} == own(having("crc"))
    assert {"old"} == own()
    assert not own(having("crc", owned=False))
    assert not own(having("crc"), having("other"))
    assert not staying.Left({"old": nodeset("old", "x", profile="other")}, (), "crc").own


def test_a_run_is_refused_before_it_writes() -> None:
    """A preview and a run, where machines would go; but not one of other layers."""
    world = fleets.having(nodeset("metal", "edpm-compute-0"))
    refused = replace(world, bearings=(fleets.planned()[1], fleets.left(world)))
    assert isinstance(world.cluster, FakeCluster)
    before = len(world.cluster.log)
    for begin in (
        lambda: planning.preview(refused, Target()),
        lambda: list(deploying.deploy(refused, Target(), Options())),
    ):
        with pytest.raises(OskError) as caught:
            begin()
        assert {"OSK1335"} == {each.code for each in caught.value.problems}
    assert not {each.verb for each in world.cluster.log[before:]} & {"apply", "create", "delete", "merge"}

    assert planning.preview(refused, Target(("operators",))).rows


def test_a_run_says_what_the_plan_says() -> None:
    """Node sets that are deleted first, and those that stay."""
    world = fleets.having(nodeset("old", "edpm-compute-0", bare=False), nodeset("metal", "m-0"))
    plan = fleets.left(world)
    informed = replace(world, bearings=(fleets.planned()[1], plan))
    target = Target(("dataplane",), only=True)
    made, warned, *_ = itertools.islice(deploying.deploy(informed, target, Options()), 2)

    assert isinstance(made, PlanMade)
    assert any("old, which the profile has no more, is deleted first" in each for each in made.notes)
    assert isinstance(warned, Warned)
    assert "it stays with its hosts m-0" in warned.message
    assert warned.message not in made.notes
    assert any("delete" == each.action.value and "old" == each.deletes[0].name for each in plan.steps)


@pytest.mark.parametrize(("host", "change"), [("edpm-compute-0", Change.CREATED), ("x", Change.SKIPPED)])
def test_a_preview_before_hosts_have_moved(host: str, change: Change) -> None:
    """The cluster denies a node set whose hosts others have, which the plan's own steps change; other denials count."""
    world = fleets.having(nodeset("old", host, bare=False))
    assert isinstance(world.cluster, FakeCluster)
    denied = ClusterError(ErrorKind.DENIED, "node exists in another cluster")
    world.cluster.fail(denied, verb="apply (dry run)", kind="OpenStackDataPlaneNodeSet")
    informed = replace(world, bearings=(fleets.planned()[1], fleets.left(world)))
    preview = planning.preview(informed, Target(("dataplane/nodesets",), only=True))

    [row] = [each for each in preview.rows if each.object.name == "openstack-edpm-ipam"]
    assert (change, change is Change.SKIPPED) == (row.change, row.problem is not None)
    assert ("let go of its hosts" in row.note) == (change is Change.CREATED)


def test_what_its_services_read_stays_too() -> None:
    """A service of the profile's own that it names is left, and so is what that reads."""
    body = nodeset("metal", "m-0")
    body["spec"]["services"] = ["bootstrap", "own"]
    source = {"configMapRef": {"name": "settings-of-own"}}
    meta = {"name": "own", "namespace": "openstack"}
    kind = {"apiVersion": deployed.API, "kind": "OpenStackDataPlaneService"}
    world = fleets.having(body, {**kind, "metadata": meta, "spec": {"dataSources": [source]}})
    kept = [Entry(id_of(body), deployed.API), Entry(target("ConfigMap", "settings-of-own"), "v1")]
    record = Record("crc", Layer.DATAPLANE, entries=(*kept, Entry(target("ConfigMap", "others"), "v1")))
    records.write(world.cluster, record)
    [gone] = ledger.pruned(fleets.left(world), [record], [Layer.DATAPLANE]).values()

    assert [target("ConfigMap", "others")] == [each.id for each in gone]


@pytest.mark.parametrize("bare", [True, False])
def test_machines_that_a_lower_count_takes_away(*, bare: bool) -> None:
    """The node set stays and a host leaves it: of bare metal that is the end of its machine, and a run says so."""
    hosts = [f"edpm-compute-{number}" for number in range(3)]
    world = fleets.having(nodeset("openstack-edpm-ipam", *hosts, bare=bare))
    plan = fleets.left(world)
    informed = replace(world, bearings=(fleets.planned()[1], plan))
    target = Target(("dataplane",), only=True)
    _, *events = itertools.islice(deploying.deploy(informed, target, Options()), 2)
    said = [each.message for each in events if isinstance(each, Warned)]

    assert bare == any("lets go of edpm-compute-2: machines that leave" in each for each in said)
    assert not any("edpm-compute-1:" in each for each in said)


def test_hosts_of_others_are_not_left_over() -> None:
    """They are in use, whatever nova knows of them: who names one by mistake has it refused."""
    world = fleets.having(
        nodeset("theirs", "t-0", bare=False, profile="other"), nodeset("old", "o-0", bare=False)
    )

    assert ("o-0",) == remains.known(world, ["t-0", "o-0"])


def test_hosts_that_are_removed_leave_it() -> None:
    """`osk hosts remove` takes them out, by their names, and what it knows of them it says."""
    world = fleets.having(nodeset("metal", "m-0", "m-1"), nodeset("other", "m-0", profile="other"))
    _, _, whole = fleets.planned()
    assert ("m-0", "m-1") == remains.known(world, ["m-0", "m-1", "m-2"])
    list(remains.let_go(world, whole, ["m-0"]))
    some = fleets.left(world)
    list(remains.let_go(world, whole, ["m-1"]))

    assert "it stays with its hosts m-1" in noted(some)[0]
    assert frozenset() == fleets.left(world).spared
    assert isinstance(world.cluster, FakeCluster)
    other = world.cluster.peek(id_of(nodeset("other")))
    assert other is not None
    assert {"m-0"} == other["spec"]["nodes"].keys()
