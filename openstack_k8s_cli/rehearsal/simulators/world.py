"""What the simulators know of the cluster: the objects they watch, and who looked at which of them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of

Key = Hashable
"""Something that a controller looked at: an object, a name, all objects of a kind or those that name another, or whether a kind is served."""


def _of_kind(group: str, kind: str) -> Key:
    return ("kind", group, kind)


def _named(group: str, kind: str, name: str) -> Key:
    return ("named", group, kind, name)


def _naming(group: str, kind: str, namespace: str, name: str) -> Key:
    return ("naming", group, kind, namespace, name)


def named_node_sets(body: Body) -> frozenset[str]:
    """Give the node sets that a deployment is for."""
    return frozenset(str(each) for each in get(body, "spec", "nodeSets") or ())


def served(group: str, kind: str) -> Key:
    """Give the key under which it is noted that somebody asked whether a kind is served."""
    return ("served", group, kind)


def owners(body: Body) -> Iterator[tuple[str, str, str, str]]:
    """Walk over the owners: api version, kind, name, uid."""
    for each in get(body, "metadata", "ownerReferences") or ():
        yield each["apiVersion"], each["kind"], each["name"], each["uid"]


@dataclass(slots=True)
class Claims:
    """Whose each address of a namespace is: chosen, and known before the cluster tells of it."""

    holders: dict[int, str] = field(default_factory=dict)
    chosen: dict[tuple[str, str], str] = field(default_factory=dict)
    """By holder and network."""
    starts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By subnet the range and the number before which nothing is free."""

    def free(self, number: int) -> None:
        """Let an address be anybody's again."""
        del self.holders[number]
        self.starts.clear()


@dataclass(slots=True)
class World:
    """The last known state of every watched object."""

    kinds: frozenset[tuple[str, str]] = frozenset()
    """Group and kind of what the API server serves."""
    claims: dict[str, Claims] = field(default_factory=lambda: defaultdict(Claims))
    """By namespace."""
    _bodies: dict[ObjectId, Body] = field(default_factory=dict)
    _by_kind: dict[tuple[str, str], set[ObjectId]] = field(default_factory=lambda: defaultdict(set))
    _by_name: dict[tuple[str, str, str], set[ObjectId]] = field(default_factory=lambda: defaultdict(set))
    _by_owner: dict[str, set[ObjectId]] = field(default_factory=lambda: defaultdict(set))

    def put(self, body: Body) -> tuple[Key, ...]:
        """Learn an object's state; give the keys that it concerns."""
        target = id_of(body)
        self._forget_owners(target)
        self._bodies[target] = body
        self._by_kind[target.group, target.kind].add(target)
        self._by_name[target.group, target.kind, target.name].add(target)
        for *_, uid in owners(body):
            self._by_owner[uid].add(target)
        return self._keys(target, body)

    def drop(self, target: ObjectId) -> tuple[Key, ...]:
        """Learn that an object is gone; give the keys that it concerns."""
        self._forget_owners(target)
        body = self._bodies.pop(target, None)
        self._by_kind[target.group, target.kind].discard(target)
        self._by_name[target.group, target.kind, target.name].discard(target)
        return self._keys(target, body or {})

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

    def of_name(self, group: str, kind: str, name: str) -> Iterator[Body]:
        for target in sorted(self._by_name.get((group, kind, name), ())):
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
    def _keys(target: ObjectId, body: Body) -> tuple[Key, ...]:
        return (
            target,
            _of_kind(target.group, target.kind),
            _named(target.group, target.kind, target.name),
            *(_naming(target.group, target.kind, target.namespace, each) for each in named_node_sets(body)),
        )


class View:
    """The world through the eyes of one controller pass: every look is noted, so that a change wakes it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: set[Key] = set()
        self._made: dict[tuple[int, int], tuple[Body, ...]] = {}

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
        return next(self._world.of_name(group, kind, name), None)

    def all(self, group: str, kind: str, namespace: str | None = None) -> tuple[Body, ...]:
        """Look at all objects of a kind."""
        self._seen.add(_of_kind(group, kind))
        return tuple(
            each
            for each in self._world.of_kind(group, kind)
            if namespace is None or each["metadata"].get("namespace") == namespace
        )

    def naming(self, group: str, kind: str, namespace: str, name: str) -> tuple[Body, ...]:
        """Look at the objects of a kind that are for a node set."""
        self._seen.add(_naming(group, kind, namespace, name))
        return tuple(
            each
            for each in self._world.of_kind(group, kind)
            if each["metadata"].get("namespace") == namespace and name in named_node_sets(each)
        )

    def made(self, makes: Callable[[Body, "View"], Iterable[Body]], body: Body) -> tuple[Body, ...]:
        """Give what a controller makes for an object: the same throughout a pass."""
        key = (id(makes), id(body))
        if key not in self._made:
            self._made[key] = tuple(makes(body, self))
        return self._made[key]

    def claims(self, namespace: str) -> Claims:
        """Give the addresses that are chosen in a namespace, by whom; who chooses one notes it there."""
        return self._world.claims[namespace]

    def serves(self, group: str, kind: str) -> bool:
        """Ask whether a kind is served."""
        self._seen.add(served(group, kind))
        return (group, kind) in self._world.kinds

    def owned(self, uid: str) -> tuple[Body, ...]:
        """Look at what an object owns; changes of those wake their owner anyway."""
        return self._world.owned(uid)
