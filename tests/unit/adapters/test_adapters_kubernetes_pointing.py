"""A kubeconfig for exactly one cluster."""

import json
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.kubernetes import pointing
from openstack_k8s_cli.model.problems import OskError


@pytest.fixture
def kubeconfig(tmp_path: Path) -> str:
    """Give one with two contexts, and a certificate that is named by a path beside it."""
    (tmp_path / "ca.crt").write_text("CA")
    clusters = [
        {"name": "one", "cluster": {"server": "https://one", "certificate-authority": "ca.crt"}},
        {"name": "two", "cluster": {"server": "https://two"}},
    ]
    contexts = [
        {"name": each, "context": {"cluster": each, "user": "me", "namespace": each}}
        for each in ("one", "two")
    ]
    users = [{"name": "me", "user": {"exec": {"command": "login"}}}]
    whole = {"clusters": clusters, "contexts": contexts, "users": users, "current-context": "one"}
    (tmp_path / "config").write_text(json.dumps({"apiVersion": "v1", "kind": "Config"} | whole))
    return str(tmp_path / "config")


def test_only_the_current_context_is_in_it_with_the_files_that_it_names(kubeconfig: str) -> None:
    """It works from any folder, and a program cannot reach another cluster with it."""
    found = pointing.exactly(kubeconfig, None)

    assert [{"server": "https://one", "certificate-authority-data": "Q0E="}] == [
        each["cluster"] for each in found["clusters"]
    ]
    assert [{"exec": {"command": "login"}}] == [each["user"] for each in found["users"]]
    assert "one" == found["contexts"][0]["context"]["namespace"]


def test_another_context_is_another_cluster(kubeconfig: str) -> None:
    """Whatever the current one is."""
    (found,) = pointing.exactly(kubeconfig, "two")["clusters"]

    assert {"server": "https://two"} == found["cluster"]


def test_a_kubeconfig_that_is_not_there_is_refused() -> None:
    """As everywhere."""
    with pytest.raises(OskError):
        pointing.exactly("/no/such/file", None)


def test_a_pods_account_is_pointed_to(tmp_path: Path) -> None:
    """In a pod the file with the token is named, which the kubelet renews; the authority is taken in."""
    token, authority = tmp_path / "token", tmp_path / "ca.crt"
    token.write_text("s3cret")
    authority.write_text("ca")
    environment = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}

    found = pointing.in_pod(environment, token=str(token), authority=str(authority))

    (user,), (cluster,) = found["users"], found["clusters"]
    assert {"tokenFile": str(token)} == user["user"]
    assert {"server": "https://10.0.0.1:443", "certificate-authority-data": "Y2E="} == cluster["cluster"]
