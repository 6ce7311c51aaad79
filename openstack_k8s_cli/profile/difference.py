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
    old, new = _without_begun(old, new), _without_begun(new, old)
    order = [*old, *(path for path in new if path not in old)]
    return tuple(
        Difference(paths.write(path), redacted(old.get(path), path), redacted(new.get(path), path))
        for path in order
        if _revealed(old.get(path)) != _revealed(new.get(path))
    )


def _without_begun(leaves: dict[paths.Path, Any], others: dict[paths.Path, Any]) -> dict[paths.Path, Any]:
    """Leave out empty containers that have something in them on the other side."""
    begun = {path[:length] for path in others for length in range(1, len(path))}
    return {path: value for path, value in leaves.items() if value not in ({}, []) or path not in begun}


def _revealed(value: Any) -> Any:
    return value.reveal() if hasattr(value, "reveal") else value
