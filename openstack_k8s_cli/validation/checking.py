"""A value against a structural schema, the way a strict API server reads it."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from openstack_k8s_cli.validation.constraints import broken, shown
from openstack_k8s_cli.validation.findings import Path, Wrong

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"string": (str,), "boolean": (bool,), "array": (list,), "object": (dict,), "number": (int, float)}
)
_SHORT = 3
"""Letters of a name that many others contain."""
_ROOT = frozenset({"apiVersion", "kind", "metadata"})


@dataclass(frozen=True, slots=True)
class Checker:
    """Walks over a value and its schema together."""

    definitions: Mapping[str, Schema] = field(default_factory=dict)
    """What `$ref` names."""
    typed: bool = False
    """Whether the server decodes into Go types: null stands for a missing value everywhere."""
    loose: bool = False
    """Whether the schema says nothing of unknown fields, as below `allOf` and its like."""
    filled: bool = False
    """Whether a webhook that decodes into Go types comes first: what is missing has Go's zero value after it."""

    def check(self, value: Any, schema: Schema, path: Path = ()) -> Iterator[Wrong]:
        """Give all that is wrong with a value."""
        schema = self._resolved(schema)
        wrong = self._type(value, schema)
        if wrong:
            yield Wrong("OSK0802", path, wrong)
            return
        code = "OSK0805" if schema.get("format") == "byte" else "OSK0804"
        yield from (Wrong(code, path, text) for text in broken(value, schema))
        yield from self._combined(value, schema, path)
        if isinstance(value, dict):
            yield from self._object(value, schema, path)
        elif isinstance(value, list):
            items = schema.get("items")
            items = items if isinstance(items, Mapping) else {}
            for index, each in enumerate(value):
                yield from self.check(each, items, (*path, index))

    def _resolved(self, schema: Schema) -> Schema:
        name = schema.get("$ref")
        return self.definitions.get(name, {}) if isinstance(name, str) else schema

    def _type(self, value: Any, schema: Schema) -> str | None:
        if value is None:
            return None if self.typed or schema.get("nullable") or not schema.get("type") else "is null"
        if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
            return (
                None
                if _is_integer(value) or isinstance(value, str)
                else _not(value, "an integer or a string")
            )
        name = schema.get("type")
        if name is None:
            return None
        if name == "integer":
            return None if _is_integer(value) else _not(value, "an integer")
        known = _TYPES.get(name, (object,))
        fits = isinstance(value, known) and (name == "boolean" or not isinstance(value, bool))
        return None if fits else _not(value, _article(name))

    def _combined(self, value: Any, schema: Schema, path: Path) -> Iterator[Wrong]:
        for each in schema.get("allOf") or ():
            yield from self._valued(value, each, path)
        for word in ("anyOf", "oneOf"):
            choices = schema.get(word) or ()
            if (
                value is not None
                and choices
                and all(any(self._valued(value, each, path)) for each in choices)
            ):
                yield Wrong("OSK0804", path, f"{shown(value)} is none of what the schema allows here")
        if "not" in schema and not any(self._valued(value, schema["not"], path)):
            yield Wrong("OSK0804", path, "is what the schema does not allow here")

    def _valued(self, value: Any, schema: Schema, path: Path) -> Iterator[Wrong]:
        yield from replace(self, loose=True).check(value, schema, path)

    def _object(self, value: dict[str, Any], schema: Schema, path: Path) -> Iterator[Wrong]:
        if schema.get("x-kubernetes-embedded-resource"):
            schema = {**schema, "required": [*(schema.get("required") or ()), "apiVersion", "kind"]}
        properties = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        free = self.loose or schema.get("x-kubernetes-preserve-unknown-fields") or others is True
        free = free or self._is_any(schema)
        embedded = not path or schema.get("x-kubernetes-embedded-resource")
        for key, each in value.items():
            if key in properties:
                if each is not None:
                    yield from self.check(each, properties[key], (*path, key))
            elif isinstance(others, Mapping):
                yield from self.check(each, others, (*path, key))
            elif not free and not (embedded and key in _ROOT):
                yield Wrong("OSK0801", (*path, key), _unknown(key, each, properties))
        yield from self._missing(value, schema, path)

    def _is_any(self, schema: Schema) -> bool:
        """Tell whether a definition of a built-in kind says nothing of its fields, such as a raw extension."""
        return self.typed and not schema.get("properties") and "additionalProperties" not in schema

    def _missing(self, value: dict[str, Any], schema: Schema, path: Path) -> Iterator[Wrong]:
        properties = schema.get("properties") or {}
        for key in schema.get("required") or ():
            if value.get(key) is not None:
                continue
            below = self._resolved(properties.get(key) or {})
            nullable = key in value and below.get("nullable")
            if not (nullable or "default" in below or (self.filled and _has_zero(below))):
                yield Wrong("OSK0803", (*path, key), f"`{key}` must be there")


def _has_zero(schema: Schema) -> bool:
    """Tell whether Go's zero value of a field satisfies its schema."""
    if schema.get("nullable"):
        return True
    match schema.get("type"):
        case "string":
            return not any(broken("", {key: each for key, each in schema.items() if key != "format"}))
        case "integer" | "number":
            return not any(broken(0, schema))
        case "boolean":
            return True
        case "object":
            properties = schema.get("properties") or {}
            return "additionalProperties" not in schema and all(
                "default" in properties.get(key, {}) or _has_zero(properties.get(key, {}))
                for key in schema.get("required") or ()
            )
        case _:
            return bool(schema.get("x-kubernetes-int-or-string"))


def _is_integer(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )


def _not(value: Any, wanted: str) -> str:
    given = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else shown(value)
    kind = " (a string)" if isinstance(value, str) else ""
    return f"is {given}{kind}, {wanted} is wanted"


def _article(name: str) -> str:
    return {"object": "a mapping", "array": "a list"}.get(name, f"a {name}")


def _unknown(key: str, value: Any, properties: Mapping[str, Any]) -> str:
    near = _nearest(key, properties)
    null = "; a strict create forgives null, a server-side apply does not" if value is None else ""
    return f"`{key}` is no field of this kind{near}{null}"


def _nearest(key: str, properties: Mapping[str, Any]) -> str:
    lower = {name.lower(): name for name in properties}
    found = difflib.get_close_matches(key.lower(), lower, n=1, cutoff=0.7)
    if found:
        return f"; did you mean `{lower[found[0]]}`?"
    found = [name for name in properties if len(key) > _SHORT and key.lower() in name.lower()]
    if len(found) == 1:
        return f"; did you mean `{found[0]}`?"
    deeper = [f"{name}.{key}" for name, below in properties.items() if key in (below.get("properties") or {})]
    if not deeper and "/" in key and "metadata" in properties:
        deeper = ["metadata.annotations"]
    return f"; did you mean `{deeper[0]}`?" if deeper else ""
