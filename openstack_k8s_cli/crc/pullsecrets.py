"""A pull secret: whether it is one, and whether it has the logins that are needed; its values are never shown."""

import json
from collections.abc import Iterable


def trouble(content: bytes, registries: Iterable[str]) -> str:
    """Say what is wrong with it, as crc's pkg/crc/validation judges it; empty: nothing."""
    try:
        told = json.loads(content)
    except ValueError:
        return "it is not JSON"
    logins = told.get("auths") if isinstance(told, dict) else None
    if not isinstance(logins, dict) or not logins:
        return "it has no `auths`"
    for name, each in logins.items():
        if not isinstance(each, dict) or not each.keys() & {"auth", "credsStore"}:
            return f"its entry for {name} has neither `auth` nor `credsStore`"
    lost = [each for each in registries if not any(_covers(name, each) for name in logins)]
    return f"it has no login for {', '.join(lost)}" if lost else ""


def _covers(entry: str, registry: str) -> bool:
    """Tell whether an entry, which may have a scheme, a port and a path, is for a registry."""
    host = entry.removeprefix("https://").removeprefix("http://").partition("/")[0].partition(":")[0]
    return host == registry
