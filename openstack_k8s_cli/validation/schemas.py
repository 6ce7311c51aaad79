"""The schemas of kinds: Kubernetes' own from `builtin.json`, all others from CustomResourceDefinitions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openstack_k8s_cli.model.objects import Body, get, group_of
from openstack_k8s_cli.validation.checking import Checker, Schema

_BUILTIN = Path(__file__).with_name("builtin.json")
"""Of Kubernetes 1.36's published OpenAPI: stable versions, without descriptions."""

MUTATED = frozenset(
    {
        *(f"{name}s.{name}.openstack.org" for name in ("barbican", "cinder", "cyborg", "designate", "heat")),
        *(f"{name}s.{name}.openstack.org" for name in ("horizon", "ironic", "manila", "octavia", "swift")),
        *(f"{name}.test.openstack.org" for name in ("ansibletests", "horizontests", "tempests", "tobikoes")),
        *(f"{name}s.network.openstack.org" for name in ("dnsmasq", "ipset", "netconfig", "reservation")),
        *(f"{name}s.ovn.openstack.org" for name in ("ovncontroller", "ovndbcluster", "ovnnorthd")),
        *(f"{name}s.telemetry.openstack.org" for name in ("autoscaling", "ceilometer", "metricstorage")),
        *(f"nova{name}.nova.openstack.org" for name in ("", "apis", "cells", "computes", "conductors")),
        *(f"nova{name}.nova.openstack.org" for name in ("metadata", "novncproxies", "schedulers")),
        *(
            f"openstackdataplane{name}s.dataplane.openstack.org"
            for name in ("deployment", "nodeset", "service")
        ),
        *(f"watcher{name}s.watcher.openstack.org" for name in ("", "api", "applier", "decisionengine")),
        "galeras.mariadb.openstack.org",
        "glanceapis.glance.openstack.org",
        "glances.glance.openstack.org",
        "instancehas.instanceha.openstack.org",
        "keystoneapis.keystone.openstack.org",
        "memcacheds.memcached.openstack.org",
        "neutronapis.neutron.openstack.org",
        "openstackclients.client.openstack.org",
        "openstackcontrolplanes.core.openstack.org",
        "openstackprovisionservers.baremetal.openstack.org",
        "openstackversions.core.openstack.org",
        "placementapis.placement.openstack.org",
        "rabbitmqs.rabbitmq.openstack.org",
        "redises.redis.openstack.org",
        "telemetries.telemetry.openstack.org",
        "cloudkitties.telemetry.openstack.org",
        "securitycontextconstraints.security.openshift.io",
    }
)
"""CRDs whose objects pass a webhook, or an admission plugin, that decodes and encodes them in Go before they are validated."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How objects of one kind and version look."""

    schema: Schema = field(repr=False)
    namespaced: bool
    checker: Checker = field(repr=False)


class Schemas:
    """Finds the schema of a kind."""

    def __init__(self, crds: Iterable[Body] = ()) -> None:
        self._crds = {(each["spec"]["group"], each["spec"]["names"]["kind"]): each for each in crds}
        self._groups = {group for group, _ in self._crds}

    def find(self, api_version: str, kind: str) -> Kind | None:
        """Give a kind's schema at a version; None where it is not known."""
        built_in = _builtin()["kinds"].get(f"{api_version} {kind}")
        if built_in:
            definitions = _builtin()["definitions"]
            checker = Checker(definitions, typed=True)
            return Kind(definitions[built_in["schema"]], built_in["namespaced"], checker)
        crd = self._crds.get((group_of(api_version), kind))
        if crd is None:
            return None
        namespaced = crd["spec"].get("scope") != "Cluster"
        name = f"{crd['spec']['names']['plural']}.{crd['spec']['group']}"
        for version in crd["spec"]["versions"]:
            if get(version, "name") == api_version.rpartition("/")[2]:
                schema = get(version, "schema", "openAPIV3Schema") or {}
                return Kind(schema, namespaced, Checker(filled=name in MUTATED))
        return None

    def versions(self, group: str, kind: str) -> tuple[str, ...]:
        """Name the versions of a kind that are known."""
        crd = self._crds.get((group, kind))
        own = [each["name"] for each in crd["spec"]["versions"] if each] if crd else []
        return (*own, *_builtin_versions(group, kind))

    def kinds(self, group: str) -> tuple[str, ...]:
        """Name the kinds of a group that are known."""
        return tuple(sorted({kind for each, kind in self._crds if each == group}))

    def joined(self, crds: Iterable[Body]) -> "Schemas":
        """Add the CRDs that a set of objects brings along."""
        return Schemas([*self._crds.values(), *crds])


def _builtin_versions(group: str, kind: str) -> Iterator[str]:
    for name in _builtin()["kinds"]:
        api_version, _, named = name.partition(" ")
        if named == kind and group_of(api_version) == group:
            yield api_version.rpartition("/")[2]


@cache
def _builtin() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(_BUILTIN.read_text())
    return read
