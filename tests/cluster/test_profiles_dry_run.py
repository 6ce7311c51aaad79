"""Every base with every trait on a real API server: it takes every object of each, webhooks included."""

import contextlib
import time
from collections.abc import Iterator

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.cli import documents
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target
from tests.cluster import combinations
from tests.cluster.stories import Story

RELEASE = "release=18.0-fr2"
"""The one whose kinds and webhooks the rehearsal has."""
ELSEWHERE = {"openstack": "dry-run"}
"""A namespace for the cloud: webhooks allow one control plane in each, and hosts in one node set only."""
AROUND = frozenset({"Namespace", "ServiceAccount"})
"""Kinds that others need at once: they are made."""
PATIENCE = 60.0


@pytest.fixture(scope="module")
def cluster(story: Story) -> Iterator[Cluster]:
    """Have a cluster in which every operator runs, and so every kind is there; what is made is taken away again."""
    cluster = story.standing().cluster
    before = around(cluster)
    yield cluster
    for target in sorted(around(cluster) - before):
        resource = cluster.resource("", target.kind)
        assert resource is not None
        cluster.delete(resource, target.namespace, target.name)
    deadline = time.monotonic() + PATIENCE
    while around(cluster) - before and time.monotonic() < deadline:
        time.sleep(0.5)


def around(cluster: Cluster) -> set[ObjectId]:
    """List the namespaces, and the accounts outside of those that are made here."""
    found = (cluster.resource("", kind) for kind in AROUND)
    return {id_of(body) for resource in found if resource for body in cluster.list(resource).items}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Read the components once."""
    return components.parse(files.catalogue())


def bodies(catalogue: Catalogue, *extended: str) -> list[Body]:
    """Render a profile as it is without a cluster."""
    loaded = combinations.load(*extended, sets=[RELEASE])
    plan = planning.offline(loaded, catalogue, Target())
    return [documents.body(each) for each in plan.manifests]


def moved(body: Body) -> Body:
    """Give an object away from the cloud that stands; a Job cannot become another one, and has another name."""
    meta = dict(body["metadata"])
    key = "name" if body["kind"] == "Namespace" else "namespace"
    meta |= {key: ELSEWHERE[meta[key]]} if meta.get(key) in ELSEWHERE else {}
    meta |= {"name": f"{meta['name']}-dry-run"} if body["kind"] == "Job" else {}
    return {**body, "metadata": meta}


def refused(cluster: Cluster, wanted: list[Body]) -> Iterator[str]:
    """Ask for every object; what the others are in is made, nothing else."""
    asked = [moved(body) for body in wanted]
    spaces = dict.fromkeys(space for each in asked if (space := each["metadata"].get("namespace")))
    missing: list[Body] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}} for space in spaces
    ]
    for body in (*missing, *asked):
        if body["kind"] in AROUND:
            with contextlib.suppress(ClusterError):  # it is there already
                cluster.create(body)
    for body in asked:
        meta = body["metadata"]
        try:
            cluster.apply(body, dry_run=True, force=True)
        except ClusterError as error:
            yield f"{body['kind']} {meta.get('namespace', '')}/{meta['name']}: {error.kind.value} {error.message}"


@pytest.mark.parametrize(("base", "trait"), combinations.ALL)
def test_a_real_server_takes_every_object(
    cluster: Cluster, catalogue: Catalogue, base: str, trait: str
) -> None:
    """A dry run of each object passes schemas and webhooks."""
    assert list(refused(cluster, bodies(catalogue, base, trait))) == []
