"""The hypervisor that hosts are made on."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ssh.hypervisors import Hypervisor
from tests.ssh.labs import PROFILE, Files, Lab
from tests.ssh.machines import Machine
from tests.ssh.servers import ADDRESS, Keys, Servers


@pytest.fixture(scope="module")
def images() -> Iterator[str]:
    """Serve the image on loopback."""
    server = http.server.ThreadingHTTPServer((ADDRESS, 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{ADDRESS}:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def lab(tmp_path: Path, images: str) -> Iterator[Lab]:
    """Start a hypervisor."""
    keys = Keys.made()
    servers = Servers(tmp_path, keys)
    servers.start([Machine("crc-host", files={"/sys/class/net/ospbr/bridge/bridge_id": "1\n"})])
    key = tmp_path / "key"
    key.write_text(keys.private)
    key.chmod(0o600)
    profile = tmp_path / "lab.yaml"
    profile.write_text(PROFILE.format(key=key, address=ADDRESS, port=servers.ports["crc-host"], url=images))
    place = servers.folders["crc-host"]
    yield Lab(tmp_path, Hypervisor(place), profile, place / "home")
    servers.stop()
