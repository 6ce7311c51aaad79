"""Texts of the profile arrive as they are, whatever YAML makes of their words, and fit where they come to."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.profile import loading, outline, paths
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.render import render
from openstack_k8s_cli.validation import metadata
from tests.fakes.profiles import HEAD, Texts
from tests.unit.render.rendered import FACTS, manifests, steps

ALL = f"""{HEAD}name: lab
extends: [crc, bgp]
networks:
  defaults: {{labels: {{attachment: {{a: x}}, pool: {{a: x}}}}}}
operators:
  openstack: {{version: v1}}
  overrides: {{nova: {{image: i}}}}
  single: {{keystone: {{}}}}
  sources:
    nmstate: {{catalog: c, image: i}}
    metallb: {{catalog: c, image: i, channel: x, env: {{A: x}}}}
  optional:
    loki: {{enabled: true}}
    netobserv: {{enabled: true}}
    clusterObservability: {{enabled: true}}
    rook: {{enabled: true}}
storage: {{lvms: {{}}, nfs: {{server: s, options: x}}, ceph: {{kind: pod, address: x}}}}
controlplane: {{nodeSelector: {{a: x}}}}
mirror: {{registry: r, catalogs: {{m: i}}}}
dataplane:
  nodesets:
    compute: {{vars: {{}}, varsFrom: [{{configMap: m, prefix: p, existing: true}}], provision: {{image: i, container: i, hosts: {{h: {{address: a, mac: "52:54:00:11:22:33", credentials: c}}}}}}}}
"""


@cache
def _values() -> Mapping[str, Any]:
    return loading.load("lab", reader=Texts({"lab": ALL}, beside=files.ProfileFiles())).values


def free(values: Any) -> Iterator[Path]:
    """Walk over the texts of the profile that may be anything."""
    for path, value in paths.walk(values):
        spot = outline.find(path)
        if isinstance(value, str) and spot is not None and _is_free(spot.annotation):
            yield path


def _is_free(annotation: Any) -> bool:
    return annotation in (str, str | None)  # types, not values


CHOSEN = {"name", "summary", "nic", "destination", "passwords", "package"}
"""Texts that osk itself reads, and names of objects that must differ."""


@pytest.mark.parametrize("words", ["1.50", "yes", "a: b", "# a"])
def test_every_text_arrives_as_it_is(words: str) -> None:
    """No text of the profile becomes a number, a word or a piece of YAML in an object."""
    values = copy.deepcopy(dict(_values()))
    for path in [path for path in free(values) if not CHOSEN & set(path)]:
        paths.get(values, path[:-1])[path[-1]] = words

    before, after = found(_values()), found(values)

    assert after.count(words) > 30
    assert [leaf for leaf in after if not isinstance(leaf, str)] == [
        leaf for leaf in before if not isinstance(leaf, str)
    ]


def found(values: Mapping[str, Any]) -> list[Any]:
    """Give every key and value of all objects."""
    facts = replace(FACTS, capabilities=FACTS.capabilities | {"marketplace", "machineConfig"})
    rendered = render(components.select(components.parse(files.catalogue()), values, facts), values, facts)
    return [leaf for step in rendered for each in step.manifests for leaf in leaves(each.body)]


def leaves(value: Any) -> Iterator[Any]:
    """Walk over the values of an object, its keys among them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("base", ["crc", "okd", "openshift"])
def test_every_optional_operator_has_metadata_that_a_server_takes(base: str) -> None:
    """Labels are cut where OLM cuts them."""
    names = ("loki", "netobserv", "clusterObservability", "rook")
    rendered = steps(base, *(f"operators.optional.{name}.enabled=true" for name in names))

    found = manifests(rendered).values()

    assert [wrong for each in found for wrong in metadata.check(each.body, namespaced=None)] == []
