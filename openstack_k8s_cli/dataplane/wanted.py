"""What a deployment of the data plane is to bring to which hosts, as digests of everything that Ansible reads there."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.limits import limited, short
from openstack_k8s_cli.dataplane.records import Purpose, Share
from openstack_k8s_cli.dataplane.variants import Pass
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.steps import Manifest

EVERYWHERE = "ssh-known-hosts"
"""The service of the operators that runs once over all node sets (deployOnAllNodeSets)."""
_READ = {"nova": ("nova-extra-config",)}
"""ConfigMaps that services of the operators read and that osk makes."""
_CERTIFICATES = "install-certs"
_OPTIONS = ("ansibleTags", "ansibleSkipTags", "ansibleExtraVars")
"""What a profile may have in a deployment that makes each service bring something else."""
_PODS = frozenset({"nodes", "services", "env", "networkAttachments"})
"""Of a node set: what is looked at by itself, and what is said to the pods of Ansible only."""
_MOUNTS = frozenset({"/runner/artifacts", "/usr/share/ansible/plugins/strategy"})
"""Where those pods have their logs and osk's strategy."""
_TOLERANCE = frozenset({"edpm_any_errors_fatal", "edpm_max_fail_percentage"})
"""Variables that say when Ansible gives up."""


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
    """By service, the digest of what it is and of the ConfigMaps that it reads, where osk has a part in it."""
    variant: str = ""
    """The digest of the deployment's own tags and variables, where it has some."""
    beside: tuple[Pass, ...] = ()
    """What other deployments do on these node sets with others."""

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
        everywhere = {
            each: f"{known}.{read}" if (read := self.reads.get(each)) else known
            for each in sorted(asked & self.everywhere)
            for known in [_known(each, parts)]
        }
        return Purpose(shares, everywhere, self.variant, beside=self.beside)


def _known(service: str, parts: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> str:
    """Take a digest of the hosts that a service tells all others of: under a limit it forgets the rest."""
    return digest([(name, sorted(hosts)) for name, (services, hosts) in parts.items() if service in services])


def wanted(deployment: Body, manifests: Iterable[Manifest]) -> Wanted:
    """Read what a deployment is to do from it and the other objects of the plan."""
    bodies = {(each.id.kind, each.id.name): each.body for each in manifests}
    spec = deployment["spec"]
    names = [str(each) for each in spec.get("nodeSets") or ()]
    found = (bodies[key] for name in names if (key := (kinds.NODESET, name)) in bodies)
    nodesets = [_nodeset(body, spec, bodies) for body in found]
    own = {name: body for (kind, name), body in bodies.items() if kind == kinds.SERVICE}
    everywhere = {name for name, body in own.items() if get(body, "spec", "deployOnAllNodeSets")}
    services = {*_READ, *own, *(service for each in nodesets for service in each.services)}
    variant = _variant(spec)
    return Wanted(
        tuple(each for each in nodesets if each.hosts or not spec.get("ansibleLimit")),
        frozenset({EVERYWHERE, *everywhere}),
        {name: digest(parts) for name in services if (parts := [*_read(name, own, bodies)])},
        variant,
        tuple(each for each in _passes(bodies) if each.variant != variant and each.nodeset in names),
    )


def _variant(spec: Mapping[str, Any]) -> str:
    options = {key: spec[key] for key in _OPTIONS if spec.get(key)}
    return digest(options) if options else ""


def _passes(bodies: Mapping[tuple[str, str], Body]) -> Iterator[Pass]:
    """List what the deployments of a plan do, by node set."""
    for (kind, _), body in bodies.items():
        spec = body["spec"] if kind == kinds.DEPLOYMENT else {}
        for name in spec.get("nodeSets") or ():
            nodeset = bodies.get((kinds.NODESET, str(name)))
            services = spec.get("servicesOverride") or get(nodeset or {}, "spec", "services") or ()
            limit = str(spec.get("ansibleLimit") or "")
            nodes = get(nodeset, "spec", "nodes") or {} if limit and nodeset else {}
            hosts = [short(str(node.get("hostName") or key)) for key, node in nodes.items()]
            some = limited(limit, str(name), hosts) if limit else None
            yield Pass(_variant(spec), str(name), tuple(map(str, services)), some)


def _nodeset(body: Body, deployment: Mapping[str, Any], bodies: Mapping[tuple[str, str], Body]) -> NodeSet:
    spec = body["spec"]
    nodes: Mapping[str, Mapping[str, Any]] = spec.get("nodes") or {}
    maps = _data(_maps(get(spec, "nodeTemplate", "ansible")), bodies)
    networks = _networks(bodies)
    common = digest({**_lasting(spec), "maps": maps})

    def looked_at(node: Mapping[str, Any]) -> str:
        own = _data(_maps(node.get("ansible")), bodies)
        return digest([common, node, own, _used(node, spec, networks)])

    by_host = {short(str(node.get("hostName") or name)): node for name, node in nodes.items()}
    name = body["metadata"]["name"]
    services = deployment.get("servicesOverride") or spec.get("services") or ()
    return NodeSet(
        name,
        tuple(dict.fromkeys(map(str, services))),
        {
            host: looked_at(by_host[host])
            for host in limited(str(deployment.get("ansibleLimit") or ""), name, tuple(by_host))
        },
        tls=bool(spec.get("tlsEnabled", True)),
    )


def _lasting(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out how Ansible is run: another way of it brings nothing else to the hosts."""
    kept = {key: value for key, value in spec.items() if key not in _PODS}
    template = dict(kept.get("nodeTemplate") or {})
    ansible = dict(template.get("ansible") or {})
    variables = ansible.get("ansibleVars") or {}
    ansible["ansibleVars"] = {key: value for key, value in variables.items() if key not in _TOLERANCE}
    mounts = template.get("extraMounts") or ()
    template["extraMounts"] = [
        each for each in mounts if not {some.get("mountPath") for some in each.get("mounts") or ()} <= _MOUNTS
    ]
    return {**kept, "nodeTemplate": {**template, "ansible": ansible}}


def _read(
    service: str, own: Mapping[str, Body], bodies: Mapping[tuple[str, str], Body]
) -> Iterator[Mapping[str, Any]]:
    """Give what a service is, where it is the profile's or osk's, and what it reads."""
    body = own.get(service)
    if service == _CERTIFICATES:
        issued = {name: get(each, "spec", "tlsCerts") for name, each in own.items()}
        yield from _some({name: each for name, each in issued.items() if each})
    if body is not None:
        yield body["spec"]
    yield from _some(_data(_sources(body) if body else _READ.get(service, ()), bodies))


def _some(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [found] if found else []


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
