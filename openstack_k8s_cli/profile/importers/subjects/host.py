"""devsetup: the host, CRC and the virtual machines; osk does it with commands of its own."""

from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, command, lost, needless, planned

_CRC = "osk crc setup"
_ADOPTION = "no cloud of the older kind is made or adopted"
_ADOPTION_INSTEAD = "the adoption's own procedure, with `osk` for the new cloud"

_CRC_RULES = (
    planned("CPUS", place=f"{_CRC}, platform.crc.cpus"),
    planned(
        "MEMORY",
        place=f"{_CRC}, platform.crc.memory",
        note="sized from what the profile requests unless given",
    ),
    planned("DISK", place=f"{_CRC}, platform.crc.disk"),
    planned("PULL_SECRET", place=f"{_CRC}, platform.crc.pullSecret"),
    planned("CRC_BUNDLE", "CRC_VERSION", "CRC_URL", place=f"{_CRC}, platform.crc.bundle"),
    planned("CRC_HTTP_PROXY", "CRC_HTTPS_PROXY", "CRC_MONITORING_ENABLED", place=f"{_CRC}, platform.crc"),
    planned(
        "KUBEADMIN_PWD",
        "OCP_ADMIN_PASSWD",
        place="osk crc start",
        note="the password is never on a command line",
    ),
    needless("DOWNLOAD_TOOLS_SELECTION", note="osk needs none of these tools"),
)
_NETWORK_RULES = (
    planned(
        "NETWORK_ISOLATION_MAC",
        "NETWORK_ISOLATION_NET_NAME",
        "NETWORK_ISOLATION_IP_ADDRESS",
        "NETWORK_ISOLATION_INSTANCE_NAME",
        "CRC_BGP_NIC_1_MAC",
        "CRC_BGP_NIC_2_MAC",
        place="osk crc network attach",
    ),
    planned(
        "NETWORK_ISOLATION_NETWORK_NAME",
        "NETWORK_ISOLATION_IPV4_ADDRESS",
        "NETWORK_ISOLATION_IPV6_ADDRESS",
        "NETWORK_ISOLATION_IPV4_NAT",
        place="osk host network create",
    ),
    planned("NFS_HOME", place="osk host nfs"),
)
_MACHINE_RULES = (
    command(
        "SSH_KEY_FILE",
        "SSH_ALGORITHM",
        "SSH_KEY_SIZE",
        place="osk hosts ssh",
        note="the cluster's key is used",
    ),
    command("NUMBER_OF_INSTANCES", place="osk smoke", note="it makes one"),
    command(
        "DATAPLANE_PLAYBOOK",
        "DATAPLANE_CUSTOM_SERVICE_RUNNER_IMG",
        "EDPM_INVENTORY_SECRET",
        place="osk dataplane run PLAYBOOK",
    ),
    needless("BM_ROOT_PASSWORD_SECRET", note="install_yamls reads it nowhere"),
)
_BMAAS = (
    *(
        "OCP_INSTANCE_NAME",
        "INSTANCE_NAME_PREFIX",
        "INSTANCE_NAME_SUFFIX",
        "INSTANCE_MEMORY",
        "INSTANCE_VCPUS",
    ),
    *("INSTANCE_DISK_SIZE", "INSTANCE_OS_VARIANT", "INSTANCE_VIRT_TYPE", "INSTANCE_NET_MODEL", "NODE_COUNT"),
    *("NETWORK_NAME", "IPV4", "IPV6", "NETWORK_IPV4_PREFIX", "NETWORK_IPV6_PREFIX", "BRIDGE_IPV4_PREFIX"),
    *(
        "BRIDGE_IPV6_PREFIX",
        "BRIDGE_IP_PREFIX",
        "METALLB_POOL_NAME",
        "METALLB_ADDRESS_POOL",
        "REDFISH_USERNAME",
    ),
    *("REDFISH_PASSWORD", "SUSHY_EMULATOR_NAMESPACE", "SUSHY_EMULATOR_DRIVER", "SUSHY_EMULATOR_IMAGE"),
    *(
        "SUSHY_EMULATOR_OS_CLOUD",
        "SUSHY_EMULATOR_OS_CLIENT_CONFIG_FILE",
        "LIBVIRT_USER",
        "ROUTE_LIBVIRT_NETWORKS",
    ),
)
_IPV6_LAB = (
    *("WORK_DIR", "SSH_PUB_KEY", "LIBVIRT_STORAGE_POOL", "NETWORK_NAME", "MANAGE_FIREWALLD"),
    *("IPV6_NETWORK_IPADDRESS", "IPV4_NETWORK_IPADDRESS", "NAT64_INSTANCE_NAME", "NAT64_HOST_IPV6"),
    *(
        "NAT64_HOST_IPV4",
        "NAT64_IPV6_NETWORK",
        "NAT64_TAYGA_IPV4",
        "NAT64_TAYGA_IPV6",
        "NAT64_TAYGA_DYNAMIC_POOL",
    ),
    *("NAT64_TAYGA_IPV6_PREFIX", "NAT64_UPDATE_PACKAGES", "SNO_INSTANCE_NAME", "SNO_CLUSTER_NETWORK"),
    *("SNO_HOST_PREFIX", "SNO_MACHINE_NETWORK", "SNO_SERVICE_NETWORK", "SNO_HOST_IP", "SNO_OCP_VERSION"),
    "SNO_OCP_MIRROR_URL",
)
_LAB_RULES = (
    planned(*(f"BMAAS_{name}" for name in _BMAAS), place="osk host bmaas up"),
    planned("CONSOLE_LOG_DIR", "LIBVIRT_HOOKS_PATH", place="osk host bmaas up"),
    planned(*(f"IPV6_LAB_{name}" for name in _IPV6_LAB), place="osk host network create"),
    planned("VCPUS", "DISK_SIZE", "DISK_PATH", place="osk crc setup, platform.crc"),
)
_ADOPTED = ("INTERNALAPI", "STORAGE", "STORAGEMGMT", "TENANT", "EXTERNAL")
_ADOPTION_RULES = (
    lost(
        *(f"ADOPTED_{name}_NETWORK" for name in _ADOPTED),
        *(f"STANDALONE_{name}_NET_PREFIX" for name in _ADOPTED if name != "EXTERNAL"),
        "STANDALONE_EXTERNAL_NET_PREFFIX",
        "STANDALONE",
        "STANDALONE_COMPUTE_DRIVER",
        "EDPM_COMPUTE_ADDITIONAL_HOST_ROUTES",
        "TLS_ENABLED",
        "DNS_DOMAIN",
        "BARBICAN_SERVICE_ENABLED",
        "MANILA_SERVICE_ENABLED",
        "HEAT_SERVICE_ENABLED",
        "RH_REGISTRY_USER",
        "RH_REGISTRY_PWD",
        "EDPM_CONFIGURE_HUGEPAGES",
        "EDPM_COMPUTE_CEPH_ENABLED",
        "EDPM_COMPUTE_CEPH_NOVA",
        "EDPM_COMPUTE_SRIOV_ENABLED",
        "EDPM_COMPUTE_DHCP_AGENT_ENABLED",
        "EDPM_CONFIGURE_NETWORKING",
        "EDPM_ATTACH_EXTNET",
        "EDPM_CONFIGURE_DEFAULT_ROUTE",
        "EDPM_COMPUTE_CELLS",
        "REPO_SETUP_CMDS",
        "ADDITIONAL_ENV_FILE",
        "DEVSETUP_IPA_ADMIN_PASSWORD",
        "RGW_PASS",
        note=_ADOPTION,
        place=_ADOPTION_INSTEAD,
    ),
)

RULES: tuple[Rule, ...] = (*_CRC_RULES, *_NETWORK_RULES, *_MACHINE_RULES, *_LAB_RULES, *_ADOPTION_RULES)


def _later(*names: str, place: str, note: str = "") -> Target:
    return Target(names, place, note, fate=Fate.PLANNED)


TARGETS: tuple[Target, ...] = (
    _later("crc", place="osk crc setup"),
    _later("crc_cleanup", "crc_scrub", place="osk crc delete"),
    _later("crc_attach_default_interface", "attach_default_interface", place="osk crc network attach"),
    _later(
        "crc_attach_default_interface_cleanup",
        "attach_default_interface_cleanup",
        place="osk crc network detach",
    ),
    _later("network_isolation_bridge", place="osk host network create"),
    _later("network_isolation_bridge_cleanup", place="osk host network delete"),
    Target(("download_tools",), "osk version", "osk needs none of these tools", fate=Fate.NEEDLESS),
    _later("nfs", "nfs_cleanup", place="osk host nfs"),
    _later(
        "ipv6_lab",
        "ipv6_lab_network",
        "ipv6_lab_nat64_router",
        "ipv6_lab_sno",
        place="osk host network create",
    ),
    _later(
        "ipv6_lab_cleanup",
        "ipv6_lab_network_cleanup",
        "ipv6_lab_nat64_router_cleanup",
        "ipv6_lab_sno_cleanup",
        place="osk host network delete",
    ),
    Target(
        ("edpm_compute_repos",),
        "osk deploy dataplane",
        "the service `repo-setup` does it",
        fate=Fate.NEEDLESS,
    ),
    Target(("edpm_ansible_runner",), "osk dataplane run PLAYBOOK"),
    Target(("edpm_deploy_instance", "edpm_deploy_instance_cleanup"), "osk smoke"),
    _later(
        "bmaas",
        "bmaas_network",
        "bmaas_route_crc_and_crc_bmaas_networks",
        "bmaas_crc_attach_network",
        "bmaas_crc_baremetal_bridge",
        "bmaas_baremetal_net_nad",
        "bmaas_metallb",
        "bmaas_virtual_bms",
        "bmaas_sushy_emulator",
        "bmaas_sushy_emulator_wait",
        "bmaas_generate_nodes_yaml",
        place="osk host bmaas up",
    ),
    _later("bmaas_cleanup", place="osk host bmaas down"),
    Target(
        ("standalone", "standalone_deploy", "standalone_cleanup", "standalone_snapshot", "standalone_revert"),
        _ADOPTION_INSTEAD,
        _ADOPTION,
        fate=Fate.LOST,
    ),
    Target(
        ("tripleo_deploy", "cifmw_prepare", "cifmw_cleanup"), _ADOPTION_INSTEAD, _ADOPTION, fate=Fate.LOST
    ),
)
