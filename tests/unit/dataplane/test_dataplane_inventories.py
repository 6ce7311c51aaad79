"""Inventories in each form → nodes of the profile's node sets; what is wrong, with file and line."""

from typing import Any

import pytest

from openstack_k8s_cli.dataplane import inventories, inventoryfiles
from openstack_k8s_cli.dataplane.inventories import Imported
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.sources import Source

VALUES: dict[str, Any] = {
    "networks": {"ctlplane": {}, "storage": {}},
    "dataplane": {
        "user": "cloud-admin",
        "nodesets": {"compute": {"resource": "openstack-edpm"}, "net": {"resource": "networkers"}},
    },
}
YAML = """\
all:
  vars: {ansible_user: root, edpm_colour: blue}
  children:
    compute:
      vars: {edpm_colour: red}
      hosts:
        a.example.com: {ansible_host: 10.0.0.1, storage_ip: 172.18.0.1}
        "b[1:2]": {ansible_host: 10.0.0.9}
    networkers:
      hosts:
        c: {ansible_host: 10.0.0.3, ansible_port: 2222, ansible_user: cloud-admin, ansible_become: true}
"""
INI = """\
# computes
[compute]
a.example.com ansible_host=10.0.0.1 storage_ip=172.18.0.1 edpm_mtu=9000  # the first
b ansible_host=10.0.0.2 edpm_names="['x', 'y']"

[racks:children]
compute

[racks:vars]
edpm_colour = red
"""
CSV = """\
name, address, nodeset, storage_ip, edpm_mtu
a.example.com, 10.0.0.1, compute, 172.18.0.1, 9000
c, 10.0.0.3, net, ,
"""


def took(text: str, name: str, nodeset: str | None = None) -> Imported:
    """Import a text."""
    return inventories.imported(inventoryfiles.read(Source(name, text)), VALUES, nodeset)


def refusals(text: str, name: str, nodeset: str | None = None) -> list[tuple[str, str | None, str]]:
    """Import a text that has something wrong; gives codes, places and words."""
    with pytest.raises(OskError) as caught:
        took(text, name, nodeset)
    assert all(each.advice for each in caught.value.problems)
    return [(each.code, each.subject, each.summary) for each in caught.value.problems]


def test_ansibles_yaml() -> None:
    """Groups find node sets by either name, nearer variables count, and Ansible's own become fields or are left out."""
    text = YAML.replace('        "b[1:2]": {ansible_host: 10.0.0.9}\n', "")
    found = took(text, "hosts.yaml")

    assert {
        "compute": {
            "a": {
                "hostName": "a.example.com",
                "address": "10.0.0.1",
                "addresses": {"storage": "172.18.0.1"},
                "spec": {"ansible": {"ansibleUser": "root"}},
                "vars": {"edpm_colour": "red"},
            }
        },
        "net": {
            "c": {
                "address": "10.0.0.3",
                "spec": {"ansible": {"ansiblePort": 2222}},
                "vars": {"edpm_colour": "blue"},
            }
        },
    } == found.nodes
    assert ("ansible_become (1 hosts)",) == found.left_out


def test_ansibles_ini() -> None:
    """Values are Python's literals, variables of a parent group reach its children's hosts, comments end a line."""
    found = took(INI, "hosts")

    assert {
        "a": {
            "hostName": "a.example.com",
            "address": "10.0.0.1",
            "addresses": {"storage": "172.18.0.1"},
            "vars": {"edpm_colour": "red", "edpm_mtu": 9000},
        },
        "b": {"address": "10.0.0.2", "vars": {"edpm_colour": "red", "edpm_names": ["x", "y"]}},
    } == found.nodes["compute"]


def test_csv() -> None:
    """Columns are addresses, groups and variables; empty cells say nothing."""
    found = took(CSV, "hosts.csv")

    assert {"address": "10.0.0.3"} == found.nodes["net"]["c"]
    assert {"edpm_mtu": 9000} == found.nodes["compute"]["a"]["vars"]
    assert {"storage": "172.18.0.1"} == found.nodes["compute"]["a"]["addresses"]


def test_the_node_set_may_be_named() -> None:
    """Then groups make no difference."""
    found = took(INI, "hosts.ini", "networkers")

    assert {"net"} == set(found.nodes)


@pytest.mark.parametrize("pattern", ["n[08:10]", "n[a:c]"])
def test_ranges_of_hosts(pattern: str) -> None:
    """As Ansible has them, zeros kept."""
    entries = inventoryfiles.read(Source("hosts", f"[compute]\n{pattern} ansible_host=10.0.0.1\n"))
    expected = ["n08", "n09", "n10"] if "0" in pattern else ["na", "nb", "nc"]

    assert expected == [each.name for each in entries]


@pytest.mark.parametrize(
    ("text", "name", "place", "summary"),
    [
        ("[compute]\na x\n", "h.ini", "h.ini:2", "`x` is no variable: write it as NAME=VALUE"),
        ("[compute]\na 'x\n", "h.ini", "h.ini:2", "The line cannot be read: No closing quotation"),
        ("[compute:vars]\ncolour\n", "h.ini", "h.ini:2", "`colour` is no variable: write it as NAME=VALUE"),
        ("[a:b]\n", "h.ini", "h.ini:1", "A section is [GROUP], [GROUP:vars] or [GROUP:children], not [a:b]"),
        ("[compute]\na\n", "h.ini", "h.ini:2", "a has no address: give it one, as `ansible_host=192.168.122.100`"),
        ("[compute]\na ip=b.c\n", "h.ini", "h.ini:2", "b.c of a is no address: the operator wants one, not a name"),
        ("", "h.ini", "h.ini", "The inventory has no hosts"),
        ("compute:\n  host: {}\n", "h.yaml", "h.yaml:2:3", "The group `compute` has no `host`, but `hosts`, `vars` and `children`"),
        ("compute: [a]\n", "h.yaml", "h.yaml:1:1", "The group `compute` is a mapping of `hosts`, `vars` and `children`"),
        ("compute:\n  hosts:\n    a: b\n", "h.yaml", "h.yaml:3:5", "What `a` has is a mapping of variables"),
        ("host_name\na\n", "h.csv", "h.csv:1", "The first line has no column `name`"),
        ("name,ip\na,10.0.0.1\na,10.0.0.2\n", "h.csv", "h.csv:3", "The line names `a` a second time"),
        ("name,ip\na,10.0.0.1,x\n", "h.csv", "h.csv:2", "The line has more cells than the first line"),
        ("name,ip\n,10.0.0.1\n", "h.csv", "h.csv:2", "The line names no host"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_line(text: str, name: str, place: str, summary: str) -> None:
    """File and line, and what it should be."""
    assert ("OSK1127", place, summary) in refusals(text, name, "compute")


def test_hosts_that_are_named_by_an_address() -> None:
    """They need a name."""
    assert "give the host a name" in refusals("[compute]\n10.0.0.1 ansible_host=10.0.0.1\n", "h")[0][2]


def test_hosts_without_a_clear_home() -> None:
    """Of several node sets, of none, or of one that the profile does not have; and two of the same short name."""
    both = "[compute]\na ip=10.0.0.1\n[net]\na\n"
    twice = "[compute]\na.x ip=10.0.0.1\na.y ip=10.0.0.2\n"

    assert "several node sets: compute, net" in refusals(both, "h")[0][2]
    assert "none of its groups" in refusals("a ip=10.0.0.1\n", "h")[0][2]
    assert "no node set `moon`" in refusals("a ip=10.0.0.1\n", "h", "moon")[0][2]
    assert "Two hosts are called a" in refusals(twice, "h")[0][2]
