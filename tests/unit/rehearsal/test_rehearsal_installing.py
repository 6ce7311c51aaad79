"""Installing kinds into a fresh control plane, over a fake one."""

from typing import Any

import pytest

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import installing
from openstack_k8s_cli.rehearsal.crds import Definitions
from tests.fakes.cluster import FakeCluster


def crd(name: str) -> dict[str, Any]:
    """Give a CRD."""
    plural, _, group = name.partition(".")
    versions = [{"name": "v1", "served": True, "storage": True}]
    names = {"kind": plural.title(), "plural": plural}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": versions},
        "status": {"conditions": [{"type": "Established", "status": "True"}]},
    }


@pytest.mark.parametrize("kind", [ErrorKind.INVALID, ErrorKind.UNKNOWN_FIELD])
def test_a_crd_that_is_refused_is_named(kind: ErrorKind) -> None:
    """With the API server's own words."""
    cluster = FakeCluster()
    cluster.fail(ClusterError(kind, "spec.scope: Required value"), verb="create")
    with pytest.raises(OskError) as caught:
        installing.everything(cluster, Definitions({"apples.x.org": crd("apples.x.org")}))

    (problem,) = caught.value.problems
    assert "CustomResourceDefinition apples.x.org" == problem.subject
    assert "spec.scope: Required value" == problem.detail
    assert ExitCode.FAILED == caught.value.exit_code


def test_kinds_that_are_not_served_are_named() -> None:
    """Waiting ends, and says which of the bare cluster's kinds were waited for."""
    cluster = FakeCluster()
    body = crd("apples.x.org")
    cluster.put(body)
    cluster.unserve("x.org", "Apples")
    with pytest.raises(OskError) as caught:
        installing.everything(cluster, Definitions({"apples.x.org": body}), patience=0.0)

    (problem,) = caught.value.problems
    assert "1 kind of the rehearsal cluster is not served" == problem.summary
    assert "apples.x.org" == problem.detail


def test_an_api_server_that_is_away_is_no_problem_of_a_crd() -> None:
    """It is told as what it is."""
    cluster = FakeCluster()
    cluster.fail(ClusterError(ErrorKind.UNREACHABLE, "refused"), verb="create")
    with pytest.raises(ClusterError):
        installing.everything(cluster, Definitions({"apples.x.org": crd("apples.x.org")}))


def test_a_fresh_cluster_is_not_done() -> None:
    """Its last object tells."""
    assert not installing.is_done(FakeCluster())
