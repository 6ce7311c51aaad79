"""Small CRDs, for tests of how two forms of one differ."""

from typing import Any

from openstack_k8s_cli.model.objects import Body


def strings(*names: str) -> dict[str, Any]:
    """Give fields that are strings."""
    return {name: {"type": "string"} for name in names}


def node(**properties: Any) -> dict[str, Any]:
    """Give a schema with fields."""
    return {"type": "object", "properties": properties}


def crd(kind: str = "Nova", group: str = "nova", version: str = "v1beta1", **spec: Any) -> Body:
    """Make the CRD of a kind whose spec has these fields."""
    plural = f"{kind.lower()}s"
    root = node(apiVersion={"type": "string"}, kind={"type": "string"}, metadata={"type": "object"})
    root["properties"] |= {"spec": node(**spec), "status": node(**strings("hash"))}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}.openstack.org"},
        "spec": {
            "group": f"{group}.openstack.org",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": root},
                }
            ],
        },
    }
