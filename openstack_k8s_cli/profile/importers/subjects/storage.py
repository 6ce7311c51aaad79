"""Storage: the class and its volumes."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, needless, number, to
from openstack_k8s_cli.profile.importers.settings import Settings


def _capacity(settings: Settings, draft: Draft) -> None:
    draft.set("storage.local.capacity", f"{settings.number('STORAGE_CAPACITY')}Gi")


def _class(settings: Settings, draft: Draft) -> None:
    name = settings["STORAGE_CLASS"].strip('"')
    draft.set("storage.class", name)
    if name != "local-storage" and "crc_storage" not in settings.ran:
        draft.set("storage.local", None)


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
)

TARGETS: tuple[Target, ...] = (
    Target(("crc_storage", "crc_storage_with_retries"), "osk deploy storage"),
    Target(("crc_storage_cleanup", "crc_storage_cleanup_with_retries"), "osk teardown all --keep nothing"),
    Target(("crc_storage_release",), "osk deploy storage"),
)
