"""What the watches have said, so that old news never replaces new."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from openstack_k8s_cli.apply.changes import version_of
from openstack_k8s_cli.apply.following import Changed, Key, Listed, News, Unheard
from openstack_k8s_cli.apply.messages import Seen
from openstack_k8s_cli.apply.ports import Listing
from openstack_k8s_cli.model.objects import Body, ObjectId


@dataclass(slots=True)
class Cache:
    """Objects by watch; only the driver's thread touches it."""

    bodies: dict[Key, dict[str, Body]] = field(default_factory=dict)
    versions: dict[ObjectId, int] = field(default_factory=dict)
    written: dict[ObjectId, Body] = field(default_factory=dict)
    """What writes gave back; it holds until a watch knows better."""
    notes: dict[Key, Unheard] = field(default_factory=dict)
    """Why a kind could not be listed."""

    def take(self, news: News, wanted: Collection[ObjectId]) -> Iterator[Seen]:
        """Take news in; give what it says of the wanted objects."""
        if isinstance(news, Unheard):
            if news.key not in self.bodies and self.notes.get(news.key) != news:
                self.notes[news.key] = news
                yield from (_unheard(each, news) for each in wanted if Key.of(each) == news.key)
        elif isinstance(news, Listed):
            self._take_listing(news.key, news.listing)
            for each in wanted:
                if Key.of(each) == news.key:
                    yield self._seen(each)
        elif (target := self._take_change(news)) in wanted:
            yield self._seen(target)

    def note(self, target: ObjectId, body: Body) -> None:
        """Remember an object as a write gave it back."""
        if version_of(body) >= self.versions.get(target, 0):
            self.versions[target] = version_of(body)
            self.written[target] = body

    def current(self, target: ObjectId) -> Seen | None:
        """Give an object as last seen; None: its kind was not listed yet."""
        key = Key.of(target)
        if key in self.bodies:
            return self._seen(target)
        return _unheard(target, self.notes[key]) if key in self.notes else None

    def drop(self, key: Key) -> None:
        """Forget a kind that is not watched any more."""
        self.bodies.pop(key, None)
        self.notes.pop(key, None)

    def _seen(self, target: ObjectId) -> Seen:
        written = self.written.get(target)
        if written is not None and version_of(written) == self.versions.get(target, 0):
            return Seen(target, written)
        return Seen(target, self.bodies[Key.of(target)].get(target.name))

    def _take_listing(self, key: Key, listing: Listing) -> None:
        held = self.bodies.setdefault(key, {})
        self.notes.pop(key, None)
        at = int(listing.resource_version) if listing.resource_version.isdigit() else 0
        listed = {body["metadata"]["name"]: body for body in listing.items}
        known = held.keys() | {target.name for target in self.written if Key.of(target) == key}
        for name in known - listed.keys():
            if self.versions.get(_id(key, name), 0) <= at or not at:
                held.pop(name, None)
                self.written.pop(_id(key, name), None)
        for name, body in listed.items():
            self._keep(key, name, body)

    def _take_change(self, news: Changed) -> ObjectId:
        body = news.event.body
        name = body["metadata"]["name"]
        target = _id(news.key, name)
        if news.event.kind != "deleted":
            self._keep(news.key, name, body)
        elif not version_of(body) or version_of(body) >= self.versions.get(target, 0):
            self.versions[target] = version_of(body)
            self.written.pop(target, None)
            self.bodies.setdefault(news.key, {}).pop(name, None)
        return target

    def _keep(self, key: Key, name: str, body: Body) -> None:
        target = _id(key, name)
        version = version_of(body)
        if version and version < self.versions.get(target, 0):
            return
        self.versions[target] = version
        meta = {field: value for field, value in body["metadata"].items() if field != "managedFields"}
        self.bodies.setdefault(key, {})[name] = {**body, "metadata": meta}


def _unheard(target: ObjectId, news: Unheard) -> Seen:
    return Seen(target, None, news.why, unknown=not news.absent)


def _id(key: Key, name: str) -> ObjectId:
    return ObjectId(key.group, key.kind, key.namespace, name)
