"""What a deployment of the data plane is to bring to which hosts, as digests of everything that Ansible reads there."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.records import Purpose, Share
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.steps import Manifest

GROUP = "dataplane.openstack.org"
EVERYWHERE = "ssh-known-hosts"
"""The service of the operators that runs once over all node sets (deployOnAllNodeSets)."""
_READ = {"nova": ("nova-extra-config",)}
"""ConfigMaps that services of the operators read and that osk makes."""


@dataclass(frozen=True, slots=True)
class NodeSet:
    """One node set as it is wanted."""

    name: str
    services: tuple[str, ...]
    """In order, without repetitions."""
    hosts: Mapping[str, str]
    """By short host name, as inventories have it, the digest of what its inventory holds."""
    tls: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one deployment names, and what its services read."""

    nodesets: tuple[NodeSet, ...]
    everywhere: frozenset[str]
    """Services that run once over all node sets."""
    reads: Mapping[str, str]
    """By service, the digest of the ConfigMaps that it reads."""

    @property
    def purpose(self) -> Purpose:
        """Give all of it as what one deployment is for."""
        return self.narrowed({each.name: (each.services, tuple(each.hosts)) for each in self.nodesets})

    def narrowed(self, parts: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> Purpose:
        """Give a part of it: by node set, the services and the hosts."""
        by_name = {each.name: each for each in self.nodesets}
        shares = {
            name: Share(
                {service: self.reads.get(service, "") for service in services},
                {host: by_name[name].hosts[host] for host in hosts},
            )
            for name, (services, hosts) in parts.items()
        }
        asked = {service for services, _ in parts.values() for service in services}
        known = digest([(each.name, sorted(each.hosts)) for each in self.nodesets])
        return Purpose(shares, dict.fromkeys(sorted(asked & self.everywhere), known))


def wanted(deployment: Body, manifests: Iterable[Manifest]) -> Wanted:
    """Read what a deployment is to do from it and the other objects of the plan."""
    bodies = {(each.id.kind, each.id.name): each.body for each in manifests}
    names = [str(each) for each in get(deployment, "spec", "nodeSets") or ()]
    override = get(deployment, "spec", "servicesOverride")
    found = [bodies[key] for name in names if (key := ("OpenStackDataPlaneNodeSet", name)) in bodies]
    own = [body for (kind, _), body in bodies.items() if kind == "OpenStackDataPlaneService"]
    everywhere = {body["metadata"]["name"] for body in own if get(body, "spec", "deployOnAllNodeSets")}
    reads = {body["metadata"]["name"]: _sources(body) for body in own}
    return Wanted(
        tuple(_nodeset(body, override, bodies) for body in found),
        frozenset({EVERYWHERE, *everywhere}),
        {
            service: digest(maps)
            for service, names in {**_READ, **reads}.items()
            if (maps := _data(names, bodies))
        },
    )


def _nodeset(body: Body, override: Any, bodies: Mapping[tuple[str, str], Body]) -> NodeSet:
    spec = body["spec"]
    nodes: Mapping[str, Mapping[str, Any]] = spec.get("nodes") or {}
    shared = {key: value for key, value in spec.items() if key not in ("nodes", "services")}
    shared["maps"] = _data(_maps(get(spec, "nodeTemplate", "ansible")), bodies)
    networks = _networks(bodies)
    common = digest(shared)
    return NodeSet(
        body["metadata"]["name"],
        tuple(dict.fromkeys(str(each) for each in override or spec.get("services") or ())),
        {
            short(str(node.get("hostName") or name)): digest(
                [common, node, _data(_maps(node.get("ansible")), bodies), _used(node, spec, networks)]
            )
            for name, node in nodes.items()
        },
        tls=bool(spec.get("tlsEnabled", True)),
    )


def _maps(ansible: Any) -> list[str]:
    sources = get({"ansible": ansible}, "ansible", "ansibleVarsFrom") or ()
    return [str(name) for each in sources if (name := get(each, "configMapRef", "name"))]


def _sources(service: Body) -> tuple[str, ...]:
    sources = get(service, "spec", "dataSources") or ()
    return tuple(str(name) for each in sources if (name := get(each, "configMapRef", "name")))


def _data(names: Collection[str], bodies: Mapping[tuple[str, str], Body]) -> dict[str, Any]:
    return {name: bodies[key].get("data") for name in names if (key := ("ConfigMap", name)) in bodies}


def _networks(bodies: Mapping[tuple[str, str], Body]) -> dict[str, str]:
    """Give a digest of each network: its VLAN, MTU and gateway come to the hosts by the inventory."""
    return {
        str(each.get("name")).lower(): digest(each)
        for (kind, _), body in bodies.items()
        if kind == "NetConfig"
        for each in get(body, "spec", "networks") or ()
    }


def _used(node: Mapping[str, Any], spec: Mapping[str, Any], networks: Mapping[str, str]) -> list[str]:
    asked = node.get("networks") or get(spec, "nodeTemplate", "networks") or ()
    return [networks.get(str(each.get("name")).lower(), "") for each in asked]


def digest(value: Any) -> str:
    """Take a short digest of plain data."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]
