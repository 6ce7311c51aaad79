"""Profiles that the built-in catalogue is rendered for, and what to look at in what comes out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Step
from tests.unit.render.rendered import manifests

RELEASES = files.ProfileFiles().releases()
SIX = """
networks:
  ctlplane: {cidr: "fd00:aaaa::/64"}
  internalapi: {cidr: "fd00:bbbb::/64"}
  external: {cidr: "fd00:ffff::/64"}
  storage: {cidr: "fd00:cccc::/64"}
  tenant: {cidr: "fd00:dddd::/64"}
  storagemgmt: {cidr: "fd00:dede::/64"}
  octavia: {cidr: "fd00:eeee::/64", attachment: {type: bridge, routes: [{destination: "fd6c::/64", gateway: .96}]}}
  designate: {cidr: "fd00:eded::/64"}
  designateext: {cidr: "fd00:eaea::/64"}
"""
BOTH = """
networks:
  ctlplane:
    cidr: [192.168.122.0/24, "fd00:aaaa::/64"]
    gateway: [192.168.122.1, "fd00:aaaa::1"]
    routes: [{destination: 10.1.0.0/16, gateway: .1}, {destination: "fd77::/64", gateway: .9}]
  internalapi: {cidr: [172.17.0.0/24, "fd00:bbbb::/64"]}
"""
ALL_ON = """
controlplane:
  tls: {podLevel: false}
  services:
    heat: {enabled: true, replicas: 3, config: "[DEFAULT]\\na = 1\\n"}
    horizon: {enabled: true}
    manila: {enabled: true}
    designate: {enabled: true}
    octavia: {enabled: true}
    redis: {enabled: true, replicas: 3}
    ironic: {enabled: true}
    nova: {replicas: 3, config: "[DEFAULT]\\nx = 1\\n"}
    rabbitmq: {replicas: 3, storage: 5Gi}
dataplane:
  dns: [192.168.122.1]
  deployment: {exact: false}
  nodesets:
    compute: {count: 3}
    networkers: {role: networker, count: 1, address: "ctlplane[200+{i}]"}
"""
VARIANTS: list[tuple[str, tuple[str, ...], str]] = [
    *(("crc", (f"release={release}",), "") for release in RELEASES),
    ("crc", ("networks.isolation=false",), ""),
    ("crc", ("storage.local=null", "dataplane.nodesets=null"), ""),
    ("crc", (), SIX),
    ("crc", (), BOTH),
    ("crc", ("networks.defaults.mtu=9000",), "platform: {workers: [w0, w1, w2]}"),
    *(("crc", (f"release={release}",), ALL_ON) for release in RELEASES),
]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk over paths and values of an object."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def bodies(rendered: Sequence[Step], kind: str) -> dict[str, Body]:
    """Give the objects of a kind by name."""
    found = manifests(rendered).values()
    return {each.id.name: each.body for each in found if each.id.kind == kind}
