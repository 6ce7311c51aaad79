"""Node sets that a profile has once and the cloud has once in each rack."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path


def spread(plain: dict[str, Any]) -> None:
    """Put a node set for each rack in place of one that names racks: RACK-NAME, in that rack's subnets."""
    plane = plain["dataplane"]
    homes: dict[str, list[str]] = {}
    found: dict[str, dict[str, Any]] = {}
    for name, nodeset in plane["nodesets"].items():
        homes[name] = [f"{rack}-{name}" for rack in nodeset["racks"]] or [name]
        for key, rack in zip(homes[name], nodeset["racks"] or [None], strict=True):
            found[key] = _in_rack(nodeset, rack, plain) if rack else nodeset
    plane["nodesets"] = found
    for each in plane["deployments"].values():
        if each["nodesets"] is not None:
            each["nodesets"] = [key for name in each["nodesets"] for key in homes.get(name, [name])]


def written(path: Path, values: Mapping[str, Any]) -> Path:
    """Give the path in the profile of a path among filled values."""
    if path[:2] != ("dataplane", "nodesets") or path[2:3] == ():
        return path
    nodeset = values["dataplane"]["nodesets"].get(str(path[2]), {})
    key = str(nodeset.get("partOf") or path[2])
    for rack in nodeset.get("racks", ()):
        key = key.removeprefix(f"{rack}-")
    return (*path[:2], key, *path[3:])


def _in_rack(nodeset: Mapping[str, Any], rack: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _named(nodeset, rack)
    known = ((plain["bgp"] or {}).get("racks") or {}).get(rack)
    there = {
        name: known["subnet"]
        for name, network in networks_of(plain["networks"]).items()
        if known and known["subnet"] in network["subnets"]
    }
    return {**found, "racks": [rack], "subnets": {**there, **found["subnets"]}}


def _named(value: Any, rack: str) -> Any:
    if isinstance(value, Mapping):
        return {_named(key, rack): _named(each, rack) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, rack) for each in value]
    return value.replace("{rack}", rack) if isinstance(value, str) else value
