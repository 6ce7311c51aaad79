"""Makes the effects of entries and puts them back: objects that are otherwise for a while, which no profile says.

An object is replaced as a whole, so that what it was before can be put back exactly.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.developing.entries import Effect
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of

_OF_THE_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an object is to be while an entry is there."""

    object: ObjectId
    api_version: str
    body: Body | None
    """As a whole, without what the server fills in; None: it is to be gone."""
    early: bool = False
    """Whether a reset puts it back before the profile's part, not after it."""
    later: bool = False
    """Whether it is only written down with the entry: who wants it makes it when its time has come."""
    made: bool = False
    """Whether the command has made it by now, in another way: it is left as it is, and a reset deletes it."""


def wanted(body: Body, *, early: bool = False, later: bool = False, made: bool = False) -> Wanted:
    """Want an object to be like this."""
    return Wanted(id_of(body), body["apiVersion"], body, early=early, later=later, made=made)


def now(cluster: Cluster, wishes: Iterable[Wanted]) -> tuple[tuple[Effect, ...], dict[ObjectId, Body]]:
    """Give the effects that wishes are, and what their objects are now; raises ClusterError."""
    effects, bodies = [], {}
    for each in wishes:
        live = None if each.made else read(cluster, each.object)
        effects.append(Effect(each.object, each.api_version, live is not None, each.early))
        if live is not None:
            bodies[each.object] = live
    return tuple(effects), bodies


def make(cluster: Cluster, wish: Wanted) -> None:
    """Let an object be as it is wanted; raises ClusterError."""
    if wish.made:
        return
    if wish.body is None:
        _delete(cluster, wish.object)
    else:
        _replace(cluster, wish.object, wish.body)


def put_back(cluster: Cluster, effect: Effect, earlier: Mapping[ObjectId, Body], *, again: bool) -> bool:
    """Let an object be as it was; `again`: also where it is gone meanwhile. Raises ClusterError.

    Give False where somebody else has changed it since: theirs stays, such as a CRD of a release that came by an update.
    """
    if not effect.was_there:
        _delete(cluster, effect.object)
    elif effect.object in earlier:
        live, before = read(cluster, effect.object), earlier[effect.object]
        if live is not None and is_others(effect, live):
            return _content(live) == _content(before)
        if again or live is not None:
            _replace(cluster, effect.object, before)
    return True


def noted(cluster: Cluster, found: Iterable[Effect], wishes: Iterable[Wanted]) -> tuple[Effect, ...]:
    """Note what wishes that were granted have become; raises ClusterError."""
    objects = {each.object for each in wishes if not each.later}
    return tuple(
        replace(each, made=_digest(live))
        if each.was_there and each.object in objects and (live := read(cluster, each.object)) is not None
        else each
        for each in found
    )


def is_others(effect: Effect, live: Body) -> bool:
    """Tell whether somebody else has changed an object since an effect was made."""
    return bool(effect.made) and _digest(live) != effect.made


def _digest(body: Body) -> str:
    text = json.dumps(_content(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _content(body: Body) -> Body:
    return {key: value for key, value in plain(body).items() if key != "metadata"}


def read(cluster: Cluster, target: ObjectId) -> Body | None:
    """Read an object; None where it, or its kind, is not there."""
    return lookups.find(cluster, target)


def plain(body: Body) -> Body:
    """Leave out what the server fills in."""
    meta = {key: value for key, value in body["metadata"].items() if key not in _OF_THE_SERVER}
    return {**{key: value for key, value in body.items() if key != "status"}, "metadata": meta}


def _replace(cluster: Cluster, target: ObjectId, body: Body) -> None:
    """Write an object whole over whatever it is at this moment."""
    for _ in range(_TRIES):
        live = read(cluster, target)
        try:
            if live is None:
                cluster.create(plain(body))
            elif plain(live) != plain(body):
                meta = {**plain(body)["metadata"], "resourceVersion": live["metadata"]["resourceVersion"]}
                cluster.update({**plain(body), "metadata": meta})
        except ClusterError as error:
            if error.kind not in {ErrorKind.CONFLICT, ErrorKind.EXISTS}:
                raise
        else:
            return
    message = f"{target} is changed again and again by others"
    raise ClusterError(ErrorKind.CONFLICT, message)


def _delete(cluster: Cluster, target: ObjectId) -> None:
    resource = cluster.resource(target.group, target.kind)
    if resource is not None:
        cluster.delete(resource, target.namespace, target.name)
