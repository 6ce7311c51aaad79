"""A checkout on an NFS server stands in for what pods have in their image: read only, by a volume and a claim of it.

Pods without privileges may not mount NFS themselves, so there is a PersistentVolume; it is bound to its one claim by
name, needs no class, and is never recycled.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

ANSIBLE = "ansible"
PACKAGES: Mapping[str, str] = {
    **{each: each for each in ("barbican", "cinder", "glance", "heat", "keystone", "manila", "neutron")},
    "horizon": "openstack_dashboard",
}
"""The package of each service whose pods take mounts in some release."""
_KNOWN: Mapping[str, str] = {
    ANSIBLE: "/usr/share/ansible/collections/ansible_collections/osp/edpm",
    "horizon": "/usr/share/openstack-dashboard/openstack_dashboard",
}
"""Where images have what Python does not find by its name."""
_PARTS: Mapping[str, tuple[str, ...]] = {ANSIBLE: ("galaxy.yml", "roles", "plugins")}
_SIZE = "1Gi"
"""A volume must have one; NFS does not care."""


@dataclass(frozen=True, slots=True)
class Share:
    """A folder on an NFS server."""

    server: str
    path: str

    def __str__(self) -> str:
        return f"{self.server}:{self.path}"


@dataclass(frozen=True, slots=True)
class Checkout:
    """What there is of a folder of this machine."""

    path: str
    present: frozenset[str]
    """Of what was asked for, relative to the folder."""
    closed: tuple[str, ...] = ()
    """What others than its owner may not read: pods are others."""
    exports: tuple[str, ...] = ()
    """Folders that this machine exports by NFS."""


def parts(service: str) -> tuple[str, ...]:
    """Name what makes a folder a checkout of a service."""
    package = PACKAGES.get(service, service)
    return _PARTS.get(service, (package, f"{package}/__init__.py"))


def below(service: str) -> str:
    """Name the folder of a checkout that is mounted; empty: the checkout itself."""
    return "" if service == ANSIBLE else f"/{PACKAGES.get(service, service)}"


def place(service: str) -> str | None:
    """Say where an image has what is mounted over; None: Python in the pod knows."""
    return _KNOWN.get(service)


def named(text: str, service: str) -> Share | None:
    """Read HOST:/PATH of a checkout that another machine exports; None: it is a folder of this one."""
    server, colon, path = text.partition(":/")
    if not colon or not server or "/" in server:
        return None
    return Share(server, f"/{path.rstrip('/')}{below(service)}")


def check(service: str, found: Checkout, clients: Sequence[str]) -> None:
    """Refuse a folder that is no checkout, or that pods could not read; raises OskError."""
    absent = [each for each in parts(service) if each not in found.present]
    if absent:
        advice = Advice(f"Name a checkout of {'edpm-ansible' if service == ANSIBLE else service}")
        raise _refused(f"The folder has no `{absent[0]}`, so it is no checkout of it", found.path, advice)
    if found.closed:
        advice = Advice("Let them", f"chmod -R o+rX {found.path}")
        raise _refused(f"Pods could not read {found.closed[0]}: others may not", found.path, advice)
    if not any(found.path == each or found.path.startswith(f"{each.rstrip('/')}/") for each in found.exports):
        options = "ro,sync,insecure,all_squash"
        line = " ".join([found.path, *(f"{each}({options})" for each in clients)])
        command = f"echo '{line}' | sudo tee -a /etc/exports.d/osk-dev.exports && sudo exportfs -ra"
        advice = Advice("Export it, with nfs-utils installed and nfs-server started", command)
        more = Advice("Or name a folder that another machine exports, as HOST:/PATH")
        raise _refused("This machine does not export the folder by NFS", found.path, advice, more)


def check_service(service: str, mounted: Sequence[str]) -> None:
    """Refuse a service whose pods take no mounts in this release; raises OskError."""
    can = {*mounted} & PACKAGES.keys()
    if service not in can:
        known = ", ".join(sorted(can))
        text = f"Those that do are: {known}" if known else "No service of this release does"
        advice = (
            Advice(text),
            Advice("Or build an image with the change", "osk dev service-image NAME IMAGE"),
        )
        summary = f"The operators of this release mount nothing into the pods of `{service}`"
        raise OskError(Problem("OSK1429", summary, service, None, advice), exit_code=ExitCode.REFUSED)


def check_enabled(profile: Mapping[str, Any], service: str) -> None:
    """Refuse a service that the profile does not deploy; raises OskError."""
    if not profile["controlplane"]["services"][service]["enabled"]:
        advice = Advice("Deploy it first", f"osk deploy service {service}")
        problem = Problem("OSK1429", f"The profile does not deploy {service}", service, None, (advice,))
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def name(service: str, share: Share, namespace: str) -> str:
    """Name volume and claim by what they lead to, which cannot be changed; a volume is of one namespace's claim."""
    return f"osk-dev-{service}-{hashlib.sha256(f'{namespace} {share}'.encode()).hexdigest()[:8]}"


def objects(service: str, share: Share, namespace: str) -> Iterator[Body]:
    """Make the volume and its claim."""
    called = name(service, share, namespace)
    common = {"accessModes": ["ReadOnlyMany"], "storageClassName": "", "volumeMode": "Filesystem"}
    yield {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": called},
        "spec": {
            **common,
            "capacity": {"storage": _SIZE},
            "persistentVolumeReclaimPolicy": "Retain",
            "mountOptions": ["nfsvers=4.1"],
            "claimRef": {"namespace": namespace, "name": called},
            "nfs": {"server": share.server, "path": share.path, "readOnly": True},
        },
    }
    yield {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": called, "namespace": namespace},
        "spec": {**common, "resources": {"requests": {"storage": _SIZE}}, "volumeName": called},
    }


def values(profile: Mapping[str, Any], service: str, claim: str, at: str) -> dict[str, Any]:
    """Give the fragment of a profile that mounts a claim: behind what the profile mounts itself."""
    mine = {
        "extraVolType": "osk-dev",
        "mounts": [{"name": claim, "mountPath": at, "readOnly": True}],
        "volumes": [{"name": claim, "persistentVolumeClaim": {"claimName": claim, "readOnly": True}}],
    }
    if service == ANSIBLE:
        return _of_hosts(profile, dict.fromkeys(profile["dataplane"]["nodesets"], mine))
    return _of_pods(profile, service, {"name": "osk-dev", "region": "osk-dev", "extraVol": [mine]})


def fitting(entry: Entry, profile: Mapping[str, Any]) -> Entry:
    """Give an entry as it is over the profile of now, which may mount more by now, or have less node sets.

    A list is one value: one of another time would stand over what the profile got since, or bring an empty node set.
    """
    if entry.kind is Kind.ANSIBLE:
        given = entry.values["dataplane"]["nodesets"]
        mine = {each: given[each]["mounts"][-1] for each in given if each in profile["dataplane"]["nodesets"]}
        return replace(entry, values=_of_hosts(profile, mine))
    if entry.kind is Kind.MOUNT:
        return replace(entry, values=_of_pods(profile, entry.name, _mount(entry.values)))
    return entry


def _of_hosts(profile: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    nodesets = profile["dataplane"]["nodesets"]
    mounts = {each: {"mounts": [*nodesets[each]["mounts"], mount]} for each, mount in mine.items()}
    return {"dataplane": {"nodesets": mounts}}


def _of_pods(profile: Mapping[str, Any], service: str, mine: Mapping[str, Any]) -> dict[str, Any]:
    own = get(profile, "controlplane", "services", service, "spec", "template", "extraMounts") or []
    spec = {"template": {"extraMounts": [*own, mine]}}
    return {"controlplane": {"services": {service: {"spec": spec}}}}


def _mount(fragment: Mapping[str, Any]) -> Mapping[str, Any]:
    (service,) = fragment["controlplane"]["services"].values()
    mount: Mapping[str, Any] = service["spec"]["template"]["extraMounts"][-1]
    return mount


def claim(fragment: Mapping[str, Any]) -> str:
    """Give the claim that such a fragment mounts into a service's pods."""
    return str(_mount(fragment)["extraVol"][0]["mounts"][0]["name"])


def _refused(summary: str, subject: str, *advice: Advice) -> OskError:
    return OskError(Problem("OSK1428", summary, subject, None, advice), exit_code=ExitCode.REFUSED)
