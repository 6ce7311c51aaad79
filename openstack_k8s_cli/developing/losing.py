"""What stored objects would lose, or not be allowed to say, under another form of their CRD."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.developing import differing
from openstack_k8s_cli.developing.differing import Difference, Schema
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.validation.checking import Checker

_UNKNOWN = "OSK0801"
_MADE = "status"
"""What operators write anew."""
_FEW = 6


@dataclass(frozen=True, slots=True)
class Loss:
    """One object and its fields."""

    id: ObjectId
    fields: tuple[str, ...]
    """Those that would be pruned."""
    wrong: tuple[str, ...] = ()
    """Those whose values would be refused, with the reason."""

    @property
    def words(self) -> str:
        """Name object and fields."""
        told = [*self.fields, *self.wrong]
        return f"{self.id}: {several(told, _FEW)}"


def may_lose(found: Difference) -> bool:
    """Tell whether objects need to be looked at: fields that are only added harm none."""
    return bool(found.removed or found.changed or found.gone)


def losses(before: Body, after: Body, objects: Iterable[Body]) -> Iterator[Loss]:
    """Give what objects that are stored under one form would lose under the other, their status aside."""
    old, new = differing.versions(before), differing.versions(after)
    checker = Checker(filled=True)
    for body in objects:
        version = str(body["apiVersion"]).rpartition("/")[2]
        if version not in new:
            yield Loss(id_of(body), (f"all: {version} is gone",))
            continue
        spoken = {key: each for key, each in body.items() if key != _MADE}
        before_it = differing.schema(old[version])
        known = {(each.code, each.path) for each in checker.check(spoken, before_it)}
        found = [
            each
            for each in checker.check(spoken, differing.schema(new[version]))
            if (each.code, each.path) not in known
            and not (each.code == _UNKNOWN and _is_filled(spoken, before_it, each.path))
        ]
        lost = tuple(_place(each.path) for each in found if each.code == _UNKNOWN)
        wrong = tuple(f"{_place(each.path)} {each.message}" for each in found if each.code != _UNKNOWN)
        if found:
            yield Loss(id_of(body), lost, wrong)


def _is_filled(body: Body, schema: Schema, path: tuple[str | int, ...]) -> bool:
    """Tell whether an object has a value only because the API server fills it in where nothing is said."""
    value: Any = body
    for part in path:
        value = value[part]
        below = differing.below(schema)
        schema = below.get("[]" if isinstance(part, int) else part) or below.get("*") or {}
    return bool(value == _default(schema))


def _default(schema: Schema) -> Any:
    """Give what is filled in, with what is filled into that; None: nothing."""
    given = schema.get("default")
    if not isinstance(given, Mapping):
        return given
    below = {name: _default(each) for name, each in differing.below(schema).items()}
    return {name: each for name, each in below.items() if each is not None} | dict(given)


def _place(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path).removeprefix(".")
