"""One service's part of an OpenStackControlPlane into its section: what the profile has keys for, and the rest under `spec`."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.services import Kinds

Spot = tuple[str, ...]

_GALERA = "galera"
_PARTS = (_GALERA, "memcached", "rabbitmq")
"""Parts that are a number of instances."""
_OF_BACKENDS = {
    "customServiceConfig": "config",
    "customServiceConfigSecrets": "configSecrets",
    "replicas": "replicas",
    "nodeSelector": "nodeSelector",
}
_SHORT = {**_OF_BACKENDS, "databaseInstance": "database", "memcachedInstance": "cache"}


class Section:
    """A service's section of the profile."""

    def __init__(self, draft: Draft, at: Spot) -> None:
        self._draft = draft
        self._at = at

    def put(self, place: Spot, value: Any) -> None:
        """Say a value."""
        self._draft.set(paths.write((*self._at, *place)), value)

    def move(self, given: dict[str, Any], key: str, place: Spot) -> None:
        """Say a value that is among those given, and take it from there."""
        if key in given:
            self.put(place, given.pop(key))

    def name(self, place: Spot) -> None:
        """Say that there is such a thing, where nothing else is said of it."""
        whole = (*self._at, *place)
        if not any(path[: len(whole)] == whole for path in self._draft.entries):
            self.put(place, {})

    def rest(self, given: Mapping[str, Any], place: Spot = ()) -> None:
        """Put what is left under the section's `spec`."""
        for path, value in leaves(given):
            self.put((*place, "spec", *path), value)


def carry(name: str, part: dict[str, Any], draft: Draft, *, kinds: Kinds, base: Mapping[str, Any]) -> None:
    """Put what is said of one service, or of the databases, into its section; `base`: what is said of it already."""
    section = Section(
        draft, ("controlplane", name) if name == _GALERA else ("controlplane", "services", name)
    )
    uses = () if name == _GALERA else kinds[name].keys
    template = part.get("template") or {}
    section.move(part, "enabled", ("enabled",) if "enabled" in uses else ("spec", "enabled"))
    if name in _PARTS:
        _instances(part.pop("templates", None) or {}, section)
    for key, place in _SHORT.items():
        if place in uses:
            section.move(template, key, (place,))
    bus = template.get("messagingBus")
    if isinstance(bus, dict) and "bus" in uses:
        section.move(bus, "cluster", ("bus",))
    if name in _OWN:
        _OWN[name](template, section, base)
    section.rest(part)


def leaves(values: Mapping[str, Any], above: Spot = ()) -> Iterator[tuple[Spot, Any]]:
    """Walk over what is in no further mapping; empty mappings say nothing."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*above, str(key)))
        else:
            yield (*above, str(key)), value


def _cinder(template: dict[str, Any], section: Section, base: Mapping[str, Any]) -> None:
    # Volume services are on no network of their own unless the example says so; osk would put them on that of storage.
    volumes = template.pop("cinderVolumes", None) or {}
    apart = {key: {"networkAttachments": [], **each} for key, each in volumes.items()}
    _backends(apart, section, "backends", "cinderVolumes")
    single = template.pop("cinderBackup", None)
    several = template.pop("cinderBackups", None)
    _backends(several or {}, section, "backups", "cinderBackups")
    if single and single.get("customServiceConfig"):
        _backends({"backup": single}, section, "backups", "cinderBackup")
    elif single and single.get("replicas") != 0:
        template["cinderBackup"] = single
    _copies(template, ("cinderAPI", "cinderScheduler"), base, section)


def _glance(template: dict[str, Any], section: Section, _: Mapping[str, Any]) -> None:
    apis = template.pop("glanceAPIs", None) or {}
    if set(apis) <= {"default"}:
        only = dict(apis.get("default") or {})
        section.move(only, "replicas", ("replicas",))
        section.rest({"template": {"glanceAPIs": {"default": only}}})
    else:
        _backends(apis, section, "backends", "glanceAPIs")


def _ironic(template: dict[str, Any], _: Section, __: Mapping[str, Any]) -> None:
    """Say what all examples with Ironic have: conductors and the inspector on its network."""
    network = {"networkAttachments": ["ironic"]}
    conductor = {"replicas": 1, "storageRequest": "10Gi", "provisionNetwork": "ironic", **network}
    given = template.get("ironicConductors") or []
    template["ironicConductors"] = [{**conductor, **each} for each in given] or [conductor]
    inspector = template.get("ironicInspector") or {}
    template["ironicInspector"] = {"inspectionNetwork": "ironic", **network, **inspector}


def _manila(template: dict[str, Any], section: Section, base: Mapping[str, Any]) -> None:
    _backends(template.pop("manilaShares", None) or {}, section, "backends", "manilaShares")
    _copies(template, ("manilaAPI", "manilaScheduler"), base, section)


def _telemetry(template: dict[str, Any], _: Section, __: Mapping[str, Any]) -> None:
    if get(template, "cloudkitty", "enabled") is False:
        template.pop("cloudkitty")


def _nova(template: dict[str, Any], section: Section, _: Mapping[str, Any]) -> None:
    for name, each in (template.pop("cellTemplates", None) or {}).items():
        entry, place = dict(each), ("cells", str(name))
        bus = dict(entry.pop("messagingBus", None) or {})
        conductor = dict(entry.pop("conductorServiceTemplate", None) or {})
        if entry.get("cellDatabaseAccount") == f"nova-{name}":
            entry.pop("cellDatabaseAccount")
        section.move(entry, "cellDatabaseInstance", (*place, "database"))
        section.move(entry, "hasAPIAccess", (*place, "apiAccess"))
        section.move(bus, "cluster", (*place, "bus"))
        section.move(conductor, "replicas", (*place, "replicas"))
        section.move(conductor, "customServiceConfig", (*place, "config"))
        section.rest({**entry, "messagingBus": bus, "conductorServiceTemplate": conductor}, place)
        section.name(place)


_OWN = {
    "cinder": _cinder,
    "glance": _glance,
    "ironic": _ironic,
    "manila": _manila,
    "nova": _nova,
    "telemetry": _telemetry,
}


def _backends(given: Mapping[str, Any], section: Section, key: str, part: str) -> None:
    """Say back ends; one that stores nowhere by itself is no back end of a profile, and goes to the part as it is."""
    for name, each in given.items():
        entry, place = dict(each), (key, str(name))
        if not entry.get("customServiceConfig"):
            section.rest({"template": {part: {name: entry}}})
            continue
        for old, new in {**_OF_BACKENDS, "networkAttachments": "networks"}.items():
            section.move(entry, old, (*place, new))
        _topology(entry, section, place)
        section.rest(entry, place)


def _instances(given: Mapping[str, Any], section: Section) -> None:
    for name, each in given.items():
        entry, place = dict(each), ("instances", str(name))
        if entry.get("secret") == "osp-secret":
            entry.pop("secret")
        section.move(entry, "replicas", (*place, "replicas"))
        section.move(entry, "storageRequest", (*place, "storage"))
        _topology(entry, section, place)
        section.rest(entry, place)


def _topology(entry: dict[str, Any], section: Section, place: Spot) -> None:
    if get(entry, "topologyRef", "name"):
        section.put((*place, "topology"), entry.pop("topologyRef")["name"])


def _copies(template: dict[str, Any], names: Spot, base: Mapping[str, Any], section: Section) -> None:
    """Say the copies once where both parts have as many, or where the number of the second is said already."""
    first, second = (template.get(each) or {} for each in names)
    is_said = get(base, "spec", "template", names[1], "replicas") is not None
    if "replicas" in first and (first["replicas"] == second.get("replicas") or is_said):
        if first["replicas"] == second.get("replicas"):
            second.pop("replicas")
        section.move(first, "replicas", ("replicas",))
