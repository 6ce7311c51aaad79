"""One node set's hosts: their names, addresses, networks, variables, and how they are made."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.architecture import interfaces, spans
from openstack_k8s_cli.profile.importers.architecture.nodesets import NodeSet
from openstack_k8s_cli.profile.importers.draft import Draft

Subnets = Mapping[str, Mapping[str, str]]
"""CIDRs by network and subnet."""

_NUMBERED = re.compile(r"(?P<stem>.*\D)(?P<number>\d+)")
_PASSWORD = "edpm_frr_bgp_neighbor_password"  # noqa: S105  # the name of the variable
_SECRET = "bgp-peer-password"  # noqa: S105  # a Secret's name
_ROOT = "baremetalset-password-secret"
_USUAL: Mapping[str, Any] = {
    "edpm_nodes_validation_validate_controllers_icmp": False,
    "edpm_nodes_validation_validate_gateway_icmp": False,
    "gather_facts": False,
    "edpm_network_config_hide_sensitive_logs": False,
    "edpm_sshd_configure_firewall": True,
}
"""Variables that osk writes anyway."""
_OF_HOST = {"ansible", "hostName", "networks", "bmhLabelSelector"}


def carry(found: NodeSet, draft: Draft, *, subnets: Subnets, common: Mapping[str, Any]) -> None:
    """Put a node set into the draft; `common`: the variables that all hosts of the cloud have alike."""
    at = _At(draft, ("dataplane", "nodesets", found.key))
    for key, value in (
        ("role", found.role),
        ("resource", found.resource),
        ("inline", True),
        ("sharedNetworks", True),
    ):
        at.put((key,), value)
    _variables(found, at, common)
    _names(found, at, subnets)
    networks = _networks(found, at, subnets)
    _single(found, at, networks)
    _provision(found, at)
    if found.services:
        at.put(("services",), found.services)
    if "ceph-client" in found.services:
        at.put(("ceph",), "ceph-conf-files")
    if mounts := [each for each in found.data.get("extraMounts") or () if each.get("extraVolType") != "Ceph"]:
        at.put(("mounts",), mounts)


class _At:
    """A node set's section of the profile."""

    def __init__(self, draft: Draft, path: tuple[str, ...]) -> None:
        self._draft = draft
        self._path = path

    def put(self, place: Sequence[str], value: Any) -> None:
        """Say a value."""
        self._draft.set(paths.write((*self._path, *place)), value)

    def lose(self, what: str, reason: str, instead: str) -> None:
        """Say that something is not carried over."""
        self._draft.lose(f"{self._path[-1]}: {what}", reason, instead)


def _variables(found: NodeSet, at: _At, common: Mapping[str, Any]) -> None:
    given = dict(found.variables)
    interfaces.carry(given, lambda key, value: at.put((key,), value))
    usual = {**_USUAL, **common, **({"edpm_enable_chassis_gw": True} if found.role == "networker" else {})}
    if given.pop(_PASSWORD, None):
        at.put(("varsFrom",), [{"secret": _SECRET, "prefix": _PASSWORD.removesuffix("password")}])
    for key, value in given.items():
        if key not in usual or usual[key] != value:
            at.put(("vars", key), value)
    for each in get(found.data, "nodeset", "ansible", "ansibleVarsFrom") or ():
        at.lose(
            "ansibleVarsFrom",
            "what it names is not among the values",
            f"`dataplane.nodesets.{found.key}.varsFrom` for {each}",
        )


def _names(found: NodeSet, at: _At, subnets: Subnets) -> None:
    """Say how many hosts there are, by the rule that their names and addresses follow, or one by one."""
    names = list(found.nodes)
    stems = {match["stem"] for each in names if (match := _NUMBERED.fullmatch(each))}
    numbers = [int(match["number"]) for each in names if (match := _NUMBERED.fullmatch(each))]
    is_ruled = len(stems) == 1 and numbers == list(range(len(names)))
    given = [_address(each) for each in found.nodes.values()]
    rule = _rule(found, given, subnets)
    if found.data.get("preProvisioned") is False and any(given):
        at.put(("count",), 0)
    elif len(names) == 1 or (is_ruled and rule):
        at.put(("count",), len(names))
        at.put(("name",), f"{stems.pop()}{{i}}" if is_ruled else names[0])
        if rule:
            at.put(("address",), rule)
            return
    else:
        at.put(("count",), len(names) if is_ruled else 0)
        if is_ruled:
            at.put(("name",), f"{stems.pop()}{{i}}")
    for name, address in zip(names, given, strict=True):
        at.put(("nodes", name, "address") if address else ("nodes", name, "hostName"), address or name)


def _rule(found: NodeSet, given: Sequence[str | None], subnets: Subnets) -> str | None:
    """Give the rule for addresses in the first network."""
    first = next(iter(found.nodes.values()), {})
    subnet = _subnet_of(_interfaces(first)[:1], subnets)
    network = subnets.get("ctlplane", {}).get(subnet or "subnet1") or "192.168.122.0/24"
    digits = [spans.number(network, each) for each in given]
    counted = [int(each) for each in digits if each is not None and each.isdecimal()]
    if not counted or len(counted) < len(given):
        return None
    if counted != list(range(counted[0], counted[0] + len(counted))):
        return None
    number = f"{counted[0]}+{{i}}" if len(counted) > 1 else f"{counted[0]}"
    return f"ctlplane[{number}]" if subnet in {None, "subnet1"} else f".{number}"


def _address(node: Mapping[str, Any]) -> str | None:
    given = get(node, "ansible", "ansibleHost")
    fixed = next((each.get("fixedIP") for each in _interfaces(node) if each["name"] == "ctlplane"), None)
    found = given if spans.address(given) else fixed or given
    return str(found) if found else None


def _interfaces(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a host's networks, spelt as NetConfig spells them."""
    return [
        {**each, "name": str(each["name"]).lower()} for each in node.get("networks") or () if "name" in each
    ]


def _networks(found: NodeSet, at: _At, subnets: Subnets) -> list[dict[str, Any]]:
    """Say the networks that the hosts are in, and their subnets."""
    shared = _interfaces(get(found.data, "nodeset") or {})
    first = next((_interfaces(each) for each in found.nodes.values() if each.get("networks")), shared)
    given = list({each["name"]: each for each in first}.values())
    if not given:
        return []
    at.put(("networks",), [each["name"] for each in given])
    ways = [each["name"] for each in given if each.get("defaultRoute")]
    if ways != [given[0]["name"]]:
        at.put(("defaultRoute",), ways[0] if ways else False)
    for each in given:
        subnet = _subnet(each, subnets)
        if subnet not in {None, "subnet1"}:
            at.put(("subnets", each["name"]), subnet)
        if each.get("fixedIP") and subnet != each.get("subnetName"):
            what = f"{each['name']} in {each.get('subnetName')}"
            at.lose(
                what,
                f"{each['fixedIP']} is not in that subnet: it is in {subnet}",
                f"`dataplane.nodesets.{found.key}.subnets`",
            )
    return given


def _subnet_of(given: Sequence[Mapping[str, Any]], subnets: Subnets) -> str | None:
    return _subnet(given[0], subnets) if given else None


def _subnet(given: Mapping[str, Any], subnets: Subnets) -> str | None:
    """Give a subnet's name: the one that is named, unless the address is in another one."""
    name = given.get("subnetName")
    known = subnets.get(str(given["name"]), {})
    if given.get("fixedIP") and known and not spans.within(given["fixedIP"], known.get(str(name))):
        return next((each for each, cidr in known.items() if spans.within(given["fixedIP"], cidr)), name)
    return str(name) if name else None


def _single(found: NodeSet, at: _At, networks: Sequence[Mapping[str, Any]]) -> None:
    """Say what single hosts have of their own."""
    usual = [each["name"] for each in networks]
    for name, node in found.nodes.items():
        mine = _interfaces(node)
        if mine and [each["name"] for each in mine] != usual:
            at.put(("nodes", name, "networks"), [each["name"] for each in mine])
        for each in mine:
            if each.get("fixedIP") and each["name"] != "ctlplane":
                at.put(("nodes", name, "addresses", each["name"]), str(each["fixedIP"]))
        if node.get("hostName") not in {None, name}:
            at.put(("nodes", name, "hostName"), node["hostName"])
        for key, value in (get(node, "ansible", "ansibleVars") or {}).items():
            at.put(("nodes", name, "vars", key), value)
        if node.get("bmhLabelSelector"):
            at.put(("nodes", name, "labels"), node["bmhLabelSelector"])
        for key, value in _rest(node):
            at.put(("nodes", name, "spec", key), value)


def _rest(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        if key not in _OF_HOST and value:
            yield key, value


def _provision(found: NodeSet, at: _At) -> None:
    template = dict(found.data.get("baremetalSetTemplate") or {})
    if found.data.get("preProvisioned") is not False or not template:
        return
    for key, place in (("bmhLabelSelector", "labels"), ("bmhNamespace", "namespace"), ("ctlplaneInterface", "interface"),
                       ("provisioningInterface", "provisioningInterface")):  # fmt: skip
        if template.get(key):
            at.put(("provision", place), template.pop(key))
    if get(template, "passwordSecret", "name") == _ROOT:
        template.pop("passwordSecret")
        at.put(("provision", "rootPassword"), value=True)
    for key, each in template.items():
        if each:
            at.put(("provision", "spec", key), each)
