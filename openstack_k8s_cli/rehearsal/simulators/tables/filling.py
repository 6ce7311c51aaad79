"""Fields that openstack-operator fills into the services' specs: images, accounts, and sections left out."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.rehearsal.simulators import objects

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Glance": ("glanceAPIs.*",),
    "Cinder": ("cinderAPI", "cinderScheduler", "cinderBackup?", "cinderVolumes.*"),
    "Heat": ("heatAPI", "heatCfnAPI", "heatEngine"),
    "Ironic": ("ironicAPI", "ironicInspector", "ironicNeutronAgent"),
    "Manila": ("manilaAPI", "manilaScheduler", "manilaShares.*"),
    "Telemetry": ("ceilometer?", "autoscaling?.aodh?"),
    "Barbican": ("barbicanAPI", "barbicanWorker", "barbicanKeystoneListener"),
    "Octavia": (
        "octaviaAPI",
        "octaviaHealthManager?",
        "octaviaHousekeeping?",
        "octaviaWorker?",
        "octaviaRsyslog?",
    ),
    "Designate": (
        "designateAPI",
        "designateBackendbind9",
        "designateCentral",
        "designateMdns",
        "designateProducer",
        "designateUnbound?",
        "designateWorker",
    ),
    "Swift": ("swiftProxy", "swiftRing", "swiftStorage"),
}
"""Per kind the sections that are filled; `?`: only where there is one, `*`: each of a map."""

_TELEMETRY = (
    "central compute ipmi notification proxy sgCore ksm mysqldExporter api evaluator listener notifier"
)
_SWIFT = ("Account", "Container", "Object", "Proxy")


def filled(kind: str, spec: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Give a spec with what its sections need; what it says itself stays, what it leaves empty does not."""
    result = _over(_given(own), tidy(spec))
    for path in _SECTIONS.get(kind, ()):
        result = _fill(result, path.split("."), _given(own))
    return result


def tidy(value: Any) -> Any:
    """Leave out empty strings: the operators take them for nothing."""
    if isinstance(value, Mapping):
        return {key: tidy(each) for key, each in value.items() if each is not None and each != ""}
    if isinstance(value, list):
        return [tidy(each) for each in value]
    return value


def _given(own: Mapping[str, Any]) -> dict[str, Any]:
    image = own.get("containerImage") or objects.image("rehearsal")
    return {
        **own,
        "containerImage": image,
        "apacheContainerImage": image,
        "serviceAccount": "rehearsal",
        "role": "worker",
        **{f"containerImage{each}": image for each in _SWIFT},
        **{f"{each}Image": image for each in _TELEMETRY.split()},
    }


def _over(given: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Put a spec over what it is given; the image is the OpenStackVersion's, whatever a default says."""
    return {**given, **spec, "containerImage": given["containerImage"]}


def _fill(spec: dict[str, Any], path: list[str], given: Mapping[str, Any]) -> dict[str, Any]:
    if not path:
        return _over(given, spec)
    first, rest = path[0], path[1:]
    if first == "*":
        return {name: _fill(section, rest, given) for name, section in spec.items()}
    name = first.rstrip("?")
    if name not in spec and (first.endswith("?") or rest == ["*"]):
        return spec
    return {**spec, name: _fill(spec.get(name) or {}, rest, given)}
