"""Hosts whose names have a domain, as the data plane's operator has them."""

import base64
import json
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators import table
from openstack_k8s_cli.rehearsal.simulators.tables import ansible
from openstack_k8s_cli.rehearsal.simulators.world import View, World
from tests.unit.rehearsal.test_rehearsal_simulators_life import named

API = "dataplane.openstack.org/v1beta1"
LONG = "a-1.mine.org"


def node_set() -> Body:
    """Give a node set of two hosts."""
    networks = [{"name": "ctlplane"}]
    nodes = {"a-0": {"networks": networks}, "a-1": {"hostName": LONG, "networks": networks}}
    return named(API, "OpenStackDataPlaneNodeSet", "compute", spec={"nodes": nodes}, status={})


def view() -> View:
    """Give a world in which the longer name has its addresses."""
    shown = [
        {"network": name, "address": f"192.0.2.{at}", "dnsDomain": f"{name}.example.com"}
        for at, name in enumerate(("ctlplane", "tenant"))
    ]
    found = World()
    found.put(named("network.openstack.org/v1beta1", "IPSet", LONG, status={"reservations": shown}))
    return View(found)


def made(kind: str) -> dict[str, Any]:
    """Give what is made of a node set: an object of a kind."""
    row = table.row_of(node_set())
    assert row is not None
    assert callable(row.conditions)
    bodies = [
        body
        for each in row.conditions(node_set())
        for make in each.makes
        for body in make(node_set(), view())
    ]
    return next(body for body in bodies if body["kind"] == kind)


def test_inventories_have_short_names() -> None:
    """Ansible knows hosts by their short names; what the cluster reserves is under the whole ones."""
    text = json.loads(base64.b64decode(made("Secret")["data"]["inventory"]))

    assert ["a-0", "a-1"] == sorted(text["compute"]["hosts"])
    assert "a-0" == made("IPSet")["metadata"]["name"]


def test_names_in_networks() -> None:
    """A host is known by its short name in each network, and by its own in the first one."""
    hosts = made("DNSData")["spec"]["hosts"]

    assert [["a-1.ctlplane.example.com", LONG], ["a-1.tenant.example.com"]] == [
        each["hostnames"] for each in hosts
    ]


def test_limits_have_short_names() -> None:
    """A deployment's limit is Ansible's own: no host is called by its whole name there, and patterns fit."""
    for limit, expected in {"": ["a-0", "a-1"], "a-1": ["a-1"], LONG: [], "*-0": ["a-0"]}.items():
        body = named(API, "OpenStackDataPlaneDeployment", "edpm", spec={"ansibleLimit": limit})

        assert ansible.hosts_of(body, node_set()) == expected
