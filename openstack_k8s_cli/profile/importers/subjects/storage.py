"""Storage: the class and its volumes, and Ceph."""

import re
from collections.abc import Mapping

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, command, needless, number, to
from openstack_k8s_cli.profile.importers.settings import Settings

_CEPH = "storage.ceph"
_LVMS = "storage.lvms"
_OF_CEPH: Mapping[str, str] = {
    "CEPH_IMG": "image",
    "CEPH_DATASIZE": "size",
    "CEPH_WORKER": "node",
    "MON_IP": "address",
    "RGW_NAME": "gateway",
    "RGW_USER": "gatewayUser",
}


def _capacity(settings: Settings, draft: Draft) -> None:
    draft.set("storage.local.capacity", f"{settings.number('STORAGE_CAPACITY')}Gi")


def _class(settings: Settings, draft: Draft) -> None:
    name = settings["STORAGE_CLASS"].strip('"')
    draft.set("storage.class", name)
    if name != "local-storage" and "crc_storage" not in settings.ran:
        draft.set("storage.local", None)


def _ceph(settings: Settings, draft: Draft) -> None:
    """Have a Ceph in a pod."""
    draft.set(f"{_CEPH}.kind", "pod")
    for name, key in _OF_CEPH.items():
        if settings[name]:
            draft.set(f"{_CEPH}.{key}", settings[name])
    if settings["CEPH_HOSTNETWORK"]:
        draft.set(f"{_CEPH}.hostNetwork", settings.true("CEPH_HOSTNETWORK"))
    if settings["NETWORKS_ANNOTATION"]:
        draft.set(f"{_CEPH}.networks", _networks(settings["NETWORKS_ANNOTATION"]))


def _networks(annotation: str) -> list[str]:
    """Name the attached networks, from either form of Multus' annotation."""
    named = re.findall(r'"name"\s*:\s*"([^"]+)"', annotation)
    return named or [each.strip(" '").rpartition("/")[2] for each in annotation.split(",")]


def _lvms(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_LVMS}.instance", "lvms_deploy" in settings.ran and settings["LVMS_CR"] != "0")
    if settings["LVMS_NAMESPACE"]:
        draft.set("operators.sources.lvms.namespace", settings["LVMS_NAMESPACE"])


RULES: tuple[Rule, ...] = (
    by(
        _class,
        "STORAGE_CLASS",
        place="storage.class",
        note="without the target `crc_storage` the class is taken to exist, so `storage.local` is null",
    ),
    to("PV_NUM", "storage.local.volumes", number),
    by(_capacity, "STORAGE_CAPACITY", place="storage.local.capacity", note="with its unit"),
    to("BASH_IMG", "storage.local.image"),
    to("CRC_STORAGE_NAMESPACE", "namespaces.storage"),
    needless("CRC_STORAGE_RETRIES", note="osk retries until the step's deadline"),
    command(
        *_OF_CEPH,
        "CEPH_HOSTNETWORK",
        "NETWORKS_ANNOTATION",
        place=_CEPH,
        note="with the target `ceph`",
    ),
    needless(
        "OSP_SECRET",
        note="it is `SECRET`, by which all services know their passwords",
        place="controlplane.secret",
    ),
    needless("CEPH_TIMEOUT", note="deadlines follow progress", place="timeouts.steps.controlplane/ceph"),
    command("LVMS_CR", "LVMS_CLUSTER_CR", "LVMS_NAMESPACE", place=_LVMS, note="with the targets of LVMS"),
    needless(
        *("CRC", "REQUIRE_RESTART", "TARGET_DIR", "OCP_API"),
        note="a disk of the virtual machine comes with `osk crc setup`",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(("crc_storage", "crc_storage_with_retries"), "osk deploy storage"),
    Target(("crc_storage_cleanup", "crc_storage_cleanup_with_retries"), "osk teardown all --keep nothing"),
    Target(("crc_storage_release",), "osk deploy storage"),
    Target(("ceph",), "osk deploy ceph", f"in the profile: `{_CEPH}`", brings=("input",), carry=_ceph),
    Target(("ceph_help",), f"osk profile explain {_CEPH}"),
    Target(("ceph_cleanup",), "osk teardown controlplane", "or take `storage.ceph` out of the profile"),
    Target(("lvms",), "osk deploy lvms", f"in the profile: `{_LVMS}`", carry=_lvms),
    Target(("lvms_deploy",), "osk deploy lvms", brings=("lvms",)),
    Target(
        ("lvms_cleanup", "lvms_deploy_cleanup"),
        "osk teardown operators",
        "or take `storage.lvms` out of the profile, and `osk deploy operators`",
    ),
)
