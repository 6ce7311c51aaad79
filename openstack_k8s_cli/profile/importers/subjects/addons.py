"""Operators besides: Loki, network observability, Rook, bare metal, and the mirror of a disconnected cluster."""

from collections.abc import Mapping

from openstack_k8s_cli.profile import origins
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Carry, Fate, Rule, Target, by, command, lost, needless
from openstack_k8s_cli.profile.importers.settings import Settings

_OPTIONAL = "operators.optional"
_SOURCES = "operators.sources"
_HOST = "default-route-openshift-image-registry.apps-crc.testing"
_KEYS = {"LOKI_S3_ACCESS_KEY_ID": "access_key_id", "LOKI_S3_ACCESS_KEY_SECRET": "access_key_secret"}
_LOKI = {
    "LOKI_NAMESPACE": f"{_SOURCES}.loki.namespace",
    "LOKI_OPERATOR_GROUP": f"{_SOURCES}.loki.group",
    "LOKI_SUBSCRIPTION": f"{_SOURCES}.loki.package",
    "LOKI_DEPLOY_NAMESPACE": f"{_OPTIONAL}.loki.namespace",
    "LOKI_DEPLOY_MODE": f"{_OPTIONAL}.loki.mode",
    "LOKI_DEPLOY_SIZE": f"{_OPTIONAL}.loki.size",
}
_NETOBSERV = {
    "NETOBSERV_NAMESPACE": f"{_SOURCES}.netobserv.namespace",
    "NETOBSERV_OPERATOR_GROUP": f"{_SOURCES}.netobserv.group",
    "NETOBSERV_SUBSCRIPTION": f"{_SOURCES}.netobserv.package",
    "NETOBSERV_DEPLOY_NAMESPACE": f"{_OPTIONAL}.netobserv.namespace",
}


def _enabled(name: str, instance: str) -> Carry:
    """Have an operator, and what it runs where that was deployed."""

    def carry(settings: Settings, draft: Draft) -> None:
        draft.set(f"{_OPTIONAL}.{name}.enabled", True)
        if instance not in settings.ran:
            draft.set(f"{_OPTIONAL}.{name}.instance", False)

    return carry


def _told(places: Mapping[str, str], *, place: str, note: str = "") -> Rule:
    """Put each variable at its path."""

    def carry(settings: Settings, draft: Draft) -> None:
        for name, path in places.items():
            if name in settings:
                draft.set(path, settings[name])

    return by(carry, *places, place=place, note=note)


def _loki_keys(settings: Settings, draft: Draft) -> None:
    if "loki_deploy" in settings.ran:
        for name, key in _KEYS.items():
            if name in settings:
                draft.set(f'secrets."loki-s3".{key}', settings[name])


def _rook(settings: Settings, draft: Draft) -> None:
    _enabled("rook", "rook_deploy")(settings, draft)
    if settings["CEPH_IMG"]:
        draft.set(f"{_OPTIONAL}.rook.image", settings["CEPH_IMG"])
    if settings["CEPH_BRANCH"]:
        files = origins.rook(settings["CEPH_BRANCH"])
        draft.set(f"{_SOURCES}.rook.manifests", [str(each["url"]) for each in files])


def _bare_metal(settings: Settings, draft: Draft) -> None:
    if settings.true("BMO_SETUP"):
        draft.lose(
            "BMO_SETUP",
            "upstream's bare metal operator is built from its repository; osk uses the one that the cluster has",
            "`operators.optional.baremetal.enabled` with `operators.sources.baremetal.manifests`",
        )


def _mirror(settings: Settings, draft: Draft) -> None:
    host = settings["MIRROR_REGISTRY_HOST"] or _HOST
    draft.set("mirror.registry", f"{host}/{settings['MIRROR_NAMESPACE'] or 'openstack-mirror'}")
    draft.set("mirror.sources", {"quay.io/openstack-k8s-operators": "openstack-k8s-operators"})
    secure = "mirror_registry_secure" in settings.ran or settings["MIRROR_INSECURE"].lower() == "false"
    if not secure:
        draft.set("mirror.insecure", True)


RULES: tuple[Rule, ...] = (
    _told(_LOKI, place=f"{_OPTIONAL}.loki, {_SOURCES}.loki"),
    _told(_NETOBSERV, place=f"{_OPTIONAL}.netobserv, {_SOURCES}.netobserv"),
    by(_loki_keys, *_KEYS, place="secrets.loki-s3", note="where Loki was deployed"),
    command("CEPH_BRANCH", place=f"{_SOURCES}.rook.manifests", note="with the targets of Rook"),
    lost(
        *("CEPH_REPO", "CEPH_CRDS", "CEPH_COMMON", "CEPH_OP", "CEPH_CR", "CEPH_CLIENT"),
        note="Rook's manifests are fetched, not cloned",
        place=f"`{_SOURCES}.rook.manifests`, and `{_OPTIONAL}.rook.spec` for the CephCluster",
    ),
    by(
        _bare_metal,
        "BMO_SETUP",
        place=f"{_OPTIONAL}.baremetal",
        note="a cluster without the kind BareMetalHost gets it; with `false` that is all",
    ),
    lost(
        *("BMO_REPO", "BMO_BRANCH", "BMO_COMMIT_HASH", "BMO_IMG", "IRONIC_IMAGE", "IRONIC_IMAGE_TAG"),
        *("BMO_IPA_BASEURI", "BMO_IPA_FLAVOR", "BMO_IPA_BRANCH", "BMO_IPA_INSECURE"),
        *("BMO_DEFAULT_DEPLOY_INTERFACE", "BMO_IRONIC_HOST"),
        note="upstream's bare metal operator is not built",
        place=f"its manifests by `{_SOURCES}.baremetal.manifests`",
    ),
    needless(
        "BMO_SETUP_ROUTE_REPLACE", "BMO_CLEANUP", note="nothing of the kind is made, so nothing is undone"
    ),
    command(
        "MIRROR_REGISTRY_HOST",
        "MIRROR_NAMESPACE",
        "MIRROR_INSECURE",
        place="mirror.registry, mirror.insecure",
        note="with the targets of the mirror",
    ),
)


def _removed(*names: str) -> Target:
    return Target(
        names, "osk teardown operators", "or take it out of the profile, and `osk deploy operators`"
    )


TARGETS: tuple[Target, ...] = (
    Target(
        ("loki",),
        "osk deploy loki",
        f"in the profile: `{_OPTIONAL}.loki`",
        carry=_enabled("loki", "loki_deploy"),
    ),
    Target(("loki_deploy",), "osk deploy loki", brings=("loki",)),
    Target(
        ("netobserv",),
        "osk deploy netobserv",
        f"in the profile: `{_OPTIONAL}.netobserv`",
        carry=_enabled("netobserv", "netobserv_deploy"),
    ),
    Target(("netobserv_deploy",), "osk deploy netobserv", brings=("netobserv",)),
    _removed("loki_cleanup", "loki_deploy_cleanup", "netobserv_cleanup", "netobserv_deploy_cleanup"),
    Target(("rook_prep", "rook"), "osk deploy rook", f"in the profile: `{_OPTIONAL}.rook`", carry=_rook),
    Target(("rook_deploy_prep", "rook_deploy"), "osk deploy rook", brings=("rook",)),
    _removed("rook_cleanup"),
    Target(("rook_crc_disk",), "osk crc setup", "a disk of the virtual machine", fate=Fate.PLANNED),
    Target(("crc_bmo_setup",), "osk deploy baremetal", f"upstream's operator: `{_OPTIONAL}.baremetal`"),
    _removed("crc_bmo_cleanup"),
    Target(
        ("mirror_registry", "mirror_registry_secure", "mirror_registry_ca"),
        "osk mirror push",
        "in the profile: `mirror`; then `osk deploy mirror` and `osk mirror verify`",
        carry=_mirror,
    ),
    _removed("mirror_registry_cleanup"),
)
