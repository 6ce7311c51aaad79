"""The plan of a living cloud: what is left to do on its hosts, and what is kept of that in the cluster."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.labels import labelled
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.dataplane import jobs, records
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import deployments, knowledge, wishing
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

STEP = "dataplane/deployment/deploy"
LAST = "dataplane/deployment/known-hosts"


def cluster() -> FakeCluster:
    """Make a cluster that has the data plane's kinds and osk's own namespace."""
    made = FakeCluster(fleets.NODESETS, fleets.DEPLOYMENTS, fleets.SERVICES)
    for name in ("openstack", "osk-system"):
        made.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return made


def settled(made: FakeCluster, *sets: str, asked: Asked | None = None) -> Plan:
    """Plan the profile crc with two computes over a cluster."""
    loaded, _, plan = fleets.planned(*sets)
    wished = wishing.settled(asked or Asked(), plan, loaded.values)
    return deployments.left(made, plan, "openstack", wished, exact=True)


def deployed(made: FakeCluster, plan: Plan, *, fails: str = "") -> None:
    """Let the operator run what a plan has for the hosts, to the service that fails for good."""
    for manifest in plan.manifests:
        if manifest.id.kind == "OpenStackDataPlaneNodeSet":
            made.put(labelled(manifest, profile=plan.profile, layer=Layer.DATAPLANE))
    for step in plan.steps:
        for manifest in step.manifests if step.id in (STEP, LAST) else ():
            body = labelled(manifest, profile=plan.profile, layer=Layer.DATAPLANE)
            made.put(body | {"status": _status(body, fails)})


def _status(body: Body, fails: str) -> dict[str, Any]:
    purpose = records.purpose_of(body)
    assert purpose is not None
    shown: dict[str, list[dict[str, str]]] = {}
    for name, share in purpose.shares.items():
        before = [service for service in share.services if service != fails]
        if fails in share.services:
            before = list(share.services)[: list(share.services).index(fails)]
        shown[name] = [{"type": jobs.condition_of(each), "status": "True"} for each in before]
        if fails in share.services:
            shown[name].append({"type": jobs.condition_of(fails), "status": "False", "reason": "Error"})
    reason = "BackoffLimitExceeded" if fails else "Ready"
    ready = {"type": "Ready", "status": "False" if fails else "True", "reason": reason}
    return {"deployed": not fails, "conditions": [ready], "nodeSetConditions": shown}


def made_by(plan: Plan) -> list[dict[str, Any]]:
    """Give what the plan's deployments say."""
    kind = "OpenStackDataPlaneDeployment"
    return [
        {key: value for key, value in each.body["spec"].items() if key != "nodeSets"}
        for each in plan.manifests
        if each.id.kind == kind
    ]


def test_on_a_bare_cluster_the_plan_is_the_rendered_one() -> None:
    """Everything is left to do; the plan says on which hosts."""
    plan = settled(cluster())

    assert made_by(plan) == [{}]
    assert plan.notes[STEP] == ("openstack-edpm-ipam: all services on edpm-compute-0, edpm-compute-1",)


def test_after_it_nothing_is_left() -> None:
    """A second run has the same deployment, and no word about hosts."""
    made = cluster()
    first = settled(made)
    deployed(made, first)
    knowledge.write(made, first.profile, "openstack")

    second = settled(made)

    assert made_by(second) == [{}]
    assert second.notes[STEP] == ()
    assert [each.body for each in second.manifests] == [each.body for each in first.manifests]


def test_a_new_host_comes_alone_and_later_steps_wait_for_all_of_it() -> None:
    """The new host is deployed, then all know it; hosts are discovered after both."""
    made = cluster()
    deployed(made, settled(made))

    plan = settled(made, "dataplane.nodesets.compute.count=3")
    steps = {step.id: step for step in plan.steps}

    assert [each.get("ansibleLimit") for each in made_by(plan)] == ["edpm-compute-2", None]
    assert STEP in steps[LAST].after
    assert {STEP, LAST} <= steps["dataplane/deployment/discover-hosts"].after


def test_the_same_command_goes_on_where_it_failed() -> None:
    """The services before the one that failed are not run again."""
    made = cluster()
    deployed(made, settled(made), fails="install-os")

    services = made_by(settled(made))[0]["servicesOverride"]

    assert services[0] == "install-os"


def test_the_record_outlives_the_deployments() -> None:
    """What was written down before others followed counts when the deployments are gone: nothing runs again."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    knowledge.write(made, plan.profile, "openstack", planned=["edpm-deployment-next"])
    resource = made.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
    assert resource is not None
    made.delete(resource, "openstack", "edpm-deployment")

    again = settled(made)

    assert (made_by(again), again.notes[STEP]) == ([], ())


def test_one_deployment_needs_no_record() -> None:
    """As long as nothing followed the first deployment it tells all itself."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)

    assert knowledge.write(made, plan.profile, "openstack") == ()
    assert knowledge.write(made, plan.profile, "openstack", planned=["edpm-deployment"]) == ()
    assert [each for each in made.ids() if each.kind == "ConfigMap" and each.name.endswith(".hosts")] == []
    assert settled(made).notes[STEP] == ()


def test_a_node_set_made_anew_has_had_nothing() -> None:
    """The record of a node set that was deleted does not speak for the new one of its name."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    knowledge.write(made, plan.profile, "openstack", planned=["edpm-deployment-next"])
    for kind in ("OpenStackDataPlaneDeployment", "OpenStackDataPlaneNodeSet"):
        resource = made.resource("dataplane.openstack.org", kind)
        assert resource is not None
        for each in made.list(resource, "openstack").items:
            made.delete(resource, "openstack", each["metadata"]["name"])
    for manifest in plan.manifests:
        if manifest.id.kind == "OpenStackDataPlaneNodeSet":
            made.put(manifest.body)

    assert settled(made).notes[STEP][0] == plan.notes[STEP][0]


def test_hosts_of_others_count_when_they_are_as_wanted() -> None:
    """A cloud that was taken over is not deployed again, unless a node set differs from what it was deployed with."""
    made = cluster()
    _, _, plan = fleets.planned()
    status = {"configHash": "1", "deployedConfigHash": "1", "observedGeneration": 1}
    for manifest in plan.manifests:
        if manifest.id.kind == "OpenStackDataPlaneNodeSet":
            made.put(manifest.body | {"status": status})
        if manifest.id.kind == "OpenStackDataPlaneDeployment":
            made.put(manifest.body | {"status": {"deployed": True}})

    assert settled(made).notes[STEP] == ()
    assert settled(made, "dataplane.vars={edpm_x: 1}").notes[STEP] != ()


def test_hosts_that_were_left_behind_are_named() -> None:
    """When a node set went on without some hosts, the end of the run names them."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    resource = made.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
    assert resource is not None
    [body] = made.list(resource, "openstack").items
    job = jobs.name_of("ovn", body["metadata"]["name"], "openstack-edpm-ipam")
    body["status"]["ansibleExecutionSummaries"] = {job: {"failedHostList": ["edpm-compute-1"]}}
    made.put(body)

    [text] = knowledge.write(made, plan.profile, "openstack")

    assert "edpm-compute-1" in text
    assert made_by(settled(made))[0]["ansibleLimit"] == "edpm-compute-1"


def test_a_limit_that_means_no_host_is_refused() -> None:
    """A typing error in `--limit` is told with the name that was meant, before anything runs."""
    with pytest.raises(OskError) as caught:
        settled(cluster(), asked=Asked(limit=("edpm-compue-1",)))

    assert "edpm-compute-1" in caught.value.problems[0].advice[0].text


SPLIT = ("dataplane.nodesets.compute.count=5", "dataplane.shards.size=2")


def test_a_limit_means_all_shards_of_a_node_set() -> None:
    """By its name or its resource's, which the first shard keeps: all five hosts are deployed."""
    for word in ("compute", "openstack-edpm-ipam"):
        plan = settled(cluster(), *SPLIT, asked=Asked(limit=(word,)))

        [body] = [each.body for each in plan.manifests if each.id.kind == "OpenStackDataPlaneDeployment"]
        assert 3 == len(body["spec"]["nodeSets"])
        assert "ansibleLimit" not in body["spec"]


def test_a_pattern_of_a_node_set_means_its_hosts() -> None:
    """One that fits no host but a node set selects what is in that."""
    [said] = made_by(settled(cluster(), asked=Asked(limit=("open*",))))

    assert "ansibleLimit" not in said
    assert "nova" in said["servicesOverride"]


MIXED = "dataplane.nodesets.net={role: networker, address: 'ctlplane[200+{i}]'}"


def test_services_run_where_they_belong() -> None:
    """Nova is for computes: it does not come to networkers; one that nobody lists comes to all."""
    nova = settled(cluster(), MIXED, asked=Asked(services=("nova",)))
    reboot = settled(cluster(), MIXED, asked=Asked(services=("reboot-os",)))

    assert [["openstack-edpm-ipam"]] == nodesets_of(nova)
    assert 2 == len(nodesets_of(reboot)[0])


def test_services_that_no_host_of_a_limit_has_are_refused() -> None:
    """It would run nothing and end well."""
    with pytest.raises(OskError) as caught:
        settled(cluster(), MIXED, asked=Asked(services=("nova",), limit=("net",)))

    assert "OSK1235" == caught.value.problems[0].code


@pytest.mark.parametrize(
    ("service", "count"), [("install-certs", 3), ("ssh-known-hosts", 1), ("reboot-os", 3)]
)
def test_services_run_once_where_there_are_waves(service: str, count: int) -> None:
    """Each wave has its own node set, and what runs everywhere runs in the last alone."""
    plan = settled(cluster(), *SPLIT, "dataplane.waves.size=2", asked=Asked(services=(service,)))

    named = nodesets_of(plan)
    assert count == len(named)
    assert 3 == len({name for each in named for name in each}) == sum(map(len, named))


def nodesets_of(plan: Plan) -> list[list[str]]:
    """Give the node sets of each deployment that a plan makes."""
    kind = "OpenStackDataPlaneDeployment"
    return [each.body["spec"]["nodeSets"] for each in plan.manifests if each.id.kind == kind]


def test_a_record_that_cannot_be_written_is_no_failure() -> None:
    """The deployments themselves still tell what ran: the run says so and ends as it would."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    made.fail(ClusterError(ErrorKind.FORBIDDEN, "no"), verb="apply", kind="ConfigMap")

    [text] = knowledge.write(made, plan.profile, "openstack", planned=["edpm-deployment-next"])

    assert "could not be written down" in text
    assert settled(made).notes[STEP] == ()


def test_who_may_not_read_secrets_of_osks_deploys_all_the_same() -> None:
    """`osk rbac` gives ConfigMaps and leases there: that keys are being rotated is not known then; other failures count."""
    made = cluster()
    made.fail(ClusterError(ErrorKind.FORBIDDEN, "no"), verb="list", kind="Secret")
    assert knowledge.read(made, "crc", "openstack").rotations == ()

    made.fail(ClusterError(ErrorKind.UNREACHABLE, "gone"), verb="list", kind="Secret")
    with pytest.raises(ClusterError):
        knowledge.read(made, "crc", "openstack")


def test_a_record_is_written_on_top_of_what_was_read() -> None:
    """Where another run wrote meanwhile, both are read once more."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    made.fail(ClusterError(ErrorKind.CONFLICT, "modified", status=409), verb="apply", kind="ConfigMap")

    assert () == knowledge.write(made, plan.profile, "openstack", planned=["edpm-deployment-next"])
    assert not knowledge.read(made, plan.profile, "openstack").unwritten


def test_a_plan_without_hosts_is_left_alone() -> None:
    """A profile without node sets has nothing to choose."""
    _, _, plan = fleets.planned()
    bare = replace(plan, steps=tuple(step for step in plan.steps if not deployments.deploys(step)))

    assert deployments.settled(bare, knowledge.Kept({}, {}), Asked()).steps == bare.steps
