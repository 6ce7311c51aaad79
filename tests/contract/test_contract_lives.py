"""Lists, watches, finalizers, owners and namespaces on their way out."""

import threading

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, WatchEvent
from openstack_k8s_cli.model.objects import Body
from tests.contract.objects import (
    config_map,
    namespace_body,
    read,
    refused,
    resource_of,
    version_of,
    wait_for,
)


def _kept(namespace: str, name: str = "settings") -> Body:
    body = config_map(namespace, name, a="1")
    body["metadata"]["finalizers"] = ["contract.osk.openstack.org/hold"]
    return body


def _named(body: Body) -> str:
    name: str = body["metadata"]["name"]
    return name


def test_a_list_has_whole_objects(cluster: Cluster, namespace: str) -> None:
    """Items say their kind and apiVersion, and labels select among them."""
    marked = config_map(namespace, "marked", a="1")
    marked["metadata"]["labels"] = {"colour": "red"}
    cluster.apply(marked)
    cluster.apply(config_map(namespace, "plain", a="1"))
    resource = resource_of(cluster, "ConfigMap")

    assert {"marked", "plain"} <= {_named(each) for each in cluster.list(resource, namespace).items}
    (only,) = cluster.list(resource, namespace, labels="colour=red").items
    assert ("v1", "ConfigMap", "marked") == (only["apiVersion"], only["kind"], _named(only))
    assert "marked" in {_named(each) for each in cluster.list(resource, labels="colour=red").items}


def test_a_watch_goes_on_from_a_list(cluster: Cluster, namespace: str) -> None:
    """Nothing between a list and its watch is lost, and events come in order."""
    resource = resource_of(cluster, "ConfigMap")
    since = cluster.list(resource, namespace).resource_version
    cluster.apply(config_map(namespace, a="1"))
    cluster.apply(config_map(namespace, a="2"))
    cluster.delete(resource, namespace, "settings")
    events = wait_for(cluster, resource, namespace, lambda event: event.kind == "deleted", since)

    ours = [event for event in events if event.kind != "bookmark" and _named(event.body) == "settings"]
    assert ["added", "modified", "deleted"] == [event.kind for event in ours]
    assert ["1", "2", "2"] == [event.body["data"]["a"] for event in ours]


def test_a_closed_watch_ends_its_reader(cluster: Cluster, namespace: str) -> None:
    """Closing from another thread ends the iteration without an error."""
    resource = resource_of(cluster, "Secret")
    watch = cluster.watch(resource, namespace, cluster.list(resource, namespace).resource_version)
    ended: list[str] = []

    def follow() -> None:
        try:
            for _ in watch:
                pass
            ended.append("quietly")
        except ClusterError as error:
            ended.append(error.message)

    reader = threading.Thread(target=follow)
    reader.start()
    watch.close()
    watch.close()
    reader.join()

    assert ["quietly"] == ended


def test_a_watch_may_be_closed_before_it_is_read(cluster: Cluster, namespace: str) -> None:
    """A watch that was closed first has no events."""
    resource = resource_of(cluster, "ConfigMap")
    since = cluster.list(resource, namespace).resource_version
    cluster.apply(config_map(namespace, a="1"))
    watch = cluster.watch(resource, namespace, since)
    watch.close()

    assert [] == list(watch)


def test_a_watch_of_all_namespaces(cluster: Cluster, namespace: str) -> None:
    """An empty namespace means all of them."""
    resource = resource_of(cluster, "ConfigMap")
    since = cluster.list(resource).resource_version
    cluster.apply(config_map(namespace, "everywhere", a="1"))

    def ours(event: WatchEvent) -> bool:
        return event.kind == "added" and _named(event.body) == "everywhere"

    assert ours(wait_for(cluster, resource, "", ours, since)[-1])


def test_a_finalizer_holds_an_object(cluster: Cluster, namespace: str) -> None:
    """Deletion marks the object, and its last finalizer lets it go."""
    cluster.apply(_kept(namespace))
    resource = resource_of(cluster, "ConfigMap")

    assert cluster.delete(resource, namespace, "settings")
    held = read(cluster, config_map(namespace))
    assert held is not None
    assert "deletionTimestamp" in held["metadata"]
    cluster.merge(resource, namespace, "settings", {"metadata": {"finalizers": None}})
    assert read(cluster, config_map(namespace)) is None


def test_the_owned_go_with_their_owner(cluster: Cluster, namespace: str) -> None:
    """Garbage collection deletes what a deleted object owned."""
    owner = cluster.apply(config_map(namespace, "owner", a="1")).body
    owned = config_map(namespace, "owned", a="1")
    reference = {key: owner[key] for key in ("apiVersion", "kind")}
    owned["metadata"]["ownerReferences"] = [{**reference, "name": "owner", "uid": owner["metadata"]["uid"]}]
    cluster.apply(owned)
    resource = resource_of(cluster, "ConfigMap")
    since = cluster.list(resource, namespace).resource_version
    cluster.delete(resource, namespace, "owner")

    def gone(event: WatchEvent) -> bool:
        return event.kind == "deleted" and _named(event.body) == "owned"

    assert gone(wait_for(cluster, resource, namespace, gone, since)[-1])


def test_a_namespace_goes_with_all_that_is_in_it(cluster: Cluster) -> None:
    """While something holds it, nothing new comes in; then it is gone."""
    name = "contract-ending"
    cluster.apply(namespace_body(name))
    cluster.apply(_kept(name))
    namespaces, maps = resource_of(cluster, "Namespace"), resource_of(cluster, "ConfigMap")
    since = cluster.list(namespaces).resource_version
    cluster.delete(namespaces, "", name)

    with refused(ErrorKind.NAMESPACE_TERMINATING) as errors:
        cluster.create(config_map(name, "late", a="1"))
    assert errors[0].retried
    cluster.merge(maps, name, "settings", {"metadata": {"finalizers": None}})

    def gone(event: WatchEvent) -> bool:
        return event.kind == "deleted" and _named(event.body) == name

    assert gone(wait_for(cluster, namespaces, "", gone, since)[-1])
    assert read(cluster, config_map(name)) is None


def test_reading_what_is_not_there(cluster: Cluster, namespace: str) -> None:
    """A missing object is None, not an error."""
    assert read(cluster, config_map(namespace, "missing")) is None
    assert version_of(read(cluster, namespace_body(namespace)))


def test_a_watch_selects_by_labels(cluster: Cluster, namespace: str) -> None:
    """Objects without the label are none of its business."""
    resource = resource_of(cluster, "ConfigMap")
    since = cluster.list(resource, namespace).resource_version
    watch = cluster.watch(resource, namespace, since, labels="colour=red")
    cluster.apply(config_map(namespace, "plain", a="1"))
    marked = config_map(namespace, "marked", a="1")
    marked["metadata"]["labels"] = {"colour": "red"}
    cluster.apply(marked)
    event = next(each for each in watch if each.kind != "bookmark")
    watch.close()

    assert ("added", "marked") == (event.kind, _named(event.body))


def test_a_log_needs_its_pod(cluster: Cluster, namespace: str) -> None:
    """Following the log of a pod that is not there says so."""
    with refused(ErrorKind.NOT_FOUND):
        list(cluster.follow_logs(namespace, "missing"))


def test_a_command_needs_its_pod(cluster: Cluster, namespace: str) -> None:
    """A command in a pod that is not there says so."""
    with refused(ErrorKind.NOT_FOUND):
        cluster.exec(namespace, "missing", ("true",))
