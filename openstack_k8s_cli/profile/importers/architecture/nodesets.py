"""The data plane's node sets: which there are among the values, and what each of them is called in a profile."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile.importers.architecture.example import Example, Values, over

_PLAIN = re.compile(r"nodeset\d+")
_WORDS = re.compile(r"[a-z]+\d*|\d+")
_FIRST = "openstack-edpm"


@dataclass(slots=True)
class NodeSet:
    """A node set, put together of all values for it."""

    folder: PurePosixPath
    data: Mapping[str, Any]
    key: str = ""
    """Its name in the profile."""
    resource: str = ""

    @property
    def nodes(self) -> Mapping[str, Mapping[str, Any]]:
        """Give its hosts."""
        found = get(self.data, "nodeset", "nodes") or {}
        return {str(key): each or {} for key, each in found.items()}

    @property
    def services(self) -> list[str]:
        """Give its services."""
        return [str(each) for each in get(self.data, "nodeset", "services") or ()]

    @property
    def variables(self) -> Mapping[str, Any]:
        """Give the Ansible variables of its hosts."""
        return get(self.data, "nodeset", "ansible", "ansibleVars") or {}

    @property
    def role(self) -> str:
        """Tell by its services what its hosts are for."""
        if not self.services or any(each.startswith(("nova", "libvirt")) for each in self.services):
            return "compute"
        return (
            "networker"
            if "ovn" in self.services
            else "ceph"
            if "ceph-hci-pre" in self.services
            else "compute"
        )


def found(example: Example, named: Sequence[str]) -> list[NodeSet]:
    """Put the node sets together; `named`: the names that deployments have for them."""
    sets: list[NodeSet] = []
    for each in example.values:
        if "nodes" in (each.data.get("nodeset") or {}):
            sets.append(NodeSet(each.folder, each.data))
        else:
            sets += [NodeSet(each.folder, data, resource=name) for name, data in _plain(each.data)]
    for each in example.values:
        if "nodeset" in each.data and "nodes" not in (each.data["nodeset"] or {}) and sets:
            mine = of(each, sets)
            mine.data = over(mine.data, each.data)
    _resources(sets, named)
    _keys(sets)
    return sets


def of(values: Values, sets: Sequence[NodeSet]) -> NodeSet:
    """Give the node set that values are for: the one they name, else the one that is nearest among the folders."""
    name = values.data.get("nodeset_name")
    if name and (mine := next((each for each in sets if each.data.get("nodeset_name") == name), None)):
        return mine
    words = {"nodeset2"} if "nodeset2" in values.name or "-2" in values.name else set(values.folder.parts)
    return max(
        sets,
        key=lambda each: (
            len(words & set(each.folder.parts)),
            each.role == "compute",
            -len(each.folder.parts),
        ),
    )


def _plain(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the node sets of values that have several, each with its variables beside its hosts."""
    for key, given in data.items():
        if _PLAIN.fullmatch(key) and isinstance(given, Mapping) and "nodes" in given:
            variables = {name: each for name, each in given.items() if "_" in name}
            template = (
                {"ctlplaneInterface": given["ctlplaneInterface"]} if "ctlplaneInterface" in given else None
            )
            yield (
                key.replace("nodeset", "nodeset-"),
                {
                    "nodeset": {
                        "nodes": given["nodes"],
                        "ansible": {"ansibleVars": variables},
                        "services": given.get("services"),
                    },
                    "baremetalHostsNetworkData": given.get("baremetalHostsNetworkData"),
                    **({"preProvisioned": False, "baremetalSetTemplate": template} if template else {}),
                },
            )


def _resources(sets: Sequence[NodeSet], named: Sequence[str]) -> None:
    left = list(named)
    for each in sets:
        words = _words(each.folder.as_posix())
        near = max(left, key=lambda name: len(words & _words(name)), default=None)
        if each.resource:
            continue
        if each.data.get("nodeset_name"):
            each.resource = str(each.data["nodeset_name"])
        elif near and words & _words(near):
            each.resource = near
            left.remove(near)
        else:
            usual = f"{each.role}-nodes" if each.role != "compute" else _FIRST
            count = sum(other.resource.startswith(usual) for other in sets)
            each.resource = f"{usual}-{count + 1}" if count else usual


def _words(text: str) -> set[str]:
    """Take names apart; those of one kind of host in the singular."""
    return {each.removesuffix("s") for each in _WORDS.findall(text)} - {"edpm", "node", "nodeset", "value"}


def _keys(sets: Sequence[NodeSet]) -> None:
    computes = [each for each in sets if each.role == "compute"]
    networkers = [each for each in sets if each.role == "networker"]
    for each in sets:
        each.key = each.resource
        if each in computes and (len(computes) == 1 or each.resource == _FIRST):
            each.key = "compute"
        elif networkers == [each]:
            each.key = "networkers"
