"""Which images an update changes, and what restarts for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.workflows.update.live import Live

OVN_HOSTS = "ovnControllerImage"
"""The image whose change on hosts the operator watches for."""


@dataclass(frozen=True, slots=True)
class ImageChange:
    """One image that differs between two versions."""

    name: str
    """As OpenStackVersion has it, such as `heatAPIImage`; with `.BACKEND` for one of several."""
    before: str | None
    after: str | None
    restarts: tuple[str, ...] = ()
    """Workloads that run it now, as `Kind name`."""


def of_version(live: Live, version: str) -> dict[str, str]:
    """Give the images of a version, with those that stand in for them; empty where the operator does not know it."""
    known = live.known.get(version)
    custom = live.wanted if live.renews and version != live.deployed else live.custom
    return {} if known is None else flat({**known, **custom})


def changes(live: Live, target: str, pods: Iterable[Body]) -> tuple[ImageChange, ...]:
    """Compare what runs with a version."""
    before = of_version(live, live.deployed) or flat(get(live.version, "status", "containerImages") or {})
    after = of_version(live, target)
    users = _users(pods)
    return tuple(
        ImageChange(
            name, before.get(name), after.get(name), tuple(sorted(users.get(before.get(name, ""), ())))
        )
        for name in sorted(before.keys() | after.keys())
        if after and before.get(name) != after.get(name)
    )


def keeps_ovn(live: Live, target: str) -> bool:
    """Tell whether hosts run the same OVN in both versions; what is not known counts as another."""
    before, after = (of_version(live, each).get(OVN_HOSTS) for each in (live.deployed, target))
    return before is not None and before == after


def waits_for_ever(live: Live, target: str) -> bool:
    """Tell whether the operator would wait for a deployment of OVN that nobody can make.

    It asks for one to be seen where OVN's image stays, and a deployment needs hosts.
    """
    return live.has_ovn and keeps_ovn(live, target) and not live.ovn_services()


def is_fixed(image: str) -> bool:
    """Tell whether an image is named by its digest: behind a tag there may be another one some day."""
    return "@sha256:" in image


def flat(images: Mapping[str, Any]) -> dict[str, str]:
    """Name images of several back ends `NAME.BACKEND`."""
    found: dict[str, str] = {}
    for name, image in images.items():
        if isinstance(image, Mapping):
            found |= {f"{name}.{backend}": str(each) for backend, each in image.items()}
        elif image:
            found[name] = str(image)
    return found


def _users(pods: Iterable[Body]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = {}
    for pod in pods:
        for image in _images(pod):
            users.setdefault(image, set()).add(_owner(pod))
    return users


def _images(pod: Body) -> Iterator[str]:
    if get(pod, "status", "phase") in ("Succeeded", "Failed"):  # a Job's, which nothing restarts
        return
    for kind in ("initContainers", "containers"):
        yield from (str(each.get("image")) for each in get(pod, "spec", kind) or ())


def _owner(pod: Body) -> str:
    owner = next(iter(get(pod, "metadata", "ownerReferences") or ()), None)
    if owner is None:
        return f"Pod {pod['metadata']['name']}"
    if owner.get("kind") == "ReplicaSet":
        return f"Deployment {str(owner.get('name')).rpartition('-')[0]}"
    return f"{owner.get('kind')} {owner.get('name')}"
