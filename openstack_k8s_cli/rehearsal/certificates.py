"""The certificates of one rehearsal cluster, made when it starts.

Two authorities: the cluster's own, whose key the controller manager needs to sign requests, and an inner one between
the API server, etcd and the kubelet, whose key is thrown away: no certificate that etcd accepts can be made later.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openstack_k8s_cli.rehearsal import directories

_LIFE = timedelta(days=365)
_SKEW = timedelta(hours=1)
_LOOPBACK = ipaddress.ip_address("127.0.0.1")
_SERVICE = ipaddress.ip_address("10.96.0.1")
_SERVER, _CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True, slots=True)
class _Authority:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def make(folder: Path) -> None:
    """Write every certificate and key of a cluster; NAME.crt and NAME.key, and sa.key for service accounts."""
    directories.private(folder)
    cluster = _authority("osk rehearsal")
    inner = _authority("osk rehearsal inner")
    _write(folder, "ca", cluster.certificate, cluster.key)
    _write(folder, "inner-ca", inner.certificate)
    _issue(folder, "apiserver", cluster, usages=(_SERVER,))
    _issue(folder, "apiserver-client", inner, usages=(_CLIENT,))
    _issue(folder, "etcd", inner, usages=(_SERVER,))
    _issue(folder, "etcd-peer", inner, usages=(_SERVER, _CLIENT))
    _issue(folder, "kubelet", inner, usages=(_SERVER,))
    directories.replace(folder / "sa.key", _pem(_key()))


def _authority(common_name: str) -> _Authority:
    key = _key()
    name = _name(common_name)
    certificate = (
        _builder(name, key)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Authority(name, key, certificate)


def _issue(
    folder: Path, name: str, authority: _Authority, *, usages: tuple[x509.ObjectIdentifier, ...]
) -> None:
    key = _key()
    names: list[x509.GeneralName] = [x509.IPAddress(_LOOPBACK), x509.IPAddress(_SERVICE)]
    names += [
        x509.DNSName(each)
        for each in ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
    ]
    certificate = (
        _builder(_name(name), key)
        .issuer_name(authority.name)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    _write(folder, name, certificate, key)


def _builder(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LIFE)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _write(
    folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None
) -> None:
    directories.replace(folder / f"{name}.crt", certificate.public_bytes(Encoding.PEM).decode())
    if key is not None:
        directories.replace(folder / f"{name}.key", _pem(key))
