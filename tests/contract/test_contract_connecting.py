"""What only a real API server over TLS can show."""

from pathlib import Path

import pytest
import yaml  # to change a copy of the kubeconfig

from openstack_k8s_cli.adapters.kubernetes import connect
from openstack_k8s_cli.model.problems import OskError

pytestmark = pytest.mark.cluster


def test_an_untrusted_certificate(tmp_path: Path, real_kubeconfig: Path) -> None:
    """A server whose authority the kubeconfig does not name is not talked to."""
    config = yaml.safe_load(real_kubeconfig.read_text())
    config["clusters"][0]["cluster"].pop("certificate-authority-data", None)
    config["clusters"][0]["cluster"].pop("certificate-authority", None)

    assert _refusal(tmp_path, config) == "OSK0407"


def test_a_wrong_token(tmp_path: Path, real_kubeconfig: Path) -> None:
    """A login that the server does not know is refused before anything."""
    config = yaml.safe_load(real_kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "nobody"}

    assert _refusal(tmp_path, config) == "OSK0405"


def test_a_login_that_may_skip_verification(tmp_path: Path, real_kubeconfig: Path) -> None:
    """Where the kubeconfig says so, the certificate is not checked, and nothing is printed about it."""
    config = yaml.safe_load(real_kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    cluster.pop("certificate-authority-data", None)
    cluster["insecure-skip-tls-verify"] = True
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))

    assert connect(str(path)).resource("", "Namespace") is not None


def _refusal(tmp_path: Path, config: object) -> str:
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    with pytest.raises(OskError) as raised:
        connect(str(path))
    return raised.value.problems[0].code
