"""A playbook of osk's as a Job: its files and the inventory in a ConfigMap, the key from its Secret."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.dataplane import playing
from openstack_k8s_cli.dataplane.targets import Target, inventory
from openstack_k8s_cli.model.objects import Body, get

KEY = "/runner/osk/ssh-privatekey"
MOST = 500
"""Hosts of one Job: their inventory has to fit into a ConfigMap."""
_CHECK = ("check.yaml", "probe.sh")
_INVENTORY = "hosts.json"
_DEADLINE = 1800
"""Seconds that the pod of the check may live."""
_KEPT = 600
"""Seconds that a Job stays which nobody deletes."""
_MODE = 0o440
"""ssh takes a key of another owner; the image's group, or that of the pod, reads it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the Job runs and what it is made of."""

    namespace: str
    name: str
    image: str
    secret: str
    """The Secret with the key."""
    attachments: tuple[str, ...] = ()
    """Networks that its pod is attached to, as Ansible's own pods are."""
    forks: int = 50
    texts: Mapping[str, str] = field(default_factory=lambda: {name: shipped(name) for name in _CHECK})
    """The files by name, the playbook first."""

    @property
    def playbook(self) -> str:
        """Name the file that is run."""
        return next(iter(self.texts))


def shipped(name: str) -> str:
    """Read a file that is shipped beside the playbooks."""
    return (playing.PLAYBOOKS / name).read_text(encoding="utf-8")


def attachments(nodesets: Iterable[Body]) -> tuple[str, ...]:
    """List the networks that the operator attaches Ansible's pods to."""
    found = (name for each in nodesets for name in get(each, "spec", "networkAttachments") or ())
    return tuple(dict.fromkeys(found))


def files(place: Place, found: Sequence[Target], job: Body) -> Body:
    """Give the ConfigMap; it goes with the Job, also where nobody comes to take it away."""
    data = {**place.texts, _INVENTORY: json.dumps(inventory(found, KEY))}
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": place.name, "uid": job["metadata"]["uid"]}
    meta = {**_meta(place), "ownerReferences": [owner]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def job(place: Place) -> Body:
    """Give the Job; its pod prints ansible-runner's events."""
    networks = [{"name": name, "namespace": place.namespace} for name in place.attachments]
    annotations = {"annotations": {"k8s.v1.cni.cncf.io/networks": json.dumps(networks)}} if networks else {}
    pod = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "containers": [_container(place)],
        "volumes": [
            _volume("project", place, {name: name for name in place.texts}),
            _volume("inventory", place, {_INVENTORY: _INVENTORY}),
            {"name": "key", "secret": {"secretName": place.secret, "defaultMode": _MODE}},
        ],
    }
    spec = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": _DEADLINE,
        "ttlSecondsAfterFinished": _KEPT,
        "template": {"metadata": {"labels": _LABELS, **annotations}, "spec": pod},
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": _meta(place), "spec": spec}


_LABELS: Mapping[str, str] = {"app.kubernetes.io/managed-by": "osk", "app.kubernetes.io/component": "check"}


def _meta(place: Place) -> dict[str, Any]:
    return {"name": place.name, "namespace": place.namespace, "labels": dict(_LABELS)}


def _container(place: Place) -> Body:
    mounts = {"project": "/runner/project", "inventory": "/runner/inventory", "key": "/runner/osk"}
    settings = {**playing.SETTINGS, "ANSIBLE_FORKS": str(place.forks)}
    return {
        "name": "check",
        "image": place.image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["ansible-runner", "run", "/runner", "-p", place.playbook, "-i", "osk-check", "-j"],
        "env": [{"name": name, "value": value} for name, value in settings.items()],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": name, "mountPath": path, "readOnly": True} for name, path in mounts.items()
        ],
    }


def _volume(name: str, place: Place, items: Mapping[str, str]) -> Body:
    listed = [{"key": key, "path": path} for key, path in items.items()]
    return {"name": name, "configMap": {"name": place.name, "items": listed}}
