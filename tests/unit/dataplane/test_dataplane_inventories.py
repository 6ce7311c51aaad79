"""Inventories in each form → nodes of the profile's node sets; what is wrong, with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters import files
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
    assert ("ansible_become (1 host)",) == found.left_out


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


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("n[08:10]", ["n08", "n09", "n10"]),
        ("n[a:c].x", ["na.x", "nb.x", "nc.x"]),
        ("n[1:5:2]", ["n1", "n3", "n5"]),
        ("r[1:2]-n[a:b]", ["r1-na", "r1-nb", "r2-na", "r2-nb"]),
        ("n[1:2]:2222", ["n1", "n2"]),
    ],
)
def test_ranges_of_hosts(pattern: str, names: list[str]) -> None:
    """As Ansible has them: zeros kept, with a step, several in a name, a port behind."""
    listed = inventoryfiles.read(Source("hosts", f"[compute]\n{pattern} colour=red\n"))
    mapped = inventoryfiles.read(
        Source("hosts.yaml", f'compute: {{hosts: {{"{pattern}": {{colour: red}}}}}}\n')
    )
    port = {"ansible_port": 2222} if "2222" in pattern else {}

    assert names == [each.name for each in listed] == [each.name for each in mapped]
    assert {"colour": "red", **port} == listed[-1].vars == mapped[-1].vars


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", "compute:\n  hosts:\n    a:\n      pw: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n        6162\n"),
        ("a.ini", "[compute]\n# its key\n\na ansible_host=10.0.0.1 pw='$ANSIBLE_VAULT;1.1;AES256 6162'\n"),
        ("a.csv", "name,ip,pw\nb,10.0.0.1,\nc,10.0.0.2,\na,10.0.0.3,$ANSIBLE_VAULT;1.1;AES256\n"),
    ],
)  # fmt: skip
def test_values_that_are_encrypted_are_refused(name: str, text: str) -> None:
    """At their line, once each: nothing but Ansible could read them, and a profile has no secrets."""
    with pytest.raises(OskError) as caught:
        took(text, name, "compute")

    (problem,) = caught.value.problems
    assert ("OSK1215", f"{name}:4") == (problem.code, problem.subject)
    assert "The value is encrypted by ansible-vault" == problem.summary
    assert "varsFrom" in problem.advice[0].text


def test_a_file_that_is_encrypted_is_refused() -> None:
    """As a whole; a comment about vaults is none."""
    ((code, place, summary),) = refusals("$ANSIBLE_VAULT;1.1;AES256\n6162\n", "hosts.yaml")
    commented = took("# no !vault here\ncompute: {hosts: {a: {ansible_host: 10.0.0.1}}}\n", "h.yaml")

    assert ("OSK1215", "hosts.yaml", "The file is encrypted by ansible-vault") == (code, place, summary)
    assert {"compute"} == set(commented.nodes)


@pytest.mark.parametrize("text", [YAML, INI, CSV])
def test_a_file_without_an_ending_is_known_by_its_text(text: str) -> None:
    """So is what comes from stdin."""
    plain = text.replace('        "b[1:2]": {ansible_host: 10.0.0.9}\n', "")
    ending = {YAML: "yaml", INI: "ini", CSV: "csv"}[text]

    assert took(plain, "stdin") == took(plain, f"hosts.{ending}")


def test_variables_beside_the_inventory(tmp_path: Path) -> None:
    """Those of groups and hosts in folders of Ansible's go over the inventory's; all < group < host."""
    texts = {
        "hosts.ini": "[compute]\na ansible_host=10.0.0.1\nb ansible_host=10.0.0.2 size=1\n[compute:vars]\ncolour=red\n",
        "group_vars/all.yml": "colour: blue\nshape: round\n",
        "group_vars/compute/main.yaml": "colour: green\n",
        "host_vars/b.yml": "size: 2\n",
        "host_vars/stranger.yml": "size: 3\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    inventory = str(tmp_path / "hosts.ini")

    first, second = inventoryfiles.read(files.outside(inventory), files.variables(inventory))

    assert {"colour": "green", "shape": "round", "ansible_host": "10.0.0.1"} == first.vars
    assert {"colour": "green", "shape": "round", "ansible_host": "10.0.0.2", "size": 2} == second.vars
    assert [] == files.variables("-")


def test_quotes_and_comments() -> None:
    """Quotes hold spaces and signs together, in a group's variables too; what is behind a # is left out."""
    text = "[compute]\na ansible_host=10.0.0.1 args='a b=c' path=\"/x#y\" # last\n[compute:vars]\nwords='x y'\n[rack:children]\ncompute # all of it\n[rack:vars]\nrack=1\n"
    (entry,) = inventoryfiles.read(Source("hosts", text))

    assert {
        "ansible_host": "10.0.0.1",
        "args": "a b=c",
        "path": "/x#y",
        "words": "x y",
        "rack": 1,
    } == entry.vars
    assert {"compute", "rack"} == entry.groups


@pytest.mark.parametrize(
    ("text", "name", "place", "summary"),
    [
        ("[compute]\na x\n", "h.ini", "h.ini:2", "`x` is no variable: write it as NAME=VALUE"),
        ("[compute]\na ansible_password = s3cret\n", "h.ini", "h.ini:2", "A word is no variable: write it as NAME=VALUE"),
        ("[compute]\na x={{'a':1}}\n", "h.ini", "h.ini:2", "a has no address: give it one, as `ansible_host=192.168.122.100`"),
        ("[compute]\na 'x\n", "h.ini", "h.ini:2", "The line cannot be read: No closing quotation"),
        ("[compute:vars]\ncolour\n", "h.ini", "h.ini:2", "`colour` is no variable: write it as NAME=VALUE"),
        ("[a:b]\n", "h.ini", "h.ini:1", "A section is [GROUP], [GROUP:vars] or [GROUP:children], not [a:b]"),
        ("[compute]\na\n", "h.ini", "h.ini:2", "a has no address: give it one, as `ansible_host=192.168.122.100`"),
        ("[compute]\na ip=b.c\n", "h.ini", "h.ini:2", "b.c of a is no address: the operator wants one, not a name"),
        ("", "h.ini", "h.ini", "The inventory has no hosts"),
        ("compute:\n  host: {}\n", "h.yaml", "h.yaml:2:3", "The group `compute` has no `host`, but `hosts`, `vars` and `children`"),
        ("[compute]\na[3:1] ip=10.0.0.1\n", "h.ini", "h.ini:2", "`[3:1]` is no range of hosts: write two numbers or two letters, the smaller first, as `[01:20]`"),
        ("[compute]\na[a:9] ip=10.0.0.1\n", "h.ini", "h.ini:2", "`[a:9]` is no range of hosts: write two numbers or two letters, the smaller first, as `[01:20]`"),
        ("[compute]\na[1:9] ansible_host=10.0.0.1\n", "h.ini", "h.ini:2", "`a[1:9]` gives 9 hosts one address: give each a line of its own"),
        ("compute:\n  hosts: [a]\n", "h.yaml", "h.yaml:2:3", "`hosts` is a mapping; write each name with a colon behind it"),
        ("compute:\n  hosts: {a: {ansible_host: 10.0.0.1}}\n  vars: [a]\n", "h.yaml", "h.yaml:3:3", "`vars` is a mapping; write each name with a colon behind it"),
        ("compute: [a]\n", "h.yaml", "h.yaml:1:1", "The group `compute` is a mapping of `hosts`, `vars` and `children`"),
        ("compute:\n  hosts:\n    a: b\n", "h.yaml", "h.yaml:3:5", "What `a` has is a mapping of variables"),
        ("host_name\na\n", "h.csv", "h.csv:1", "The first line has no column `name`"),
        ("name,ip\na,10.0.0.1\na,10.0.0.2\n", "h.csv", "h.csv:3", "The line names `a` a second time"),
        ("name,ip\na,10.0.0.1,x\n", "h.csv", "h.csv:2", "The line has more cells than the first line"),
        ("name,ip\n,10.0.0.1\n", "h.csv", "h.csv:2", "The line names no host"),
        (f"name,ip\n{'a' * 200_000},10.0.0.1\n", "h.csv", "h.csv", "The file cannot be read as CSV: field larger than field limit (131072)"),
        ("[compute]\na[1:999999999]\n", "h.ini", "h.ini:2", "`a[1:999999999]` is more than 10000 hosts"),
        ("[compute]\na[1:9999]b[1:9999]\n", "h.ini", "h.ini:2", "`a[1:9999]b[1:9999]` is more than 10000 hosts"),
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


def test_an_inventory_that_is_not_there_is_no_profile(tmp_path: Path) -> None:
    """Nothing is said of profiles."""
    with pytest.raises(OskError) as caught:
        files.outside(str(tmp_path / "hosts.yaml"))
    (problem,) = caught.value.problems

    assert ("OSK0104", False) == (
        problem.code,
        any("profile" in f"{each.text} {each.command}" for each in problem.advice),
    )


def test_what_is_wrong_with_many_hosts_is_said_once() -> None:
    """With the others by name and place, in the form of the file; the command names file and node set."""
    text = "compute:\n  hosts:\n" + "".join(f"    h{at}:\n" for at in range(30))
    homeless = "name,ip\n" + "".join(f"h{at},10.0.0.{at}\n" for at in range(3))
    with pytest.raises(OskError) as caught:
        took(text, "h.yaml", "compute")
    with pytest.raises(OskError) as lost:
        took(homeless, "h.csv", "comput")
    (problem,), (unclear,) = caught.value.problems, lost.value.problems

    assert "h0 has no address: give it one, as `ansible_host: 192.168.122.100`" == problem.summary
    assert "and the same of h1 (h.yaml:4:5)" in str(problem.detail)
    assert str(problem.detail).endswith("h20 (h.yaml:23:5) and 9 more")
    assert "osk dataplane import h.csv --nodeset compute" == unclear.advice[0].command


def test_secrets_do_not_get_into_a_profile() -> None:
    """Values under names that say so are left out and named, also within others; what only speaks of secrets stays."""
    secret = {
        "secret_password": "topsecret1",
        "edpm_pin_token": 1234567,
        "edpm_container_registry_logins": {"quay.io": {"me": "topsecret2"}},
        "edpm_db": {"users": [{"name": "nova", "password": "topsecret3"}]},
    }
    plain = {
        "edpm_sshd_password_authentication": False,
        "edpm_password_max_days": 90,
        "edpm_secret_name": "libvirt",
        "edpm_tls_private_key": "/etc/pki/key.pem",
        "edpm_nova_password": "{{ vaulted }}",
        "edpm_names": ["x"],
    }
    host = {"ansible_host": "10.0.0.1", **secret, **plain}
    found = took(
        json.dumps({"compute": {"hosts": {"a": host, "b": {**host, "ansible_host": "10.0.0.2"}}}}),
        "hosts.json",
    )

    assert {"a": plain, "b": plain} == {name: node["vars"] for name, node in found.nodes["compute"].items()}
    assert sorted(f"{name} (2 hosts)" for name in secret) == [*found.secret]
    assert () == found.left_out
