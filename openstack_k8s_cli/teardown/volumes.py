"""Local volumes: their directories on the nodes outlive the objects that name them. Pure."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.steps import Manifest, Origin
from openstack_k8s_cli.teardown.found import Found

_MAKES, _WIPES = "create-storage.sh", "delete-storage.sh"
"""Scripts of the storage component's ConfigMap; its Jobs run the first."""
WIPE = "wipe"


def wiping(jobs: Iterable[ObjectId], found: Found) -> Iterator[Manifest]:
    """Make the Jobs that empty the directories which other Jobs made."""
    for target in jobs:
        body = found.get(target)
        if body is not None and _mounts(body, _MAKES) and _has_script(body, target.namespace, found):
            yield _manifest(target, body)


def _has_script(job: Body, namespace: str, found: Found) -> bool:
    return any(
        (config := found.get(ObjectId("", "ConfigMap", namespace, str(name)))) is not None
        and _WIPES in (config.get("data") or {})
        for name in _config_maps(job)
    )


def _config_maps(job: Body) -> Iterator[object]:
    for volume in get(job, "spec", "template", "spec", "volumes") or ():
        yield get(volume, "configMap", "name")


def _mounts(job: Body, script: str) -> bool:
    containers = get(job, "spec", "template", "spec", "containers") or ()
    return any(
        mount.get("subPath") == script for each in containers for mount in each.get("volumeMounts") or ()
    )


def _manifest(target: ObjectId, body: Body) -> Manifest:
    made = ObjectId(target.group, target.kind, target.namespace, f"{target.name}-{WIPE}")
    pod = _swapped(body["spec"]["template"]["spec"])
    job = {
        "apiVersion": body["apiVersion"],
        "kind": target.kind,
        "metadata": {"name": made.name, "namespace": made.namespace},
        "spec": {"backoffLimit": 3, "template": {"spec": pod}},
    }
    return Manifest(made, body["apiVersion"], job, "operators/storage", Origin("teardown", 0))


def _swapped(pod: Body) -> Body:
    """Let the same pod run the other script."""
    containers = [
        {
            **each,
            "volumeMounts": [
                {**mount, "subPath": _WIPES} if mount.get("subPath") == _MAKES else mount
                for mount in each.get("volumeMounts") or ()
            ],
        }
        for each in pod["containers"]
    ]
    volumes = [_volume(each) for each in pod.get("volumes") or ()]
    return {**pod, "containers": containers, "volumes": volumes}


def _volume(volume: Body) -> Body:
    config = volume.get("configMap")
    if not config or not config.get("items"):
        return volume
    items = [
        {**item, **{key: _WIPES for key in ("key", "path") if item.get(key) == _MAKES}}
        for item in config["items"]
    ]
    return {**volume, "configMap": {**config, "items": items}}
