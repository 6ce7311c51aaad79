"""What the profile wants of CRC: its settings, and what must hold before they can be."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from math import ceil
from types import MappingProxyType
from typing import Any

from openstack_k8s_cli.crc.sizing import Sizes, enough, least
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.quantities import GIB, MIB, amount
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.plan.sizing import Demand, demand
from openstack_k8s_cli.profile import machines

MIRROR = "https://mirror.openshift.com/pub/openshift-v4/clients/crc"
ARCHIVE = "crc-linux-amd64.tar.xz"
OLDEST = MappingProxyType({"openshift": (2, 0, 0), "okd": (2, 7, 0), "microshift": (2, 16, 0)})
"""The first release with a preset: pkg/crc/preset/preset.go at the tags of github.com/crc-org/crc."""
_NODE = "NodeNetworkConfigurationPolicy"
_ALWAYS = {"consent-telemetry": "no", "disable-update-check": "true"}
_RED_HAT = re.compile(r"registry\.(?:connect\.)?redhat\.(?:io|com)")
_BARE = "osk host bmaas up"
_CATALOGS = frozenset({"redhat-operators", "certified-operators", "redhat-marketplace"})


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface of the virtual machine beside crc's own."""

    network: str
    mac: str
    addresses: tuple[str, ...] = ()
    """Those that the profile gives the node, which DHCP must give nobody else."""
    role: str = "default"
    """What `platform.nics` calls it."""
    maker: str = "osk host network create"
    """The command that makes the network."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk of the virtual machine beside crc's own."""

    name: str
    size: int
    """GiB."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the program is downloaded from."""

    url: str
    sha256: str | None
    """None: from `sha256sum.txt` beside it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a profile wants."""

    preset: str = "openshift"
    network_mode: str = "user"
    sizes: Sizes = field(default_factory=lambda: least("openshift"))
    exact: frozenset[str] = frozenset()
    """Sizes that the profile writes; the others are what must be there at least."""
    requests: Sizes | None = None
    """What the plan brings beside the cluster's own: for the scheduler, and of the disk; None: not known."""
    settings: Mapping[str, str | None] = field(default_factory=dict)
    """The other settings; None: not set."""
    pull_secret: str | None = None
    registries: tuple[str, ...] = ()
    """Those that the pull secret must have a login for."""
    version: str | None = None
    source: Source | None = None
    interfaces: tuple[Interface, ...] = ()
    disks: tuple[Disk, ...] = ()
    nested: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    gateway: bool = False

    @property
    def is_monitored(self) -> bool:
        """Tell whether the cluster's monitoring is on, for which crc asks more memory."""
        return self.settings.get("enable-cluster-monitoring") == "true"


def wanted(values: Mapping[str, Any], manifests: Sequence[Manifest]) -> Wanted:
    """Derive it from the profile and what it renders to."""
    own, bodies = values["platform"]["crc"], [each.body for each in manifests]
    preset = own["preset"] or _preset(values["platform"]["flavour"])
    needs = demand(manifests)
    on_nodes = any(each["kind"] == _NODE for each in bodies)
    mode = own["networkMode"]
    mode = ("system" if on_nodes else "user") if mode == "auto" else mode
    secret = (own["pullSecret"] or {}).get("file") if preset != "okd" else None
    return Wanted(
        preset=preset,
        network_mode=mode,
        sizes=_sizes(own, enough(preset, needs, monitoring=own["monitoring"])),
        exact=frozenset(name for name in ("cpus", "memory", "disk") if own[name] != "auto"),
        requests=_requests(preset, needs),
        settings={**_ALWAYS, **_settings(own), "pull-secret-file": secret},
        pull_secret=secret,
        registries=_registries(preset, bodies),
        version=own["version"],
        source=_source(own),
        interfaces=tuple(_interfaces(values, _addresses(bodies))) if mode == "system" and on_nodes else (),
        disks=tuple(
            Disk(name, ceil(amount(each["size"]) / GIB)) for name, each in sorted(own["disks"].items())
        ),
        nested=own["nestedVirtualization"] and _has_machines(values),
        labels=own["labels"],
        gateway=own["gateway"] and preset != "microshift" and on_nodes,
    )


def _preset(flavour: str) -> str:
    return flavour if flavour in OLDEST else "openshift"


def _sizes(own: Mapping[str, Any], auto: Sizes) -> Sizes:
    return Sizes(
        auto.cpus if own["cpus"] == "auto" else own["cpus"],
        auto.memory if own["memory"] == "auto" else int(amount(own["memory"]) / MIB),
        auto.disk if own["disk"] == "auto" else int(amount(own["disk"]) / GIB),
    )


def _interfaces(values: Mapping[str, Any], addresses: tuple[str, ...]) -> Iterator[Interface]:
    own, bare = values["platform"]["crc"], values["labs"]["bmaas"]["network"]
    card = own["interface"]
    if card["enabled"]:
        yield Interface(card["network"], card["mac"], addresses)
    for role, each in sorted(own["interfaces"].items()):
        found = Interface(each["network"], each["mac"] or machines.mac("crc", role, 0), addresses, role)
        yield replace(found, maker=_BARE) if found.network == bare else found


def _requests(preset: str, needs: Demand) -> Sizes:
    asked, disk = needs.total().requests, enough(preset, needs, monitoring=False).disk
    return Sizes(int(asked.cpu), int(asked.memory / MIB), disk - least(preset).disk)


def _settings(own: Mapping[str, Any]) -> Mapping[str, str | None]:
    proxy = own["proxy"]
    return {
        "bundle": own["bundle"],
        "http-proxy": proxy["http"],
        "https-proxy": proxy["https"],
        "no-proxy": ",".join(proxy["no"]) or None,
        "proxy-ca-file": proxy["caFile"],
        "enable-cluster-monitoring": "true" if own["monitoring"] else None,
    }


def _registries(preset: str, bodies: Iterable[Body]) -> tuple[str, ...]:
    """Name those whose images the cluster, its catalogs and the cloud come from."""
    if preset == "okd":
        return ()
    found = {"quay.io"} | ({"registry.redhat.io"} if preset == "openshift" else set())
    for body in bodies:
        if body["kind"] == "Subscription" and get(body, "spec", "source") in _CATALOGS:
            found.add("registry.redhat.io")
        found.update(
            _RED_HAT.findall(str(body)) if body["kind"] in {"CatalogSource", "OpenStackVersion"} else ()
        )
    return tuple(sorted(found))


def _source(own: Mapping[str, Any]) -> Source:
    if own["download"]:
        return Source(own["download"]["url"], own["download"]["sha256"])
    return Source(f"{MIRROR}/{own['version'] or 'latest'}/{ARCHIVE}", None)


def _addresses(bodies: Iterable[Body]) -> tuple[str, ...]:
    found: list[str] = []
    for body in bodies:
        for each in (get(body, "spec", "desiredState", "interfaces") or ()) if body["kind"] == _NODE else ():
            for family in ("ipv4", "ipv6"):
                found += [str(one["ip"]) for one in get(each, family, "address") or ()]
    return tuple(sorted(set(found), key=lambda each: (ip_address(each).version, int(ip_address(each)))))


def _has_machines(values: Mapping[str, Any]) -> bool:
    sets = (values.get("dataplane") or {}).get("nodesets") or {}
    return any((each.get("provision") or {}).get("libvirt") for each in sets.values())
