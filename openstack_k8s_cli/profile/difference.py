"""What differs between two profiles, value by value."""

from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.redaction import redacted


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that has another value; None where it has none."""

    path: str
    before: Any
    after: Any


def diff(before: Loaded, after: Loaded) -> tuple[Difference, ...]:
    """Compare two profiles with every default filled in, secrets as dots (two different ones count as different)."""
    old, new = paths.leaves(before.values), paths.leaves(after.values)
    order = [*old, *(path for path in new if path not in old)]
    return tuple(
        Difference(paths.write(path), redacted(old.get(path), path), redacted(new.get(path), path))
        for path in order
        if _revealed(old.get(path)) != _revealed(new.get(path)) or (path in old) != (path in new)
    )


def _revealed(value: Any) -> Any:
    return value.reveal() if hasattr(value, "reveal") else value
