"""What a value that the profile gives becomes in an object, where it is not put there as it is."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

_ANCHOR = "/etc/pki/ca-trust/source/anchors/osk-mirror.pem"


def formed(form: str, value: str, present: str | None = None) -> str:
    """Put a value into its form; ValueError where it cannot be, which never repeats the value.

    `joined` is put into the JSON that is there, `logins=HOST` is a pull secret's logins of a registry as podman's,
    `anchor` a command that has a host trust an authority; any other form is the value itself.
    """
    kind, _, place = form.partition("=")
    match kind:
        case "joined":
            return _joined(value, present)
        case "logins":
            return json.dumps(_logins(value, place), sort_keys=True)
        case "anchor":
            return f"cat > {_ANCHOR} <<'EOF'\n{value}\nEOF\nupdate-ca-trust\n"
        case _:
            return value


def credentials(pull_secret: str, registry: str) -> tuple[str, str] | None:
    """Find name and password for HOST[:PORT][/PATH] in a pull secret, the longest path first; ValueError: it is none."""
    auths = _mapping(pull_secret).get("auths")
    entries = auths if isinstance(auths, Mapping) else {}
    place = registry
    while place:
        if place in entries:
            return _pair(entries[place])
        place = place.rpartition("/")[0]
    return None


def _joined(value: str, present: str | None) -> str:
    given = _mapping(value)
    there = _mapping(present) if present else {}
    together = _over(there, given)
    return present if present and together == there else json.dumps(together)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    inner = {
        key: _over(below[key], value)
        for key, value in above.items()
        if isinstance(value, Mapping) and isinstance(below.get(key), Mapping) and key == "auths"
    }
    return {**below, **above, **inner}


def _logins(value: str, registry: str) -> dict[str, dict[str, str]]:
    found = credentials(value, registry)
    return {registry.partition("/")[0]: {found[0]: found[1]}} if found else {}


def _pair(entry: Any) -> tuple[str, str]:
    """Read an entry of a pull secret: `auth`, or `username` and `password`."""
    fields = entry if isinstance(entry, Mapping) else {}
    if not fields.get("auth"):
        return str(fields.get("username") or ""), str(fields.get("password") or "")
    try:
        text = base64.b64decode(str(fields["auth"]), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name, colon, password = text.partition(":")
    if not colon:
        raise ValueError("`auth` of an entry is not NAME:PASSWORD in base64")
    return name, password


def _mapping(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if found is None or isinstance(found, (str, int, float, list)):
        raise ValueError("it is not a JSON object") from None
    return dict(found)
