"""A small operator, as a developer has one, with kopf: `osk dev run` starts it in the place of the deployed one.

It writes down what it sees of each Horizon in the namespace `default`, and where it runs; asked to serve webhooks, it
allows whatever it is called for, and writes down that it was.
"""

import json
import os
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import kopf

NAMESPACE = "default"
SEEN, HERE = "example.org/seen", "example.org/here"
CALLED = Path("called")
"""In the folder of the checkout."""
_TOLD = ("ENABLE_WEBHOOKS", "OPERATOR_TEMPLATES", "WATCH_NAMESPACE")


@kopf.on.login()
def login(**given: Any) -> kopf.ConnectionInfo | None:
    """Take the kubeconfig that it is given, and no other way in."""
    return kopf.login_with_kubeconfig(**given)


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Look at kinds once, write no events, and serve webhooks where that is asked for."""
    settings.scanning.disabled = True
    settings.posting.enabled = False
    if os.environ["ENABLE_WEBHOOKS"] == "true":
        threading.Thread(target=serve, daemon=True).start()


@kopf.on.event("horizon.openstack.org", "horizons")
def reconcile(
    type: str | None,  # noqa: A002  # kopf's name for it
    spec: Mapping[str, Any],
    annotations: Mapping[str, str],
    patch: kopf.Patch,
    **_: Any,
) -> None:
    """Write down what an object wants."""
    wanted = str(spec.get("fancy"))
    if type != "DELETED" and annotations.get(SEEN) != wanted:
        here = json.dumps({name: os.environ[name] for name in _TOLD})
        patch.metadata.annotations.update({SEEN: wanted, HERE: here})


def serve() -> None:
    """Serve webhooks where controller-runtime would."""
    folder = Path(os.environ["TMPDIR"]) / "k8s-webhook-server" / "serving-certs"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    server = HTTPServer(("127.0.0.1", int(os.environ["WEBHOOK_PORT"])), _Webhook)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


class _Webhook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {**review, "response": {"uid": review["request"]["uid"], "allowed": True}}
        with CALLED.open("a") as file:
            file.write(f"{self.path.partition('?')[0]}\n")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())


if __name__ == "__main__":
    kopf.run(standalone=True, namespaces=[NAMESPACE])
