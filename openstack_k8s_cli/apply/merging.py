"""Lists that several have entries in, and that the API server takes as one value: osk writes its own entries only.

Applied, such a list would conflict with whoever wrote it last, or take the others' entries away. So it is left out of
what is applied, and merged with what is there, on top of the very version that was read.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.apply.changes import has
from openstack_k8s_cli.apply.messages import NotYet
from openstack_k8s_cli.apply.ports import Answer, Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model import entries
from openstack_k8s_cli.model.objects import Body, ObjectId, get

_LISTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("operator.openshift.io", "DNS"): ("spec", "servers"),
}
"""Where they are; each entry has a `name` (openshift/api, operator/v1: no list type, so atomic)."""


def parted(target: ObjectId, body: Body) -> tuple[Body, tuple[Body, ...]]:
    """Take osk's own entries out of what is applied."""
    place = _LISTS.get((target.group, target.kind))
    found = get(body, *place) if place else None
    if place is None or not isinstance(body.get(place[0]), Mapping) or place[1] not in body[place[0]]:
        return body, ()
    section, key = place
    rest = {name: each for name, each in body[section].items() if name != key}
    others = {name: each for name, each in body.items() if name != section}
    return others | ({section: rest} if rest else {}), tuple(found or ())


def merged(target: ObjectId, live: Body, own: Iterable[Body], *, profile: str) -> Body | None:
    """Give the merge patch that brings a cloud's own entries in beside the others, and no earlier ones; None: it is so."""
    place = _LISTS.get((target.group, target.kind))
    if place is None:
        return None
    section, key = place
    mine = {str(each.get("name")): each for each in own}
    there = {str(each.get("name")): each for each in get(live, section, key) or ()}
    wanted = {name: each for name, each in there.items() if name != entries.own(profile) or name in mine}
    wanted |= {name: each for name, each in mine.items() if not has(there.get(name), each)}
    return {section: {key: [*wanted.values()] or None}} if wanted != there else None


def write(
    cluster: Cluster,
    resource: Resource,
    target: ObjectId,
    answer: Answer,
    own: Iterable[Body] = (),
    *,
    profile: str,
) -> Answer | None:
    """Write a cloud's own entries, where that changes anything; raises ClusterError, and NotYet where others wrote meanwhile."""
    patch = merged(target, answer.body, own, profile=profile)
    if patch is None:
        return None
    meta: dict[str, Any] = {"resourceVersion": get(answer.body, "metadata", "resourceVersion")}
    try:
        return cluster.merge(resource, target.namespace, target.name, {"metadata": meta, **patch})
    except ClusterError as error:
        if error.kind is not ErrorKind.CONFLICT:
            raise
        message = f"{target} was changed by others meanwhile"
        raise NotYet(message) from error


def over(target: ObjectId, tried: Body, own: Iterable[Body], *, profile: str) -> Body:
    """Give what an object would be once a cloud's own entries are written, too."""
    patch = merged(target, tried, own, profile=profile)
    if patch is None:
        return tried
    whole = copy.deepcopy(dict(tried))
    for section, some in patch.items():
        whole[section] = {
            key: each for key, each in {**whole.get(section, {}), **some}.items() if each is not None
        }
    return whole
