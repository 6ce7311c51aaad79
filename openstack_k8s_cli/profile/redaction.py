"""Values as they may be shown: secrets as dots."""

from typing import Any

from pydantic import SecretStr

from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile.paths import Path

DOTS = "•••"


def redacted(value: Any, path: Path = ()) -> Any:
    """Give a value of a profile path with every literal secret as dots; where it comes from stays."""
    if isinstance(value, (SecretText, SecretStr)) or (path[:1] == ("secrets",) and _is_literal(value, path)):
        return DOTS
    if isinstance(value, dict):
        return {key: redacted(each, (*path, key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, (*path, index)) for index, each in enumerate(value)]
    return value


def _is_literal(value: Any, path: Path) -> bool:
    depth = 3  # secrets, the Secret, its key
    return len(path) == depth and value is not None and not isinstance(value, dict)
