"""The built-in profiles, each with a line on what it is for."""

from dataclasses import dataclass

from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.sources import Reader


@dataclass(frozen=True, slots=True)
class Listed:
    """A built-in profile."""

    name: str
    summary: str
    trait: bool
    """Whether it does not say what cluster it is for, and so needs another profile beside it."""


def profiles(reader: Reader) -> tuple[Listed, ...]:
    """List the built-in profiles, those that stand on their own first."""
    listed = [_listed(name, reader) for name in reader.built_in()]
    return tuple(sorted(listed, key=lambda each: (each.trait, each.name)))


def _listed(name: str, reader: Reader) -> Listed:
    values = parse(reader.read(name, None)).values
    platform = values.get("platform") or {}
    return Listed(name, str(values.get("summary", "")), trait=not {"provider", "flavour"} & set(platform))
