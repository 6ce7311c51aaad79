"""An example of the validated architectures, by its values files, into the draft of a profile."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import loading, paths
from openstack_k8s_cli.profile.importers import minimal, writing
from openstack_k8s_cli.profile.importers.architecture import (
    controlplane,
    dataplane,
    machines,
    networks,
    settling,
)
from openstack_k8s_cli.profile.importers.architecture.example import Example, read
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.minimal import Entries
from openstack_k8s_cli.profile.importers.outcome import Carried, Outcome
from openstack_k8s_cli.profile.services import Kinds
from openstack_k8s_cli.profile.sources import Reader, Source

BASE = "architectures/base"
_ODD = (AttributeError, LookupError, TypeError, ValueError)
"""What comes of a list where a mapping belongs, and the like."""
_SERVICES = ("service-values", "service-values-ceph", "service-values-post-ceph")
_NETWORKS = ("network-values", "octavia-network-values")
_KEYS = ("ssh_keys", "root_password")
_CEPH = ("ceph", "ceph_conf")
_CARRIED = re.compile(r".*(?:service|network|nodeset|deploy|driver|baremetalhost|lvms).*values.*")
_KNOWN = {"nodeset", "deployment", *_KEYS}
_UNKNOWN = ("a profile has no place for it", "`patches`, or `hooks.NAME.manifest`")
_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "dns-values": (
        "the cluster's own name servers are not osk's to replace",
        "a forward zone in `dns.operator/default`",
    ),
    "edpm-provider-values": (
        "what a third deployment says of the hosts' devices",
        "`dataplane.configMaps`, `dataplane.ownServices`",
    ),
    "namespace-values": ("a profile has one namespace", "`namespaces.openstack`"),
    "skmo-values": (
        "a region with another cloud's Keystone is no part of a profile",
        "`controlplane.services.keystone.spec`",
    ),
}
"""Values that have no section of the profile."""


def imported(name: str, files: Mapping[str, Source], *, reader: Reader) -> Outcome:
    """Make a draft of the values that an example's files hold, by their paths in it; raises OskError when there are none."""
    example = read(files)
    if not example.values:
        raise _nothing(name)
    try:
        return _drafted(name, example, reader)
    except _ODD as error:
        raise _odd(name, example, error, reader) from error


def _drafted(name: str, example: Example, reader: Reader) -> Outcome:
    draft = Draft()
    draft.name = name
    draft.base = BASE
    _carry(example, draft, reader)

    def write(entries: Entries) -> str:
        head = {"apiVersion": "osk/v1", "kind": "Profile", "name": name, "extends": draft.extends}
        return writing.text(
            entries, head=head, remark=f"A draft from the validated architectures' example {name}."
        )

    settled = settling.settle(draft, write, reader=reader)
    kept, problems = minimal.reduced(settled.entries, write, reader=reader)
    text = write(settling.marked(minimal.plain(kept, write, reader=reader), settled))
    lost = (*example.left, *draft.lost)
    return Outcome(
        text, (), tuple(_needless(example)), lost, (), tuple(each.summary for each in problems), settled.open
    )


def _carry(example: Example, draft: Draft, reader: Reader) -> None:
    base = loading.load(BASE, reader=reader)
    values = example.merged(*_NETWORKS)
    subnets = networks.carry(values, draft, base=base.values["networks"])
    services = example.merged(*_SERVICES)
    controlplane.carry(services, draft, kinds=base.kinds, base=base.written["controlplane"])
    found = dataplane.carry(example, draft, subnets=subnets)
    if not found:
        left = [
            each for each in base.written["patches"] if each["target"]["kind"] != "OpenStackDataPlaneNodeSet"
        ]
        draft.set("patches", left)
    usual = [
        each
        for each in base.values["dataplane"]["networks"]
        if draft.get(f"networks.{each}.hosts") or not values
    ]
    draft.set("dataplane.networks", usual)
    machines.carry(example.merged("baremetalhost-values"), found, draft)
    _classes(draft, base.values["storage"]["class"])
    _mounted(draft)
    _buses(values, draft, base.kinds)
    _further(example, draft)


def _buses(values: Mapping[str, Any], draft: Draft, kinds: Kinds) -> None:
    """Say the message buses that have addresses, and those services whose own they are by their names."""
    for name in values:
        of = name.removeprefix("rabbitmq-")
        if of == name or of.startswith("cell"):
            continue
        at = f"controlplane.services.rabbitmq.instances.{name}"
        if not any(paths.write(path).startswith(at) for path in draft.entries):
            draft.set(at, {})
        if of in kinds and "bus" in kinds[of].keys and not draft.get(f"controlplane.services.{of}.bus"):
            draft.set(f"controlplane.services.{of}.bus", name)


def _classes(draft: Draft, usual: str) -> None:
    """Say the class of volumes where the profile under the draft has it once more."""
    name = draft.get("storage.class")
    if name and name != usual:
        draft.set("controlplane.services.glance.spec.template.storage.storageClass", name)
        monitoring = "controlplane.services.telemetry.spec.template.metricStorage.monitoringStack"
        if not draft.has(monitoring, None):
            draft.set(f"{monitoring}.storage.persistent.pvcStorageClass", name)


def _mounted(draft: Draft) -> None:
    """Say which ConfigMaps the control plane mounts that are not among the values."""
    for each in draft.get("controlplane.spec.extraMounts") or ():
        for extra in each.get("extraVol") or ():
            for volume in extra.get("volumes") or ():
                name = (volume.get("configMap") or {}).get("name")
                if name:
                    draft.lose(
                        f"ConfigMap {name}",
                        "it is mounted, and not among the values",
                        f"`dataplane.configMaps.{name}`",
                    )


def _further(example: Example, draft: Draft) -> None:
    """Put what single examples say besides into the draft: disks for volumes, the operator's catalog."""
    if disks := example.merged("lvms-values").get("paths"):
        draft.set("storage.lvms.devices", disks)
    for each in example.values:
        if image := each.data.get("openstack-operator-image"):
            draft.set("operators.openstack.index", image)
        elif not each.name.endswith("values") and "config" in each.name:
            draft.set(paths.write(("dataplane", "configMaps", each.name)), dict(each.data))
        elif not set(each.data) & _KNOWN and not _CARRIED.fullmatch(each.name):
            draft.lose(f"{each.name} ({each.place})", *_ELSEWHERE.get(each.name, _UNKNOWN))


def _needless(example: Example) -> Iterator[Carried]:
    """Name what osk makes itself."""
    for each in example.values:
        for key in _KEYS:
            if key in each.data:
                note = "osk makes it once, and `secrets` may have a value for it"
                yield Carried(f"{each.place}: {key}", "", note)
        for key in _CEPH:
            if key in each.data:
                note = (
                    "the Secret `ceph-conf-files` is made by whoever makes Ceph, between the two deployments"
                )
                yield Carried(f"{each.place}: {key}", "hooks", note)


def _odd(name: str, example: Example, error: Exception, reader: Reader) -> OskError:
    """Say which values are not laid out like those of any example: the ones without which there is a draft."""
    for each in example.values:
        others = tuple(other for other in example.values if other is not each)
        try:
            _drafted(name, replace(example, values=others), reader)
        except (*_ODD, OskError):
            continue
        place = f"{each.place} (ConfigMap {each.name})"
        break
    else:
        place = name
    advice = Advice("Compare it with an example of the architectures, and correct it")
    summary = "The values are not laid out as any example's are"
    detail = f"{type(error).__name__}: {error}"
    return OskError(Problem("OSK1343", summary, place, detail, (advice,)), exit_code=ExitCode.USAGE)


def _nothing(name: str) -> OskError:
    advice = Advice("Name the folder of an example, such as examples/dt/uni01alpha")
    problem = Problem("OSK0133", "There are no values files in the folder", name, None, (advice,))
    return OskError(problem, exit_code=ExitCode.USAGE)
