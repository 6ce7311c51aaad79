"""An example of the validated architectures, by its values files, into the draft of a profile."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import loading, outline, paths
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers import minimal, writing
from openstack_k8s_cli.profile.importers.draft import CRC, Draft
from openstack_k8s_cli.profile.importers.live import cloud, networks
from openstack_k8s_cli.profile.importers.live.found import Found
from openstack_k8s_cli.profile.importers.minimal import Entries
from openstack_k8s_cli.profile.importers.outcome import Lost, Outcome
from openstack_k8s_cli.profile.sources import Reader, Source

_NAMESPACE = "openstack"
_TEMPLATE = "edpm_network_config_template"
_MASTER = re.compile(r'"(?:master|bridge)":\s*"([^"]+)"')
_WITHOUT = {"preserveJobs", "notificationsBus", "tls"}
"""Service values that every example repeats and the templates write anyway."""


def imported(name: str, sources: Sequence[Source], *, reader: Reader) -> Outcome:
    """Make a draft of the values that an example's files hold; raises OskError when there are none."""
    values = dict(_values(sources))
    if not values:
        raise _nothing(name)
    draft = Draft()
    draft.name = name
    draft.base = "openshift" if "openshift" in reader.built_in() else CRC
    base = loading.load(draft.base, reader=reader).values
    found = _found(values)
    try:
        cloud.platform(found, draft)
        networks.carry(found, draft, base=base["networks"])
        cloud.dataplane(found, draft, base=base["dataplane"])
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(name, error) from error
    _variables(values, draft)
    _snippets(_of(values, "service-values"), draft)
    if storage := _of(values, "network-values").get("storageClass"):
        draft.set("storage.class", storage)
        draft.set("storage.local", None)

    def write(entries: Entries) -> str:
        head = {"apiVersion": "osk/v1", "kind": "Profile", "name": name, "extends": draft.extends}
        return writing.text(
            entries, head=head, remark=f"A draft from the validated architectures' example {name}."
        )

    kept, problems = minimal.reduced(draft.entries, write, reader=reader)
    return Outcome(write(kept), (), (), tuple(_left(values)), tuple(each.summary for each in problems))


def _values(sources: Sequence[Source]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the data of the ConfigMaps that hold values, by name."""
    for source in sources:
        try:
            body = parse(source).values
        except OskError:
            continue  # a file of another kind, such as several documents in one
        if body.get("kind") == "ConfigMap" and isinstance(body.get("data"), dict):
            yield str((body.get("metadata") or {}).get("name")), body["data"]


def _of(values: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    return values.get(name) or {}


def _found(values: Mapping[str, Mapping[str, Any]]) -> Found:
    """Play the cluster that the values would make, as far as it can be read back."""
    network = _of(values, "network-values")
    nodes = [entry for key, entry in network.items() if key.startswith("node_") and isinstance(entry, dict)]
    known = {
        key: entry
        for key, entry in network.items()
        if isinstance(entry, dict) and {"subnets", "net-attach-def"} & entry.keys()
    }
    bodies = [*_networks(known), *_policy(known, nodes), *_nodesets(values)]
    workers = tuple(str(each.get("node_name") or each.get("name")) for each in nodes)
    return Found(_NAMESPACE, "existing", "openshift", workers, tuple(bodies))


def _body(kind: str, name: str, spec: Any) -> Body:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": _NAMESPACE},
        "spec": spec,
    }


def _networks(known: Mapping[str, Mapping[str, Any]]) -> Iterator[Body]:
    hosts = [{"name": name, **entry} for name, entry in known.items() if entry.get("subnets")]
    yield _body("NetConfig", "netconfig", {"networks": hosts})
    for name, entry in known.items():
        if isinstance(entry.get("net-attach-def"), str):
            yield _body("NetworkAttachmentDefinition", name, {"config": entry["net-attach-def"]})
        if entry.get("lb_addresses"):
            yield _body("IPAddressPool", name, {"addresses": entry["lb_addresses"]})


def _policy(known: Mapping[str, Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]]) -> Iterator[Body]:
    """Give the first node's policy: a VLAN for each network that has one, a bridge on the card for ctlplane."""
    interfaces = []
    for name, entry in known.items():
        address = nodes[0].get(f"{name}_ip") if nodes else None
        ip = {"enabled": bool(address), "address": [{"ip": address}] if address else []}
        if entry.get("base_iface") and entry.get("vlan"):
            vlan = {"base-iface": entry["base_iface"], "id": entry.get("vlan")}
            interfaces.append({"name": entry.get("iface", name), "type": "vlan", "vlan": vlan, "ipv4": ip})
        elif name == "ctlplane":
            ports = {"port": [{"name": entry.get("iface")}]}
            bridge = _MASTER.search(str(entry.get("net-attach-def")))
            interfaces.append(
                {
                    "name": bridge[1] if bridge else "ospbr",
                    "type": "linux-bridge",
                    "bridge": ports,
                    "ipv4": ip,
                }
            )
    yield _body("NodeNetworkConfigurationPolicy", "node-0", {"desiredState": {"interfaces": interfaces}})


def _nodesets(values: Mapping[str, Mapping[str, Any]]) -> Iterator[Body]:
    for name, data in values.items():
        nodeset = data.get("nodeset")
        if isinstance(nodeset, dict):
            template = {"ansible": nodeset.get("ansible") or {}, "networks": nodeset.get("networks") or []}
            spec = {
                "services": nodeset.get("services") or [],
                "nodes": nodeset.get("nodes") or {},
                "nodeTemplate": template,
            }
            yield _body("OpenStackDataPlaneNodeSet", _set_name(name), spec)


def _set_name(values: str) -> str:
    return "openstack-edpm-ipam" if values == "edpm-nodeset-values" else values.removesuffix("-values")


def _variables(values: Mapping[str, Mapping[str, Any]], draft: Draft) -> None:
    """Put Ansible's variables into their node sets; the template of the hosts' networks has a place of its own."""
    for name, data in values.items():
        nodeset = data.get("nodeset")
        if not isinstance(nodeset, dict):
            continue
        path = f"dataplane.nodesets.{'compute' if name == 'edpm-nodeset-values' else _set_name(name)}"
        given = dict((nodeset.get("ansible") or {}).get("ansibleVars") or {})
        if template := given.pop(_TEMPLATE, None):
            draft.set(f"{path}.networkTemplate", template)
        for key, value in given.items():
            draft.set(f'{path}.vars."{key}"', value)


def _snippets(services: Mapping[str, Any], draft: Draft) -> None:
    """Put the snippets of configuration into the services that take one."""
    for name in services:
        path = f"controlplane.services.{name}.config"
        if _is_snippet(services[name]) and outline.find(paths.parse(path)):
            draft.set(path, services[name]["customServiceConfig"])


def _is_snippet(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["customServiceConfig"]


def _left(values: Mapping[str, Mapping[str, Any]]) -> Iterator[Lost]:
    for key, value in _of(values, "service-values").items():
        if key not in _WITHOUT and not _is_snippet(value):
            reason = "what of the control plane it is copied into is said by the example's replacements, not by its values"
            yield Lost(f"service-values: {key}", reason, "`controlplane.services.NAME`, or `spec` under it")
    for name, data in values.items():
        if name not in {"network-values", "service-values"} and "nodeset" not in data and data:
            yield Lost(name, "its values are for objects that the draft does not have", "docs/profile.md")


def _unreadable(name: str, error: Exception) -> OskError:
    advice = Advice("Replace what the example leaves to be changed, then import it again")
    summary = f"The values of the example cannot be read: {error}"
    return OskError(Problem("OSK0133", summary, name, None, (advice,)), exit_code=ExitCode.USAGE)


def _nothing(name: str) -> OskError:
    advice = Advice("Name the folder of an example, such as examples/dt/uni01alpha")
    problem = Problem("OSK0133", "There are no values files in the folder", name, None, (advice,))
    return OskError(problem, exit_code=ExitCode.USAGE)
