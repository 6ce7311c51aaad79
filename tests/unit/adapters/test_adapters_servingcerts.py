"""Certificates of webhooks that are served on this machine."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from openstack_k8s_cli.adapters import servingcerts


@pytest.mark.parametrize("address", ["192.0.2.7", "fd00::7", "host.crc.testing"])
def test_the_certificate_is_for_the_address_and_only_its_owner_reads_the_key(
    tmp_path: Path, address: str
) -> None:
    """It is its own authority; a second one takes its place."""
    folder = tmp_path / "certs"
    servingcerts.make(folder, address)
    authority = servingcerts.make(folder, address)

    found = x509.load_pem_x509_certificate(authority)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        folder / "tls.crt", folder / "tls.key"
    )
    assert [address] == [str(each.value) for each in names]
    assert {0o600} == {(folder / each).stat().st_mode & 0o777 for each in ("tls.crt", "tls.key")}
    assert 0o700 == folder.stat().st_mode & 0o777
