"""devsetup: networks of libvirt, the NFS server, the lab of IPv6 alone and bare machines, which `osk host` makes."""

import re
from ipaddress import ip_interface

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, by, lost, needless
from openstack_k8s_cli.profile.importers.settings import Settings, WrongValueError

_NETWORKS, _NAT64, _BMAAS = "labs.networks", "labs.nat64", "labs.bmaas"
_FOLDER = re.compile(r"(/[A-Za-z0-9._-]*[A-Za-z0-9_-]){2,}")


def _address(settings: Settings, name: str, default: str) -> str:
    """Read an address with the length of its prefix."""
    text = settings[name].strip() or default
    try:
        return str(ip_interface(text))
    except ValueError:
        raise WrongValueError(name, f"`{text}` is no address such as {default}") from None


def _isolated(settings: Settings, draft: Draft) -> None:
    """Carry over the network of network_isolation_bridge."""
    if "network_isolation_bridge" not in settings.ran:
        return
    name = settings["NETWORK_ISOLATION_NET_NAME"].strip()
    home = f"{_NETWORKS}.{name if name not in {'', 'default'} else 'net-iso'}"
    four = settings["NETWORK_ISOLATION_IPV4"].strip() != "false"
    six = settings.true("NETWORK_ISOLATION_IPV6")
    own = [_address(settings, "NETWORK_ISOLATION_IPV4_ADDRESS", "172.16.1.1/24")] if four else []
    own += [_address(settings, "NETWORK_ISOLATION_IPV6_ADDRESS", "fd00:aaaa::1/64")] if six else []
    draft.set(f"{home}.address", own)
    if settings.true("NETWORK_ISOLATION_IPV4_NAT"):
        draft.set(f"{home}.forward", "nat")
    elif six:
        draft.set(f"{home}.forward", "open")


def _nfs(settings: Settings, draft: Draft) -> None:
    path = settings["NFS_HOME"].strip().rstrip("/")
    if _FOLDER.fullmatch(path):
        draft.set("labs.nfs.path", path)
    else:
        draft.lose(
            "NFS_HOME", "it is deleted with all that is in it", "`labs.nfs.path`, of two levels or more"
        )


def _nat64(settings: Settings, draft: Draft) -> None:
    """Carry over the network of IPv6 alone and its router."""
    if not settings.ran & {"ipv6_lab", "ipv6_lab_network", "ipv6_lab_nat64_router"}:
        return
    draft.set(_NAT64, {})
    for name, key in (
        ("NETWORK_NAME", "network"),
        ("NAT64_INSTANCE_NAME", "name"),
        ("NAT64_TAYGA_IPV6_PREFIX", "prefix"),
        ("NAT64_TAYGA_DYNAMIC_POOL", "pool"),
    ):
        if settings.has(f"IPV6_LAB_{name}"):
            draft.set(f"{_NAT64}.{key}", settings[f"IPV6_LAB_{name}"].strip())
    for name, key, default in (
        ("IPV4_NETWORK_IPADDRESS", "ipv4", "172.30.0.1/24"),
        ("IPV6_NETWORK_IPADDRESS", "ipv6", "fd00:abcd:abcd:fc00::1/64"),
    ):
        if settings.has(f"IPV6_LAB_{name}"):
            own = ip_interface(_address(settings, f"IPV6_LAB_{name}", default))
            draft.set(f"{_NAT64}.{key}", str(own.network))


def _bmaas(settings: Settings, draft: Draft) -> None:
    """Carry over the bare machines."""
    for name, key, unit in (
        ("NODE_COUNT", "count", ""),
        ("INSTANCE_VCPUS", "vcpus", ""),
        ("INSTANCE_MEMORY", "memory", "Mi"),
        ("INSTANCE_DISK_SIZE", "disk", "Gi"),
    ):
        if settings.has(f"BMAAS_{name}"):
            amount = settings.number(f"BMAAS_{name}")
            draft.set(f"{_BMAAS}.{key}", f"{amount}{unit}" if unit else amount)
    for name, key in (
        ("NETWORK_NAME", "network"),
        ("REDFISH_USERNAME", "boards.user"),
        ("SUSHY_EMULATOR_IMAGE", "boards.image"),
    ):
        if settings.has(f"BMAAS_{name}") and settings[f"BMAAS_{name}"].strip():
            draft.set(f"{_BMAAS}.{key}", settings[f"BMAAS_{name}"].strip())
    if settings.has("BMAAS_INSTANCE_NAME_PREFIX"):
        draft.set(f"{_BMAAS}.name", f"{settings['BMAAS_INSTANCE_NAME_PREFIX'].strip()}-{{i}}")
    if settings.has(*(f"BMAAS_{each}" for each in _ADDRESSES)):
        four = settings["BMAAS_IPV4"].strip() != "false"
        own = [_address(settings, "BMAAS_NETWORK_IPV4_PREFIX", "172.20.1.1/24")] if four else []
        if settings.true("BMAAS_IPV6"):
            own.append(_address(settings, "BMAAS_NETWORK_IPV6_PREFIX", "fd00:bbbb::1/64"))
        draft.set(f"{_BMAAS}.address", own)


_ADDRESSES = ("IPV4", "IPV6", "NETWORK_IPV4_PREFIX", "NETWORK_IPV6_PREFIX")
_SNO = (
    "INSTANCE_NAME",
    "CLUSTER_NETWORK",
    "HOST_PREFIX",
    "MACHINE_NETWORK",
    "SERVICE_NETWORK",
    "HOST_IP",
    "OCP_VERSION",
    "OCP_MIRROR_URL",
)
_NO_CLUSTER, _OWN_CLUSTER = (
    "osk makes CRC and no other cluster",
    "a cluster of your own in that network, `platform.provider: existing`",
)


RULES: tuple[Rule, ...] = (
    by(
        _isolated,
        "NETWORK_ISOLATION_NETWORK_NAME",
        "NETWORK_ISOLATION_IPV4_ADDRESS",
        "NETWORK_ISOLATION_IPV6_ADDRESS",
        "NETWORK_ISOLATION_IPV4_NAT",
        place=f"{_NETWORKS}.NAME",
        note="where `network_isolation_bridge` was run",
    ),
    by(
        _nfs,
        "NFS_HOME",
        place="labs.nfs.path",
        note="only the networks ctlplane and storage may mount what is in it",
    ),
    by(
        _nat64,
        "IPV6_LAB_NETWORK_NAME",
        "IPV6_LAB_NAT64_INSTANCE_NAME",
        "IPV6_LAB_NAT64_TAYGA_IPV6_PREFIX",
        "IPV6_LAB_NAT64_TAYGA_DYNAMIC_POOL",
        "IPV6_LAB_IPV4_NETWORK_IPADDRESS",
        "IPV6_LAB_IPV6_NETWORK_IPADDRESS",
        place=_NAT64,
        note="where `ipv6_lab` or its network was run",
    ),
    needless(
        "IPV6_LAB_NAT64_HOST_IPV4",
        "IPV6_LAB_NAT64_HOST_IPV6",
        "IPV6_LAB_NAT64_IPV6_NETWORK",
        "IPV6_LAB_NAT64_TAYGA_IPV4",
        "IPV6_LAB_NAT64_TAYGA_IPV6",
        note="they follow from the networks: the router is .2",
    ),
    needless(
        "IPV6_LAB_WORK_DIR",
        "IPV6_LAB_SSH_PUB_KEY",
        "IPV6_LAB_MANAGE_FIREWALLD",
        "IPV6_LAB_NAT64_UPDATE_PACKAGES",
        note="nothing is built on the host, no rule of a firewall is needed, and nobody logs in to the router",
    ),
    needless("IPV6_LAB_LIBVIRT_STORAGE_POOL", note="osk has a pool of its own, `dataplane.hypervisor.pool`"),
    lost(*(f"IPV6_LAB_SNO_{name}" for name in _SNO), "VCPUS", note=_NO_CLUSTER, place=_OWN_CLUSTER),
    by(
        _bmaas,
        "BMAAS_NODE_COUNT",
        "BMAAS_INSTANCE_VCPUS",
        "BMAAS_INSTANCE_MEMORY",
        "BMAAS_INSTANCE_DISK_SIZE",
        "BMAAS_INSTANCE_NAME_PREFIX",
        "BMAAS_NETWORK_NAME",
        "BMAAS_REDFISH_USERNAME",
        "BMAAS_SUSHY_EMULATOR_IMAGE",
        *(f"BMAAS_{name}" for name in _ADDRESSES),
        place=_BMAAS,
    ),
    lost(
        "BMAAS_REDFISH_PASSWORD",
        note="a password is not written into a profile",
        place=f"`{_BMAAS}.boards.password: {{env: NAME}}`",
    ),
    lost(
        "BMAAS_BRIDGE_IPV4_PREFIX",
        "BMAAS_BRIDGE_IPV6_PREFIX",
        "BMAAS_BRIDGE_IP_PREFIX",
        "BMAAS_METALLB_POOL_NAME",
        "BMAAS_METALLB_ADDRESS_POOL",
        note="bridge, attachment and pool are those of a network of the profile",
        place="networks.NAME with `bridge` and `vips`",
    ),
    needless(
        "BMAAS_INSTANCE_NAME_SUFFIX",
        "BMAAS_INSTANCE_OS_VARIANT",
        "BMAAS_INSTANCE_VIRT_TYPE",
        "BMAAS_INSTANCE_NET_MODEL",
        note="machines are counted from 0, with KVM and virtio",
    ),
    needless(
        "BMAAS_SUSHY_EMULATOR_NAMESPACE",
        "BMAAS_LIBVIRT_USER",
        note="the boards run in a container on the hypervisor",
    ),
    lost(
        "BMAAS_SUSHY_EMULATOR_DRIVER",
        "BMAAS_SUSHY_EMULATOR_OS_CLOUD",
        "BMAAS_SUSHY_EMULATOR_OS_CLIENT_CONFIG_FILE",
        note="the boards are those of virtual machines, not of another cloud's servers",
        place=_BMAAS,
    ),
    lost(
        "BMAAS_ROUTE_LIBVIRT_NETWORKS",
        note="the cloud has its own card in the network of the machines",
        place="networks.NAME over it",
    ),
    lost(
        "CONSOLE_LOG_DIR",
        "LIBVIRT_HOOKS_PATH",
        note="consoles are not written down",
        place="`virsh console NAME`",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(("network_isolation_bridge",), "osk host network create", carry=_isolated),
    Target(("network_isolation_bridge_cleanup",), "osk host network delete"),
    Target(("nfs",), "osk host nfs up"),
    Target(("nfs_cleanup",), "osk host nfs down"),
    Target(
        ("ipv6_lab_network", "ipv6_lab_nat64_router"),
        "osk host network create",
        f"`{_NAT64}`: network and router together",
        carry=_nat64,
    ),
    Target(
        ("ipv6_lab",),
        "osk host network create",
        f"`{_NAT64}`: network and router, without the cluster in it",
        carry=_nat64,
    ),
    Target(("ipv6_lab_sno", "ipv6_lab_sno_cleanup"), _OWN_CLUSTER, _NO_CLUSTER, fate=Fate.LOST),
    Target(
        ("ipv6_lab_cleanup", "ipv6_lab_network_cleanup", "ipv6_lab_nat64_router_cleanup"),
        "osk host network delete",
    ),
    Target(
        ("bmaas",),
        "osk host bmaas up",
        "then `osk crc network attach`",
        brings=("bmaas_crc_attach_network",),
    ),
    Target(
        ("bmaas_network", "bmaas_virtual_bms", "bmaas_sushy_emulator", "bmaas_sushy_emulator_wait"),
        "osk host bmaas up",
        "all of it, on the hypervisor",
    ),
    Target(("bmaas_generate_nodes_yaml",), "osk host bmaas nodes"),
    Target(
        ("bmaas_crc_baremetal_bridge", "bmaas_baremetal_net_nad", "bmaas_metallb"),
        "osk deploy networks",
        "a network of the profile over that of the machines, as docs/labs.md has it",
    ),
    Target(
        ("bmaas_route_crc_and_crc_bmaas_networks",),
        "networks.NAME over that of the machines",
        "the cloud has its own card in it",
        fate=Fate.NEEDLESS,
    ),
    Target(("bmaas_cleanup",), "osk host bmaas down"),
    Target(
        ("bmaas_network_cleanup", "bmaas_virtual_bms_cleanup", "bmaas_sushy_emulator_cleanup"),
        "osk host bmaas down",
        "all of it, on the hypervisor",
    ),
    Target(
        (
            "bmaas_crc_baremetal_bridge_cleanup",
            "bmaas_baremetal_net_nad_cleanup",
            "bmaas_metallb_cleanup",
        ),
        "osk deploy networks",
        "without that network in the profile",
    ),
    Target(
        ("bmaas_route_crc_and_crc_bmaas_networks_cleanup",),
        "networks.NAME over that of the machines",
        "nothing of the kind is made",
        fate=Fate.NEEDLESS,
    ),
)
