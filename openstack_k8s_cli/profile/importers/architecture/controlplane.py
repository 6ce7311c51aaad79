"""`service-values` into `controlplane`: each value goes where the examples' replacements put it in the OpenStackControlPlane."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.architecture import services
from openstack_k8s_cli.profile.importers.architecture.services import Spot, leaves
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.services import Kinds

_CELLS: Spot = ("nova", "template", "cellTemplates")
PLACES: Mapping[Spot, Spot] = {
    ("cinderAPI",): ("cinder", "template", "cinderAPI"),
    ("cinderBackup",): ("cinder", "template", "cinderBackup"),
    ("cinderBackups",): ("cinder", "template", "cinderBackups"),
    ("cinderScheduler",): ("cinder", "template", "cinderScheduler"),
    ("cinderVolumes",): ("cinder", "template", "cinderVolumes"),
    ("designate", "bind9Services"): ("designate", "template", "designateBackendbind9", "override"),
    ("designate-redis", "enabled"): ("redis", "enabled"),
    ("designate-redis", "replicas"): ("redis", "templates", "designate-redis", "replicas"),
    ("glance", "default"): ("glance", "template", "glanceAPIs", "default"),
    ("manila", "apiOverride", "route"): ("manila", "apiOverride", "route", "metadata", "annotations"),
    ("nova", "cell0"): (*_CELLS, "cell0"),
    ("nova", "cell1"): (*_CELLS, "cell1"),
    ("nova", "cell0Conductor"): (*_CELLS, "cell0", "conductorServiceTemplate"),
    ("nova", "cell1Conductor"): (*_CELLS, "cell1", "conductorServiceTemplate"),
    ("nova", "customServiceConfig"): ("nova", "template", "apiServiceTemplate", "customServiceConfig"),
    ("octavia", "availabilityZones"): ("octavia", "template", "lbMgmtNetwork", "availabilityZones"),
    ("ovn", "ovnController", "availability-zones"): (
        "ovn", "template", "ovnController", "external-ids", "availability-zones",
    ),
}  # fmt: skip
"""Where values go whose place is not that of their own name below the service's template."""
WHOLE: Mapping[str, str] = {
    "extraMounts": "controlplane.spec.extraMounts",
    "messagingBus": "controlplane.spec.messagingBus",
    "notificationsBus": "controlplane.spec.notificationsBus",
    "storageClass": "storage.class",
}
"""Keys that are of no service, and the profile path of each."""
_OFF = ("swift", "telemetry")
"""Services that an example is without unless it says otherwise, where osk has them."""
_NOTHING = {"preserveJobs", "_change_me", "lbServiceType"}
"""What every example repeats, and the profile under the draft says."""
_BESIDE = ("enabled", "template", "apiOverride", "apiOverrides", "templates", "uniquePodNames")
"""Keys of a service's part that are not below its template."""


def carry(values: Mapping[str, Any], draft: Draft, *, kinds: Kinds, base: Mapping[str, Any]) -> None:
    """Put the values of an example's services into the draft; `base`: the section under it."""
    if not values:
        return
    spec: dict[str, Any] = {name: {"enabled": False} for name in _OFF}
    for key, value in values.items():
        for path, leaf in _said(key, value, draft):
            _put(spec, path, leaf)
    if get(spec, "telemetry", "template", "ceilometer", "enabled") is None:
        _put(spec, ("telemetry", "template", "ceilometer", "enabled"), value=False)
    draft.set("controlplane.spec.redis", spec.pop("redis", None))
    for name, part in spec.items():
        if name in kinds or name == "galera":
            services.carry(name, part, draft, kinds=kinds, base=base["services"].get(name) or {})
        else:
            draft.lose(f"service-values: {name}", "it is no service of the catalogue", "`controlplane.spec`")


def _said(key: str, value: Any, draft: Draft) -> Iterator[tuple[Spot, Any]]:
    """Say what a key is about, and give what of it is about services: where in the OpenStackControlPlane each value goes."""
    if key in WHOLE:
        draft.set(WHOLE[key], value)
    elif isinstance(value, str) and _is_secret(key):
        _secret(key, value, draft)
    elif isinstance(value, dict) and key in {"tls", "topologyRef"}:
        _surroundings(key, value, draft)
    elif isinstance(value, dict):
        yield from _placed(key, value, draft)


def _placed(key: str, value: Mapping[str, Any], draft: Draft) -> Iterator[tuple[Spot, Any]]:
    """Give where in the OpenStackControlPlane each value of a key goes."""
    for path, leaf in leaves(value, (key,)):
        known = next((each for each in PLACES if path[: len(each)] == each), None)
        if isinstance(leaf, str) and _is_secret(path[1]) and len(path) == len((key, path[1])):
            _secret(path[1], leaf, draft)
        elif path[-1] in _NOTHING:
            continue
        elif known:
            yield (*PLACES[known], *path[len(known) :]), leaf
        elif path[1] in _BESIDE:
            yield path, leaf
        else:
            yield (key, "template", *path[1:]), leaf


def _surroundings(key: str, given: Mapping[str, Any], draft: Draft) -> None:
    """Say what is of no service by itself: certificates, and where pods run."""
    if key == "topologyRef":
        draft.set("controlplane.topology", given.get("name"))
    if given.get("caBundleSecretName"):
        draft.set("controlplane.tls.caBundle", given["caBundleSecretName"])
    for level in ("ingress", "podLevel"):
        if get(given, level, "enabled") is not None:
            draft.set(f"controlplane.tls.{level}", get(given, level, "enabled"))


def _is_secret(key: str) -> bool:
    return "secret" in key


def _secret(key: str, text: str, draft: Draft) -> None:
    """Say a Secret with a service's configuration; upstream's has one key, of its own name or that of a file."""
    name = key.removesuffix(".conf")
    draft.set("controlplane.ownSecrets", [*(draft.get("controlplane.ownSecrets") or []), name])
    draft.set(paths.write(("secrets", name, key)), text)


def _put(tree: dict[str, Any], path: Spot, value: Any) -> None:
    """Put a value into a tree."""
    here = tree
    for key in path[:-1]:
        here = here.setdefault(key, {})
    here[path[-1]] = value
