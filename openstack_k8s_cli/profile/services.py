"""The services that the catalogue has, each from its `service.yaml`: handed to this room as texts, checked against here.

They are data, so that a service more is a folder more, and no Python.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.documents import Document, parse, place
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sections.services import KEYS
from openstack_k8s_cli.profile.sources import Source

FOLDER = "controlplane/services"
FILE = "service.yaml"
_ALWAYS = ("spec",)
_SWITCH = "enabled"
_RECIPE = re.compile(r"password\((?:[89]|[1-9]\d{1,3})\)|hex\([1-9]\d{0,3}\)|fernet")
_BACKENDS, _CONF = "backends", ".conf.j2"


class Resource(BaseModel):
    """One custom resource that the operators make of a service's part, or one for each entry of a map in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    api_version: str = Field(alias="apiVersion")
    kind: str
    name: str | None = None
    """None: one for each entry, by its name."""
    of: str = "template"
    """Which section of the part its spec is, with dots."""


class Kind(BaseModel):
    """The whole of a `service.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    summary: str
    """One line, for the reference."""
    enabled: bool | None = None
    """Whether it is deployed unless the profile says otherwise; None: it cannot be left out."""
    uses: tuple[str, ...] = Field(default=(), strict=False)
    """Keys of `controlplane.services.NAME` that it has a use for, beside `enabled` and `spec`."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Values of these keys where the profile has none."""
    passwords: dict[str, str] = Field(default_factory=dict)
    """Keys of the Secret `controlplane.secret` that it reads, and the recipe of each."""
    wants: dict[str, list[str]] = Field(default_factory=dict)
    """Instances of other services that it needs while it is deployed."""
    needs: tuple[str, ...] = Field(default=(), strict=False)
    """Services that must be on while it is."""
    calls: tuple[str, ...] = Field(default=(), strict=False)
    """Services that it calls where they are on, beside those that it needs."""
    fields: tuple[str, ...] = Field(default=(), strict=False)
    """Fields of the release without which it cannot be deployed."""
    resources: tuple[Resource, ...] = Field(default=(), strict=False)
    """What the operators make of its part, and what it is made of by itself (`controlplane.standalone`)."""
    operator: str | None = None
    """Its operator, of `operators.single`; None: of its own name."""
    ready: str | None = None
    """The condition of the OpenStackControlPlane that is about it; None: Ready as a whole."""

    @field_validator("uses", "defaults")
    @classmethod
    def _known(cls, given: Any) -> Any:
        for key in given:
            if key not in KEYS:
                close = difflib.get_close_matches(key, KEYS, n=1)
                near = f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(KEYS)}"
                message = f"`{key}` is not a key of a service; {near}"
                raise ValueError(message)
        return given

    @field_validator("passwords")
    @classmethod
    def _recipes(cls, given: dict[str, str]) -> dict[str, str]:
        for key, recipe in given.items():
            if not _RECIPE.fullmatch(recipe):
                message = f"`{key}` must be password(LENGTH), hex(DIGITS) or fernet, not `{recipe}`"
                raise ValueError(message)
        return given

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it has a use for."""
        switch = () if self.enabled is None else (_SWITCH,)
        return (*switch, *(key for key in KEYS if key in self.uses and key not in switch), *_ALWAYS)


Kinds = Mapping[str, Kind]
"""Services by name."""
Stores = Mapping[str, tuple[str, ...]]
"""What a service's back ends can store on: the names of its files for that."""


def stores(paths: Iterable[str]) -> Stores:
    """Name the kinds of back ends by service, from the paths of a catalogue's files."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(paths):
        folder, _, file = path.rpartition("/")
        above, _, last = folder.rpartition("/")
        if last == _BACKENDS and file.endswith(_CONF):
            name = above.rpartition("/")[2]
            found[name] = (*found.get(name, ()), file.removesuffix(_CONF))
    return found


GALERA = "galera"
"""What is no service of the catalogue and has resources of its own all the same."""
_GALERA = Kind(
    summary="The database clusters.",
    resources=(Resource(api_version="mariadb.openstack.org/v1beta1", kind="Galera", of="templates"),),
    operator="mariadb",
)


def alone(kinds: Kinds) -> Kinds:
    """Give what can be deployed by its own resources, without an OpenStackControlPlane."""
    return {GALERA: _GALERA, **{name: kind for name, kind in kinds.items() if kind.resources}}


def parsed(texts: Mapping[str, str]) -> Kinds:
    """Read every service of a catalogue's files, by their paths in it; OskError has all that is wrong with them."""
    found: dict[str, Kind] = {}
    problems: list[Problem] = []
    for path in sorted(texts):
        name = _name(path)
        if name is None:
            continue
        try:
            found[name] = _one(path, texts[path])
        except OskError as error:
            problems += error.problems
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return found


def default(kinds: Kinds, path: Path) -> Any:
    """Give the catalogue's default for `controlplane.services.NAME.KEY`; None where it has none."""
    if path[:2] != ("controlplane", "services") or len(path) != len(
        ("controlplane", "services", "NAME", "KEY")
    ):
        return None
    kind = kinds.get(str(path[2]))
    if kind is None:
        return None
    return kind.enabled if path[3] == _SWITCH else kind.defaults.get(str(path[3]))


def _name(path: str) -> str | None:
    folder, _, file = path.rpartition("/")
    above, _, name = folder.rpartition("/")
    return name if (above, file) == (FOLDER, FILE) else None


@lru_cache(maxsize=256)
def _one(path: str, text: str) -> Kind:
    document = parse(Source(path, text, path))
    try:
        return Kind.model_validate(document.values)
    except ValidationError as error:
        raise OskError(*_problems(error, document), exit_code=ExitCode.USAGE) from error


def _problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    for each in error.errors(include_url=False, include_input=False):
        location = each["loc"]
        mark = document.keys.get(location) or document.marks.get(location[:1]) or document.marks.get(())
        message = each["msg"].removeprefix("Value error, ")
        summary = f"`{'.'.join(map(str, location))}`: {message[:1].lower()}{message[1:]}"
        advice = Advice("Compare it with the schema of a service", page="docs/components.md")
        yield Problem("OSK0140", summary, place(document.label, mark), None, (advice,))
