"""A host that has left and comes again gets everything anew."""

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.workflows.dataplane import knowledge
from openstack_k8s_cli.workflows.dataplane.forgetting import forget
from tests.unit.workflows.test_workflows_deployments import cluster, deployed, settled

ZERO, ONE = "edpm-compute-0", "edpm-compute-1"


def test_a_host_that_comes_again() -> None:
    """Neither the record nor the deployment that had brought it all proves anything of it any more; of others they do."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    before = settled(made)
    forget(made, plan.profile, "openstack", {ONE})
    after = settled(made)
    kept = knowledge.read(made, plan.profile, "openstack")
    purposes = [found for each in kept.live if (found := records.purpose_of(each))]

    assert not any(before.notes.values())
    assert any(f"on {ONE}" in note for notes in after.notes.values() for note in notes)
    assert not any(f"{ZERO} " in note and "nova" in note for notes in after.notes.values() for note in notes)
    assert [{ZERO}] == [share.hosts.keys() for each in purposes for share in each.shares.values()]
    assert {ZERO} == kept.stored["openstack-edpm-ipam"].keys()


def test_nothing_is_known() -> None:
    """Where nothing was ever deployed, nothing is written."""
    made = cluster()
    forget(made, "crc", "openstack", {ONE})

    assert not any(each.kind == "ConfigMap" for each in made.ids())


def test_another_run_writes_meanwhile() -> None:
    """Where another run wrote meanwhile, both are read once more, and the host is forgotten all the same."""
    made = cluster()
    plan = settled(made)
    deployed(made, plan)
    made.fail(ClusterError(ErrorKind.CONFLICT, "modified", status=409), verb="apply", kind="ConfigMap")

    forget(made, plan.profile, "openstack", {ONE})

    assert {ZERO} == knowledge.read(made, plan.profile, "openstack").stored["openstack-edpm-ipam"].keys()
