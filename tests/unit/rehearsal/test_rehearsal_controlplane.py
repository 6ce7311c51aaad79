"""What the control plane is started with."""

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from openstack_k8s_cli.rehearsal import controlplane
from openstack_k8s_cli.rehearsal.controlplane import ControlPlane

BINARY = Path("/cache/controlplane")


@pytest.fixture
def plane(tmp_path: Path) -> ControlPlane:
    """Prepare a control plane."""
    return controlplane.prepare(tmp_path / "cluster")


def test_a_second_start_keeps_everything(plane: ControlPlane) -> None:
    """Ports, token and certificates are those of the first start, so that a kubeconfig stays true."""
    kubeconfig = plane.kubeconfig.read_text()

    assert controlplane.prepare(plane.directory) == plane
    assert plane.kubeconfig.read_text() == kubeconfig


def test_moving_changes_the_ports_only(plane: ControlPlane) -> None:
    """Where a port was taken by somebody else, only ports change."""
    authority = (plane.directory / "pki" / "ca.crt").read_text()
    moved = controlplane.move(plane)

    assert (moved.token, (plane.directory / "pki" / "ca.crt").read_text()) == (plane.token, authority)
    assert moved.ports != plane.ports
    assert str(moved.ports.api) in moved.kubeconfig.read_text()


def test_only_the_api_server_has_a_client_certificate_of_etcd(plane: ControlPlane) -> None:
    """The inner authority issued client certificates to the API server and etcd's own peers, and its key is gone."""
    pki = plane.directory / "pki"
    inner = x509.load_pem_x509_certificate((pki / "inner-ca.crt").read_bytes()).subject
    clients = set()
    for path in pki.glob("*.crt"):
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        if certificate.issuer != inner or certificate.subject == inner:
            continue
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.CLIENT_AUTH in usage:
            clients.add(path.stem)

    assert clients == {"apiserver-client", "etcd-peer"}
    assert not (pki / "inner-ca.key").exists()


def test_etcd_wants_certificates(plane: ControlPlane) -> None:
    """The configuration of etcd asks clients and peers for certificates, on the loopback interface only."""
    config = json.loads((plane.directory / "etcd.yaml").read_text())

    for side in ("client-transport-security", "peer-transport-security"):
        assert config[side]["client-cert-auth"] is True
    urls = [value for key, value in config.items() if "urls" in key]
    assert all(url.startswith("https://127.0.0.1:") for url in urls)


@pytest.mark.parametrize("one_process", [True, False])
def test_memory_is_bounded(plane: ControlPlane, *, one_process: bool) -> None:
    """Every program of the control plane has a limit of memory and collects early."""
    programs = controlplane.programs(BINARY, plane, one_process=one_process)

    assert all({"GOGC", "GOMEMLIMIT"} <= set(program.environment) for program in programs)
    assert [program.name for program in programs] == (
        ["controlplane"]
        if one_process
        else ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kwok"]
    )


def test_no_flag_opens_another_interface(plane: ControlPlane) -> None:
    """Components listen on the loopback interface or not at all, and KWOK's own server stays closed."""
    flags = {
        program.name: program.argv for program in controlplane.programs(BINARY, plane, one_process=False)
    }

    assert "--bind-address=127.0.0.1" in flags["kube-apiserver"]
    for name in ("kube-controller-manager", "kube-scheduler"):
        assert "--secure-port=0" in flags[name]
    assert not any("--server-address" in flag or "--node-port" in flag for flag in flags["kwok"])


def test_assets_are_used_for_etcd_and_the_api_server(plane: ControlPlane) -> None:
    """With KUBEBUILDER_ASSETS both run from there on a lifeline, the rest from the rehearsal's own program."""
    programs = controlplane.programs(BINARY, plane, one_process=True, assets=Path("/assets"))
    starts = {program.name: program.argv[:3] for program in programs}

    assert starts["etcd"] == (str(BINARY), "lifeline", "/assets/etcd")
    assert starts["kube-apiserver"] == (str(BINARY), "lifeline", "/assets/kube-apiserver")
    assert starts["kwok"][:2] == (str(BINARY), "kwok")
