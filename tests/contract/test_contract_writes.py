"""Apply, create, update, merge and delete."""

from openstack_k8s_cli.apply.ports import Cluster, ErrorKind, FieldConflict
from openstack_k8s_cli.model.objects import get
from tests.contract.objects import (
    GROUP,
    THING,
    config_map,
    namespace_body,
    read,
    refused,
    resource_of,
    serve_things,
    thing,
    version_of,
)


def test_a_second_equal_apply_changes_nothing(cluster: Cluster, namespace: str) -> None:
    """Applying the same body twice leaves the resourceVersion as it is."""
    first = cluster.apply(config_map(namespace, a="1"))
    second = cluster.apply(config_map(namespace, a="1"))

    assert version_of(first.body) == version_of(second.body)
    assert first.body["metadata"]["uid"] == second.body["metadata"]["uid"]


def test_an_apply_changes_and_adds_values(cluster: Cluster, namespace: str) -> None:
    """A changed and a new leaf are written, and the version moves."""
    first = cluster.apply(config_map(namespace, a="1"))
    second = cluster.apply(config_map(namespace, a="2", b="3"))

    assert {"a": "2", "b": "3"} == second.body["data"]
    assert version_of(first.body) != version_of(second.body)


def test_a_leaf_left_out_goes(cluster: Cluster, namespace: str) -> None:
    """What a manager applied before and leaves out now is removed."""
    cluster.apply(config_map(namespace, a="1", b="2"))
    cluster.apply(config_map(namespace, a="1"))

    assert {"a": "1"} == get(read(cluster, config_map(namespace)) or {}, "data")


def test_a_leaf_left_out_stays_when_another_applied_it_too(cluster: Cluster, namespace: str) -> None:
    """A shared leaf lives until its last owner leaves it out."""
    cluster.apply(config_map(namespace, a="1", b="2"))
    cluster.apply(config_map(namespace, b="2"), manager="other")
    cluster.apply(config_map(namespace, a="1"))

    assert {"a": "1", "b": "2"} == get(read(cluster, config_map(namespace)) or {}, "data")


def test_what_others_wrote_stays(cluster: Cluster, namespace: str) -> None:
    """A leaf that osk never applied is not its to remove."""
    cluster.apply(config_map(namespace, a="1"))
    cluster.apply(config_map(namespace, z="26"), manager="other")
    cluster.apply(config_map(namespace, a="2"))

    assert {"a": "2", "z": "26"} == get(read(cluster, config_map(namespace)) or {}, "data")


def test_a_conflict_names_manager_and_field(cluster: Cluster, namespace: str) -> None:
    """Another manager's leaf is not overwritten, and the error says whose it is."""
    cluster.apply(config_map(namespace, a="1"), manager="other")

    with refused(ErrorKind.OWNED_FIELDS) as errors:
        cluster.apply(config_map(namespace, a="2"))
    assert (FieldConflict("other", ".data.a"),) == errors[0].conflicts
    assert not errors[0].retried


def test_force_takes_a_field_over(cluster: Cluster, namespace: str) -> None:
    """A forced apply writes the value, and the field is osk's from then on."""
    cluster.apply(config_map(namespace, a="1"), manager="other")
    cluster.apply(config_map(namespace, a="2"), force=True)

    assert {"a": "2"} == get(read(cluster, config_map(namespace)) or {}, "data")
    with refused(ErrorKind.OWNED_FIELDS) as errors:
        cluster.apply(config_map(namespace, a="1"), manager="other")
    assert (FieldConflict("osk", ".data.a"),) == errors[0].conflicts


def test_a_dry_run_tells_and_leaves_no_trace(cluster: Cluster, namespace: str) -> None:
    """A dry run gives the object as it would be."""
    would = cluster.apply(config_map(namespace, a="1"), dry_run=True)

    assert {"a": "1"} == would.body["data"]
    assert read(cluster, config_map(namespace)) is None
    cluster.create(config_map(namespace, a="1"), dry_run=True)
    assert read(cluster, config_map(namespace)) is None


def test_a_dry_run_of_no_change_keeps_the_version(cluster: Cluster, namespace: str) -> None:
    """An unchanged object is recognised by its resourceVersion under dry run."""
    live = cluster.apply(config_map(namespace, a="1"))
    same = cluster.apply(config_map(namespace, a="1"), dry_run=True)

    assert version_of(live.body) == version_of(same.body)
    assert live.body["data"] == same.body["data"]


def test_creating_what_exists_is_refused(cluster: Cluster, namespace: str) -> None:
    """A second create says EXISTS, which is never retried."""
    cluster.create(config_map(namespace, a="1"))

    with refused(ErrorKind.EXISTS) as errors:
        cluster.create(config_map(namespace, a="2"))
    assert not errors[0].retried


def test_an_update_wants_the_current_version(cluster: Cluster, namespace: str) -> None:
    """A stale resourceVersion is a conflict; the current one writes."""
    old = cluster.create(config_map(namespace, a="1")).body
    new = cluster.update({**old, "data": {"a": "2"}}).body

    assert {"a": "2"} == new["data"]
    with refused(ErrorKind.CONFLICT):
        cluster.update({**old, "data": {"a": "3"}})


def test_a_merge_sets_and_removes(cluster: Cluster, namespace: str) -> None:
    """A merge patch writes values, and removes those that are null."""
    cluster.apply(config_map(namespace, a="1", b="2"))
    resource = resource_of(cluster, "ConfigMap")
    merged = cluster.merge(resource, namespace, "settings", {"data": {"a": None, "c": "3"}})

    assert {"b": "2", "c": "3"} == merged.body["data"]
    with refused(ErrorKind.NOT_FOUND):
        cluster.merge(resource, namespace, "missing", {"data": {}})


def test_a_merge_may_carry_a_precondition(cluster: Cluster, namespace: str) -> None:
    """A resourceVersion in a merge patch must be the current one."""
    old = cluster.apply(config_map(namespace, a="1")).body
    cluster.apply(config_map(namespace, a="2"))
    patch = {"metadata": {"resourceVersion": version_of(old)}, "data": {"a": "3"}}

    with refused(ErrorKind.CONFLICT):
        cluster.merge(resource_of(cluster, "ConfigMap"), namespace, "settings", patch)


def test_delete_wants_the_right_uid(cluster: Cluster, namespace: str) -> None:
    """Another object of the same name is not deleted; deleting what is gone is no error."""
    body = cluster.apply(config_map(namespace, a="1")).body
    resource = resource_of(cluster, "ConfigMap")

    with refused(ErrorKind.CONFLICT):
        cluster.delete(resource, namespace, "settings", uid="another")
    assert cluster.delete(resource, namespace, "settings", uid=body["metadata"]["uid"])
    assert not cluster.delete(resource, namespace, "settings")


def test_unknown_fields_are_refused_by_path(cluster: Cluster, namespace: str) -> None:
    """A field that the schema does not declare fails at once, under apply as under create."""
    body = {**config_map(namespace, a="1"), "dataa": {"b": "2"}}

    for write in (cluster.apply, cluster.create):
        with refused(ErrorKind.UNKNOWN_FIELD) as errors:
            write(body)
        assert errors[0].message == "unknown field .dataa"
        assert not errors[0].retried


def test_namespaces_must_be_there(cluster: Cluster) -> None:
    """Writing into no namespace is an error of its own, which is retried; reading finds nothing."""
    body = config_map("contract-not-there", a="1")

    for write in (cluster.apply, cluster.create):
        with refused(ErrorKind.NAMESPACE_MISSING) as errors:
            write(body)
        assert errors[0].retried
    assert read(cluster, body) is None
    assert not cluster.delete(resource_of(cluster, "ConfigMap"), "contract-not-there", "settings")


def test_a_namespaced_body_needs_its_namespace(cluster: Cluster) -> None:
    """No default namespace is assumed."""
    body = config_map("", a="1")
    del body["metadata"]["namespace"]

    with refused(ErrorKind.INVALID):
        cluster.apply(body)


def test_string_data_becomes_data(cluster: Cluster, namespace: str) -> None:
    """A Secret's stringData is folded into its data."""
    meta = {"name": "secret", "namespace": namespace}
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"a": "1"}}
    made = cluster.create(body).body

    assert {"a": "MQ=="} == made["data"]
    assert "stringData" not in made


def test_a_kind_that_is_not_served_is_retried(cluster: Cluster, namespace: str) -> None:
    """A body of an unknown kind says NOT_SERVED."""
    body = {
        "apiVersion": "nowhere.example/v1",
        "kind": "Nothing",
        "metadata": {"name": "a", "namespace": namespace},
    }

    assert cluster.resource("nowhere.example", "Nothing") is None
    with refused(ErrorKind.NOT_SERVED) as errors:
        cluster.apply(body)
    assert errors[0].retried


def test_a_new_kind_is_served_after_a_refresh(cluster: Cluster, namespace: str) -> None:
    """A CRD's kind is found once discovery is asked again."""
    serve_things(cluster, namespace)
    found = resource_of(cluster, THING, GROUP)

    assert ("things", "v1", True) == (found.plural, found.version, found.namespaced)
    assert found in cluster.resources()


def test_generation_follows_the_spec(cluster: Cluster, namespace: str) -> None:
    """Only a change of the spec raises the generation."""
    serve_things(cluster, namespace)
    first = cluster.apply(thing(namespace, size=1)).body
    labelled = thing(namespace, size=1)
    labelled["metadata"]["labels"] = {"a": "b"}
    second = cluster.apply(labelled).body
    third = cluster.apply(thing(namespace, size=2)).body

    assert [1, 1, 2] == [each["metadata"]["generation"] for each in (first, second, third)]
    assert "labels" not in third["metadata"]


def test_a_status_is_not_written_with_the_spec(cluster: Cluster, namespace: str) -> None:
    """The status of a kind with a status door is its controller's alone."""
    serve_things(cluster, namespace)
    made = cluster.create({**thing(namespace, size=1), "status": {"phase": "Fine"}}).body
    applied = cluster.apply(thing(namespace, size=2), force=True).body

    assert "status" not in made
    assert "status" not in applied


def test_lists_are_one_value_and_maps_merge(cluster: Cluster, namespace: str) -> None:
    """Two managers may share a map, not a list."""
    serve_things(cluster, namespace)
    cluster.apply(thing(namespace, sizes=[1, 2], settings={"a": "1"}), manager="other")
    shared = cluster.apply(thing(namespace, settings={"b": "2"})).body

    assert {"a": "1", "b": "2"} == shared["spec"]["settings"]
    with refused(ErrorKind.OWNED_FIELDS) as errors:
        cluster.apply(thing(namespace, sizes=[3]))
    assert (FieldConflict("other", ".spec.sizes"),) == errors[0].conflicts


def test_a_map_emptied_by_apply(cluster: Cluster, namespace: str) -> None:
    """A map whose last leaf was left out goes with it."""
    serve_things(cluster, namespace)
    cluster.apply(thing(namespace, size=1, settings={"a": "1"}))
    left = cluster.apply(thing(namespace, size=1)).body

    assert {"size": 1} == left["spec"]


def test_a_merge_by_osk_is_another_manager_than_its_apply(cluster: Cluster, namespace: str) -> None:
    """What osk wrote by merge patch conflicts with what it applies later."""
    cluster.apply(config_map(namespace, a="1"))
    cluster.merge(resource_of(cluster, "ConfigMap"), namespace, "settings", {"data": {"a": "2"}})

    with refused(ErrorKind.OWNED_FIELDS):
        cluster.apply(config_map(namespace, a="1"))


def test_requests_are_counted(cluster: Cluster, namespace: str) -> None:
    """Each request counts under its verb and kind."""
    before = cluster.requests()
    cluster.apply(config_map(namespace, a="1"))
    cluster.apply(config_map(namespace, a="1"), dry_run=True)
    cluster.apply(namespace_body(namespace))
    after = cluster.requests()

    grown = {what: count - before.get(what, 0) for what, count in after.items()}
    assert grown["apply ConfigMap"] == 1
    assert grown["apply (dry run) ConfigMap"] == 1
    assert grown["apply Namespace"] == 1
