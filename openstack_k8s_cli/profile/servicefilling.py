"""Services with everything that follows: defaults of the catalogue, and the databases, buses and caches that they ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.profile.services import Kind, Kinds, alone

HOMES = {"database": "galera", "bus": "rabbitmq", "notifications": "rabbitmq", "cache": "memcached"}
"""Which service an instance is of that a key names."""
_BASE = {"galera": "openstack", "rabbitmq": "rabbitmq", "memcached": "memcached", "redis": "redis"}
"""The instance that is always there."""
_OF_CELLS = {"database": "openstack", "bus": "rabbitmq"}
_FIRST_CELL = "cell0"
_OF_ONE_CELL = 2
"""Instances of a cloud with one cell: its own, and that of everything else."""


def fill(plain: dict[str, Any], kinds: Kinds) -> None:
    """Fill in `controlplane` of a profile's plain values."""
    controlplane = plain["controlplane"]
    given = controlplane["services"]
    controlplane["services"] = {name: _settings(kind, given.get(name) or {}) for name, kind in kinds.items()}
    controlplane["passwords"] = {
        **{key: recipe for kind in kinds.values() for key, recipe in kind.passwords.items()},
        **controlplane["passwords"],
    }
    if controlplane["isolation"] is None:
        controlplane["isolation"] = plain["networks"]["isolation"]
    for each in (controlplane["galera"], *controlplane["services"].values()):
        if "replicas" in each and each["replicas"] is None:
            each["replicas"] = controlplane["replicas"]
    known = alone(kinds)
    controlplane["standalone"] = {
        name: [each.model_dump(by_alias=True) for each in known[name].resources]
        for name in controlplane["standalone"]
        if name in known
    }
    for name in controlplane["standalone"]:
        if "enabled" in controlplane["services"].get(name, {}):
            controlplane["services"][name]["enabled"] = True
    _cells(controlplane["services"])
    _instances(controlplane, kinds)
    _addresses(controlplane)
    if controlplane["ownSecrets"] is None:
        named = dict.fromkeys(_secrets(controlplane))
        controlplane["ownSecrets"] = [name for name in named if name in plain["secrets"]]


def operators(plain: Mapping[str, Any], kinds: Kinds) -> list[str]:
    """Name the operators of single services that those on their own need where no OpenStack operator brings them."""
    if plain["operators"]["openstack"]["enabled"]:
        return []
    known = alone(kinds)
    return [known[name].operator or name for name in plain["controlplane"]["standalone"] if name in known]


def further(plain: Mapping[str, Any]) -> int:
    """Count the volumes of database clusters and message buses beyond those of a cloud with one cell."""
    controlplane = plain["controlplane"]
    homes = (controlplane["galera"], controlplane["services"].get("rabbitmq") or {})
    return sum(max(len(home.get("instances") or {}) - _OF_ONE_CELL, 0) for home in homes)


def _settings(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key in kind.keys:
        value = given.get(key)
        if value is None:
            value = kind.enabled if key == "enabled" else kind.defaults.get(key)
        filled[key] = {} if value is None and key in _MAPPINGS else value
    if filled.get("enabled") and filled["spec"].get("enabled") is False:  # a base states that it is off
        filled["spec"] = {key: value for key, value in filled["spec"].items() if key != "enabled"}
    return filled


_MAPPINGS = ("spec", "files", "backends", "backups", "instances", "cells")


def _cells(services: Mapping[str, Any]) -> None:
    for service in services.values():
        for name, cell in (service.get("cells") or {}).items():
            for key, base in _OF_CELLS.items():
                cell[key] = cell[key] or (base if name == _FIRST_CELL else f"{base}-{name}")


def _instances(controlplane: dict[str, Any], kinds: Kinds) -> None:
    services = controlplane["services"]
    homes = {"galera": controlplane["galera"], **services}
    asked: dict[str, dict[str, None]] = {home: {base: None} for home, base in _BASE.items()}
    for name, service in services.items():
        if service.get("enabled", True):
            for home, instance in (*_named(service), *_wanted(kinds[name])):
                asked.setdefault(home, {})[instance] = None
    for home, names in asked.items():
        if home in homes:
            homes[home]["instances"] = _filled(homes[home], names)


def _named(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk over the instances that a service and its cells name."""
    for each in (service, *(service.get("cells") or {}).values()):
        for key, home in HOMES.items():
            if each.get(key):
                yield home, each[key]


def _wanted(kind: Kind) -> Iterator[tuple[str, str]]:
    for home, names in kind.wants.items():
        yield from ((home, name) for name in names)


def _filled(home: Mapping[str, Any], names: Mapping[str, None]) -> dict[str, dict[str, Any]]:
    given = home["instances"] or {}
    filled = {}
    for name in dict.fromkeys([*names, *given]):
        own = given.get(name) or {}
        filled[name] = {
            "config": own.get("config"),
            **{key: own.get(key) or home.get(key) for key in ("nodeSelector", "topology")},
            "spec": own.get("spec") or {},
            "replicas": home["replicas"] if own.get("replicas") is None else own["replicas"],
            "storage": own.get("storage") or home.get("storage"),
        }
    return filled


def _secrets(controlplane: Mapping[str, Any]) -> Iterator[str]:
    """Name the Secrets of one's own that TLS and the services read."""
    tls = controlplane["tls"]
    yield from (name for name in (tls["public"], tls["caBundle"]) if name)
    for service in controlplane["services"].values():
        yield from (name for name in (service.get("tls") or {}).values() if name)
        some = ((service.get(key) or {}).values() for key in ("backends", "backups"))
        for each in (service, *(backend for backends in some for backend in backends)):
            yield from each.get("configSecrets") or ()


def _addresses(controlplane: dict[str, Any]) -> None:
    """Give each message bus without an address the one that many after the first bus's as it is after that bus."""
    buses = controlplane["services"].get("rabbitmq", {}).get("instances") or {}
    given = controlplane["addresses"]
    first = given.get(_BASE["rabbitmq"])
    start = addresses.parse(first) if first else None
    if start is None or start.network is None:
        return
    for index, name in enumerate(buses):
        given.setdefault(name, f"{start.network}[{start.sum}+{index}]")
