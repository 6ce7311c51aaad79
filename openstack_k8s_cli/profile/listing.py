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
    group: str = ""
    """The folder that it is in, such as `architectures`."""


def profiles(reader: Reader) -> tuple[Listed, ...]:
    """List the built-in profiles, those that stand on their own first, those of a group last."""
    listed = [_listed(name, reader) for name in reader.built_in()]
    return tuple(sorted(listed, key=lambda each: (each.group, each.trait, each.name)))


def _listed(name: str, reader: Reader) -> Listed:
    values = parse(reader.read(name, None)).values
    platform = values.get("platform") or {}
    group = name.rpartition("/")[0]
    trait = not group and not {"provider", "flavour"} & set(platform)
    return Listed(name, str(values.get("summary", "")), trait, group)
