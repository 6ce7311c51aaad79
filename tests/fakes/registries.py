"""A small container registry on the loopback device: the part of the distribution API that looks for manifests."""

import base64
import datetime as dt
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DIGEST = f"sha256:{'d' * 64}"
LOGIN = ("me", "s3cret")


@dataclass(slots=True)
class Served:
    """What it has, and what it was asked."""

    manifests: frozenset[str]
    """As `REPOSITORY:TAG` or `REPOSITORY@DIGEST`."""
    asks_for: str = ""
    """basic or bearer; empty: nothing."""
    hides: bool = False
    """Whether it refuses to show repositories that are not there, as Quay does."""
    failures: list[int] = field(default_factory=list)
    """Statuses of the next answers."""
    host: str = ""
    asked: list[str] = field(default_factory=list)

    def status(self, repository: str, reference: str) -> int:
        """Say whether a manifest is there."""
        separator = "@" if reference.startswith("sha256:") else ":"
        if f"{repository}{separator}{reference}" in self.manifests:
            return 200
        known = any(each.startswith((f"{repository}:", f"{repository}@")) for each in self.manifests)
        return 401 if self.hides and not known else 404


@contextmanager
def serving(served: Served, certificate: Path | None = None) -> Iterator[Served]:
    """Serve until the end of the block; with a certificate by HTTPS."""

    class Handler(_Handler):
        registry = served

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        served.host = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def certified(folder: Path) -> tuple[Path, str]:
    """Make a certificate for the loopback address, signed by itself: a file with its key, and its own text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    path = folder / "registry.pem"
    path.write_text(private + text, encoding="utf-8")
    return path, text


class _Handler(BaseHTTPRequestHandler):
    registry: Served

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        mine, parts = self.registry, urlsplit(self.path)
        mine.asked.append(f"{self.command} {parts.path}")
        if parts.path == "/token":
            self._give_token(parse_qs(parts.query)["scope"][0])
            return
        repository, _, reference = parts.path.removeprefix("/v2/").partition("/manifests/")
        expected = {"": None, "basic": _basic(), "bearer": f"Bearer repository:{repository}:pull"}[
            mine.asks_for
        ]
        if mine.failures:
            self._end(mine.failures.pop(0))
        elif expected and self.headers["Authorization"] != expected:
            scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
            realm = f"{scheme}://{mine.host}/token"
            words = (
                f'Bearer realm="{realm}",service="reg"' if mine.asks_for == "bearer" else 'Basic realm="reg"'
            )
            self._end(401, {"WWW-Authenticate": words})
        else:
            status = mine.status(repository, reference)
            self._end(status, {"Docker-Content-Digest": DIGEST} if status == 200 else {})

    def _give_token(self, scope: str) -> None:
        if self.headers["Authorization"] not in (None, _basic()):
            self._end(401)
            return
        text = json.dumps({"token": scope}).encode()
        self._end(200, text=text)

    def _end(self, status: int, headers: Mapping[str, str] | None = None, *, text: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing."""


def _basic() -> str:
    return f"Basic {base64.b64encode(':'.join(LOGIN).encode()).decode()}"
