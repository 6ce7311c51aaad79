"""A small operator, as a developer has one: `osk dev run` starts it in the place of the deployed one.

It writes down what it sees of each Horizon in the namespace `default`, and where it runs; asked to serve webhooks, it
allows whatever it is called for, and writes down that it was.
"""

import json
import os
import signal
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.objects import Body, get

NAMESPACE = "default"
SEEN, HERE = "example.org/seen", "example.org/here"
CALLED = Path("called")
"""In the folder of the checkout."""
_TOLD = ("ENABLE_WEBHOOKS", "OPERATOR_TEMPLATES", "WATCH_NAMESPACE")


def reconcile(cluster: Cluster, resource: Resource, body: Body) -> None:
    """Write down what an object wants."""
    wanted = str(get(body, "spec", "fancy"))
    if get(body, "metadata", "annotations", SEEN) != wanted:
        here = json.dumps({name: os.environ[name] for name in _TOLD})
        patch = {"metadata": {"annotations": {SEEN: wanted, HERE: here}}}
        cluster.merge(resource, NAMESPACE, body["metadata"]["name"], patch)


def main() -> None:
    """Watch, and write."""
    cluster = kubernetes.connect(os.environ["KUBECONFIG"], None)
    resource = cluster.resource("horizon.openstack.org", "Horizon")
    assert resource is not None
    if os.environ["ENABLE_WEBHOOKS"] == "true":
        threading.Thread(target=serve, daemon=True).start()
    listed = cluster.list(resource, NAMESPACE)
    for body in listed.items:
        reconcile(cluster, resource, body)
    for event in cluster.watch(resource, NAMESPACE, listed.resource_version):
        if event.kind in {"added", "modified"}:
            reconcile(cluster, resource, event.body)


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


def leave(*_: Any) -> None:
    """End in order."""
    sys.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, leave)
    main()
