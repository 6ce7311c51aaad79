"""devsetup: the host, CRC and the virtual machines; osk does it with commands of its own."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import (
    Fate,
    Rule,
    Target,
    by,
    command,
    lost,
    needless,
    number,
    switch,
    to,
)
from openstack_k8s_cli.profile.importers.settings import Settings

_OWN = "platform.crc"
_ADOPTION = "no cloud of the older kind is made or adopted"
_ADOPTION_INSTEAD = "the adoption's own procedure, with `osk` for the new cloud"


def _mebibytes(settings: Settings, name: str) -> str:
    return f"{settings.number(name)}Mi"


def _gibibytes(settings: Settings, name: str) -> str:
    return f"{settings.number(name)}Gi"


def _version(settings: Settings, draft: Draft) -> None:
    """Carry a release over; `latest` is what there is without one."""
    if settings["CRC_VERSION"] != "latest":
        draft.set(f"{_OWN}.version", settings["CRC_VERSION"])


def _mac(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_OWN}.interface.mac", settings["NETWORK_ISOLATION_MAC"].lower())


def _leaf_macs(settings: Settings, draft: Draft) -> None:
    """Carry over the addresses of the cards in the networks of both leaves, which the trait bgp brings."""
    for leaf in (1, 2):
        name = f"CRC_BGP_NIC_{leaf}_MAC"
        if settings.true("NETWORK_BGP") and settings.has(name):
            draft.set(f"{_OWN}.interfaces.bgp{leaf}.mac", settings[name].strip().lower())


def _bare_card(settings: Settings, draft: Draft) -> None:
    """Carry over that the cluster has a card in the network of bare machines."""
    network = settings["BMAAS_NETWORK_NAME"].strip() or "crc-bmaas"
    draft.set(f"{_OWN}.interfaces.baremetal.network", network)


def _disk(settings: Settings, draft: Draft) -> None:
    """Carry over a disk for Rook, where it was made."""
    if "rook_crc_disk" in settings.ran:
        size = settings.number("DISK_SIZE") if settings.has("DISK_SIZE") else 100
        draft.set(f"{_OWN}.disks.rook.size", f"{size}Gi")


_CRC_RULES = (
    to("CPUS", f"{_OWN}.cpus", number),
    to("MEMORY", f"{_OWN}.memory", _mebibytes, "sized from what the profile requests unless given"),
    to("DISK", f"{_OWN}.disk", _gibibytes, "sized from what the profile requests unless given"),
    to("PULL_SECRET", f"{_OWN}.pullSecret.file"),
    to("CRC_BUNDLE", f"{_OWN}.bundle"),
    by(_version, "CRC_VERSION", place=f"{_OWN}.version"),
    command("CRC_URL", place=f"{_OWN}.download", note="with its checksum, which install_yamls does not know"),
    to("CRC_HTTP_PROXY", f"{_OWN}.proxy.http"),
    to("CRC_HTTPS_PROXY", f"{_OWN}.proxy.https"),
    to("CRC_MONITORING_ENABLED", f"{_OWN}.monitoring", switch),
    needless(
        "KUBEADMIN_PWD",
        "OCP_ADMIN_PASSWD",
        place="osk crc console --credentials",
        note="crc makes it; osk logs in by certificate",
    ),
    needless("DOWNLOAD_TOOLS_SELECTION", note="osk needs none of these tools"),
)
_NETWORK_RULES = (
    by(_mac, "NETWORK_ISOLATION_MAC", place=f"{_OWN}.interface.mac"),
    to("NETWORK_ISOLATION_NET_NAME", f"{_OWN}.interface.network"),
    needless(
        "NETWORK_ISOLATION_IP_ADDRESS",
        place="osk crc network attach",
        note="it is the node's address in `networks.ctlplane`",
    ),
    lost(
        "NETWORK_ISOLATION_INSTANCE_NAME",
        "BMAAS_OCP_INSTANCE_NAME",
        place="osk crc network attach",
        note="the machine of CRC is always called crc",
    ),
    by(
        _leaf_macs,
        "CRC_BGP_NIC_1_MAC",
        "CRC_BGP_NIC_2_MAC",
        place=f"{_OWN}.interfaces.bgp1, {_OWN}.interfaces.bgp2",
        note="in the networks l41-host-1 and l42-host-1 of libvirt",
    ),
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
_DISK_RULES = (
    by(_disk, "DISK_SIZE", place=f"{_OWN}.disks.rook.size", note="where `rook_crc_disk` was run"),
    needless("DISK_PATH", note="its file is in the machine's own folder, and goes with it"),
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

RULES: tuple[Rule, ...] = (*_CRC_RULES, *_NETWORK_RULES, *_MACHINE_RULES, *_DISK_RULES, *_ADOPTION_RULES)


TARGETS: tuple[Target, ...] = (
    Target(("crc",), "osk crc setup", "then `osk crc start`"),
    Target(("crc_cleanup", "crc_scrub"), "osk crc delete --all", "what was downloaded stays"),
    Target(("crc_attach_default_interface", "attach_default_interface"), "osk crc network attach"),
    Target(
        ("crc_attach_default_interface_cleanup", "attach_default_interface_cleanup"),
        "osk crc network detach",
    ),
    Target(("download_tools",), "osk version", "osk needs none of these tools", fate=Fate.NEEDLESS),
    Target(
        ("edpm_compute_repos",),
        "osk deploy dataplane",
        "the service `repo-setup` does it",
        fate=Fate.NEEDLESS,
    ),
    Target(("edpm_ansible_runner",), "osk dataplane run PLAYBOOK"),
    Target(("edpm_deploy_instance", "edpm_deploy_instance_cleanup"), "osk smoke"),
    Target(
        ("bmaas_crc_attach_network",),
        "osk crc network attach",
        f"in the profile: `{_OWN}.interfaces`",
        carry=_bare_card,
    ),
    Target(("bmaas_crc_attach_network_cleanup",), "osk crc network detach"),
    Target(("rook_crc_disk",), "osk crc disk attach", f"in the profile: `{_OWN}.disks`", carry=_disk),
    Target(
        (
            "standalone",
            "standalone_deploy",
            "standalone_sync",
            "standalone_cleanup",
            "standalone_snapshot",
            "standalone_revert",
        ),
        _ADOPTION_INSTEAD,
        _ADOPTION,
        fate=Fate.LOST,
    ),
    Target(
        ("tripleo_deploy", "cifmw_prepare", "cifmw_cleanup"), _ADOPTION_INSTEAD, _ADOPTION, fate=Fate.LOST
    ),
)
