"""Users of a test's cluster that lack one right."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster

_KUBECTL = Path(sys.executable).parent / "kubectl"


def lacking(cluster: Cluster, name: str, *, kind: str, verbs: tuple[str, ...]) -> None:
    """Make a service account that may do everything but these verbs to one kind of the core group."""
    for body in (_account(name), _binding(name), _role(cluster, name, kind, verbs)):
        cluster.apply(body, force=True)


def nobody(cluster: Cluster, name: str) -> str:
    """Make a service account without rights, and give the name of its user."""
    cluster.apply(_account(name), force=True)
    return f"system:serviceaccount:default:{name}"


def given_back(cluster: Cluster, name: str) -> None:
    """Give a service account every right."""
    cluster.apply(_named(name, {"rules": [_EVERYTHING]}), force=True)


def kubeconfig(admin: Path, name: str, copy: Path) -> Path:
    """Write a kubeconfig with a service account's login in place of the administrator's."""
    command = [str(_KUBECTL), "--kubeconfig", str(admin), "create", "token", name, "--namespace", "default"]
    token = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return with_token(admin, token, copy)


def with_token(admin: Path, token: str, copy: Path) -> Path:
    """Write a kubeconfig with another token."""
    config = json.loads(admin.read_text())
    config["users"][0]["user"] = {"token": token}
    copy.write_text(json.dumps(config))
    return copy


_EVERYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
_API = "rbac.authorization.k8s.io"


def _account(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "default"},
    }


def _binding(name: str) -> dict[str, Any]:
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": _API, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}],
    }


def _role(cluster: Cluster, name: str, kind: str, verbs: tuple[str, ...]) -> dict[str, Any]:
    served = cluster.resources()
    groups = sorted({each.group for each in served} - {""})
    core = sorted(each.plural for each in served if not each.group and each.kind != kind)
    lacked = [each.plural for each in served if not each.group and each.kind == kind]
    left = sorted({"get", "list", "watch", "create", "update", "patch", "delete"} - set(verbs))
    rules = [
        {"apiGroups": groups, "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": [""], "resources": core, "verbs": ["*"]},
        {"apiGroups": [""], "resources": lacked, "verbs": left},
        {"nonResourceURLs": ["*"], "verbs": ["*"]},
    ]
    return _named(name, {"rules": rules})


def _named(name: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": f"{_API}/v1", "kind": "ClusterRole", "metadata": {"name": name}, **more}
