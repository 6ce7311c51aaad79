"""A kubeconfig for exactly one cluster, for programs that osk starts: what the session is connected by, and nothing else."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kubernetes.client.configuration import Configuration
from kubernetes.config.incluster_config import (
    SERVICE_CERT_FILENAME,
    SERVICE_TOKEN_FILENAME,
    InClusterConfigLoader,
)

from openstack_k8s_cli.adapters.kubernetes import connecting

_FILES = {
    "certificate-authority": "certificate-authority-data",
    "client-certificate": "client-certificate-data",
    "client-key": "client-key-data",
}
_NAME = "osk"


def exactly(kubeconfig: str | None, context: str | None) -> dict[str, Any]:
    """Give the kubeconfig that has one context only; files that it names are taken in. Raises OskError."""
    if connecting.is_in_cluster(kubeconfig):
        return in_pod(os.environ)
    merged = connecting.config(kubeconfig)
    chosen = merged["contexts"].get_with_name(context or merged["current-context"]).value["context"]
    cluster = merged["clusters"].get_with_name(chosen["cluster"])
    user = merged["users"].get_with_name(chosen["user"])
    return _config(
        _whole(cluster.value["cluster"], cluster.path),
        _whole(user.value.get("user") or {}, user.path),
        str(chosen.get("namespace") or ""),
    )


def _config(cluster: Mapping[str, Any], user: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    context = {"cluster": _NAME, "user": _NAME, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": dict(cluster)}],
        "users": [{"name": _NAME, "user": dict(user)}],
        "contexts": [{"name": _NAME, "context": context}],
        "current-context": _NAME,
    }


def _whole(part: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Take in the files that a part names by paths, which are relative to its own."""
    folder = Path(file).expanduser().absolute().parent
    found = dict(part)
    for path, data in _FILES.items():
        named = found.pop(path, None)
        if named and not found.get(data):
            found[data] = base64.b64encode((folder / str(named)).read_bytes()).decode()
    token = found.get("tokenFile")
    return found | ({"tokenFile": str(folder / str(token))} if token else {})


def in_pod(
    environment: Mapping[str, str],
    *,
    token: str = SERVICE_TOKEN_FILENAME,
    authority: str = SERVICE_CERT_FILENAME,
) -> dict[str, Any]:
    """Give the kubeconfig of a pod's ServiceAccount; its token is renewed in its file, so that is named, not taken in."""
    configuration = Configuration()
    InClusterConfigLoader(token, authority, environ=environment).load_and_set(configuration)
    trusted = base64.b64encode(Path(authority).read_bytes()).decode()
    return _config(
        {"server": configuration.host, "certificate-authority-data": trusted}, {"tokenFile": token}, ""
    )
