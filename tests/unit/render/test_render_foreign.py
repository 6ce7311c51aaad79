"""Manifests that others wrote."""

from typing import Any

import pytest

from openstack_k8s_cli.render import foreign, yamltext
from tests.unit.refusals import refused

TEXT = """\
apiVersion: v1
kind: Namespace
metadata: {name: theirs}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b, namespace: theirs, creationTimestamp: null}
subjects: [{kind: ServiceAccount, name: a, namespace: theirs}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: theirs}
spec: {containers: [{name: theirs, env: [{name: WATCHED, value: theirs}, {name: OTHER, value: kept}]}]}
status: {replicas: 0}
---
apiVersion: v1
kind: List
items:
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: c}
  spec: {properties: {namespace: {description: theirs, type: string}}}
"""


def bodies(over: dict[str, Any] | None = None) -> dict[str, Any]:
    """Move the objects and give them by kind."""
    return {
        each["kind"]: each
        for each in yamltext.documents(foreign.moved([{"place": "theirs.yaml", "text": TEXT}], "ours", over))
    }


def test_objects_move_into_the_profiles_namespace() -> None:
    """Every place that has the namespace follows; a text that only looks like it stays."""
    found = bodies()

    assert list(found) == ["ClusterRoleBinding", "Deployment", "CustomResourceDefinition"]
    assert found["ClusterRoleBinding"]["metadata"] == {"name": "b"}
    assert found["ClusterRoleBinding"]["subjects"][0]["namespace"] == "ours"
    assert found["Deployment"]["metadata"] == {"name": "d", "namespace": "ours"}
    assert found["Deployment"]["spec"]["containers"] == [
        {"name": "theirs", "env": [{"name": "WATCHED", "value": "ours"}, {"name": "OTHER", "value": "kept"}]}
    ]
    assert found["CustomResourceDefinition"]["spec"]["properties"]["namespace"]["description"] == "theirs"


def test_what_a_server_says_is_left_out() -> None:
    """A status and a time of creation are not a person's to apply."""
    assert "status" not in bodies()["Deployment"]


def test_single_objects_can_be_changed() -> None:
    """A map is merged into the object that it is for."""
    assert bodies({"Deployment/d": {"spec": {"replicas": 2}}})["Deployment"]["spec"]["replicas"] == 2


def moved(text: str) -> Any:
    """Move a text's objects and read them back."""
    return yamltext.documents(foreign.moved([{"place": "theirs.yaml", "text": text}], "ours"))


def test_values_are_read_as_kubectl_reads_them() -> None:
    """An octal mode and YAML 1.1's words mean what they mean to whoever wrote the manifests."""
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: "
    [pod] = moved(
        head + "{hostNetwork: yes, tty: 'yes', at: 12:30:45, mode: 0755, of: 08, size: 0x10, day: 2024-11-18}"
    )

    assert pod["spec"] == {
        "hostNetwork": True,
        "tty": "yes",
        "at": "12:30:45",
        "mode": 0o755,
        "of": 8,
        "size": 16,
        "day": "2024-11-18",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("just words", "is not an object"),
        ("kind: List\napiVersion: v1\nitems: {a: 1}", "has no apiVersion"),
        ("apiVersion: v1\nkind: ConfigMap", "has no metadata.name"),
        ("apiVersion: v1\nkind: List\nitems: [5]", "is not an object"),
        ("a: [", "is not YAML"),
        ('{"apiVersion": ', "is not YAML"),
    ],
)
def test_what_is_no_manifest_is_named_by_its_file(text: str, words: str) -> None:
    """The file that has it is the subject, not osk's own template."""
    [problem] = refused(lambda: moved(text))

    assert words in problem.summary
    assert (problem.subject or "").startswith("theirs.yaml")


def test_an_empty_list_has_no_objects() -> None:
    """A List whose items are null is empty."""
    assert not moved("apiVersion: v1\nkind: List\nitems: null")
