"""devsetup: the virtual machines that hosts are, which `osk hosts create` makes."""

import json
from typing import Any

from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, by, lost, needless
from openstack_k8s_cli.profile.importers.settings import Settings, WrongValueError

_COMPUTE, _NETWORKER = "dataplane.nodesets.compute", "dataplane.nodesets.networker"
_LIBVIRT = "dataplane.nodesets.NAME.provision.libvirt"
_POOL = "dataplane.hypervisor.pool.path"
_CENTOS = "https://cloud.centos.org/"
_DEPLOYS = frozenset({"edpm_deploy", "edpm_wait_deploy"})
_BARE_MEMORY = 8192
"""In MiB, as there."""
_BARE = frozenset({"edpm_deploy_baremetal", "edpm_wait_deploy_baremetal", "edpm_baremetal_compute"})


def _carry(settings: Settings, draft: Draft) -> None:
    """Carry over what the machines of computes and networkers are like."""
    if _is_for("edpm_compute", _COMPUTE, settings, draft) and not settings.ran & _BARE:
        _machines(settings, draft, _COMPUTE)
        _count(settings, draft, "EDPM_TOTAL_NODES", _COMPUTE, deployed=bool(settings.ran & _DEPLOYS))
    if _is_for("edpm_networker", _NETWORKER, settings, draft):
        _machines(settings, draft, _NETWORKER)
        deployed = "edpm_deploy_networker" in settings.ran
        _count(settings, draft, "EDPM_TOTAL_NETWORKERS", _NETWORKER, deployed=deployed)
        if not deployed:
            draft.on_behalf(("make edpm_networker",))
            draft.set(f"{_NETWORKER}.role", "networker")
            draft.set(f"{_NETWORKER}.address", "ctlplane[200+{i}]")


def _is_for(target: str, path: str, settings: Settings, draft: Draft) -> bool:
    """Tell whether there are such hosts: their machines are made, or they are deployed anyway."""
    if target in settings.ran:
        return True
    home = paths.parse(path)
    if home in draft.entries:  # taken out
        return False
    made = path == _COMPUTE or any(each[: len(home)] == home for each in draft.entries)
    return made and not settings.ran & {"edpm_compute", "edpm_networker"}


def _machines(settings: Settings, draft: Draft, path: str) -> None:
    libvirt = f"{path}.provision.libvirt"
    draft.set(libvirt, {})
    for variable, key, unit in (
        ("EDPM_COMPUTE_VCPUS", "vcpus", ""),
        ("EDPM_COMPUTE_RAM", "memory", "Gi"),
        ("EDPM_COMPUTE_DISK_SIZE", "disk", "Gi"),
    ):
        if settings.has(variable):
            draft.on_behalf((variable,))
            amount = settings.number(variable)
            draft.set(f"{libvirt}.{key}", f"{amount}{unit}" if unit else amount)
    _image(settings, draft, libvirt)
    _cards(settings, draft, libvirt, network=_network(settings, path))
    if settings.true("SWIFT_REPLICATED"):
        draft.on_behalf(("SWIFT_REPLICATED",))
        draft.set(f"{libvirt}.disks", [{"size": "10Gi"}] * 3)
    if settings["DATAPLANE_DNS_SERVER"]:
        draft.on_behalf(("DATAPLANE_DNS_SERVER",))
        draft.set(f"{libvirt}.dns", [settings["DATAPLANE_DNS_SERVER"]])
    if settings["MAC_ADDRESS"] and path == _COMPUTE:
        draft.on_behalf(("MAC_ADDRESS",))
        draft.set(f"{libvirt}.macs", {"edpm-compute-0": settings["MAC_ADDRESS"]})
    if settings.has("EDPM_FIRSTBOOT_EXTRA") and (script := settings.file("EDPM_FIRSTBOOT_EXTRA")):
        draft.on_behalf(("EDPM_FIRSTBOOT_EXTRA",))
        draft.set(f"{libvirt}.userData", {"runcmd": [["bash", "-c", script]]})
    if settings["EDPM_ROOT_PASSWORD"]:
        draft.on_behalf(("EDPM_ROOT_PASSWORD",))
        draft.set(f"{path}.provision.rootPassword", True)


def _image(settings: Settings, draft: Draft, libvirt: str) -> None:
    name = "EDPM_IMAGE_URL" if settings.has("EDPM_IMAGE_URL") else "CENTOS_9_STREAM_URL"
    url = settings[name].strip()
    if not settings.has(name) or not url:
        return
    if url.startswith(_CENTOS):
        draft.on_behalf((name,))
        draft.set(f"{libvirt}.image", {"url": url, "checksum": f"{url}.SHA256SUM"})
    else:
        reason = "osk fetches no image without its checksum"
        draft.lose(name, reason, f"`{libvirt}.image: {{url: {url}, checksum: SHA256}}`")


def _network(settings: Settings, path: str) -> dict[str, str]:
    """Give the first card's place; for computes make overrules the script's own variable."""
    own = settings["EDPM_COMPUTE_NETWORK"].strip() or "default"
    isolated = settings["NETWORK_ISOLATION_NET_NAME"].strip()
    given = settings.has("NETWORK_ISOLATION_NET_NAME") and isolated and path == _COMPUTE
    kind = "bridge" if settings["EDPM_COMPUTE_NETWORK_TYPE"].strip() == "bridge" else "network"
    return {kind: isolated if given else own}


def _cards(settings: Settings, draft: Draft, libvirt: str, *, network: dict[str, str]) -> None:
    nics: list[dict[str, Any]] = [
        {"bridge" if each.get("type") == "bridge" else "network": str(each["name"])}
        for each in _further(settings)
    ]
    names = ["EDPM_COMPUTE_ADDITIONAL_NETWORKS"] if nics else []
    if settings.true("EDPM_EMULATED_SRIOV_NIC_ENABLED"):
        nics += [{**network, "model": "igb"}] * 2
        names.append("EDPM_EMULATED_SRIOV_NIC_ENABLED")
    if nics:
        draft.on_behalf(tuple(names))
        draft.set(f"{libvirt}.nics", nics)
    if network != {"network": "default"}:
        draft.on_behalf(("NETWORK_ISOLATION_NET_NAME", "EDPM_COMPUTE_NETWORK"))
        draft.set(f"{libvirt}.nic", network)


def _further(settings: Settings) -> list[dict[str, Any]]:
    name = "EDPM_COMPUTE_ADDITIONAL_NETWORKS"
    try:
        found = json.loads(settings[name].strip().strip("'\"") or "[]")
        return [each for each in found if each["name"]]
    except (ValueError, TypeError, KeyError):
        what = 'it is no JSON list such as [{"type": "network", "name": "NET"}]'
        raise WrongValueError(name, what) from None


def _count(settings: Settings, draft: Draft, variable: str, path: str, *, deployed: bool) -> None:
    """Carry over how many machines there are, where the deployment does not say how many hosts."""
    if not settings.has(variable):
        return
    count = settings.number(variable)
    if not deployed:
        draft.on_behalf((variable,))
        draft.set(f"{path}.count", count)
    elif count != (draft.get(f"{path}.count") or 1):
        reason = "as many machines are made as hosts are deployed"
        draft.lose(variable, reason, f"`{path}.count`, which is said once")


def _bare(settings: Settings, draft: Draft) -> None:
    """Carry over the machines of edpm_baremetal_compute."""
    libvirt = f"{_COMPUTE}.provision.libvirt"
    draft.set(f"{libvirt}.bare", True)
    memory = settings.number("BM_INSTANCE_MEMORY") if settings["BM_INSTANCE_MEMORY"] else _BARE_MEMORY
    draft.set(f"{libvirt}.memory", f"{memory}Mi")
    if settings.differs("BM_NETWORK_NAME"):
        draft.set(f"{libvirt}.nic", {"network": settings["BM_NETWORK_NAME"]})
    deployed = bool(settings.ran & {*_DEPLOYS, "edpm_deploy_baremetal"})
    _count(settings, draft, "BM_NODE_COUNT", _COMPUTE, deployed=deployed)


def _pool(settings: Settings, draft: Draft) -> None:
    if settings["CRC_POOL"]:
        draft.set(_POOL, settings["CRC_POOL"])


def _told(*variables: str, place: str, note: str = "") -> Rule:
    return Rule(variables, Fate.CARRIED, place, note)


_OWN_NAMES = "machines are called as their hosts, which the deployment goes by"
_BY_HAND = "the disk image is taken out of the container by hand"

RULES: tuple[Rule, ...] = (
    by(
        _carry,
        "EDPM_TOTAL_NODES",
        "EDPM_TOTAL_NETWORKERS",
        place="dataplane.nodesets.NAME.count",
        note="said once: as many machines are made as hosts are deployed",
    ),
    by(_carry, "EDPM_COMPUTE_VCPUS", place=f"{_LIBVIRT}.vcpus"),
    by(_carry, "EDPM_COMPUTE_RAM", place=f"{_LIBVIRT}.memory"),
    by(_carry, "EDPM_COMPUTE_DISK_SIZE", place=f"{_LIBVIRT}.disk"),
    by(_carry, "EDPM_COMPUTE_NETWORK", "EDPM_COMPUTE_NETWORK_TYPE", place=f"{_LIBVIRT}.nic"),
    by(
        _carry,
        "EDPM_COMPUTE_ADDITIONAL_NETWORKS",
        "EDPM_EMULATED_SRIOV_NIC_ENABLED",
        place=f"{_LIBVIRT}.nics",
    ),
    by(
        _carry,
        "EDPM_IMAGE_URL",
        "CENTOS_9_STREAM_URL",
        place=f"{_LIBVIRT}.image",
        note="with a checksum: of CentOS' images the one that lies beside them",
    ),
    by(_carry, "SWIFT_REPLICATED", place=f"{_LIBVIRT}.disks"),
    by(
        _carry,
        "EDPM_FIRSTBOOT_EXTRA",
        place=f"{_LIBVIRT}.userData",
        note="the file's content, run by cloud-init",
    ),
    by(_carry, "DATAPLANE_DNS_SERVER", place=f"{_LIBVIRT}.dns"),
    by(_carry, "MAC_ADDRESS", place=f"{_LIBVIRT}.macs", note="others follow from the hosts' names"),
    by(_pool, "CRC_POOL", place=_POOL, note="in a storage pool of libvirt that is osk's own"),
    _told("BM_NETWORK_NAME", place=f"{_LIBVIRT}.nic", note="where `edpm_baremetal_compute` was run"),
    _told("BM_INSTANCE_MEMORY", place=f"{_LIBVIRT}.memory", note="where `edpm_baremetal_compute` was run"),
    _told(
        "BM_NODE_COUNT",
        place="dataplane.nodesets.NAME.count",
        note="where `edpm_baremetal_compute` was run; every machine gets its BareMetalHost",
    ),
    needless("BM_INSTANCE_NAME_PREFIX", "BM_INSTANCE_NAME_SUFFIX", note=_OWN_NAMES),
    lost(
        "EDPM_COMPUTE_SUFFIX",
        "EDPM_NETWORKER_SUFFIX",
        "EDPM_COMPUTE_NAME",
        place="dataplane.nodesets.NAME.name",
        note=_OWN_NAMES,
    ),
    needless("EDPM_SERVER_ROLE", note="each make target sets it"),
    needless("BASE_DISK_FILENAME", "DISK_FILENAME", "OUTPUT_DIR", note="osk names its volumes itself"),
    needless(
        "IP", "GATEWAY", note="the address of the host and the gateway of its network are the profile's"
    ),
    lost(
        "EDPM_COMPUTE_DOMAIN",
        place="networks.ctlplane.domain",
        note="hosts have the domain of their network",
    ),
    lost(
        "EDPM_EMULATED_NVME_ENABLED",
        place=f"{_LIBVIRT}.disks",
        note="libvirt has no such disks before version 11.5",
    ),
    lost(
        "EDPM_BOOTC_REPO",
        "EDPM_BOOTC_QCOW2_TAG",
        "EDPM_BOOTC_BUILDER_IMAGE",
        place=f"`{_LIBVIRT}.image: {{path: FILE}}`",
        note=_BY_HAND,
    ),
    needless("OCP_NETWORK_NAME", "DOMAIN", note="the boards of bare machines are found by address"),
)

TARGETS: tuple[Target, ...] = (
    Target(("edpm_compute", "edpm_networker"), "osk hosts create", carry=_carry),
    Target(
        ("edpm_baremetal_compute",),
        "osk hosts create",
        f"`{_LIBVIRT}.bare`; the BareMetalHosts come with `osk deploy dataplane`",
        carry=_bare,
    ),
    Target(("edpm_compute_bootc",), "osk hosts create", _BY_HAND, fate=Fate.LOST),
    Target(
        ("edpm_computes_bgp",),
        f"`{_LIBVIRT}.nics` of a node set for each rack",
        "the cards differ from host to host",
        fate=Fate.LOST,
    ),
    Target(
        ("edpm_compute_cleanup", "edpm_networker_cleanup", "edpm_baremetal_compute_cleanup"),
        "osk hosts delete",
    ),
)
