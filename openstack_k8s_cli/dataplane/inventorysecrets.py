"""Variables of an inventory that hold a secret: a profile keeps none."""

import re
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.dataplane.secretlike import SAYS

_ABOUT = re.compile(
    r".*[_-](?:names?|files?|paths?|dirs?|urls?|types?|algorithm|policy|enabled?)", re.IGNORECASE
)
"""Names of what is said about a secret, and is none."""
_ITSELF = re.compile(r".*(?:word|wd|pass|secret|token|key|pw|psk)", re.IGNORECASE)


def holds(name: str, value: Any) -> bool:
    """Tell whether a variable, or something within it, is a secret."""
    if SAYS.fullmatch(name) and not _ABOUT.fullmatch(name):
        return _is_given(name, value)
    if isinstance(value, Mapping):
        return any(holds(str(key), each) for key, each in value.items())
    return isinstance(value, list) and any(holds("", each) for each in value)


def _is_given(name: str, value: Any) -> bool:
    """Tell a value from what stands for one: nothing, a switch, a figure about it, a file's path, a variable's name."""
    if isinstance(value, Mapping):
        return any(_is_given(name, each) for each in value.values())
    if isinstance(value, list):
        return any(_is_given(name, each) for each in value)
    if isinstance(value, str):
        return bool(value) and not value.startswith("/") and "{{" not in value
    return isinstance(value, int) and not isinstance(value, bool) and bool(_ITSELF.fullmatch(name))
