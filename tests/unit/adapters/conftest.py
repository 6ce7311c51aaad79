"""A scripted API server, and kubeconfigs that lead to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # a test's own way to write a kubeconfig

from openstack_k8s_cli.adapters.kubernetes import connect
from openstack_k8s_cli.adapters.kubernetes.requests import KubernetesCluster
from tests.unit.adapters.scripted import Script, serving

Kubeconfig = Callable[..., str]


@pytest.fixture
def script() -> Script:
    """Give the script to write."""
    return Script()


@pytest.fixture
def server(script: Script) -> Iterator[str]:
    """Serve it."""
    with serving(script) as address:
        yield address


@pytest.fixture
def kubeconfig(tmp_path: Path, server: str) -> Kubeconfig:
    """Write a kubeconfig; `user` is its only user's entry."""

    def write(**user: Any) -> str:
        path = tmp_path / "kubeconfig"
        path.write_text(
            yaml.safe_dump(
                {
                    "current-context": "lab",
                    "clusters": [{"name": "c", "cluster": {"server": server}}],
                    "users": [{"name": "u", "user": user or {"token": "first"}}],
                    "contexts": [{"name": "lab", "context": {"cluster": "c", "user": "u"}}],
                }
            )
        )
        return str(path)

    return write


@pytest.fixture
def connected(kubeconfig: Kubeconfig) -> KubernetesCluster:
    """Connect to the scripted server."""
    return connect(kubeconfig())
