"""Everything but networks: platform, operators, storage, control plane, data plane."""

import re
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.live.found import Found, mappings, named

_PACKAGES = {
    "kubernetes-nmstate-operator": "nmstate",
    "metallb-operator": "metallb",
    "openshift-cert-manager-operator": "certManager",
    "cert-manager": "certManager",
}
_NUMBERED = re.compile(r"(?P<class>.*?)(?P<number>\d+)-(?P<node>.+)")


def platform(found: Found, draft: Draft) -> None:
    """Say whose cluster it is, which nodes take workloads, and where the cloud is."""
    draft.set("platform.provider", "crc" if found.provider == "crc" else "existing")
    draft.set("platform.flavour", found.flavour)
    draft.set("platform.workers", list(found.workers))
    draft.set("namespaces.openstack", found.namespace)


def operators(found: Found, draft: Draft) -> None:
    """Say what each operator is subscribed to."""
    images = {named(each): get(each, "spec", "image") for each in found.all("CatalogSource")}
    for body in found.all("Subscription"):
        package, source = get(body, "spec", "name"), get(body, "spec", "source")
        namespace = body["metadata"].get("namespace")
        if package == "openstack-operator":
            draft.set("namespaces.operators", namespace)
            draft.set("operators.openstack.channel", get(body, "spec", "channel"))
            draft.set("operators.openstack.source", source)
            if get(body, "spec", "sourceNamespace") != namespace:
                draft.set("operators.openstack.sourceNamespace", get(body, "spec", "sourceNamespace"))
            elif images.get(str(source)):
                draft.set("operators.openstack.index", images[str(source)])
        elif package in _PACKAGES:
            path = f"operators.sources.{_PACKAGES[package]}"
            draft.set(f"{path}.catalog", source)
            draft.set(f"{path}.catalogNamespace", get(body, "spec", "sourceNamespace"))
            draft.set(f"{path}.package", package)
            draft.set(f"{path}.channel", get(body, "spec", "channel"))
            draft.set(f"{path}.namespace", namespace)


def storage(found: Found, draft: Draft) -> None:
    """Say the class, and the local volumes that are made as osk and install_yamls make them."""
    plane = found.first("OpenStackControlPlane")
    name = str(get(plane, "spec", "storageClass") or "") if plane else ""
    if name:
        draft.set("storage.class", name)
    volumes = [
        (match["number"], match["node"], body)
        for body in found.all("PersistentVolume")
        if get(body, "spec", "storageClassName") == name and get(body, "spec", "local", "path")
        if (match := _NUMBERED.fullmatch(named(body))) and match["class"] == name
    ]
    if not volumes:
        draft.set("storage.local", None)
        return
    path = str(get(volumes[0][2], "spec", "local", "path"))
    draft.set("storage.local.volumes", max(int(number) for number, _, _ in volumes))
    draft.set("storage.local.capacity", get(volumes[0][2], "spec", "capacity", "storage"))
    draft.set("storage.local.path", path.rpartition("/")[0])


def controlplane(found: Found, draft: Draft, *, base: Mapping[str, Any]) -> None:
    """Say the name, the Secret, the databases and which services there are; the rest is left over."""
    plane = found.first("OpenStackControlPlane")
    if plane is None:
        return
    spec = plane["spec"]
    draft.set("controlplane.name", named(plane))
    draft.set("controlplane.secret", spec.get("secret") or "osp-secret")
    copies = get(spec, "memcached", "templates", "memcached", "replicas")
    if isinstance(copies, int):
        draft.set("controlplane.replicas", copies)
    template = get(spec, "galera", "templates", "openstack") or {}
    for key, place in (("replicas", "replicas"), ("storageRequest", "storage")):
        if template.get(key) is not None:
            draft.set(f"controlplane.galera.{place}", template[key])
    if images := get(found.first("OpenStackVersion") or {}, "spec", "customContainerImages"):
        draft.set("controlplane.customImages", images)
    for name in base["services"]:
        enabled = get(spec, name, "enabled")
        if isinstance(enabled, bool) and "enabled" in base["services"][name]:
            draft.set(f"controlplane.services.{name}.enabled", enabled)


def dataplane(found: Found, draft: Draft, *, base: Mapping[str, Any]) -> None:
    """Say the node sets, their hosts and services, and the deployment that is newest."""
    known = {entry["resource"]: name for name, entry in base["nodesets"].items()}
    sets = found.all("OpenStackDataPlaneNodeSet", own=True)
    keys = {named(body): known.get(named(body), named(body)) for body in sets}
    for name in base["nodesets"]:
        if name not in keys.values():
            draft.set(f"dataplane.nodesets.{name}", None)
    for body in sets:
        _nodeset(body, draft, f"dataplane.nodesets.{keys[named(body)]}")
    deployments = found.all("OpenStackDataPlaneDeployment", own=True)
    if deployments:
        newest = max(deployments, key=lambda each: str(each["metadata"].get("creationTimestamp") or ""))
        draft.set("dataplane.deployment.name", named(newest))
        draft.set("dataplane.deployment.exact", True)
        draft.set("dataplane.deployment.services", get(newest, "spec", "servicesOverride"))


def _nodeset(body: Body, draft: Draft, path: str) -> None:
    spec = body["spec"]
    services = list(spec.get("services") or ())
    role = "compute" if {"nova", "libvirt"} & set(services) or not services else "networker"
    draft.set(f"{path}.role", role)
    draft.set(f"{path}.resource", named(body))
    if services:
        draft.set(f"{path}.services", services)
    template = spec.get("nodeTemplate") or {}
    if get(template, "ansible", "ansibleUser"):
        draft.set("dataplane.user", get(template, "ansible", "ansibleUser"))
    if template.get("ansibleSSHPrivateKeySecret"):
        draft.set("dataplane.sshSecret", template["ansibleSSHPrivateKeySecret"])
    nodes: Mapping[str, Any] = spec.get("nodes") or {}
    networks = [
        str(each["name"]).lower()
        for node in list(nodes.values())[:1] or [template]
        for each in mappings(node.get("networks") or template.get("networks"))
    ]
    if networks:
        draft.set(f"{path}.networks", networks)
    plain = [f"edpm-{role}-{index}" for index in range(len(nodes))]
    draft.set(f"{path}.count", len(nodes) if sorted(nodes) == sorted(plain) else 0)
    for index, name in enumerate(plain if sorted(nodes) == sorted(plain) else nodes):
        address = get(nodes[name], "ansible", "ansibleHost")
        if address and not (name in plain and str(address).endswith(f".{100 + index}")):
            draft.set(f"{path}.nodes.{name}.address", str(address))
        elif name not in plain or sorted(nodes) != sorted(plain):
            draft.set(f"{path}.nodes.{name}.hostName", get(nodes[name], "hostName") or name)
