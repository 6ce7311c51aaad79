"""A cloud's profile as its cluster has it."""

import json
from types import SimpleNamespace
from typing import Any

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.cli.layering import Layered
from openstack_k8s_cli.developing import mounting, telling
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.workflows.developing import store
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry


def layered(cluster: FakeCluster, **known: Any) -> Layered:
    """Make one whose profile and cluster are known."""
    session: Any = SimpleNamespace(
        scope=SimpleNamespace(catalogs=(), sets=(), rehearsal=None), environment={}
    )
    made = Layered(session)
    connection = SimpleNamespace(cluster=cluster, overlays=())
    made.__dict__.update({"loaded": SimpleNamespace(name="lab"), "connection": connection, **known})
    return made


def test_what_others_changed_of_the_operators_is_beside_it() -> None:
    """What is of their control planes is not, and one's own is one's own."""
    cluster = FakeCluster()
    records.make_namespace(cluster)
    store.write(cluster, entry())
    store.write(cluster, entry(Kind.RUN, "heat", profile="other"))
    store.write(cluster, entry(Kind.MOUNT, "neutron", profile="other"))
    work = layered(cluster)

    assert ["image nova"] == [each.title for each in work.entries]
    (said,) = telling.others(work.beside)
    assert said.startswith("dev of cloud other: run heat")


def test_a_mount_lies_over_the_profile_of_now() -> None:
    """Not over the one of when it was made, whose other mounts the profile may have changed."""
    cluster = FakeCluster()
    records.make_namespace(cluster)
    then, now = (
        {"controlplane": {"services": {"neutron": {"spec": {"template": {"extraMounts": mounts}}}}}}
        for mounts in ([], [{"name": "later"}])
    )
    values = mounting.values(then, "neutron", "claim", "/at")
    store.write(cluster, entry(Kind.MOUNT, "neutron", values=values))
    (over,) = layered(cluster, released=SimpleNamespace(values=now)).overlays

    assert mounting.values(now, "neutron", "claim", "/at") == json.loads(over.text)
