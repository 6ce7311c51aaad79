"""Hosts out of node sets, with what each is asked to be like."""

from typing import Any

from openstack_k8s_cli.dataplane.targets import Reach, Surroundings, inventory, targets

NETWORKS = {
    "kind": "NetConfig",
    "spec": {
        "networks": [
            {"name": "ctlplane", "mtu": 9000, "subnets": [{"name": "subnet1", "gateway": "10.0.0.1"}]},
            {"name": "tenant", "mtu": 1400, "subnets": [{"name": "subnet1"}]},
        ]
    },
}
REACH = Reach(("https://registry/v2/",), ("https://packages/",), ("registry",))


def nodeset(**spec: Any) -> dict[str, Any]:
    """Make a node set of two hosts."""
    shared = {
        "preProvisioned": True,
        "services": ["repo-setup", "nova"],
        "nodeTemplate": {
            "ansibleSSHPrivateKeySecret": "key",
            "ansible": {
                "ansibleUser": "root",
                "ansiblePort": 2222,
                "ansibleVars": {
                    "neutron_public_interface_name": "eno1",
                    "edpm_playbook_environment": {
                        "https_proxy": "http://me:s3cr3t@proxy:3128",
                        "http_proxy": "me:p@ss@proxy:3128",
                        "no_proxy": ".example.com,10.0.0.0/8",
                        "API_TOKEN": "s3cr3t",
                    },
                },
            },
        },
        "nodes": {
            "a": {
                "hostName": "a.example.com",
                "ansible": {"ansibleHost": "10.0.0.5"},
                "networks": [{"name": "CtlPlane", "subnetName": "subnet1", "defaultRoute": True}],
            },
            "b": {
                "ansible": {"ansiblePort": 22, "ansibleUser": "cloud-admin"},
                "networks": [{"name": "ctlplane", "subnetName": "subnet1", "fixedIP": "10.0.0.6"}],
            },
        },
    }
    return {"metadata": {"name": "compute"}, "spec": {**shared, **spec}}


def test_a_host_is_reached_as_its_node_set_says() -> None:
    """Its short name, its address or that of its first network, its own user and port over the shared ones."""
    first, second = targets([nodeset()], Surroundings())

    assert ("a", "10.0.0.5", "root", 2222, "key") == (
        first.host,
        first.address,
        first.user,
        first.port,
        first.secret,
    )
    assert ("b", "10.0.0.6", "cloud-admin", 22) == (second.host, second.address, second.user, second.port)


def test_wishes_come_from_networks_and_services() -> None:
    """MTU and gateway of the first network, whatever the case of its name; virtualization for nova; proxies go with it, no logins."""
    first, second = targets([nodeset()], Surroundings(NETWORKS, REACH, frozenset({"b"})))

    assert [
        "env:https_proxy=http://proxy:3128",
        "env:http_proxy=proxy:3128",
        "env:no_proxy=.example.com,10.0.0.0/8",
        "gateway=10.0.0.1",
        "mtu=9000",
        "interface=eno1",
        "name=registry",
        "url=https://registry/v2/",
        "repository=https://packages/",
    ] == first.wishes.arguments
    assert (True, False) == (first.wishes.virtualization, first.wishes.deployed)
    assert ("", True) == (second.wishes.gateway, second.wishes.deployed)


def test_other_hosts_need_less() -> None:
    """A host without nova runs no guests, and without repo-setup it has its repositories."""
    first, _ = targets([nodeset(services=["ovn"])], Surroundings(NETWORKS, REACH))

    assert (False, ()) == (first.wishes.virtualization, first.wishes.repositories)


def test_hosts_that_are_made_or_have_no_address_are_left_out() -> None:
    """Those that the cluster provisions are not there yet; without an address there is nothing to reach."""
    bare = nodeset(preProvisioned=False)
    nameless = nodeset(nodes={"c": None})

    assert [] == list(targets([bare, nameless], Surroundings()))


def test_the_inventory_has_every_host() -> None:
    """With the file of the key where there is one."""
    found = list(targets([nodeset()], Surroundings()))
    made = inventory(found, "/run/key")

    assert {"a", "b"} == set(made["all"]["hosts"])
    assert {"ansible_ssh_private_key_file": "/run/key"} == made["all"]["vars"]
    assert {} == inventory(found, None)["all"]["vars"]


def test_kinds_of_hosts_have_wishes_of_their_own() -> None:
    """Cards, disks and huge pages are asked for where variables name them; a host that is an image needs no packages."""
    variables = {
        "edpm_neutron_sriov_agent_SRIOV_NIC_physical_device_mappings": "sriov1:eno5,sriov2:eno6",
        "edpm_swift_disks": [{"device": "/dev/vdb", "weight": 1}],
        "edpm_kernel_args": "default_hugepagesz=1GB hugepagesz=1G hugepages=64 iommu=pt",
        "edpm_update_system_bootc_os_container_image": "registry/bootc:1",
    }
    kinds = nodeset(nodeTemplate={"ansible": {"ansibleVars": variables}})
    plain, _ = targets([nodeset()], Surroundings())
    first, _ = targets([kinds], Surroundings())

    assert (("eno5", "eno6"), ("/dev/vdb",), 64, True) == (
        first.wishes.nics,
        first.wishes.disks,
        first.wishes.pages,
        first.wishes.is_image,
    )
    assert "device=/dev/vdb" in first.wishes.arguments
    assert ((), (), 0, False) == (
        plain.wishes.nics,
        plain.wishes.disks,
        plain.wishes.pages,
        plain.wishes.is_image,
    )
