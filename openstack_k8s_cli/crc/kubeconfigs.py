"""The cluster's access in the user's kubeconfig, under a context of its own; what else is in there stays as it is.

It is the administrator's certificate that crc makes: it needs no password, and unlike a token it lasts.
"""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

NAME = "osk-crc"
"""The context's name, and those of its cluster and user, unless the profile names another."""
_OWN = frozenset({"", "crc-admin", "crc-developer"})
"""Current contexts that give way: crc's own, whose tokens last a day."""
_OWN_FILE = "~/.crc/machines/crc/kubeconfig"
_API, _PORT = "api.crc.testing", 6443
_KINDS = ("cluster", "user", "context")


def place(host: Host) -> str:
    """Give the kubeconfig that is written: the first of KUBECONFIG, or the usual one."""
    named = [each for each in host.environment.get("KUBECONFIG", "").split(":") if each]
    return named[0] if named else f"{home(host)}/.kube/config"


def own(host: Host) -> bytes | None:
    """Give the one that crc wrote for its machine; None: there is none."""
    return host.read(f"{home(host)}/.crc/machines/crc/kubeconfig")


def address(access: bytes) -> tuple[str, int]:
    """Give name and port of the API."""
    cluster = _cluster(_read(_yaml(), access, _OWN_FILE))
    parts = urlsplit(str(cluster.get("server") or ""))
    return parts.hostname or _API, parts.port or _PORT


def rerouted(access: bytes, server: str) -> bytes:
    """Give it with another address of the API, which is still known by the name that its certificate has."""
    name, _ = address(access)
    yaml = _yaml()
    whole = _read(yaml, access, _OWN_FILE)
    cluster = _cluster(whole)
    cluster["server"] = server
    cluster["tls-server-name"] = name
    return _written(yaml, whole)


def _cluster(whole: Any) -> Any:
    context = _named(whole, "context", whole.get("current-context") or "admin") or {}
    return _named(whole, "cluster", context.get("cluster")) or {}


def merge(host: Host, name: str | None, access: bytes | None = None) -> str:
    """Put the access there, the host's own unless another is given, with the file as it was kept beside it; says what was done, or nothing."""
    access, path = access or own(host), place(host)
    if access is None:
        return ""
    before = host.read(path)
    after = merged(before, access, name or NAME, path)
    if after is None:
        return ""
    if before is not None:
        host.write(f"{path}.before-osk", before, 0o600)
    host.write(path, after, 0o600)
    return f"context {name or NAME} in {path}" + (f"; as it was: {path}.before-osk" if before else "")


def forget(host: Host, name: str | None) -> str:
    """Take the access out again, of a cluster that is gone; says what was done, or nothing."""
    path, own_name = place(host), name or NAME
    before = host.read(path)
    if before is None:
        return ""
    yaml = _yaml()
    whole = _read(yaml, before, path) or {}
    left = {
        kind: [each for each in whole.get(f"{kind}s") or () if each.get("name") != own_name]
        for kind in _KINDS
    }
    if all(len(left[kind]) == len(whole.get(f"{kind}s") or ()) for kind in _KINDS):
        return ""
    for kind in _KINDS:
        whole[f"{kind}s"] = left[kind]
    if whole.get("current-context") == own_name:
        whole["current-context"] = ""
    host.write(f"{path}.before-osk", before, 0o600)
    host.write(path, _written(yaml, whole), 0o600)
    return f"context {own_name} taken out of {path}; as it was: {path}.before-osk"


def is_current(host: Host, name: str | None) -> bool:
    """Tell whether commands go to the cluster unless they name another."""
    whole = _read(_yaml(), host.read(place(host)) or b"", place(host)) or {}
    return bool(whole.get("current-context") == (name or NAME))


def merged(before: bytes | None, access: bytes, name: str, path: str) -> bytes | None:
    """Give the kubeconfig with the access under a context of that name; None: it is there as it should be."""
    yaml = _yaml()
    whole = _read(yaml, before or b"", path) or {"apiVersion": "v1", "kind": "Config"}
    found = _read(yaml, access, _OWN_FILE)
    current = found.get("current-context") or "admin"
    context = dict(_named(found, "context", current) or {})
    entries = {
        "cluster": _named(found, "cluster", context.get("cluster")),
        "user": _named(found, "user", context.get("user")),
        "context": {"cluster": name, "user": name},
    }
    changed = [_put(whole, kind, name, entries[kind]) for kind in _KINDS]
    if str(whole.get("current-context") or "") in _OWN:
        whole["current-context"] = name
        changed.append(True)
    if not any(changed):
        return None
    return _written(yaml, whole)


def _written(yaml: YAML, whole: Any) -> bytes:
    text = io.BytesIO()
    yaml.dump(whole, text)
    return text.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    return yaml


def _read(yaml: YAML, text: bytes, path: str) -> Any:
    try:
        found = yaml.load(text)
    except (YAMLError, UnicodeDecodeError) as error:
        found = error
    if found is not None and not isinstance(found, Mapping):
        advice = Advice("Correct it, or name another one in the variable KUBECONFIG")
        problem = Problem(
            "OSK1246", "The kubeconfig is not one, so nothing was written", path, None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return found


def _named(whole: Mapping[str, Any], kind: str, name: Any) -> Any:
    return next((each[kind] for each in whole.get(f"{kind}s") or () if each.get("name") == name), None)


def _put(whole: Any, kind: str, name: str, entry: Any) -> bool:
    """Put one entry there; tells whether it was another."""
    listed = whole.get(f"{kind}s")
    if not listed:
        whole[f"{kind}s"] = listed = []
    for each in listed:
        if each.get("name") == name:
            differs = bool(each.get(kind) != entry)
            if differs:
                each[kind] = entry
            return differs
    listed.append({"name": name, kind: entry})
    return True
