"""What is known of hosts when deployments and hosts come and go."""

import pytest

from openstack_k8s_cli.apply.labels import labelled
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import knowledge
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows.test_workflows_deployments import cluster, deployed, made_by, settled


def arranged(made: FakeCluster, plan: Plan) -> None:
    """Apply a plan's node sets only, as a run does that is killed after them."""
    for manifest in plan.manifests:
        if manifest.id.kind == "OpenStackDataPlaneNodeSet":
            made.put(labelled(manifest, profile=plan.profile, layer=Layer.DATAPLANE))


def names_of(plan: Plan) -> list[str]:
    """Name the deployments of a plan."""
    return [each.id.name for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT]


THREE = "dataplane.nodesets.compute.count=3"


@pytest.mark.parametrize("killed", [False, True])
def test_a_host_that_left_by_an_edit_and_comes_again_gets_everything(*, killed: bool) -> None:
    """It may have been installed anew: what ran there is forgotten once its node set has it no more."""
    made = cluster()
    deployed(made, settled(made, THREE))
    shrunk = settled(made)
    knowledge.write(made, shrunk.profile, "openstack", planned=names_of(shrunk))
    arranged(made, shrunk)
    if not killed:
        deployed(made, shrunk)
        knowledge.write(made, shrunk.profile, "openstack")
    grown = settled(made, THREE)
    knowledge.write(made, grown.profile, "openstack", planned=names_of(grown))
    arranged(made, grown)

    for plan in (grown, settled(made, THREE)):
        assert made_by(plan)[0]["ansibleLimit"] == "edpm-compute-2"
        assert "bootstrap" in made_by(plan)[0]["servicesOverride"]


def test_node_sets_alone_forget_hosts_too() -> None:
    """A run of the node sets alone writes down that a host has left, before it may come again."""
    made = cluster()
    deployed(made, settled(made, THREE))
    arranged(made, settled(made))

    plan = settled(made, THREE)

    assert plan.notes["dataplane/nodesets[compute]/nodeset"] == (
        "what ran on hosts that have left is forgotten",
    )


def test_a_renamed_deployment_leaves_its_proof_behind() -> None:
    """The only deployment goes since none of its name is wanted: what it tells is written down first."""
    made = cluster()
    deployed(made, settled(made))
    renamed = "dataplane.deployment.name=other"
    plan = settled(made, renamed)
    resource = made.resource("dataplane.openstack.org", kinds.DEPLOYMENT)
    assert resource is not None

    assert any(plan.notes.values())
    knowledge.write(made, plan.profile, "openstack", planned=names_of(plan))
    made.delete(resource, "openstack", "edpm-deployment")
    again = settled(made, renamed)
    assert (names_of(plan), names_of(again), any(again.notes.values())) == ([], [], False)


def test_a_pass_is_not_of_the_one_whose_name_it_begins_with() -> None:
    """`edpm-deployment-post` is a deployment of its own, not an earlier one of `edpm-deployment`."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    resource = made.resource("dataplane.openstack.org", kinds.DEPLOYMENT)
    assert resource is not None
    body = made.get(resource, "openstack", "edpm-deployment")
    assert body is not None
    made.delete(resource, "openstack", "edpm-deployment")
    made.put({**body, "metadata": {**body["metadata"], "name": "edpm-deployment-post-1234abcd"}})

    assert names_of(settled(made)) == []


def test_a_failure_is_known_when_its_deployment_is_gone() -> None:
    """A repetition that failed and was deleted by hand leaves no proof of what ran before it."""
    made = cluster()
    first = settled(made)
    deployed(made, first)
    again = settled(made, asked=Asked(restart=True))
    planned = [each.id.name for each in again.manifests if each.id.kind == kinds.DEPLOYMENT]
    knowledge.write(made, first.profile, "openstack", planned=planned)
    deployed(made, again, fails="install-os")
    knowledge.write(made, first.profile, "openstack")
    resource = made.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
    assert resource is not None
    [failed] = planned
    made.delete(resource, "openstack", failed)

    assert made_by(settled(made))[0]["servicesOverride"][0] == "install-os"
