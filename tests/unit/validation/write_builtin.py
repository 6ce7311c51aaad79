"""Writes `validation/builtin.json` from Kubernetes' published OpenAPI: `python -m tests.unit.validation.write_builtin ZIP`.

The zip is that of the Go module k8s.io/kubernetes, which has `api/openapi-spec/v3`.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openstack_k8s_cli.validation import schemas

PAGE = Path(schemas.__file__).with_name("builtin.json")
GROUPS = (
    "api__v1",
    *(f"apis__{name}__v1" for name in ("apps", "batch", "policy")),
    *(f"apis__{name}.k8s.io__v1" for name in ("admissionregistration", "apiextensions", "apiregistration")),
    *(f"apis__{name}.k8s.io__v1" for name in ("coordination", "networking", "node", "rbac.authorization")),
    *(f"apis__{name}.k8s.io__v1" for name in ("scheduling", "storage")),
    "apis__autoscaling__v2",
)
KEPT = ("type", "format", "required", "enum")
QUANTITY = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?[0-9]+)?$"


def collect(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Give every kind that can be created, and the definitions that they need."""
    kinds: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    names = {Path(name).name: name for name in archive.namelist() if "/openapi-spec/v3/" in name}
    for group in GROUPS:
        document = json.loads(archive.read(names[f"{group}_openapi.json"]))
        definitions |= {short(name): tidy(each) for name, each in document["components"]["schemas"].items()}
        for path, verbs in document["paths"].items():
            kinds |= dict(created(path, verbs.get("post") or {}))
    definitions["api.resource.Quantity"] = {
        "oneOf": [{"type": "number"}, {"type": "string", "pattern": QUANTITY}]
    }
    needed = list(dict.fromkeys(each["schema"] for each in kinds.values()))
    for name in needed:
        needed += [each for each in dict.fromkeys(references(definitions[name])) if each not in needed]
    return {
        "kinds": dict(sorted(kinds.items())),
        "definitions": {name: definitions[name] for name in sorted(needed)},
    }


def created(path: str, post: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the kind that a path creates; not what a subresource takes."""
    kind = post.get("x-kubernetes-group-version-kind")
    namespaced = "{namespace}" in path
    if kind is None or path.count("{") > namespaced:
        return
    body = next(iter(post["requestBody"]["content"].values()))["schema"]["$ref"]
    api_version = f"{kind['group']}/{kind['version']}".lstrip("/")
    yield f"{api_version} {kind['kind']}", {"namespaced": namespaced, "schema": short(body)}


def short(name: str) -> str:
    """Name a definition without what all names begin with."""
    for prefix in ("k8s.api.", "k8s.apimachinery.pkg.", "k8s.apiextensions-apiserver.pkg.apis.",
                   "k8s.kube-aggregator.pkg.apis."):  # fmt: skip
        name = name.rpartition("/")[2].replace(f"io.{prefix}", "")
    return name


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep what is checked."""
    if isinstance(schema.get("$ref"), str):
        return {"$ref": short(schema["$ref"])}
    if len(schema.get("allOf") or ()) == 1:
        return tidy(schema["allOf"][0])
    kept: dict[str, Any] = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in schema:
        kept["properties"] = {name: tidy(each) for name, each in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            kept[key] = tidy(schema[key])
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            kept[key] = [tidy(each) for each in schema[key]]
    return kept


def references(schema: Any) -> Iterator[str]:
    """Name the definitions that a schema refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for each in schema.values():
            yield from references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from references(each)


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1]) as opened:
        PAGE.write_text(json.dumps(collect(opened), separators=(",", ":")) + "\n")
