"""News of watches in any order."""

from typing import Any

from openstack_k8s_cli.apply.cache import Cache
from openstack_k8s_cli.apply.following import Changed, Key, Listed, Unheard
from openstack_k8s_cli.apply.messages import Seen
from openstack_k8s_cli.apply.ports import Listing, WatchEvent
from openstack_k8s_cli.model.objects import Body
from tests.unit.apply.plans import thing_id

KEY = Key("example.org", "Thing", "cloud")
ONE = thing_id("one")


def body(version: int, name: str = "one", **rest: Any) -> Body:
    """Make a Thing at a version."""
    return {"metadata": {"name": name, "namespace": "cloud", "resourceVersion": str(version)}, **rest}


def listed(version: int, *bodies: Body) -> Listed:
    """Make a listing."""
    return Listed(KEY, Listing(bodies, str(version)))


def changed(kind: Any, version: int) -> Changed:
    """Make one line of a watch."""
    return Changed(KEY, WatchEvent(kind, body(version)))


def versions(cache: Cache, *news: Any) -> list[str | None]:
    """Take news in; give the version each says the Thing is at."""
    return [
        seen.body["metadata"]["resourceVersion"] if seen.body else None
        for each in news
        for seen in cache.take(each, {ONE})
    ]


def test_only_the_wanted_is_told() -> None:
    """Of a listing only what someone waits for is passed on, be it there or not."""
    cache = Cache()

    assert list(cache.take(listed(5, body(3, "other")), {ONE})) == [Seen(ONE, None)]
    assert cache.current(thing_id("other")) == Seen(thing_id("other"), body(3, "other"))


def test_old_news_never_replaces_new() -> None:
    """A listing or event of before a newer event changes nothing."""
    assert versions(Cache(), changed("added", 9), listed(5, body(4)), changed("modified", 8)) == [
        "9",
        "9",
        "9",
    ]


def test_listing_from_before_a_write_does_not_hide_it() -> None:
    """What a write gave back holds although a listing that is older has not got it."""
    cache = Cache()
    cache.note(ONE, body(9))

    assert versions(cache, listed(8), listed(10)) == ["9", None]


def test_deletion_holds_against_older_news() -> None:
    """After a deletion only a newer object of the name counts."""
    assert versions(
        Cache(), changed("added", 3), changed("deleted", 7), changed("modified", 5), changed("added", 8)
    ) == [
        "3",
        None,
        None,
        "8",
    ]


def test_kind_that_cannot_be_listed_says_why_once() -> None:
    """Until its first listing a kind's trouble is passed on when it changes; afterwards an outage is no news."""
    cache = Cache()
    first = [list(cache.take(Unheard(KEY, "not served yet"), {ONE})) for _ in range(2)]
    list(cache.take(listed(1), {ONE}))

    assert first == [[Seen(ONE, None, "not served yet", unknown=True)], []]
    assert list(cache.take(Unheard(KEY, "connection refused"), {ONE})) == []


def test_kind_that_is_surely_not_served_has_no_objects() -> None:
    """Only of a kind that is known to be absent its objects are known to be."""
    cache = Cache()

    assert list(cache.take(Unheard(KEY, "not served", absent=True), {ONE})) == [Seen(ONE, None, "not served")]
    assert cache.current(ONE) == Seen(ONE, None, "not served")


def test_managed_fields_are_not_kept() -> None:
    """What no rule reads takes no memory."""
    cache = Cache()
    heavy = body(1)
    heavy["metadata"]["managedFields"] = [{}]
    list(cache.take(listed(1, heavy), ()))

    assert cache.current(ONE) == Seen(ONE, body(1))
