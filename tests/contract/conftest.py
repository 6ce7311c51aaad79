"""The two clusters that keep the contract, and a namespace of its own for each test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.kubernetes import connect
from openstack_k8s_cli.apply.ports import Cluster
from tests.cluster.staging import Stage
from tests.contract.objects import namespace_body, resource_of
from tests.fakes.cluster import FakeCluster


@pytest.fixture(scope="session")
def real_kubeconfig(stage: Stage) -> Path:
    """Give the kubeconfig of the test run's API server."""
    return stage.fresh().kubeconfig


@pytest.fixture(scope="module")
def real_cluster(real_kubeconfig: Path) -> Cluster:
    """Connect to the test run's API server."""
    return connect(str(real_kubeconfig))


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.cluster)])
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """Give one of the two clusters."""
    if request.param == "fake":
        return FakeCluster()
    found: Cluster = request.getfixturevalue("real_cluster")
    return found


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """Make a namespace that goes with the test."""
    name = f"contract-{uuid.uuid4().hex[:8]}"
    cluster.apply(namespace_body(name))
    yield name
    cluster.delete(resource_of(cluster, "Namespace"), "", name)
