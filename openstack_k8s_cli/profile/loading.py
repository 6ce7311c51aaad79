"""Loading: from a name to a validated profile whose every value knows where it came from."""

import copy
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import (
    chain,
    checks,
    filling,
    findings,
    hookfiles,
    layers,
    paths,
    services,
    serviceuse,
    settings,
    texts,
)
from openstack_k8s_cli.profile.layers import Origin
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.services import Kinds
from openstack_k8s_cli.profile.sources import Reader, Source


@dataclass(frozen=True, slots=True)
class Laid:
    """A profile's layers laid over each other, whether the whole is valid or not."""

    values: Mapping[str, Any] = field(repr=False)
    """As the layers have them: no default is filled in, and secrets are plain text."""
    provenance: Mapping[str, Origin] = field(repr=False)
    """By profile path."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A profile, loaded."""

    profile: Profile
    """As it is written, over its layers."""
    kinds: Kinds = field(repr=False)
    """The services that the catalogue has."""
    values: Mapping[str, Any] = field(repr=False)
    """Plain, keys as in the YAML, every default filled in; literal secrets are SecretText."""
    provenance: Mapping[str, Origin] = field(repr=False)
    """By profile path; a path that is not here has the schema's default."""
    files: Mapping[str, Source] = field(default_factory=dict, repr=False)
    """The files that hooks name, by profile path."""
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """As the layers have them together: no default is filled in, and secrets are plain text."""

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    def without(self, hooks: Collection[str]) -> Mapping[str, Any]:
        """Give the values as if these hooks provided nothing: what they provide is as if the profile did not say it."""
        left: dict[str, Any] = copy.deepcopy(dict(self.written))
        for name in hooks:
            for path in map(paths.parse, self.values["hooks"][name]["provides"]):
                with suppress(KeyError):
                    paths.get(left, path[:-1]).pop(path[-1], None)
        return filling.values(Profile.model_validate(left), self.kinds)

    def gives(self, path: str) -> bool:
        """Tell whether a layer says a value, or it is a default or follows from other values."""
        origin = self.provenance.get(path)
        return origin is not None and origin.value is not None


def load(name: str, *, sets: Sequence[str] = (), reader: Reader, overlays: Sequence[Source] = ()) -> Loaded:
    """Load a profile by built-in name or path; raises OskError with all that is wrong with it."""
    read = chain.layers(name, reader=reader, overlays=overlays, settings=settings.document(sets))
    merged = layers.merge(read.documents)
    catalogue = reader.services()
    kinds = services.parsed(catalogue)
    problems = [*read.problems, *findings.of_vain_removals(merged), *texts.resolve(merged, reader)]
    try:
        profile = Profile.model_validate(merged.values)
    except ValidationError as error:
        found = findings.in_order([*problems, *findings.of_validation(error, merged)])
        raise OskError(*found, exit_code=ExitCode.USAGE) from error
    problems += [*serviceuse.of_names(merged, kinds), *serviceuse.of_own(merged)]
    problems += serviceuse.of_standalone(merged, kinds)
    values = filling.values(profile, kinds)
    stores = services.stores(catalogue)
    problems += checks.of_values(values, merged, kinds=kinds, stores=stores)
    problems += serviceuse.of_fields(values, kinds, merged)
    files, unread = hookfiles.read(values["hooks"], merged, reader)
    problems += unread
    if problems:
        raise OskError(*findings.in_order(problems), exit_code=ExitCode.USAGE)
    return Loaded(profile, kinds, values, _provenance(merged), files, merged.values)


def lay(name: str, *, sets: Sequence[str] = (), reader: Reader, overlays: Sequence[Source] = ()) -> Laid:
    """Lay a profile's layers over each other, for who looks for what is wrong; raises OskError for their texts."""
    read = chain.layers(name, reader=reader, overlays=overlays, settings=settings.document(sets))
    merged = layers.merge(read.documents)
    return Laid(merged.values, _provenance(merged))


def _provenance(merged: layers.Merged) -> dict[str, Origin]:
    return {paths.write(path): origin for path, origin in merged.origins.items() if path}
