"""Watches that live through everything."""

import queue
from typing import Any

from openstack_k8s_cli.apply.following import Changed, Followers, Key, Listed, News, Unheard
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.apply.served import Served
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import THING, Ticking, cluster

KEY = Key("example.org", "Thing", "cloud")
PATIENCE = 60.0


class Ear:
    """Follows one kind and hands its news over."""

    def __init__(self, over: FakeCluster) -> None:
        self.news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.followers = Followers(over, Served(over, Ticking()), self.news.put, pause=0.001)
        self.followers.follow(KEY)

    def next(self, kind: type[Any]) -> Any:
        """Give the next news of a sort."""
        while not isinstance(news := self.news.get(timeout=PATIENCE), kind):
            pass
        return news


def put(over: FakeCluster, name: str) -> None:
    """Make a Thing."""
    meta = {"name": name, "namespace": "cloud"}
    over.put({"apiVersion": "example.org/v1", "kind": "Thing", "metadata": meta})


def test_one_list_and_one_watch_serve_a_kind() -> None:
    """A kind is listed once, then watched; asking again starts nothing."""
    over = cluster(ready=False)
    ear = Ear(over)
    ear.next(Listed)
    put(over, "one")

    assert ear.next(Changed).event.body["metadata"]["name"] == "one"
    assert ear.followers.follow(KEY) is False
    assert over.requests()["list Thing"] == 1
    ear.followers.close()


def test_forgotten_version_is_listed_anew() -> None:
    """When the server has forgotten the version (410) the kind is listed again."""
    over = cluster(ready=False)
    over.fail(ClusterError(ErrorKind.GONE, "too old", status=410), verb="watch")
    ear = Ear(over)

    assert isinstance(ear.next(Listed), Listed)
    assert isinstance(ear.next(Listed), Listed)
    ear.followers.close()


def test_broken_watch_is_taken_up_again() -> None:
    """An outage is told, and once the server is back the kind is listed and watched again."""
    over = cluster(ready=False)
    ear = Ear(over)
    ear.next(Listed)
    over.go_down()
    why = ear.next(Unheard).why
    put(over, "one")
    over.come_back()

    listing = ear.next(Listed).listing
    assert why
    assert [each["metadata"]["name"] for each in listing.items] == ["one"]
    ear.followers.close()


def test_kind_that_comes_late_is_waited_for() -> None:
    """A kind that is not served says so, and is listed when it comes."""
    over = FakeCluster()
    ear = Ear(over)
    why = ear.next(Unheard).why
    over.serve(THING)
    over.refresh()

    assert "not served yet" in why
    assert ear.next(Listed).listing.items == ()
    ear.followers.close()


def test_unneeded_watch_is_ended() -> None:
    """Only what someone waits for stays watched."""
    ear = Ear(cluster(ready=False))
    ear.next(Listed)

    assert ear.followers.keep([]) == (KEY,)
    assert ear.followers.keys == ()
