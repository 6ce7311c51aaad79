"""What does not fit the cluster or its operators: members that cannot outvote each other, namespaces, names of operators."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.services import Kinds, alone

Found = tuple[Path, str, str]
_VOTES, _TWICE, _NAME = "OSK1207", "OSK0114", "OSK0106"
_OPERATORS = ("baremetal", "infra", "rabbitmq", "test")
"""Operators of single services that no service of the catalogue is made by."""
_GIVEN = ("index", "address", "package")


def findings(values: Mapping[str, Any], written: Mapping[str, Any], kinds: Kinds) -> Iterator[Found]:
    """Check a filled profile; `written` is what its layers say."""
    if values["controlplane"]["from"] is None:
        yield from _votes(values["controlplane"]["galera"], written)
    spaces = values["namespaces"]
    if spaces["openstack"] == spaces["operators"]:
        message = f"`{spaces['openstack']}` is the operators' namespace; a cloud has one of its own, such as `openstack`"
        yield ("namespaces", "openstack"), message, _TWICE
    yield from _singles((written.get("operators") or {}).get("single") or {}, kinds)
    for name, network in values["networks"].items():
        if isinstance(network, Mapping) and "name" in (network.get("spec") or {}):
            message = f"has no effect: an interface has its name by `networks.{name}.device` or `networks.{name}.bridge`"
            yield ("networks", name, "spec", "name"), message, _NAME


def _votes(galera: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[Found]:
    """Find clusters of databases with an even number of members: half of them is no majority."""
    given = (written.get("controlplane") or {}).get("galera") or {}
    seen: set[Path] = set()
    for name, instance in galera["instances"].items():
        count = instance["replicas"]
        path: Path = ("controlplane", "galera", "instances", name, "replicas")
        if ((given.get("instances") or {}).get(name) or {}).get("replicas") is None:
            path = ("controlplane", "galera", "replicas")
            path = path if given.get("replicas") is not None else ("controlplane", "replicas")
        if galera["enabled"] and count and count % 2 == 0 and path not in seen:
            seen.add(path)
            how = "" if "galera" in path else ", which `controlplane.galera.replicas` sets apart"
            message = (
                f"{count} databases have no majority once one is away: have {count - 1} or {count + 1}{how}"
            )
            yield path, message, _VOTES


def _singles(given: Mapping[str, Any], kinds: Kinds) -> Iterator[Found]:
    """Find operators of services that nobody knows, unless they say where they are from."""
    known = {*_OPERATORS, *(kind.operator or name for name, kind in alone(kinds).items())}
    for name, entry in given.items():
        if name not in known and not any((entry or {}).get(key) for key in _GIVEN):
            close = difflib.get_close_matches(name, sorted(known), n=1)
            near = f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(sorted(known))}"
            message = f"there is no operator of this name, and it says no `index` of its own; {near}"
            yield ("operators", "single", name), message, _NAME
