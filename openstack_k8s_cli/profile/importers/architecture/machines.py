"""Bare machines: BareMetalHosts, and what each of them is told of its network before it runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.architecture.nodesets import NodeSet
from openstack_k8s_cli.profile.importers.draft import Draft

_BOARDS = "bmc-secret"
_KNOWN = {
    "name",
    "labels",
    "bmc",
    "bootMACAddress",
    "rootDeviceHints",
    "preprovisioningNetworkData",
    "online",
}


def carry(machines: Mapping[str, Any], sets: Sequence[NodeSet], draft: Draft) -> None:
    """Put the machines into the node sets whose hosts they become."""
    given = {str(name): each for name, each in machines.items() if isinstance(each, Mapping)}
    inspect = machines.get("metal3_inspection") != "disabled"
    for found in [each for each in sets if each.data.get("preProvisioned") is False]:
        mine = {name: each for name, each in given.items() if _is_of(each, found)}
        common = _selector(found) or _common([_labels(each) for each in mine.values()], found)
        if mine and common:
            draft.set(f"{paths.write(('dataplane', 'nodesets', found.key))}.provision.labels", common)
        for name, each in mine.items():
            at = ("dataplane", "nodesets", found.key, "provision", "hosts", name)
            _one(at, each, draft, labels=dict(_labels(each).items() - common.items()), inspect=inspect)
            _told(name, each, at, draft)
    for one in sets:
        for name, data in (one.data.get("baremetalHostsNetworkData") or {}).items():
            secret = str(get(one.nodes.get(name, {}), "networkData", "name") or f"{name}-network-data")
            secrets(secret, data if isinstance(data, Mapping) else {"networkData": data}, draft)


def _labels(machine: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in (machine.get("labels") or {}).items()}


def _is_of(machine: Mapping[str, Any], found: NodeSet) -> bool:
    """Tell whether a machine is one that a host of the node set selects, or else the node set itself."""
    wanted = [each["bmhLabelSelector"] for each in found.nodes.values() if each.get("bmhLabelSelector")]
    labels = _labels(machine).items()
    return any(each.items() <= labels for each in wanted or [_selector(found)])


def _common(labels: Sequence[Mapping[str, str]], found: NodeSet) -> dict[str, str]:
    own = {key for each in found.nodes.values() for key in each.get("bmhLabelSelector") or ()}
    first = labels[0] if labels else {}
    return {
        key: value
        for key, value in first.items()
        if key not in own and all(each.get(key) == value for each in labels)
    }


def _told(name: str, machine: Mapping[str, Any], at: tuple[str, ...], draft: Draft) -> None:
    """Say what a machine is told of its network before it runs, and the account of its board."""
    if machine.get("preprovisioningNetworkData"):
        named = str(machine.get("preprovisioningNetworkDataName") or "")
        secret = named if named.islower() else f"{name}-preprovision-network-data"
        draft.set(paths.write((*at, "spec", "preprovisioningNetworkDataName")), secret)
        secrets(secret, machine["preprovisioningNetworkData"], draft)
    if not get(machine, "bmc", "credentialsName"):
        draft.set(paths.write((*at, "credentials")), _BOARDS)
        if _BOARDS not in (draft.get("dataplane.secretNames") or []):
            secrets(_BOARDS, {"username": "admin", "password": "CHANGEME"}, draft)


def secrets(name: str, data: Mapping[str, Any], draft: Draft) -> None:
    """Say a Secret for the hosts."""
    draft.set("dataplane.secretNames", [*(draft.get("dataplane.secretNames") or []), name])
    for key, text in data.items():
        draft.set(paths.write(("secrets", name, str(key))), text)


def _one(
    at: tuple[str, ...], given: Mapping[str, Any], draft: Draft, *, labels: Mapping[str, str], inspect: bool
) -> None:
    found = {
        "address": get(given, "bmc", "address"),
        "mac": given.get("bootMACAddress"),
        "credentials": get(given, "bmc", "credentialsName"),
        "disk": get(given, "rootDeviceHints", "deviceName"),
        "online": given.get("online"),
        "labels": dict(labels) or None,
        "verify": False if get(given, "bmc", "disableCertificateVerification") else None,
        "inspect": None if inspect else False,
        **{
            f"spec.{key}": value
            for key, value in given.items()
            if key not in _KNOWN and key != "preprovisioningNetworkDataName"
        },
    }
    for key, value in found.items():
        if value is not None:
            draft.set(paths.write((*at, *key.split(".", 1))), value)


def _selector(found: NodeSet) -> dict[str, str]:
    given = get(found.data, "baremetalSetTemplate", "bmhLabelSelector") or {}
    return {str(key): str(value) for key, value in given.items()}
