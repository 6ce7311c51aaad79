"""What no single value shows: references between sections, and addresses within their networks."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.profile import (
    clusterchecks,
    hostchecks,
    labchecks,
    networkchecks,
    racks,
    routechecks,
    servicechecks,
)
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.layers import Merged
from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.schema import FIELDS
from openstack_k8s_cli.profile.sections.controlplane import ADDRESSES
from openstack_k8s_cli.profile.sections.tests import KINDS as TEST_KINDS
from openstack_k8s_cli.profile.services import Kinds, Stores


@dataclass(frozen=True, slots=True)
class _Finding:
    path: Path
    message: str
    code: str = "OSK0111"
    missing: str | None = None
    """The network that should be there."""


def of_values(
    values: Mapping[str, Any], merged: Merged, *, kinds: Kinds, stores: Stores
) -> tuple[Problem, ...]:
    """Check a filled profile; a place for each problem."""
    fields = [name for kind in kinds.values() for name in kind.fields]
    found = [
        *(_Finding(*each) for each in networkchecks.findings(values)),
        *_names(("controlplane", "addresses"), values["controlplane"]["addresses"], _addressed(values)),
        *_names(("fields",), values["fields"], (*FIELDS, *fields)),
        *_controlplane(values),
        *_dataplane(values),
        *_tests(values),
        *(_Finding(*each) for each in servicechecks.findings(values, stores)),
        *(_Finding(*each) for each in servicechecks.needed(values, kinds)),
        *(_Finding(*each) for each in clusterchecks.findings(values, merged.values, kinds)),
        *(_Finding(*each) for each in labchecks.findings(values)),
    ]
    if not found:  # hosts stand in networks: what is wrong with those comes first
        found = [_Finding(*each) for each in hostchecks.findings(values)]
    written = (replace(each, path=racks.written(each.path, values)) for each in found)
    return tuple(dict.fromkeys(_problem(each, merged) for each in written))


def _address(
    path: Path, text: str, network: Mapping[str, Any], networks: Mapping[str, Any]
) -> Iterator[_Finding]:
    yield from (_Finding(*each) for each in routechecks.resolved(path, text, network, networks))


def _names(home: Path, given: Iterable[str], known: Sequence[str]) -> Iterator[_Finding]:
    """Find names that no template asks for: they would have no effect."""
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            near = f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(known)}"
            yield _Finding((*home, name), f"nothing has a use for this name; {near}", "OSK0106")


def _addressed(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what may have an address inside the cloud."""
    buses = values["controlplane"]["services"].get("rabbitmq", {}).get("instances") or {}
    return (*ADDRESSES, *buses)


def _controlplane(values: Mapping[str, Any]) -> Iterator[_Finding]:
    if not values["networks"]["isolation"]:
        return
    for name, text in values["controlplane"]["addresses"].items():
        if name not in _addressed(values):
            continue
        yield from _address(("controlplane", "addresses", name), text, {"cidr": []}, values["networks"])


def _dataplane(values: Mapping[str, Any]) -> Iterator[_Finding]:
    there = networks_of(values["networks"])
    for index, name in enumerate(values["dataplane"]["networks"]):
        if name not in there:
            yield _Finding(("dataplane", "networks", index), f"there is no network `{name}`", "OSK0110", name)
    for key, nodeset in values["dataplane"]["nodesets"].items():
        home: Path = ("dataplane", "nodesets", key)
        if not nodeset["networks"]:
            where = (*home, "networks") if values["dataplane"]["networks"] else ("dataplane", "networks")
            yield _Finding(where, "hosts need a network", "OSK0110")
        for index, name in enumerate(nodeset["networks"]):
            if name not in there and name not in values["dataplane"]["networks"]:
                yield _Finding((*home, "networks", index), f"there is no network `{name}`", "OSK0110", name)
        texts = {(*home, "address"): nodeset["address"]}
        texts |= {
            (*home, "nodes", name, "address"): node["address"] for name, node in nodeset["nodes"].items()
        }
        first = there.get(nodeset["networks"][0]) if nodeset["networks"] else None
        for path, text in texts.items():
            if text is not None and first is not None:
                yield from _address(path, text, first, values["networks"])


def _tests(values: Mapping[str, Any]) -> Iterator[_Finding]:
    for name, test in values["tests"].items():
        if test["kind"] is None:
            yield _Finding(
                ("tests", name), f"`kind` says what it is: one of {', '.join(TEST_KINDS)}", "OSK0108"
            )


def _problem(found: _Finding, merged: Merged) -> Problem:
    text = write(found.path)
    advice = Advice(f"See where `{text}` comes from", f"osk profile explain {text}", "docs/profile.md")
    return Problem(found.code, f"`{text}`: {found.message}", _where(found, merged), None, (advice,))


def _where(found: _Finding, merged: Merged) -> str | None:
    """Find the place: of what took the other end away, or else the value's own, or the nearest around it."""
    removal = merged.origins.get(("networks", found.missing or ""))
    if removal is not None:
        return str(removal)
    lengths = range(len(found.path), 1, -1)
    return next(
        (str(merged.origins[path]) for length in lengths if (path := found.path[:length]) in merged.origins),
        None,
    )
