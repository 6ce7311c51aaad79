"""The schema as a tree to look things up in: which keys a path may have, what a value must be, what is near."""

import difflib
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.shape import Section


@dataclass(frozen=True, slots=True)
class Spot:
    """A path of the schema."""

    annotation: Any
    field: FieldInfo | None
    """The nearest field with a description; None at the top."""

    @property
    def model(self) -> type[Section] | None:
        """The section that stands here, if any."""
        return next((each for each in _choices(self.annotation) if _is_section(each)), None)

    @property
    def free(self) -> bool:
        """Whether anything may stand here."""
        return self.annotation is Any

    @property
    def expected(self) -> str:
        """What a value here must be, in words."""
        return describe(self.annotation)


def find(path: Path) -> Spot | None:
    """Look a path up; None: the schema does not know it."""
    spot: Spot | None = Spot(Profile, None)
    for part in path:
        if spot is None or spot.free:
            return spot
        spot = _below(spot, part)
    return spot


def known(model: type[Section]) -> tuple[str, ...]:
    """List the keys of a section, as the YAML spells them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def planned(path: Path) -> str | None:
    """Say what a key of the outline that is not built yet is for."""
    parent = find(path[:-1])
    model = parent.model if parent else None
    return model.PLANNED.get(str(path[-1])) if model else None


def nearest(path: Path) -> str | None:
    """Find the known key that a misspelt one may mean: beside it, or else anywhere."""
    parent = find(path[:-1])
    name = str(path[-1])
    if parent and parent.model:
        close = difflib.get_close_matches(name, known(parent.model), n=1)
        if close:
            return write((*path[:-1], close[0]))
    folded = name.replace("_", "").replace("-", "").lower()
    return next((each for each in everywhere() if each.rpartition(".")[2].lower() == folded), None)


def everywhere() -> tuple[str, ...]:
    """List every path of the schema, `NAME` standing for names that the user picks."""
    return tuple(write(path) for path, _ in fields())


def fields() -> tuple[tuple[Path, Spot], ...]:
    """Walk over the schema, top down."""
    return tuple(_fields(Spot(Profile, None), ()))


def describe(annotation: Any) -> str:
    """Say in words what a value must be."""
    words = [_word(each) for each in _choices(annotation)]
    return " or ".join(dict.fromkeys(words))


def example(annotation: Any) -> str | None:
    """Give an example from the annotation, where it has one."""
    for meta in getattr(annotation, "__metadata__", ()):
        extra = meta.json_schema_extra if isinstance(meta, FieldInfo) else None
        if isinstance(extra, dict) and isinstance(extra.get("examples"), list):
            return ", ".join(f"`{each}`" for each in extra["examples"])
    return None


def _fields(spot: Spot, path: Path) -> typing.Iterator[tuple[Path, Spot]]:
    for key, below in _children(spot):
        yield (*path, key), below
        yield from _fields(below, (*path, key))


def _children(spot: Spot) -> typing.Iterator[tuple[str, Spot]]:
    for each in _choices(spot.annotation):
        if _is_section(each):
            for name, field in each.model_fields.items():
                yield field.alias or name, Spot(_annotation(field), field)
            if extra := _extra(each):
                yield "NAME", Spot(extra, None)
        elif get_origin(each) is dict and get_args(each)[1] is not Any:
            yield "NAME", Spot(get_args(each)[1], spot.field)


def _below(spot: Spot, part: str | int) -> Spot | None:
    for each in _choices(spot.annotation):
        if _is_section(each) and isinstance(part, str):
            for name, field in each.model_fields.items():
                if part == (field.alias or name):
                    return Spot(_annotation(field), field)
            if extra := _extra(each):
                return Spot(extra, None)
        elif get_origin(each) is dict:
            return Spot(get_args(each)[1], spot.field)
        elif get_origin(each) is list and isinstance(part, int):
            return Spot(get_args(each)[0], spot.field)
    return None


def _annotation(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _extra(model: type[Section]) -> Any:
    if model.model_config.get("extra") != "allow":
        return None
    return get_args(typing.get_type_hints(model, include_extras=True)["__pydantic_extra__"])[1]


def _is_section(annotation: Any) -> typing.TypeGuard[type[Section]]:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _choices(annotation: Any) -> list[Any]:
    """Take Annotated and unions apart; None is no choice, since null removes."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _choices(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [each for arg in get_args(annotation) for each in _choices(arg)]
    return [] if annotation is type(None) else [annotation]


_WORDS: dict[Any, str] = {
    str: "text",
    SecretStr: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Any: "anything",
}


def _word(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Literal:
        return "one of " + ", ".join(f"`{each}`" for each in get_args(annotation))
    if origin is list:
        return f"a list of {describe(get_args(annotation)[0])}"
    if origin is dict or _is_section(annotation):
        return "a mapping"
    return _WORDS.get(annotation, "a value")
