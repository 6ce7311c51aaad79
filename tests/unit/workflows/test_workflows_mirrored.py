"""Whether a mirror has what a profile needs, and whether its cluster uses it."""

from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.registries import Registry
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.workflows import mirrored
from openstack_k8s_cli.workflows.images import Image
from openstack_k8s_cli.workflows.mirrored import Standing
from openstack_k8s_cli.workflows.world import World
from tests.fakes.kinds import served
from tests.fakes.registries import DIGEST, Served, serving
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds

POOLS = "machineconfiguration.openshift.io"
POOL = ObjectId(POOLS, "MachineConfigPool", "", "master")


def mirror(registry: str = "reg:5000/osp", **more: Any) -> dict[str, Any]:
    """Give a profile's mirror."""
    sources = {"quay.io/a": "a", "quay.io": "q", "registry.redhat.io": ""}
    return {"registry": registry, "sources": sources, "blocked": [], **more}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("quay.io/a/keystone:1", "reg:5000/osp/a/keystone:1"),
        ("quay.io/ab/keystone", "reg:5000/osp/q/ab/keystone:latest"),
        (f"registry.redhat.io/ubi9/x:1@{DIGEST}", f"reg:5000/osp/ubi9/x@{DIGEST}"),
        ("reg:5000/osp/mine:2", "reg:5000/osp/mine:2"),
        ("docker.io/library/x:1", None),
    ],
)
def test_an_image_has_its_place_in_the_mirror(reference: str, expected: str | None) -> None:
    """The longest source counts; what is there already stays; what no source is about has none."""
    assert expected == mirrored.place(reference, mirror())


def test_without_sources_only_the_registry_changes() -> None:
    """As oc-mirror itself places images."""
    assert "reg:5000/osp/a/b:1" == mirrored.place("quay.io/a/b:1", mirror(sources={}))


def test_each_image_is_looked_for_in_the_registry() -> None:
    """By a real server: what it has, what it lacks, what nobody looks for there, and what the profile leaves out."""
    names = ("quay.io/a/keystone:1", "quay.io/a/heat:1", "docker.io/library/x:1", "quay.io/a/huge:1")
    has = frozenset({"osp/a/keystone:1", "osp/a/huge:1"})
    with serving(Served(has)) as served_:
        given = mirror(f"{served_.host}/osp", blocked=["quay.io/a/huge:1"])
        found = mirrored.verify(
            [Image(each, ()) for each in names], given, Registry(served_.host, insecure=True)
        )

    assert [Standing.HELD, Standing.MISSING, Standing.UNCOVERED, Standing.BLOCKED] == [
        each.standing for each in found
    ]
    assert [False, True, True, False] == [each.standing.is_wrong for each in found]
    assert (f"{served_.host}/osp/a/keystone:1", DIGEST) == (found[0].place, found[0].digest)


FILES = {
    "operators/mirror/component.yaml": (
        "summary: The mirror\nsteps:\n- name: sources\n  manifests: [sources.yaml.j2]\n  gates:\n"
        f"  - {{apiVersion: {POOLS}/v1, kind: MachineConfigPool, name: master}}\n"
    ),
    "operators/mirror/sources.yaml.j2": (
        "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: openstack-mirror}\n"
        "spec: {imageDigestMirrors: [{source: quay.io/a, mirrors: ['reg:5000/a']}]}\n"
    ),
}


def world(*, wanted: str = "a") -> World:
    """Make a cluster whose pool has one configuration and may be to have another, and a profile with a mirror."""
    made = worlds.cluster(
        served(
            "config.openshift.io", "v1", "ImageDigestMirrorSet", "imagedigestmirrorsets", namespaced=False
        ),
        served(POOLS, "v1", "MachineConfigPool", "machineconfigpools", namespaced=False),
    )
    status = {"configuration": {"name": "a"}, "machineCount": 3, "updatedMachineCount": 1}
    status["conditions"] = [{"type": "Updated", "status": "True"}]
    kind = {"apiVersion": f"{POOLS}/v1", "kind": "MachineConfigPool", "metadata": {"name": "master"}}
    made.put({**kind, "spec": {"configuration": {"name": wanted}}, "status": status})
    return World(made, SystemClock(), worlds.Profile(worlds.values()), components.parse(FILES), NoSecrets())


def test_a_cluster_that_does_not_know_the_mirror_is_told() -> None:
    """What is not there yet, or differs from the profile; nothing is written."""
    there = world()

    (fault,) = mirrored.faults(there)

    assert "not there" == fault.message
    assert "ImageDigestMirrorSet openstack-mirror" == fault.object


def test_nodes_that_have_not_taken_it_up_are_told() -> None:
    """The mirror set is as it should be, and a pool still has its earlier configuration."""
    there = world(wanted="b")
    there.cluster.apply(
        {
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageDigestMirrorSet",
            "metadata": {
                "name": "openstack-mirror",
                "labels": {
                    "app.kubernetes.io/managed-by": "osk",
                    "osk.openstack.org/profile": "lab",
                    "osk.openstack.org/layer": "operators",
                    "osk.openstack.org/component": "mirror",
                },
            },
            "spec": {"imageDigestMirrors": [{"source": "quay.io/a", "mirrors": ["reg:5000/a"]}]},
        }
    )

    (fault,) = mirrored.faults(there)

    assert (str(POOL), "1 of 3 nodes have the new configuration") == (fault.object, fault.message)
