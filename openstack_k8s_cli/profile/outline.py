"""The schema as a tree to look things up in: which keys a path may have, what a value must be, what is near."""

import difflib
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.shape import Section, Words


@dataclass(frozen=True, slots=True)
class Spot:
    """A path of the schema."""

    annotation: Any
    field: FieldInfo | None
    """The nearest field with a description; None at the top."""
    own: bool = True
    """Whether the field is this path's own, and not that of the mapping or list it is in."""

    @property
    def model(self) -> type[Section] | None:
        """The section that stands here, if any."""
        return next((each for each in _choices(self.annotation) if _is_section(each)), None)

    @property
    def free(self) -> bool:
        """Whether anything may stand here."""
        return self.annotation is Any

    @property
    def textual(self) -> bool:
        """Whether a single value here is always text."""
        choices = _choices(self.annotation)
        return any(each in {str, SecretStr} for each in choices) and not any(
            each in {int, float, bool} for each in choices
        )

    @property
    def secret(self) -> bool:
        """Whether a literal here is a secret value."""
        return SecretStr in _choices(self.annotation)

    @property
    def default(self) -> Any:
        """The schema's default as the YAML would have it; None where there is none."""
        if self.field is None or not self.own or self.field.is_required():
            return None
        return _plain(self.field.get_default(call_default_factory=True))

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


def is_picked(path: Path) -> bool:
    """Tell whether a path ends in a name that the user picks, such as a network's or a node set's."""
    spot, parent = find(path), find(path[:-1])
    if spot is None or spot.free or not isinstance(path[-1], str):
        return False
    return not spot.own or bool(parent and parent.model and path[-1] not in known(parent.model))


def nearest(path: Path) -> str | None:
    """Find the known key that a misspelt one may mean: beside it, or else anywhere."""
    parent = find(path[:-1])
    name = str(path[-1])
    if parent and parent.model:
        close = difflib.get_close_matches(name, known(parent.model), n=1)
        if close:
            return write((*path[:-1], close[0]))
    if name in _of_its_like(path):
        return None
    folded = name.replace("_", "").replace("-", "").lower()
    return next((each for each in everywhere() if each.rpartition(".")[2].lower() == folded), None)


def _of_its_like(path: Path) -> set[str]:
    """List the keys of the sections beside the one that a path ends in."""
    above = find(path[:-2])
    beside = [below.model for _, below in _children(above) if below.model] if above else []
    return {key for model in beside for key in known(model)}


@cache
def everywhere() -> tuple[str, ...]:
    """List every path of the schema, `NAME` standing for names that the user picks."""
    return tuple(write(path) for path, _ in fields())


def fields() -> tuple[tuple[Path, Spot], ...]:
    """Walk over the schema, top down."""
    return tuple(_fields(Spot(Profile, None), ()))


def describe(annotation: Any) -> str:
    """Say in words what a value must be."""
    words = [
        own[0]
        if (own := [meta.text for meta in getattr(each, "__metadata__", ()) if isinstance(meta, Words)])
        else _word(each)
        for each in _arms(annotation)
    ]
    return " or ".join(dict.fromkeys(words))


def _plain(value: Any) -> Any:
    return value.model_dump(by_alias=True) if isinstance(value, Section) else value


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
            yield "NAME", Spot(get_args(each)[1], spot.field, own=False)


def _below(spot: Spot, part: str | int) -> Spot | None:
    for each in _choices(spot.annotation):
        if _is_section(each) and isinstance(part, str):
            for name, field in each.model_fields.items():
                if part == (field.alias or name):
                    return Spot(_annotation(field), field)
            if extra := _extra(each):
                return Spot(extra, None)
        elif get_origin(each) is dict:
            return Spot(get_args(each)[1], spot.field, own=False)
        elif get_origin(each) is list and isinstance(part, int):
            return Spot(get_args(each)[0], spot.field, own=False)
    return None


def _annotation(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _extra(model: type[Section]) -> Any:
    if model.model_config.get("extra") != "allow":
        return None
    return get_args(typing.get_type_hints(model, include_extras=True)["__pydantic_extra__"])[1]


def _is_section(annotation: Any) -> typing.TypeGuard[type[Section]]:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _arms(annotation: Any) -> list[Any]:
    """Take unions apart, but no further than to what has words of its own."""
    metadata = getattr(annotation, "__metadata__", ())
    if any(isinstance(meta, Words) for meta in metadata):
        return [annotation]
    if get_origin(annotation) is Annotated:
        return _arms(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return [each for arg in get_args(annotation) for each in _arms(arg)]
    return [] if annotation is type(None) else [annotation]


def _choice(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


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
        return "one of " + ", ".join(f"`{_choice(each)}`" for each in get_args(annotation))
    if origin is list:
        return f"a list of {describe(get_args(annotation)[0])}"
    if origin is dict or _is_section(annotation):
        return "a mapping"
    return _WORDS.get(annotation, "a value")
