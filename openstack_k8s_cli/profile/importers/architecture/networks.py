"""`network-values` into `networks`, `platform` and the addresses of the control plane."""

from collections.abc import Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.architecture import bgp, layout, naming, routes, spans
from openstack_k8s_cli.profile.importers.draft import Draft

_PLUGIN = {"cniVersion", "name", "type", "master", "bridge", "device", "ipam"}
_BASE = {"defaults", "isolation", "policies"}
_MANUAL = {"designateext"}
"""Whose pools MetalLB leaves alone unless it is told."""


def carry(values: Mapping[str, Any], draft: Draft, *, base: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Put the networks of an example into the draft; give the CIDRs of the hosts' subnets, by network and subnet."""
    known = layout.named(values)
    workers = [layout.worker(each) for each in layout.nodes(values).values()]
    if workers:
        draft.set("platform.workers", workers)
    if values.get("storageClass"):
        draft.set("storage.class", values["storageClass"])
    made = _Networks(values, draft)
    for name, entry in known.items():
        made.carry(name, entry)
    made.beneath(known.get("ctlplane", {}))
    further = bgp.carry(values, layout.nodes(values), draft)
    for name in base if "ctlplane" in known else ():
        if name not in {*made.names, *further, *_BASE} and base[name]:
            draft.set(f"networks.{name}", None)
    naming.domains(known, made.names, draft)
    naming.resolver(values, made.cidrs.get("ctlplane"), draft)
    routes.carry(values, made, draft)
    naming.addresses(values, made, draft)
    return _subnets(draft)


def _subnets(draft: Draft) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path, entry in draft.entries.items():
        name = str(path[1])
        if path[0] == "networks" and path[2:] == ("cidr",) and entry.value:
            found.setdefault(name, {}).setdefault("subnet1", entry.value[0])
        elif path[0] == "networks" and path[2:3] == ("subnets",) and path[4:] == ("cidr",):
            found.setdefault(name, {})[str(path[3])] = entry.value[0]
    return found


class _Networks:
    """Writes one network after the other; what stands on an interface that another one has is over that one."""

    def __init__(self, values: Mapping[str, Any], draft: Draft) -> None:
        self._draft = draft
        self._nodes = list(layout.nodes(values).values())
        self._bridge = str(values.get("bridgeName") or "ospbr")
        self._is_routed = "bgp" in values
        self._nics: dict[str, str] = {}
        self._taken: list[tuple[str, str]] = []
        self.cidrs: dict[str, str] = {}
        """By network."""
        self.pools: dict[str, str] = {}
        """Networks that are only for the addresses of services, by the network whose they would be."""
        self.devices: dict[str, str] = {}
        """Networks by their interface on the nodes."""
        self.names: list[str] = []
        """Of the networks that are carried over."""
        self.routers: set[str] = set()
        """Networks whose routes between their subnets are said once."""

    def carry(self, name: str, entry: Mapping[str, Any]) -> None:
        """Carry one network over, unless its addresses are those of another one."""
        plugin = layout.plugin(entry)
        cidr = layout.cidr(entry, plugin)
        other = next((each for each, one in self._taken if cidr and spans.overlap(one, cidr)), None)
        if other or not (cidr or plugin):
            reason = (
                f"its addresses are those of {other}" if other else "it has no addresses and no interface"
            )
            self._draft.lose(
                f"network-values: {name}", reason, f"`networks.{name}` with addresses of its own"
            )
            return
        self.names.append(name)
        if cidr:
            self.cidrs[name] = cidr
        listed = [str(each.get("cidr")) for each in entry.get("subnets") or () if isinstance(each, Mapping)]
        self._taken += [(name, spans.cidr(each)) for each in (cidr, *listed) if each]
        self._set(name, "cidr", [cidr] if cidr else None)
        self._links(name, entry, plugin)
        self._hosts(name, entry, cidr)
        self._pods(name, plugin, cidr)
        self._vips(name, entry, cidr)

    def beneath(self, entry: Mapping[str, Any]) -> None:
        """Say what is on the card of nodes that route to their bridges: their own addresses, and the bridge of the hosts' networks."""
        mine = [str(each["ctlplane_ip"]) for each in self._nodes if each.get("ctlplane_ip")]
        if not self._is_routed or not mine:
            return
        cidr = spans.cidr(f"{mine[0]}/{entry.get('prefix-length')}")
        self._set("machines", "cidr", [cidr])
        self._set("machines", "slices.nodes", spans.nodes(cidr, mine))
        for name in ["machines", *([self._bridge] if self._bridge not in self.devices else [])]:
            self.names.append(name)
            self._set(name, "hosts", value=False)
            self._set(name, "attached", value=False)
            if name == self._bridge:
                self._set(name, "bridge", self._bridge)
                self._set(name, "local", value=True)
                self._set(name, "nodes", value=False)

    def _set(self, name: str, key: str, value: Any) -> None:
        if value is not None:
            self._draft.set(f"{paths.write(('networks', name))}.{key}", value)

    def _links(self, name: str, entry: Mapping[str, Any], plugin: Mapping[str, Any]) -> None:
        """Say what carries the network on the nodes, and which addresses they have there."""
        device = str(plugin.get("master") or plugin.get("bridge") or plugin.get("device") or "")
        self._set(name, "vlan", layout.whole(entry.get("vlan", get(layout.first(entry), "vlan"))))
        self._set(name, "mtu", entry.get("mtu"))
        mine = [each.get(f"{name}_ip") for each in self._nodes]
        if name == "ctlplane":
            self._default(name, entry, device)
        elif plugin.get("type") == "host-device":
            self._unlinked(name, attached=True)
            self._draft.set(f"networks.{name}.over", None)
            self._set(name, "nic", self._nic(device))
            return
        elif device and device in self.devices:
            self._set(name, "over", self.devices[device])
            self._set(name, "nodes", False)
            return
        elif not any(mine) and "bridge" not in plugin and not (self._is_routed and entry.get("gateway")):
            self._unlinked(name, attached=False)
            if plugin:
                reason = f"no node has the interface {device or name}"
                self._draft.lose(
                    f"network-values: {name}: net-attach-def", reason, f"`networks.{name}.interface`"
                )
            return
        else:
            self._own(name, entry, plugin, device)
        self.devices[device or name] = name
        self._on_nodes(name, entry, mine)

    def _default(self, name: str, entry: Mapping[str, Any], device: str) -> None:
        card = str(entry.get("iface") or "")
        if card:
            self._draft.set("platform.nics.default", card)
            self._nics[card] = "default"
        if device and device == card:
            self._draft.set(f"networks.{name}.bridge", None)
        else:
            self._set(name, "bridge", self._bridge if not self._is_routed else device or self._bridge)
        if self._is_routed:
            self._local(name)
        elif device != card:
            self.devices[self._bridge] = name

    def _own(self, name: str, entry: Mapping[str, Any], plugin: Mapping[str, Any], device: str) -> None:
        self._set(name, "interface", value=True)
        if self._is_routed and entry.get("gateway"):
            self._set(name, "bridge", device or name)
        else:
            self._set(name, "bridge", plugin.get("bridge"))
        if self._is_routed and ("bridge" in plugin or entry.get("gateway")):
            self._local(name)
        elif entry.get("base_iface"):
            self._set(name, "nic", self._nic(str(entry["base_iface"])))
        if entry.get("iface") not in {None, name, device, entry.get("base_iface")} and entry.get("vlan"):
            self._set(name, "device", entry["iface"])

    def _local(self, name: str) -> None:
        """Say that a bridge has no port: the nodes themselves route between it and their links."""
        self._set(name, "local", value=True)
        self._draft.set(f"networks.{name}.vlan", None)
        self._set(name, "nodeAddress", [".1"])

    def _unlinked(self, name: str, *, attached: bool) -> None:
        self._set(name, "interface", value=False)
        self._set(name, "attached", attached)

    def _nic(self, card: str) -> str:
        """Give the role of a card, and say which it is where it is new; what is on the bridge is on its card."""
        if card == self._bridge:
            return "default"
        if card not in self._nics:
            role = "provider" if "provider" not in self._nics.values() else card
            self._nics[card] = role
            self._draft.set(f"platform.nics.{role}", card)
        return self._nics[card]

    def _on_nodes(self, name: str, entry: Mapping[str, Any], mine: Sequence[Any]) -> None:
        given = [str(each) for each in mine if each]
        cidr = self.cidrs.get(name)
        if self._is_routed and self._draft.get(f"networks.{name}.local"):
            self._set(name, "nodes", bool(entry.get("gateway") or name == "ctlplane"))
            return
        self._set(name, "nodes", bool(given))
        if given and len(given) == len(mine) and (slices := spans.nodes(cidr, given)):
            self._set(name, "slices.nodes", slices)
        elif given:
            for node, each in zip(self._nodes, mine, strict=True):
                key = paths.write((layout.worker(node),))
                self._set(
                    name,
                    f"perNode.{key}.{'address' if each else 'interface'}",
                    [spans.short(cidr, each)] if each else False,
                )

    def _hosts(self, name: str, entry: Mapping[str, Any], cidr: str | None) -> None:
        """Say where the data plane's hosts are in it, one subnet or several."""
        subnets = [each for each in entry.get("subnets") or () if isinstance(each, Mapping)]
        self._set(
            name, "hosts", bool(subnets) and not (self._is_routed and name in {"internalapi", "storage"})
        )
        if (
            len(subnets) == 1
            and subnets[0].get("name", "subnet1") == "subnet1"
            and spans.cidr(subnets[0].get("cidr")) == cidr
        ):
            first = subnets[0]
            self._set(name, "gateway", [spans.short(cidr, first["gateway"])] if first.get("gateway") else [])
            self._set(name, "slices.hosts", self._ranges(name, first, entry, cidr) or None)
            self._set(name, "hostRoutes", routes.of_hosts(first, cidr) or None)
            return
        if subnets:
            router = routes.router(subnets)
            if (router and get(subnets[0], "cidr") and spans.cidr(subnets[0]["cidr"]) == cidr) or (
                router and self._is_routed
            ):
                self.routers.add(name)
                self._set(name, "router", router)
            for key, each in layout.distinct(name, subnets, self._draft):
                self._subnet(name, key, each, router=name in self.routers)

    def _ranges(
        self, name: str, subnet: Mapping[str, Any], entry: Mapping[str, Any], cidr: str | None
    ) -> list[str]:
        """Give the hosts' slices; addresses that are services' too stay with these."""
        given = subnet.get("allocationRanges")
        found = spans.ranges(cidr, given, without=spans.members(entry.get("lb_addresses")))
        if found != spans.ranges(cidr, given):
            reason = "addresses of services are among them; the draft leaves these out"
            self._draft.lose(f"network-values: {name}: allocationRanges", reason, f"`networks.{name}.slices`")
        return found

    def _subnet(self, name: str, key: str, given: Mapping[str, Any], *, router: bool) -> None:
        at, own = f"subnets.{key}", spans.cidr(given.get("cidr"))
        if given.get("name") and given.get("cidr"):
            self._set(name, f"{at}.cidr", [own])
        self._set(name, f"{at}.gateway", spans.short(own, given["gateway"]) if given.get("gateway") else None)
        self._set(name, f"{at}.vlan", layout.whole(given.get("vlan")))
        self._set(name, f"{at}.hosts", spans.ranges(own, given.get("allocationRanges")) or None)
        if not router:
            self._set(name, f"{at}.routes", routes.of_hosts(given, own) or None)

    def _pods(self, name: str, plugin: Mapping[str, Any], cidr: str | None) -> None:
        if not plugin or self._draft.get(f"networks.{name}.attached") is False:
            if not plugin:
                self._set(name, "attached", value=False)
            return
        ipam = plugin.get("ipam") or {}
        self._set(name, "attached", value=True)
        self._set(name, "attachment.type", plugin.get("type"))
        self._set(name, "attachment.ipam", bool(ipam.get("range")))
        if ipam.get("range_start"):
            self._set(name, "slices.pods", [spans.part(cidr, ipam["range_start"], ipam.get("range_end"))])
        if ipam.get("gateway"):
            self._set(name, "attachment.gateway", spans.short(cidr, ipam["gateway"]))
        if name not in self.routers:
            self._set(name, "attachment.routes", routes.of_pods(ipam, cidr))
        if further := {key: value for key, value in plugin.items() if key not in _PLUGIN}:
            self._set(name, "attachment.config", further)

    def _vips(self, name: str, entry: Mapping[str, Any], cidr: str | None) -> None:
        """Say the addresses of services: of this network, or where they are elsewhere of one that is for them only."""
        listed = [str(each) for each in entry.get("lb_addresses") or ()]
        around = f"{listed[0].partition('-')[0]}/{entry.get('prefix-length')}" if listed else ""
        is_apart = spans.address(around.partition("/")[0]) is not None and not spans.within(
            around.partition("/")[0], cidr
        )
        self._set(name, "vips", bool(listed) and not is_apart)
        if is_apart:
            apart, cidr = f"{name}vips", spans.cidr(around)
            self.names.append(apart)
            self.cidrs[apart] = cidr
            self.pools[name] = apart
            for key in ("interface", "attached", "hosts"):
                self._set(apart, key, value=False)
            self._set(apart, "cidr", [cidr])
            self._set(apart, "vips", value=True)
        if listed:
            self._set(self.pools.get(name, name), "slices.vips", spans.pools(cidr, listed))
            self._set(self.pools.get(name, name), "autoAssign", name not in _MANUAL)
