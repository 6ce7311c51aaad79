"""Manifests that others wrote."""

from typing import Any

from openstack_k8s_cli.render import foreign, yamltext

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
    return {each["kind"]: each for each in yamltext.documents(foreign.moved([TEXT], "ours", over))}


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
