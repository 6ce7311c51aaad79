"""Worlds of the profile crc with two computes, over a cluster that has their kinds and their key."""

import base64
from functools import cache

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.cli import catalogues
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.workflows import facts, planning
from openstack_k8s_cli.workflows.dataplane import deployments
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served

GROUP = "dataplane.openstack.org"
NODESETS = served(GROUP, "v1beta1", "OpenStackDataPlaneNodeSet", "openstackdataplanenodesets")
DEPLOYMENTS = served(GROUP, "v1beta1", "OpenStackDataPlaneDeployment", "openstackdataplanedeployments")
SERVICES = served(GROUP, "v1beta1", "OpenStackDataPlaneService", "openstackdataplaneservices")
VERSIONS = served("core.openstack.org", "v1beta1", "OpenStackVersion", "openstackversions")
KEY = "dataplane-ansible-ssh-private-key-secret"
TWO = "dataplane.nodesets.compute.count=2"


@cache
def catalogue() -> Catalogue:
    """Read the shipped catalogue."""
    return components.parse(catalogues.read(()))


def world(*sets: str, key: bool = True) -> World:
    """Make a world of the profile crc, with two computes, over a cluster that has kinds and key."""
    cluster = FakeCluster(NODESETS, DEPLOYMENTS, SERVICES, VERSIONS)
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openstack"}})
    if key:
        meta = {"name": KEY, "namespace": "openstack"}
        data = {"ssh-privatekey": base64.b64encode(b"the key").decode()}
        cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data})
    return over(cluster, *sets)


def having(*bodies: Body) -> World:
    """Make a world of the profile crc with objects in its cluster, and with osk's own namespace."""
    made = world()
    assert isinstance(made.cluster, FakeCluster)
    made.cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "osk-system"}})
    for body in bodies:
        made.cluster.put(body)
    return made


def left(world: World) -> Plan:
    """Plan what is left to do in a world of the profile crc."""
    _, _, whole = planned()
    return deployments.left(world.cluster, whole, "openstack", Asked(), exact=True)


def over(cluster: FakeCluster, *sets: str) -> World:
    """Make a world over a cluster."""
    loaded, known, plan = planned(*sets)
    secrets = ProfileSecrets(loaded.values, cluster)
    return World(cluster, SystemClock(), loaded, catalogue(), secrets, bearings=(known, plan))


@cache
def planned(*sets: str) -> tuple[Loaded, Facts, Plan]:
    """Load the profile and make its plan; once for the same settings."""
    loaded = loading.load("crc", sets=(TWO, *sets), reader=ProfileFiles())
    known = facts.offline(loaded.values)
    return loaded, known, planning.whole(loaded, catalogue(), known)
