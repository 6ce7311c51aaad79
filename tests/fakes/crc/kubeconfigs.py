"""What `crc` does to the user's kubeconfig: crc-org/crc's pkg/crc/machine/kubeconfig.go, of which the start writes and the stop cleans."""

import io
from typing import Any

PLACE = ".kube/config"
SERVER = "https://api.crc.testing:6443"
_HOST = "api-crc-testing:6443"


def enter(files: Any, preset: str) -> None:
    """Add its contexts; that of microshift becomes the current one, whatever was."""
    whole = _read(files)
    if whole is None:
        return
    if preset == "microshift":
        _put(whole, "cluster", "microshift", {"server": SERVER})
        _put(whole, "user", f"user/{_HOST}", {"client-certificate-data": "Q0VSVAo="})
        _put(whole, "context", "microshift", {"cluster": "microshift", "user": f"user/{_HOST}"})
        whole["current-context"] = "microshift"
    else:
        _put(whole, "cluster", _HOST, {"server": SERVER})
        for name, user in (("crc-admin", "kubeadmin"), ("crc-developer", "developer")):
            _put(whole, "user", f"{user}/{_HOST}", {"token": f"sha256~{user}"})
            _put(whole, "context", name, {"cluster": _HOST, "user": f"{user}/{_HOST}"})
        whole["current-context"] = whole.get("current-context") or "crc-admin"
    _write(files, whole)


def clean(files: Any) -> None:
    """Take out all that leads to its API, whoever put it there."""
    whole = _read(files) if files.has(PLACE) else None
    if whole is None:
        return
    clusters = {each["name"] for each in whole["clusters"] if each["cluster"].get("server") == SERVER}
    gone = [each for each in whole["contexts"] if each["context"].get("cluster") in clusters]
    left = [each for each in whole["contexts"] if each not in gone]
    users = {each["context"].get("user") for each in gone} - {each["context"].get("user") for each in left}
    whole["clusters"] = [each for each in whole["clusters"] if each["name"] not in clusters]
    whole["users"] = [each for each in whole["users"] if each["name"] not in users]
    whole["contexts"] = left
    if whole.get("current-context") in {each["name"] for each in gone}:
        whole["current-context"] = ""
    _write(files, whole)


def _put(whole: dict[str, Any], kind: str, name: str, content: dict[str, Any]) -> None:
    others = [each for each in whole[f"{kind}s"] if each["name"] != name]
    whole[f"{kind}s"] = [*others, {"name": name, kind: content}]


def _read(files: Any) -> dict[str, Any] | None:
    """Read it; None: it is no kubeconfig, of which crc only warns."""
    found = (_yaml().load(files.read(PLACE)) if files.has(PLACE) else None) or {}
    if not isinstance(found, dict):
        return None
    return {**found, **{each: list(found.get(each) or ()) for each in ("clusters", "users", "contexts")}}


def _write(files: Any, whole: dict[str, Any]) -> None:
    """Write it anew, as client-go does: without comments."""
    text = io.StringIO()
    _yaml().dump({"apiVersion": "v1", "kind": "Config", **whole}, text)
    files.write(PLACE, text.getvalue())


def _yaml() -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  # the executables have it only where they need it

    return YAML(typ="safe", pure=True)
