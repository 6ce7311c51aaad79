"""Objects against their schemas: what a strict API server refuses, and nothing that it accepts."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.validation import objects
from openstack_k8s_cli.validation.findings import Item, Wrong, written
from openstack_k8s_cli.validation.schemas import Schemas
from tests.unit.validation.samples import body

FORMATS = {
    "date": ("2026-08-01", "2026-8-1"),
    "duration": ("1h30m", "soon"),
    "hostname": ("api.example.org", "not_one.example"),
    "uri": ("https://example.org/a b", "example.org"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567"),
    "mac": ("52:54:00:00:00:01", "52:54:00"),
    "ipv4": ("10.0.0.1", "10.0.0.256"),
    "ipv6": ("fd00::1", "fd00:::1"),
    "cidr": ("10.0.0.0/8", "10.0.0.0"),
    "date-time": ("2026-08-01T10:00:00Z", "2026-08-01"),
}
"""By format, what a server takes and what it refuses."""
PROPERTIES: dict[str, Any] = {
    "size": {"type": "integer", "minimum": 1, "maximum": 9, "format": "int32"},
    "mode": {"type": "string", "enum": ["on", "off"]},
    "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
    "port": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "note": {"type": "string", "nullable": True},
    "at": {"type": "object", "properties": {name: {"type": "string", "format": name} for name in FORMATS}},
    "since": {"type": "string", "format": "date-time"},
    "route": {"type": "object", "properties": {"metadata": {"type": "object", "properties": {}}}},
    "list": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {"key": {"type": "string"}}},
             "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"]},
    "object": {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
    "never": {"not": {"type": "string", "pattern": "^x"}},
    "passwordSelector": {"type": "string"},
    "either": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}},
               "anyOf": [{"required": ["z"]}, {"properties": {"a": {"required": ["b"]}}}]},
    "must": {"type": "object", "required": ["a", "b"],
             "properties": {"a": {"type": "string"}, "b": {"type": "string", "default": "x"}}},
    "several": {"type": "object", "required": ["map"],
                "properties": {"map": {"type": "object", "additionalProperties": {"type": "string"}}}},
}  # fmt: skip


def definition(kind: str, plural: str, group: str, scope: str = "Namespaced") -> Body:
    """Make a CRD."""
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": PROPERTIES}}}
    names = {"kind": kind, "plural": plural}
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    spec = {"group": group, "names": names, "scope": scope, "versions": [version]}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


SCHEMAS = Schemas(
    [
        definition("Thing", "things", "x.org"),
        definition("Globe", "globes", "x.org", "Cluster"),
        definition("Heat", "heats", "heat.openstack.org"),
    ]
)


def check(made: Body, *, twice: tuple[Any, ...] = ()) -> list[Wrong]:
    """Check one object."""
    return list(objects.check(Item(id_of(made), made, twice=twice), SCHEMAS))


def thing(**spec: Any) -> Body:
    """Make an object of a kind without a webhook."""
    return body("x.org/v1", "Thing", "a", spec=spec)


def pod(**spec: Any) -> Body:
    """Make a Pod."""
    containers = [{"name": "a", **spec}]
    return body("v1", "Pod", "a", spec={"containers": containers})


CASES: list[tuple[Body, str, str]] = [
    (thing(sise=1), "spec.sise", "OSK0801"),
    (thing(passwordSelectors=None), "spec.passwordSelectors", "OSK0801"),
    (thing(route={"a.b/c": "60s"}), 'spec.route["a.b/c"]', "OSK0801"),
    (pod(imagee="x"), "spec.containers[0].imagee", "OSK0801"),
    (thing(size="3"), "spec.size", "OSK0802"),
    (thing(size=True), "spec.size", "OSK0802"),
    (thing(name=3), "spec.name", "OSK0802"),
    (thing(labels={"a": 1}), "spec.labels.a", "OSK0802"),
    (thing(port=True), "spec.port", "OSK0802"),
    (thing(list=[None]), "spec.list[0]", "OSK0802"),
    (pod(ports="80"), "spec.containers[0].ports", "OSK0802"),
    (body("v1", "ConfigMap", "a", data={"n": 1}), "data.n", "OSK0802"),
    (thing(must={}), "spec.must.a", "OSK0803"),
    (thing(must={"a": None}), "spec.must.a", "OSK0803"),
    (thing(object={"kind": "A"}), "spec.object.apiVersion", "OSK0803"),
    (body("v1", "Pod", "a", spec={}), "spec.containers", "OSK0803"),
    (body("v1", "Secret", "a", type="kubernetes.io/tls", data={"tls.crt": ""}), 'data["tls.key"]', "OSK0803"),
    (thing(size=10), "spec.size", "OSK0804"),
    (thing(size=0), "spec.size", "OSK0804"),
    (thing(mode="up"), "spec.mode", "OSK0804"),
    (thing(name="ABC"), "spec.name", "OSK0804"),
    (thing(name="abcdef"), "spec.name", "OSK0804"),
    (thing(since="yesterday"), "spec.since", "OSK0804"),
    (thing(list=[]), "spec.list", "OSK0804"),
    (thing(list=[{"key": "a"}, {"key": "a"}]), "spec.list", "OSK0804"),
    (thing(never="xyz"), "spec.never", "OSK0804"),
    (thing(either={"a": {}}), "spec.either", "OSK0804"),
    (pod(resources={"limits": {"memory": "5 apples"}}), "spec.containers[0].resources.limits.memory", "OSK0804"),
    (body("v1", "Secret", "a", data={"key": "CHANGEME!"}), "data.key", "OSK0805"),
    (body("v1", "ConfigMap", "a", binaryData={"key": "abc"}), "binaryData.key", "OSK0805"),
    (body("x.org/v1", "Thing", "Upper_Case"), "metadata.name", "OSK0806"),
    (body("v1", "Namespace", "a.b", namespace=""), "metadata.name", "OSK0806"),
    (body("x.org/v1", "Thing", "a", namespace="not.a.label"), "metadata.namespace", "OSK0806"),
    (body("v1", "Secret", "a", data={"a/b": ""}), 'data["a/b"]', "OSK0806"),
    (body("x.org/v2", "Thing", "a"), "apiVersion", "OSK0808"),
    (body("x.org/v1", "Thingy", "a"), "kind", "OSK0808"),
    (body("y.org/v1", "Other", "a"), "kind", "OSK0809"),
    (body("x.org/v1", "Globe", "a", namespace="openstack"), "metadata.namespace", "OSK0865"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "path", "code"), CASES, ids=[f"{at}-{each[2]}" for at, each in enumerate(CASES)]
)
def test_what_a_server_refuses(made: Body, path: str, code: str) -> None:
    """Each mistake is found once, under its code, with its path."""
    assert [(code, path)] == [(each.code, written(each.path)) for each in check(made)]


@pytest.mark.parametrize(
    "made",
    [
        thing(size=3.0, mode="on", name="abc", port=80, free={"a": {"b": [1]}}, labels={"a.b/c": "x"}),
        thing(port="80%", note=None, size=None, name=None, since="2026-08-01T10:00:00Z", must={"a": ""}),
        thing(list=[{"key": "a"}, {"key": "b"}], object={"apiVersion": "v1", "kind": "A", "more": 1}),
        thing(either={"a": {"b": "x"}}),
        {**thing(), "status": {"whatever": 1}},
        pod(resources={"limits": {"memory": "1.5Gi", "cpu": 2, "x": "100m"}}, command=None, env=None),
        pod(ports=[{"containerPort": 80}], livenessProbe={"httpGet": {"port": "http"}}),
        body("v1", "Secret", "a", data={"key": "YWJj\nZGVm", "none": ""}, stringData={"a": "b"}),
        body("rbac.authorization.k8s.io/v1", "ClusterRole", "system:a", namespace="", rules=[]),
        {"apiVersion": "x.org/v1", "kind": "Thing", "metadata": {"generateName": "a-", "name": None}},
        body("heat.openstack.org/v1", "Heat", "a", spec={"must": {}}),
    ],
)  # fmt: skip
def test_what_a_server_accepts(made: Body) -> None:
    """Nulls that it takes for absent, whole floats, quantities, defaults and webhooks' Go values are no mistakes."""
    meta = made["metadata"]
    made = {**made, "metadata": {**meta, "name": meta.get("name") or ""}}
    item = Item(id_of(made), {**made, "metadata": meta})

    assert [] == list(objects.check(item, SCHEMAS))


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str) -> None:
    """Each format that a server checks is checked."""
    good, bad = FORMATS[name]

    assert [] == check(thing(at={name: good}))
    assert [("OSK0804", ("spec", "at", name))] == [
        (each.code, each.path) for each in check(thing(at={name: bad}))
    ]


@pytest.mark.parametrize(("group", "codes"), [("user.openshift.io", []), ("x.org", ["OSK0806"])])
def test_openshifts_names_may_have_colons(group: str, codes: list[str]) -> None:
    """Users, groups and images are not custom resources: their names have anything that fits into a path."""
    found = check(body(f"{group}/v1", "Group", "system:a", namespace=""))

    assert codes == [each.code for each in found if each.path[0] == "metadata"]


def test_a_webhook_cannot_make_up_a_map() -> None:
    """Go's zero value of a map is null, which is not there: it is missed where text would not be."""
    made = body("heat.openstack.org/v1", "Heat", "a", spec={"several": {}})

    assert [("OSK0803", "spec.several.map")] == [(each.code, written(each.path)) for each in check(made)]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"sise": 1}, "did you mean `size`?"),
        ({"Mode": "on"}, "did you mean `mode`?"),
        ({"selector": 1}, "did you mean `passwordSelector`?"),
        ({"route": {"a.b/timeout": "60s"}}, "did you mean `metadata.annotations`?"),
        ({"passwordSelectors": None}, "a server-side apply does not"),
    ],
)
def test_the_nearest_name_is_given(spec: Body, words: str) -> None:
    """A misspelt field, one in another case, a shorter one and an annotation out of place name what was meant."""
    assert words in check(thing(**spec))[0].message


@pytest.mark.parametrize(
    ("meta", "path"),
    [
        ({"labels": {"a": "x" * 64}}, "metadata.labels.a"),
        ({"labels": {"a b": "x"}}, 'metadata.labels["a b"]'),
        ({"labels": {"UPPER_.org/a": "x"}}, 'metadata.labels["UPPER_.org/a"]'),
        ({"labels": {"a": "-x"}}, "metadata.labels.a"),
        ({"annotations": {"a/b/c": "x"}}, 'metadata.annotations["a/b/c"]'),
        ({"annotations": {"a": 60}}, "metadata.annotations.a"),
        ({"annotations": {"a": "x" * 262145}}, "metadata.annotations"),
        ({"lables": {}}, "metadata.lables"),
    ],
)
def test_metadata(meta: Body, path: str) -> None:
    """Labels, annotations and unknown fields of metadata are checked for every kind."""
    made = thing()
    made["metadata"] |= meta

    assert [path] == [written(each.path) for each in check(made)]


def test_a_key_twice() -> None:
    """A key that the file has twice is found, though only the last value is left."""
    assert [("OSK0807", "spec.size")] == [
        (each.code, written(each.path)) for each in check(thing(size=1), twice=(("spec", "size"),))
    ]


def test_no_secret_value_is_told() -> None:
    """What is wrong with a Secret's data is said without the data."""
    made = body("v1", "Secret", "a", data={"a": "HUNTER2!", "b": 4711}, stringData={"c": 4711})

    told = [each.message for each in check(made)]

    assert 3 == len(told)
    assert not any("HUNTER2" in each or "4711" in each for each in told)


def test_definitions_among_the_objects_count() -> None:
    """A kind that a set brings along is known."""
    schemas = Schemas().joined([definition("Thing", "things", "x.org")])

    assert schemas.find("x.org/v1", "Thing") is not None
    assert ("v1",) == schemas.versions("x.org", "Thing")
    assert ("v1",) == Schemas().versions("apps", "Deployment")
