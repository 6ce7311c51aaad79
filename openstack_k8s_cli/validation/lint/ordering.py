"""Objects that stand before what they need."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from openstack_k8s_cli.validation.lint.objects import (
    ATTACHMENT,
    CONTROL_PLANE,
    DEPLOYMENT,
    NET_CONFIG,
    NODE_SET,
    POOL,
    Found,
    Objects,
)

if TYPE_CHECKING:
    from openstack_k8s_cli.validation.findings import Item

_NEEDS = {
    CONTROL_PLANE: (ATTACHMENT, POOL, NET_CONFIG, "Secret"),
    DEPLOYMENT: (NODE_SET,),
    NODE_SET: (NET_CONFIG,),
}


def check(objects: Objects) -> Iterator[Found]:
    """Find consumers before their providers in one file; osk orders what it renders."""
    if objects.own:
        return
    files: dict[str, list[Item]] = {}
    for item in objects.items:
        files.setdefault(item.source, []).append(item)
    for items in files.values():
        for at, item in enumerate(items):
            later = {each.id.kind for each in items[at + 1 :]}
            late = [kind for kind in _NEEDS.get(item.id.kind, ()) if kind in later]
            if late:
                yield Found("OSK0864", item, (), f"stands before what it needs: {', '.join(late)}")
