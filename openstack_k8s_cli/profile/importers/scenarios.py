"""The kinds of node sets that DATAPLANE_KUSTOMIZE_SCENARIO chooses from, as node sets of a profile."""

from collections.abc import Mapping
from typing import Any

_OS = ("install-os", "configure-os", "ssh-known-hosts", "run-os", "reboot-os")
_START = ("repo-setup", "bootstrap", "download-cache", "configure-network", "validate-network", *_OS)
_IMAGES = {
    "edpm_logrotate_crond_image": "openstack-cron",
    "edpm_neutron_metadata_agent_image": "openstack-neutron-metadata-agent-ovn",
    "edpm_nova_compute_container_image": "openstack-nova-compute",
    "edpm_nova_libvirt_container_image": "openstack-nova-libvirt",
    "edpm_ovn_controller_agent_image": "openstack-ovn-controller",
}
_QUIET = {"edpm_network_config_hide_sensitive_logs": False}
_STRICT = {"edpm_selinux_mode": "enforcing", "edpm_sshd_configure_firewall": True}
_BRIDGE = {"neutron_physical_bridge_name": "br-ex"}
_CEPH = ("ceph_mon", "ceph_mgr", "ceph_osd", "ceph_rgw", "ceph_nfs", "ceph_rgw_frontend", "ceph_nfs_frontend")

NOVA_CEPH: Mapping[str, Any] = {
    "type": "nova",
    "playbook": "osp.edpm.nova",
    "sources": [
        {"configMap": "ceph-nova", "optional": True},
        {"secret": "nova-cell1-compute-config"},
        {"secret": "nova-migration-ssh-key"},
    ],
}
"""A service that its users have to write there."""

NOVA_CELL: Mapping[str, Any] = {
    "type": "nova",
    "playbook": "osp.edpm.nova",
    "sources": [
        {"secret": "nova-cell1-compute-config"},
        {"secret": "nova-migration-ssh-key"},
        {"configMap": "nova-extra-config", "optional": True},
    ],
    "spec": {"containerImageFields": ["NovaComputeImage"]},
}
"""A service that a sample has for the hosts of one cell."""

_CEPH_VARS = {
    **{name: f"{{{{ registry_url }}}}/{image}:{{{{ image_tag }}}}" for name, image in _IMAGES.items()},
    **_QUIET,
    **_STRICT,
    **_BRIDGE,
    "edpm_network_config_os_net_config_mappings": {"edpm-compute": {"nic2": "enp7s0"}},
    "edpm_ceph_hci_pre_enabled_services": list(_CEPH),
    "storage_mtu": 9000,
    "storage_mgmt_mtu": 9000,
    "storage_mgmt_vlan_id": 23,
    "storage_mgmt_cidr": "24",
    "storage_mgmt_host_routes": [],
}
_HCI = {
    "resource": "openstack-edpm-ipam-ceph",
    "count": 3,
    "networks": ["ctlplane", "internalapi", "storage", "storagemgmt", "tenant"],
    "nic": "nic2",
    "vars": _CEPH_VARS,
}
_BGP_VARS = {
    **_QUIET,
    **_BRIDGE,
    "ctlplane_dns_nameservers": ["192.168.122.1"],
    "dns_search_domains": [],
    "edpm_frr_bgp_uplinks": ["nic2", "nic3"],
    "edpm_frr_bgp_ipv4_src_network": "bgpmainnet",
    "edpm_frr_bgp_ipv6_src_network": "bgpmainnet6",
    "edpm_ovn_bgp_agent_expose_tenant_networks": True,
}
BGP_NETWORKS = ("bgpnet1", "bgpnet2", "bgpmainnet", "bgpmainnet6")
_BGP = {
    "networkTemplate": "bgp",
    "networks": ["ctlplane", "internalapi", "storage", "tenant", *BGP_NETWORKS],
    "addresses": dict.fromkeys(BGP_NETWORKS, ".2"),
    "subnets": dict.fromkeys(BGP_NETWORKS, "subnet{n}"),
    "services": [
        "repo-setup", "download-cache", "bootstrap", "configure-network", "validate-network", "frr", *_OS,
        "install-certs", "ovn", "neutron-metadata", "ovn-bgp-agent", "libvirt", "nova", "telemetry",
    ],
    "vars": {**_BGP_VARS, "gather_facts": None, "enable_debug": None},
}  # fmt: skip


def peers(number: int) -> list[str]:
    """Name the leaves of a rack, counted from 1."""
    return [f"100.64.{number}.5", f"100.65.{number}.5"]


SCENARIOS: Mapping[str, Mapping[str, Any]] = {
    "preprovisioned": {},
    "nova_cell_custom": {
        "services": [
            "repo-setup", "redhat", *(each for each in _START if each != "repo-setup"), "install-certs", "ovn",
            "neutron-metadata", "libvirt", "nova-cell-custom", "telemetry",
        ],
    },
    "bgp": _BGP,
    "bgp_ovn_cluster": {
        **_BGP,
        "networkTemplate": "bgp-ovn",
        "vars": {
            **_BGP_VARS,
            "edpm_sshd_configure_firewall": True,
            "edpm_frr_bgp_peers": peers(1),
            "edpm_ovn_bgp_agent_local_ovn_routing": True,
            "edpm_ovn_bridge_mappings": ["bgp:br-provider"],
            "edpm_ovn_bgp_agent_local_ovn_external_nics": ["eth1", "eth2"],
            "edpm_ovn_bgp_agent_local_ovn_peer_ips": peers(1),
            "edpm_ovn_bgp_agent_exposing_method": "ovn",
            "edpm_ovn_bgp_agent_provider_networks_pool_prefixes": "172.16.0.0/16",
        },
    },
    "ceph": {
        "resource": "openstack-edpm-ipam-ceph",
        "count": 3,
        "ceph": "ceph-conf-files",
        "services": [
            *_START, "ceph-client", "install-certs", "ovn", "neutron-metadata", "libvirt", "nova-custom-ceph",
        ],
    },
    "pre_ceph_hci": _HCI,
    "post_ceph_hci": {**_HCI, "ceph": "ceph-conf-files"},
    "customnetworks": {
        "resource": "openstack-edpm-ipam-custom-network",
        "vars": {"ctlplane_dns_nameservers": ["192.168.1.254"], "edpm_ovn_dbs": ["192.168.24.1"]},
    },
    "nmstate": {
        "count": 2,
        "networkTemplate": "nmstate",
        "vars": {
            **_QUIET,
            **_STRICT,
            **_BRIDGE,
            "ctlplane_dns_nameservers": ["192.168.122.1"],
            "dns_search_domains": [],
        },
    },
    "no_vars_from": {"inline": True},
    "sriov": {
        "resource": "openstack-edpm-ipam-sriov",
        "count": 2,
        "services": [
            *_START, "install-certs", "ovn", "neutron-ovn", "neutron-sriov", "libvirt", "nova", "telemetry",
        ],
    },
    "ovs_dpdk": {
        "resource": "openstack-edpm-ipam-ovs-dpdk",
        "count": 2,
        "networkTemplate": "dpdk",
        "provision": {"interface": "enp1s0"},
        "services": [
            "repo-setup", "bootstrap", "download-cache", "reboot-os", "configure-ovs-dpdk", "configure-network",
            "validate-network", "install-os", "configure-os", "ssh-known-hosts", "run-os", "install-certs", "ovn",
            "neutron-ovn", "neutron-metadata", "libvirt", "nova", "telemetry",
        ],
        "vars": {
            **_QUIET,
            **_BRIDGE,
            "edpm_kernel_args": "default_hugepagesz=1GB hugepagesz=1G hugepages=64 iommu=pt intel_iommu=on tsx=off isolcpus=2-11,14-23",
            "edpm_tuned_profile": "cpu-partitioning",
            "edpm_tuned_isolated_cores": "2-11,14-23",
            "edpm_nova_libvirt_qemu_group": "hugetlbfs",
            "edpm_ovs_dpdk_pmd_core_list": "1,13,2,14,3,15",
            "edpm_ovs_dpdk_socket_memory": "4096",
            "edpm_ovs_dpdk_memory_channels": "4",
            "edpm_ovs_dpdk_vhost_postcopy_support": "true",
            "edpm_ovn_bridge_mappings": ["dpdk2:br-link2", "dpdk1:br-link1"],
        },
    },
    "networker": {"role": "networker", "resource": "openstack-edpm-ipam-networker", "count": 2},
    "swift": {
        "role": "swift",
        "attachments": ["ctlplane", "storage"],
        "services": [*_START, "install-certs", "swift"],
        "vars": {
            "edpm_swift_disks": [
                {"device": "/dev/vdb", "path": "/srv/node/vdb", "weight": 4000, "region": 0, "zone": 0}
            ]
        },
        "first": {"edpm_swift_disks": [{"device": "/dev/vdc", "path": "/srv/node/vdc", "weight": 1000}]},
    },
}  # fmt: skip
"""By its name there; what is left out is as in the profile's base. `first` is variables of the first host."""

OWN_SERVICES: Mapping[str, Mapping[str, Any]] = {
    "nova-custom-ceph": NOVA_CEPH,
    "nova-cell-custom": NOVA_CELL,
}
"""What the operators do not bring of the services above."""

PASSES: Mapping[str, tuple[str, ...]] = {
    "pre_ceph_hci": (
        "bootstrap", "configure-network", "validate-network", "install-os", "ceph-hci-pre", "configure-os",
        "ssh-known-hosts", "run-os",
    ),
    "post_ceph_hci": ("ceph-client", "ovn", "libvirt", "nova-custom-ceph"),
}  # fmt: skip
"""Services that the deployment is limited to."""
