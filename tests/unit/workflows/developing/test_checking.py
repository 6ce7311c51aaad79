"""Operators that the installed release has not."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.developing import checking
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds

OLM = "operators.coreos.com"


def having(*running: str) -> tuple[FakeCluster, World]:
    """Make a cloud whose operators run."""
    made = worlds.cluster(served(OLM, "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"))
    worlds.namespace(made, "ops")
    for each in running:
        meta = {"name": operators.deployment(each, "ops").name, "namespace": "ops"}
        made.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta})
    world = worlds.world(made)
    spaces = {"openstack": "openstack", "operators": "ops"}
    package = {"openstack": {"package": "openstack-operator"}, "overrides": {}}
    values = {**world.loaded.values, "namespaces": spaces, "operators": package}
    return made, replace(world, loaded=worlds.Profile(values))


def version(*names: str) -> Body:
    """Make an installed version that has images of operators."""
    env = [{"name": operators.variable(each), "value": "quay.io/release/it:1"} for each in names]
    pod = {"spec": {"containers": [{"name": "operator", "env": env}]}}
    meta = {"name": "v1", "namespace": "ops", "labels": {f"{OLM}/openstack-operator.ops": ""}}
    install = {"spec": {"deployments": [{"name": "init", "spec": {"template": pod}}]}}
    body: Body = {"apiVersion": f"{OLM}/v1alpha1", "kind": "ClusterServiceVersion", "metadata": meta}
    return {**body, "spec": {"install": install}}


def refused(world: World) -> str:
    """Say with which words watcher is refused."""
    with pytest.raises(OskError) as caught:
        checking.check_has(world, "watcher")
    (problem,) = caught.value.problems
    assert ("OSK1441", ExitCode.REFUSED) == (problem.code, caught.value.exit_code)
    return problem.advice[0].text


def test_an_operator_that_the_release_has_not_is_refused() -> None:
    """A Deployment of it would be waited for that never comes; those that there are, are listed."""
    made, world = having("nova", "glance")
    by_deployments = refused(world)
    made.create(version("nova", "heat", "openstack"))

    assert "Those that it has are: glance, nova" == by_deployments
    assert "Those that it has are: heat, nova, openstack" == refused(world)


def test_an_operator_that_the_release_has_or_that_runs_is_taken() -> None:
    """Also before the first of them runs, and where nothing says which there are."""
    made, world = having()
    checking.check_has(world, "watcher")
    made.create(version("nova", "watcher"))
    checking.check_has(world, "watcher")
    other, running = having("watcher")
    other.create(version("nova"))
    checking.check_has(running, "watcher")

    resource = other.resource("apps", "Deployment")
    assert resource is not None
    other.delete(resource, "ops", operators.deployment("watcher", "ops").name)
    assert "Those that it has are: nova" == refused(running)
