"""What follows from the kind of a node set's hosts, and what such kinds ask for."""

from collections.abc import Mapping
from typing import Any

import pytest

from openstack_k8s_cli.profile import cores
from tests.fakes.profiles import over, problems

CELLS = "controlplane: {services: {nova: {cells: {cell2: {}, cell3: {}}}}}\n"
DPDK = '{pmd: "1,13", guests: "2-11,14-23", hugepages: 64}'
SRIOV = '{cards: {sriov1: {nic: eno5}, sriov2: {nic: eno6, device: {vendor_id: "8086"}, trusted: false}}}'


def plane(nodesets: str, more: str = "") -> Mapping[str, Any]:
    """Give the filled data plane of a profile over crc, with cells."""
    body = f"{CELLS}dataplane:\n  nodesets: {nodesets}\n{more}"
    found: Mapping[str, Any] = over(body).values["dataplane"]
    return found


def sources(found: Mapping[str, Any], service: str) -> list[str]:
    """Name what a service of one's own reads."""
    return [each["secret"] or each["configMap"] for each in found["ownServices"][service]["sources"]]


def test_hosts_of_another_cell_have_a_nova_service_of_it() -> None:
    """One for each cell, whatever the number of node sets; the first cell keeps the operators' own."""
    found = plane(
        "{far: {cell: cell2, name: f, address: .109}, off: {cell: cell2, name: o, address: .110}, near: {cell: cell1, name: n, address: .111}}"
    )
    services = {name: each["services"] for name, each in found["nodesets"].items()}

    assert {name: [each for each in listed if "nova" in each] for name, listed in services.items()} == {
        "compute": ["nova"],
        "far": ["nova-cell2"],
        "off": ["nova-cell2"],
        "near": ["nova"],
    }
    assert list(found["ownServices"]) == ["nova-cell2"]
    assert sources(found, "nova-cell2") == [
        "nova-cell2-compute-config",
        "nova-migration-ssh-key",
        "nova-extra-config",
    ]
    assert found["ownServices"]["nova-cell2"]["type"] == "nova"


def test_a_service_of_ones_own_is_varied_for_a_cell() -> None:
    """It keeps all that it has, and reads the other cell's configuration; the deployment's list follows."""
    found = plane(
        "{compute: {cell: cell3, services: [bootstrap, nova-x]}}",
        "  ownServices: {nova-x: {type: nova, playbook: p, sources: [{secret: nova-cell1-compute-config}, {configMap: c, existing: true}]}}\n"
        "  deployments: {only: {services: [nova-x]}}\n",
    )

    assert found["nodesets"]["compute"]["services"] == ["bootstrap", "nova-x-cell3"]
    assert sources(found, "nova-x-cell3") == ["nova-cell3-compute-config", "c"]
    assert found["ownServices"]["nova-x-cell3"]["playbook"] == "p"
    assert found["deployments"]["only"]["services"] == ["nova-x-cell3"]


def test_another_key_of_migration_is_read() -> None:
    """The operators' own service reads a Secret of one name only."""
    found = plane("{compute: {}}", "  migrationSecret: my-key\n")

    assert sources(found, "nova-cell1")[:2] == ["nova-cell1-compute-config", "my-key"]
    assert "nova-cell1" in found["nodesets"]["compute"]["services"]


def test_a_node_set_has_its_own_settings_of_nova() -> None:
    """In a ConfigMap that its own service reads, after what all hosts have."""
    found = plane('{compute: {novaConfig: "[DEFAULT]\\nreserved_host_memory_mb = 4096\\n"}}')

    assert sources(found, "nova-compute")[-2:] == ["nova-extra-config", "nova-compute-config"]
    assert found["configMaps"]["nova-compute-config"] == {
        "26-nova-hosts.conf": "[DEFAULT]\nreserved_host_memory_mb = 4096\n"
    }


def test_packets_in_user_space() -> None:
    """Huge pages and isolated cores come before Open vSwitch, and that before the networks; nova pins instances."""
    loaded = over(f"dataplane: {{nodesets: {{compute: {{dpdk: {DPDK}}}}}}}\n").values
    found = loaded["dataplane"]["nodesets"]["compute"]

    assert found["services"] == [
        "repo-setup", "redhat", "bootstrap", "download-cache", "reboot-os", "configure-ovs-dpdk",
        "configure-network", "validate-network", "install-os", "configure-os", "ssh-known-hosts", "run-os",
        "install-certs", "ovn", "neutron-ovn", "neutron-metadata", "libvirt", "nova-compute", "telemetry",
    ]  # fmt: skip
    assert found["networkTemplate"] == "dpdk"
    assert found["vars"] == {
        "edpm_kernel_args": "default_hugepagesz=1GB hugepagesz=1G hugepages=64 iommu=pt intel_iommu=on tsx=off isolcpus=1-11,13-23",
        "edpm_tuned_profile": "cpu-partitioning",
        "edpm_tuned_isolated_cores": "1-11,13-23",
        "edpm_nova_libvirt_qemu_group": "hugetlbfs",
        "edpm_ovs_dpdk_pmd_core_list": "1,13",
        "edpm_ovs_dpdk_socket_memory": "4096",
        "edpm_ovs_dpdk_memory_channels": "4",
        "edpm_ovs_dpdk_vhost_postcopy_support": "true",
        "edpm_ovn_bridge_mappings": ["dpdk1:br-link1", "dpdk2:br-link2"],
    }
    assert loaded["dataplane"]["configMaps"]["nova-compute-config"] == {
        "26-nova-hosts.conf": "[compute]\ncpu_dedicated_set = 2-11,14-23\n"
    }
    assert (
        loaded["controlplane"]["services"]["neutron"]["config"]
        == "[ovn]\nvhost_sock_dir = /var/lib/vhost_sockets\n"
    )


def test_functions_of_cards() -> None:
    """The agent knows the cards, nova the devices, and the metadata comes from OVN's own agent."""
    found = plane(f"{{compute: {{sriov: {SRIOV}, vars: {{edpm_kernel_args: mine}}}}}}")
    nodeset = found["nodesets"]["compute"]

    assert nodeset["services"][-7:] == [
        "install-certs", "ovn", "neutron-ovn", "neutron-sriov", "libvirt", "nova-compute", "telemetry",
    ]  # fmt: skip
    assert nodeset["vars"] == {
        "edpm_neutron_sriov_agent_SRIOV_NIC_physical_device_mappings": "sriov1:eno5,sriov2:eno6",
        "edpm_kernel_args": "mine",
    }
    assert found["configMaps"]["nova-compute-config"]["26-nova-hosts.conf"] == (
        "[pci]\n"
        'device_spec = {"devname": "eno5", "physical_network": "sriov1", "trusted": "true"}\n'
        'device_spec = {"vendor_id": "8086", "physical_network": "sriov2", "trusted": "false"}\n'
    )
    assert nodeset["networkTemplate"] == "vlans"


def test_kinds_go_together() -> None:
    """User space and shared cards on one node set, in another cell: one service of nova's reads all of it."""
    found = plane(f"{{fast: {{cell: cell2, name: f, address: .110, dpdk: {DPDK}, sriov: {SRIOV}}}}}")
    fast = found["nodesets"]["fast"]

    assert fast["networkTemplate"] == "dpdk-sriov"
    assert fast["services"][13:19] == [
        "ovn", "neutron-ovn", "neutron-metadata", "neutron-sriov", "libvirt", "nova-fast",
    ]  # fmt: skip
    assert sources(found, "nova-fast")[0] == "nova-cell2-compute-config"


def test_services_that_are_listed_stay_in_their_order() -> None:
    """What the profile writes counts, for variables too."""
    written = "[configure-ovs-dpdk, bootstrap, reboot-os, configure-network]"
    found = plane(f"{{compute: {{services: {written}, dpdk: {DPDK}, vars: {{edpm_tuned_profile: mine}}}}}}")

    assert found["nodesets"]["compute"]["services"] == written.strip("[]").split(", ")
    assert found["nodesets"]["compute"]["vars"]["edpm_tuned_profile"] == "mine"


def test_hosts_that_keep_objects() -> None:
    """Ansible's pods are in the storage network too, and each disk has its place in the rings."""
    found = plane(
        "{swift: {role: swift, address: .110, disks: [{device: /dev/vdb, weight: 4000, zone: 2}]}}"
    )["nodesets"]["swift"]

    assert found["attachments"] == ["ctlplane", "storage"]
    assert found["services"][-2:] == ["install-certs", "swift"]
    assert found["vars"]["edpm_swift_disks"] == [
        {"device": "/dev/vdb", "path": "/srv/node/vdb", "weight": 4000, "region": 0, "zone": 2}
    ]


def test_the_trait_of_swift() -> None:
    """Three hosts, and no volumes of the cluster."""
    loaded = over("", extends="crc, swift").values
    template = loaded["controlplane"]["services"]["swift"]["spec"]["template"]

    assert (template["swiftStorage"]["replicas"], template["swiftRing"]["ringReplicas"]) == (0, 3)
    assert loaded["dataplane"]["nodesets"]["swift"]["count"] == 3


def test_hosts_that_are_images() -> None:
    """No repositories; bare machines get the disk image beside it, and an update knows what to switch to."""
    image = "quay.io/lab/edpm-bootc:v1"
    found = plane(
        f"{{there: {{name: t, address: .110, bootc: {{image: {image}}}}}, bare: {{name: b, address: .111, bootc: {{image: {image}}}, provision: {{}}}}}}"
    )
    there, bare = found["nodesets"]["there"], found["nodesets"]["bare"]

    assert there["services"][:2] == ["bootstrap", "download-cache"]
    assert there["vars"] == {"edpm_update_system_bootc_os_container_image": image}
    assert (bare["provision"]["image"], bare["provision"]["container"]) == (
        "edpm-bootc.qcow2",
        f"{image}-qcow2",
    )


@pytest.mark.parametrize(
    ("nodesets", "code", "where", "words"),
    [
        ("{compute: {cell: cell9}}", "OSK0110", "cell", "no cell `cell9` for hosts, but cell1, cell2, cell3"),
        ("{compute: {cell: cell0}}", "OSK0110", "cell", "no cell `cell0` for hosts"),
        ('{compute: {dpdk: {pmd: "1,2", guests: "2-4", hugepages: 9}}}', "OSK0111", "dpdk.guests", "2 carry packets already"),
        ("{compute: {dpdk: {pmd: 1, hugepages: 3}}}", "OSK0111", "dpdk.hugepages", "4096 MiB for Open vSwitch (`memory`) do not fit into 3 pages"),
        ("{compute: {sriov: {cards: {a: {nic: e}, b: {nic: e}}}}}", "OSK0114", "sriov.cards.b.nic", "e is the card of `a` already"),
        (f"{{compute: {{dpdk: {DPDK}, services: [configure-network]}}}}", "OSK0110", "services", "`dpdk` needs the service `configure-ovs-dpdk`"),
        (f"{{compute: {{dpdk: {DPDK}, services: [configure-network, configure-ovs-dpdk]}}}}", "OSK0111", "services[1]", "comes after `configure-network`"),
        (f"{{compute: {{sriov: {SRIOV}, services: [nova]}}}}", "OSK0110", "services", "`sriov` needs the service `neutron-sriov`"),
        ("{compute: {disks: [{device: /dev/vdb, weight: 1}]}}", "OSK0110", "disks", "do not include `swift`"),
        ("{compute: {role: swift}}", "OSK0110", "services", "`swift` has no disks"),
        ("{compute: {role: swift, networks: [ctlplane], disks: [{device: /dev/vdb, weight: 1}]}}", "OSK0110", "networks", "in `storage`"),
        ("{compute: {role: swift, disks: [{device: /dev/vdb, weight: 1}, {device: /dev/vdb, weight: 1}]}}", "OSK0114", "disks[1].device", "/dev/vdb is there already"),
        ("{compute: {varsFrom: [{secret: mine}]}}", "OSK0110", "varsFrom[0]", "nothing makes `mine`"),
    ],
)  # fmt: skip
def test_kinds_that_cannot_be_are_refused(nodesets: str, code: str, where: str, words: str) -> None:
    """A cell that is not there, cores and disks that are taken, and what nobody makes: each with its path."""
    (problem,) = problems(f"{CELLS}dataplane: {{nodesets: {nodesets}}}\n")

    assert problem.code == code
    assert problem.summary.startswith(f"`dataplane.nodesets.compute.{where}`: ")
    assert words in problem.summary


def test_a_deployment_of_two_cells_cannot_have_one_service_of_nova() -> None:
    """Its list is for all its node sets, and would bring some into the wrong cell."""
    both = "dataplane: {nodesets: {far: {cell: cell2, name: f, address: .110}}, deployments: {a: {services: [nova]}}}\n"
    (problem,) = problems(CELLS + both)

    assert "`nova` brings hosts into cell1, but those of `far` are in cell2" in problem.summary
    assert problem.summary.startswith("`dataplane.deployments.a.services[0]`")


def test_data_of_a_cell_that_is_not_there() -> None:
    """A service that reads what only another cell would make is refused at that line."""
    own = "{nova-x: {type: nova, playbook: p, sources: [{secret: nova-cell4-compute-config}]}}"
    (problem,) = problems(f"{CELLS}dataplane: {{ownServices: {own}}}\n")

    assert "nothing makes `nova-cell4-compute-config`" in problem.summary


@pytest.mark.parametrize("text", ["", "a", "1-", "3-1", "1,,2", "99999"])
def test_texts_that_are_no_cores(text: str) -> None:
    """They are refused where they stand."""
    with pytest.raises(ValueError, match="is no list of cores"):
        cores.read(text)


def test_cores_are_written_as_ranges() -> None:
    """Those in a row together."""
    assert cores.write(cores.read("3,1,2,7-8,8")) == "1-3,7-8"


def test_hosts_with_ceph_in_another_cell() -> None:
    """Both passes of hyperconverged hosts stay, and the second brings them into their cell."""
    found = over("dataplane: {nodesets: {compute: {cell: cell2}}}\n", extends="crc, hci, multi-cell").values
    passes = found["dataplane"]["deployments"]

    assert list(passes) == ["pre-ceph", "post-ceph"]
    assert "ceph-hci-pre" in passes["pre-ceph"]["services"]
    assert [each for each in passes["post-ceph"]["services"] if "nova" in each] == ["nova-custom-ceph-cell2"]
    assert "nova-custom-ceph-cell2" in found["dataplane"]["nodesets"]["compute"]["services"]
    assert sources(found["dataplane"], "nova-custom-ceph-cell2")[:2] == [
        "ceph-nova",
        "nova-cell2-compute-config",
    ]
