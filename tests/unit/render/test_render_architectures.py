"""The built-in profiles of the validated architectures, and what docs/architectures.md says of them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.objects import Body
from tests.unit.render.rendered import manifests, steps

NAMES = tuple(name for name in ProfileFiles().built_in() if name.startswith("architectures/"))
DOCS = Path(__file__).parents[3] / "docs"
_CELL = re.compile(r"(?<!\\)\|")
_PART = re.compile(
    r'\["(?P<quoted>[^"]+)"\]|\[(?P<key>[^=\]]+)=(?P<value>[^\]]+)\]|\[(?P<index>\d+|\*)\]|(?P<name>[^.\[]+)'
)


@cache
def objects(name: str) -> tuple[Body, ...]:
    """Give all objects of a profile, with the names of secret keys."""
    return tuple(
        {**each.body, "stringData": {key.name: "secret" for key in each.secret_keys}}
        if each.secret_keys
        else each.body
        for each in manifests(steps(name)).values()
    )


def named(name: str, kind: str) -> Iterator[Body]:
    """Give the objects of `KIND`, or the one of `KIND/NAME`."""
    wanted, _, own = kind.partition("/")
    for body in objects(name):
        if body["kind"] == wanted and own in ("", body["metadata"]["name"]):
            yield body


def at(body: Body, path: str) -> Any:
    """Give the value of a field; None where there is none."""
    return next(all_at(body, path))


def all_at(body: Body, path: str) -> Iterator[Any]:
    """Give the values of the fields that a path with `*` names; None where there is none."""
    found: list[Any] = [body]
    for part in _PART.finditer(path):
        found = [each for one in found if one is not None for each in _step(one, part)]
    yield from [each for each in found if each is not None] or [None]


def _step(body: Any, part: re.Match[str]) -> list[Any]:
    if "*" in (part["index"], part["name"]):
        return list(body.values()) if isinstance(body, dict) else list(body)
    if part["key"]:
        return [each for each in body if str(each[part["key"]]) == part["value"]]
    return [body[int(part["index"])] if part["index"] else body.get(part["quoted"] or part["name"])]


def rows() -> list[list[str]]:
    """Give the table of differences, row by row."""
    text = (DOCS / "architectures.md").read_text(encoding="utf-8").partition("<!-- exceptions")[2]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in _CELL.split(line)[1:-1]] for line in lines]


def differences() -> Iterator[tuple[str, str, str, str]]:
    """Give each difference for each profile that has it."""
    for profiles, kind, field, value, _, _ in rows():
        listed = {f"architectures/{name.strip()}" for name in profiles.removeprefix("all but").split(",")}
        there = set(NAMES) - listed if profiles.startswith("all") else listed
        yield from ((name, kind, field, value) for name in sorted(there))


def test_the_architectures_are_there() -> None:
    """Each has a name of its own, apart from the bases and traits."""
    assert {"architectures/hci", "architectures/uni01alpha"} <= set(NAMES)
    assert "architectures/base" not in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_architecture_is_a_cloud(name: str) -> None:
    """Three nodes' networks and a control plane, under names that do not change with the content."""
    kinds = [body["kind"] for body in objects(name)]
    planes = [body["metadata"]["name"] for body in named(name, "OpenStackControlPlane")]

    assert planes == ["controlplane"]
    assert kinds.count("NodeNetworkConfigurationPolicy") >= 3
    assert {"NetConfig", "NetworkAttachmentDefinition", "IPAddressPool"} <= set(kinds)


def test_machines_of_a_leaf_are_not_inspected() -> None:
    """Their boards are all that is reached before they are provisioned: each says so, and has its leaf's network."""
    hosts = list(named("architectures/bmo01", "BareMetalHost"))

    assert len(hosts) == 4
    assert {at(each, 'metadata.annotations["inspect.metal3.io"]') for each in hosts} == {"disabled"}
    assert at(hosts[0], "spec.preprovisioningNetworkDataName") == "leaf0-0-preprovision-network-data"


@pytest.mark.parametrize("name", NAMES)
def test_every_node_set_is_deployed(name: str) -> None:
    """No hosts are described that no deployment names, and none is named that is not there."""
    sets = {body["metadata"]["name"] for body in named(name, "OpenStackDataPlaneNodeSet")}
    deployed = {
        each for body in named(name, "OpenStackDataPlaneDeployment") for each in body["spec"]["nodeSets"]
    }

    assert deployed == sets


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_architecture(name: str) -> None:
    """The table of profiles has each."""
    assert f"| `{name}` |" in (DOCS / "architectures.md").read_text(encoding="utf-8")


def test_every_difference_has_a_code() -> None:
    """A code of the lint catalogue, or none where it is osk's choice; a reason always."""
    catalogue = (DOCS / "lint.md").read_text(encoding="utf-8")

    wrong = [
        row
        for row in rows()
        if len(row) != 6 or not row[5] or (row[4] != "-" and f"| {row[4]} |" not in catalogue)
    ]

    assert wrong == []


@pytest.mark.parametrize(("name", "kind", "field", "value"), list(differences()))
def test_a_difference_is_as_it_is_described(name: str, kind: str, field: str, value: str) -> None:
    """The object has the value that the table says, or not the field, or is not there at all."""
    found = list(named(name, kind))
    if not field:
        assert (value, found) == ("absent", [])
        return
    seen = {str(each) for body in found for each in all_at(body, field)}
    if value == "set":
        assert seen - {"None"}
    else:
        assert seen == {"None" if value == "absent" else value.strip('"')}
