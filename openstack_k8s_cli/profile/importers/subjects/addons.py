"""Operators besides: Loki, network observability, Rook, bare metal, and the mirror of a disconnected cluster."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.model import yamlnodes
from openstack_k8s_cli.profile import origins
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Carry, Rule, Target, by, command, needless
from openstack_k8s_cli.profile.importers.settings import Settings

_OPTIONAL = "operators.optional"
_SOURCES = "operators.sources"
_METAL = f"{_OPTIONAL}.baremetal"
_ROOK = frozenset({"rook_prep", "rook", "rook_deploy_prep", "rook_deploy"})
_ROOK_CLONE = "rook/deploy/examples/"
_ROOK_FILES = ("CEPH_CRDS", "CEPH_COMMON", "CEPH_OP", "CEPH_CLIENT")
"""Variables that name the files of its manifests, in their order."""
_IRONIC = {
    "BMO_IPA_BASEURI": "IPA_BASEURI",
    "BMO_IPA_FLAVOR": "IPA_FLAVOR",
    "BMO_IPA_BRANCH": "IPA_BRANCH",
    "BMO_IPA_INSECURE": "CURL_INSECURE",
    "BMO_DEFAULT_DEPLOY_INTERFACE": "OS_DEFAULT__DEFAULT_DEPLOY_INTERFACE",
    "BMO_IRONIC_HOST": "IRONIC_IP",
}
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


def _rook_manifests(settings: Settings, draft: Draft) -> None:
    """Carry over which files Rook is installed from, where its targets were run."""
    names = ("CEPH_REPO", "CEPH_BRANCH", *_ROOK_FILES)
    if not settings.ran & _ROOK or not any(settings.differs(name) for name in names):
        return
    release = settings["CEPH_BRANCH"].strip() if settings.differs("CEPH_BRANCH") else origins.ROOK_RELEASE
    files = origins.rook(release, settings["CEPH_REPO"].strip())
    found = [_rook_file(name, file, settings) for name, file in zip(_ROOK_FILES, files, strict=True)]
    draft.set(f"{_SOURCES}.rook.manifests", found)


def _rook_file(name: str, known: Mapping[str, str | None], settings: Settings) -> Any:
    """Give another file of the clone by its address, one's own by its path."""
    url = str(known["url"])
    if not settings[name].strip():
        return {"url": url, "sha256": known["sha256"]} if known["sha256"] else url
    _, inside, file = settings[name].strip().rpartition(_ROOK_CLONE)
    if inside:
        return f"{url.rpartition('/')[0]}/{file}"
    settings.file(name)
    return settings.path(name)


def _rook_cluster(settings: Settings, draft: Draft) -> None:
    """Carry over a CephCluster of one's own; what else stands in its file has no place."""
    if not settings.ran & _ROOK or settings["CEPH_CR"].endswith(f"{_ROOK_CLONE}cluster-test.yaml"):
        return
    if _ROOK_CLONE in settings["CEPH_CR"]:
        draft.lose("CEPH_CR", "Rook's examples are not cloned", f"`{_OPTIONAL}.rook.spec`")
        return
    try:
        documents = yamlnodes.values(settings.file("CEPH_CR") or "")
    except YAMLError as error:
        message = f"`{settings['CEPH_CR']}` is not YAML"
        raise ValueError(message) from error
    for each in documents:
        if isinstance(each, dict) and each.get("kind") == "CephCluster":
            draft.set(f"{_OPTIONAL}.rook.name", (each.get("metadata") or {}).get("name"))
            draft.set(f"{_OPTIONAL}.rook.spec", each.get("spec"))
            return
    message = f"`{settings['CEPH_CR']}` holds no CephCluster"
    raise ValueError(message)


def _bare_metal_settings(settings: Settings, draft: Draft) -> None:
    """Carry over what install_yamls writes into the manifests of upstream's bare metal operator."""
    if settings.differs("BMO_IMG"):
        draft.set(f"{_METAL}.images.manager", settings["BMO_IMG"])
    if settings.differs("IRONIC_IMAGE") or settings.differs("IRONIC_IMAGE_TAG"):
        image = f"{settings['IRONIC_IMAGE']}:{settings['IRONIC_IMAGE_TAG']}"
        for container in ("ironic", "ironic-httpd", "ironic-log-watch"):
            draft.set(f"{_METAL}.images.{container}", image)
    for name, key in _IRONIC.items():
        if settings.differs(name):
            draft.set(f"{_METAL}.settings.{key}", settings[name])
    if settings.differs("BMO_IRONIC_HOST"):
        host = settings["BMO_IRONIC_HOST"].strip()
        draft.set(f"{_METAL}.settings.IRONIC_ENDPOINT", f"https://{host}:6385/v1/")
        for key, end in (("KERNEL", "kernel"), ("RAMDISK", "initramfs")):
            url = f"http://{host}:6180/images/ironic-python-agent.{end}"
            draft.set(f"{_METAL}.settings.DEPLOY_{key}_URL", url)


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
    by(
        _rook_manifests,
        *("CEPH_REPO", "CEPH_BRANCH", *_ROOK_FILES),
        place=f"{_SOURCES}.rook.manifests",
        note="with the targets of Rook; files are fetched, not cloned",
    ),
    by(
        _rook_cluster,
        "CEPH_CR",
        place=f"{_OPTIONAL}.rook.spec, {_OPTIONAL}.rook.name",
        note="with the targets of Rook; of one's own file the CephCluster",
    ),
    by(
        _bare_metal,
        "BMO_SETUP",
        place=f"{_OPTIONAL}.baremetal",
        note="a cluster without the kind BareMetalHost gets it; with `false` that is all",
    ),
    needless(
        *("BMO_REPO", "BMO_BRANCH", "BMO_COMMIT_HASH"),
        note=f"nothing is cloned or built: `{_SOURCES}.baremetal.manifests` names what is installed",
    ),
    by(
        _bare_metal_settings,
        *("BMO_IMG", "IRONIC_IMAGE", "IRONIC_IMAGE_TAG", *_IRONIC),
        place=f"{_METAL}.images, {_METAL}.settings",
        note=f"they go over the manifests in `{_SOURCES}.baremetal.manifests`",
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
