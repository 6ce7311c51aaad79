"""Small objects for the lint rules, and what the rules say of them."""

import json
from typing import Any

from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.validation import lint
from openstack_k8s_cli.validation.findings import Item
from openstack_k8s_cli.validation.lint.objects import Found, Objects


def body(api_version: str, kind: str, name: str, *, namespace: str = "openstack", **fields: Any) -> Body:
    """Make an object; an empty namespace is left out."""
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **fields}


def net_config(*networks: Body, namespace: str = "openstack") -> Body:
    """Make a NetConfig."""
    given = {"networks": list(networks)}
    return body("network.openstack.org/v1beta1", "NetConfig", "netconfig", namespace=namespace, spec=given)


def network(
    name: str = "internalapi",
    cidr: str = "172.17.0.0/24",
    span: tuple[str, str] = ("172.17.0.100", "172.17.0.250"),
    *,
    mtu: int = 1500,
    **more: Any,
) -> Body:
    """Make a network of a NetConfig with one subnet."""
    ranges = [{"start": span[0], "end": span[1]}]
    subnet = {"name": "subnet1", "cidr": cidr, "allocationRanges": ranges, **more}
    return {"name": name, "mtu": mtu, "subnets": [subnet]}


def node_set(*hosts: list[Body], name: str = "compute", template: Any = None, **fields: Any) -> Body:
    """Make a node set; of each host its networks are given."""
    nodes = {f"host-{at}": {"hostName": f"host-{at}", "networks": nets} for at, nets in enumerate(hosts)}
    spec = {"nodes": nodes, "nodeTemplate": template or {}, **fields}
    return body("dataplane.openstack.org/v1beta1", "OpenStackDataPlaneNodeSet", name, spec=spec)


def on(name: str = "internalapi", subnet: str = "subnet1", address: str | None = None) -> Body:
    """Make a host's place in a network."""
    return {"name": name, "subnetName": subnet} | ({"fixedIP": address} if address else {})


def pool(name: str = "internalapi", *spans: str) -> Body:
    """Make an address pool."""
    spec = {"addresses": list(spans or ("172.17.0.80-172.17.0.90",))}
    return body("metallb.io/v1beta1", "IPAddressPool", name, namespace="metallb-system", spec=spec)


def attachment(
    name: str = "internalapi", start: str = "172.17.0.30", end: str = "172.17.0.70", **more: Any
) -> Body:
    """Make an attachment definition; its network is the /24 of its start."""
    within = f"{start.rpartition('.')[0]}.0/24"
    ipam = {"type": "whereabouts", "range": within, "range_start": start, "range_end": end}
    config = {"type": "macvlan", "master": name, "ipam": ipam, **more}
    spec = {"config": json.dumps(config)}
    return body("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", name, spec=spec)


def policy(*interfaces: Body, name: str = "node-0", **more: Any) -> Body:
    """Make a node policy."""
    spec = {"desiredState": {"interfaces": list(interfaces), **more}}
    return body("nmstate.io/v1", "NodeNetworkConfigurationPolicy", name, namespace="", spec=spec)


def interface(name: str = "internalapi", address: str | None = None, **more: Any) -> Body:
    """Make an interface of a node policy."""
    given = {"ipv4": {"enabled": True, "address": [{"ip": address, "prefix-length": 24}]}} if address else {}
    return {"name": name, "state": "up", "type": "ethernet", **given, **more}


def vlan(name: str = "internalapi", address: str | None = None, *, tag: int = 20, **more: Any) -> Body:
    """Make a VLAN interface."""
    tagged = {"base-iface": "enp6s0", "id": tag}
    return interface(name, address, **{"type": "vlan", "vlan": tagged, **more})


def plane(**spec: Any) -> Body:
    """Make a control plane."""
    return body("core.openstack.org/v1beta1", "OpenStackControlPlane", "controlplane", spec=spec)


def balancer(address: str, *, named: str = "internalapi", sharing: str | None = None) -> Body:
    """Make a load balancer's annotations."""
    wanted = {"metallb.universe.tf/address-pool": named, "metallb.universe.tf/loadBalancerIPs": address}
    shared = {"metallb.universe.tf/allow-shared-ip": sharing} if sharing else {}
    return {"metadata": {"annotations": {**wanted, **shared}}}


def service(name: str, annotated: Body) -> Body:
    """Make a Service with a load balancer's annotations."""
    made = body("v1", "Service", name)
    made["metadata"] |= annotated["metadata"]
    return made


def data_service(name: str, **spec: Any) -> Body:
    """Make a data plane service."""
    return body("dataplane.openstack.org/v1beta1", "OpenStackDataPlaneService", name, spec=spec)


def deployment(*node_sets: str, **spec: Any) -> Body:
    """Make a deployment."""
    given = {"nodeSets": list(node_sets), **spec}
    return body("dataplane.openstack.org/v1beta1", "OpenStackDataPlaneDeployment", "deploy", spec=given)


def secret(name: str = "osp-secret", **data: str) -> Body:
    """Make a Secret."""
    return body("v1", "Secret", name, stringData=data)


def items(*bodies: Body, files: tuple[str, ...] = (), staged: bool = False) -> tuple[Item, ...]:
    """Make items, all of one file unless the files are named."""
    names = files or ("all.yaml",) * len(bodies)
    orders = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return tuple(
        Item(id_of(each), each, name, orders[name], staged) for each, name in zip(bodies, names, strict=True)
    )


def found(*bodies: Body, **how: Any) -> list[Found]:
    """Run every lint rule."""
    return list(lint.check(Objects(items(*bodies, **how))))


def codes(*bodies: Body, **how: Any) -> set[str]:
    """Run every lint rule; only the codes."""
    return {each.code for each in found(*bodies, **how)}
