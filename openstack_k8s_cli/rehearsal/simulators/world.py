"""What the simulators know of the cluster: the objects they watch, and who looked at which of them."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of

Key = Hashable
"""Something that a controller looked at: an object, a name, all objects of a kind, or whether a kind is served."""


def _of_kind(group: str, kind: str) -> Key:
    return ("kind", group, kind)


def _named(group: str, kind: str, name: str) -> Key:
    return ("named", group, kind, name)


def served(group: str, kind: str) -> Key:
    """Give the key under which it is noted that somebody asked whether a kind is served."""
    return ("served", group, kind)


def owners(body: Body) -> Iterator[tuple[str, str, str, str]]:
    """Walk over the owners: api version, kind, name, uid."""
    for each in get(body, "metadata", "ownerReferences") or ():
        yield each["apiVersion"], each["kind"], each["name"], each["uid"]


@dataclass(slots=True)
class World:
    """The last known state of every watched object."""

    kinds: frozenset[tuple[str, str]] = frozenset()
    """Group and kind of what the API server serves."""
    claims: dict[str, dict[int, str]] = field(default_factory=dict)
    """By namespace, whose each address is: chosen, and known before the cluster tells of it."""
    _bodies: dict[ObjectId, Body] = field(default_factory=dict)
    _by_kind: dict[tuple[str, str], set[ObjectId]] = field(default_factory=lambda: defaultdict(set))
    _by_owner: dict[str, set[ObjectId]] = field(default_factory=lambda: defaultdict(set))

    def put(self, body: Body) -> tuple[Key, ...]:
        """Learn an object's state; give the keys that it concerns."""
        target = id_of(body)
        self._forget_owners(target)
        self._bodies[target] = body
        self._by_kind[target.group, target.kind].add(target)
        for *_, uid in owners(body):
            self._by_owner[uid].add(target)
        return self._keys(target)

    def drop(self, target: ObjectId) -> tuple[Key, ...]:
        """Learn that an object is gone; give the keys that it concerns."""
        self._forget_owners(target)
        self._bodies.pop(target, None)
        self._by_kind[target.group, target.kind].discard(target)
        return self._keys(target)

    def drop_kind(self, group: str, kind: str) -> tuple[ObjectId, ...]:
        """Forget all objects of a kind that is no longer served."""
        gone = tuple(self._by_kind.pop((group, kind), ()))
        for target in gone:
            self.drop(target)
        return gone

    def get(self, target: ObjectId) -> Body | None:
        return self._bodies.get(target)

    def of_kind(self, group: str, kind: str) -> Iterator[Body]:
        for target in sorted(self._by_kind.get((group, kind), ())):
            yield self._bodies[target]

    def owned(self, uid: str) -> tuple[Body, ...]:
        """List what an object owns."""
        return tuple(self._bodies[target] for target in sorted(self._by_owner.get(uid, ())))

    def _forget_owners(self, target: ObjectId) -> None:
        before = self._bodies.get(target)
        if before is not None:
            for *_, uid in owners(before):
                self._by_owner[uid].discard(target)

    @staticmethod
    def _keys(target: ObjectId) -> tuple[Key, ...]:
        return (
            target,
            _of_kind(target.group, target.kind),
            _named(target.group, target.kind, target.name),
        )


class View:
    """The world through the eyes of one controller pass: every look is noted, so that a change wakes it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: set[Key] = set()

    @property
    def seen(self) -> AbstractSet[Key]:
        return self._seen

    def get(self, target: ObjectId) -> Body | None:
        """Look at one object."""
        self._seen.add(target)
        return self._world.get(target)

    def named(self, group: str, kind: str, name: str) -> Body | None:
        """Look for an object of a name in whichever namespace."""
        self._seen.add(_named(group, kind, name))
        return next(
            (each for each in self._world.of_kind(group, kind) if each["metadata"]["name"] == name), None
        )

    def all(self, group: str, kind: str, namespace: str | None = None) -> tuple[Body, ...]:
        """Look at all objects of a kind."""
        self._seen.add(_of_kind(group, kind))
        return tuple(
            each
            for each in self._world.of_kind(group, kind)
            if namespace is None or each["metadata"].get("namespace") == namespace
        )

    def claims(self, namespace: str) -> dict[int, str]:
        """Give the addresses that are chosen in a namespace, by whom; who chooses one notes it there."""
        return self._world.claims.setdefault(namespace, {})

    def serves(self, group: str, kind: str) -> bool:
        """Ask whether a kind is served."""
        self._seen.add(served(group, kind))
        return (group, kind) in self._world.kinds

    def owned(self, uid: str) -> tuple[Body, ...]:
        """Look at what an object owns; changes of those wake their owner anyway."""
        return self._world.owned(uid)
