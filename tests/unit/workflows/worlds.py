"""Small worlds for the stories: a fake cluster, a clock, a catalogue of one component."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import Resource
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets

COMPONENT = """\
summary: Two settings
steps:
  - name: place
    manifests: [namespace.yaml.j2]
  - name: settings
    manifests: [settings.yaml.j2]
"""
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: "{{ namespaces.openstack }}"}
"""
SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: "{{ namespaces.openstack }}"}
data: {colour: "{{ platform.colour }}"}
"""
FILES = {
    "operators/settings/component.yaml": COMPONENT,
    "operators/settings/namespace.yaml.j2": NAMESPACE,
    "operators/settings/settings.yaml.j2": SETTINGS,
}


def values(**platform: Any) -> dict[str, Any]:
    """Give a profile's values, with other facts of its platform."""
    base = {
        "provider": "existing",
        "flavour": "kubernetes",
        "workers": ["one"],
        "nics": {"default": "eth0"},
        "capabilities": [],
    }
    return {
        "name": "lab",
        "namespaces": {"openstack": "openstack"},
        "platform": base | {"colour": "red"} | platform,
        "patches": [],
    }


@dataclass(frozen=True)
class Profile:
    """A loaded profile."""

    values: Mapping[str, Any] = field(default_factory=values)
    name: str = "lab"
    provenance: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, Source] = field(default_factory=dict)

    def without(self, hooks: Collection[str]) -> Mapping[str, Any]:
        """Give the values as if these hooks provided nothing."""
        raise KeyError(*hooks)

    def gives(self, path: str) -> bool:
        """Tell whether the profile says a value itself."""
        return path in self.provenance


def cluster(*extra: Resource, workers: tuple[str, ...] = ("one",)) -> FakeCluster:
    """Make a cluster with worker nodes."""
    made = FakeCluster(*extra)
    for name in workers:
        labels = {"node-role.kubernetes.io/worker": ""}
        made.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}})
    return made


def world(made: FakeCluster, **platform: Any) -> World:
    """Make a world over a cluster."""
    return World(made, SystemClock(), Profile(values(**platform)), components.parse(FILES), NoSecrets())


def namespace(made: FakeCluster, name: str) -> None:
    """Make a namespace."""
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


SUBSCRIPTION = served("operators.coreos.com", "v1alpha1", "Subscription", "subscriptions")
VERSION = served("config.openshift.io", "v1", "ClusterVersion", "clusterversions", namespaced=False)
ROUTE = served("route.openshift.io", "v1", "Route", "routes")
CATALOGS = served("operators.coreos.com", "v1alpha1", "CatalogSource", "catalogsources")
