"""Manifests by address and by path."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from openstack_k8s_cli.adapters import downloads
from openstack_k8s_cli.adapters.downloads import Downloads
from openstack_k8s_cli.model.problems import ExitCode, OskError

TEXT = "kind: ConfigMap\n"
SUM = hashlib.sha256(TEXT.encode()).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404 if self.path == "/gone" else 200)
        self.end_headers()
        self.wfile.write(TEXT.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Serve one text at every path."""
    _Handler.asked.clear()
    with HTTPServer(("127.0.0.1", 0), _Handler) as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


def place(url: str | None = None, *, file: str | None = None, sha256: str | None = SUM) -> dict[str, Any]:
    """Name a text as the profile does."""
    return {"url": url, "file": file, "sha256": sha256}


def refused(found: Downloads, named: dict[str, Any]) -> str:
    """Give the code of a refusal, which is one before the first write."""
    with pytest.raises(OskError) as caught:
        found.text(named)
    assert caught.value.exit_code is ExitCode.REFUSED
    return caught.value.problems[0].code


def test_what_is_fetched_is_kept(server: str, tmp_path: Path) -> None:
    """The second deployment needs no network, and neither does a render."""
    named = place(f"{server}/a")
    before = Downloads(tmp_path).kept(named)

    texts = [Downloads(tmp_path).text(named) for _ in range(2)]

    assert (before, texts, Downloads(tmp_path).kept(named)) == (None, [TEXT, TEXT], TEXT)
    assert _Handler.asked == ["/a"]


def test_what_has_no_checksum_is_fetched_anew(server: str, tmp_path: Path) -> None:
    """Nobody can tell whether it is still the same."""
    named = place(f"{server}/a", sha256=None)

    for _ in range(2):
        Downloads(tmp_path).text(named)

    assert _Handler.asked == ["/a", "/a"]
    assert Downloads(tmp_path).kept(named) == TEXT


def test_another_checksum_is_refused(server: str, tmp_path: Path) -> None:
    """A text that is not the one that was named is neither used nor kept."""
    named = place(f"{server}/a", sha256="0" * 64)

    assert refused(Downloads(tmp_path), named) == "OSK0414"
    assert not list(tmp_path.rglob("*.yaml"))


def test_a_kept_text_that_was_changed_is_fetched_anew(server: str, tmp_path: Path) -> None:
    """The checksum counts for what is kept, too."""
    named = place(f"{server}/a")
    Downloads(tmp_path).text(named)
    [kept] = tmp_path.rglob("*.yaml")
    kept.write_text("kind: Other\n")

    assert Downloads(tmp_path).kept(named) is None
    assert Downloads(tmp_path).text(named) == TEXT


def test_what_cannot_be_had_is_refused(server: str, tmp_path: Path) -> None:
    """Neither an answer that is an error nor none at all is a text."""
    found = Downloads(tmp_path)

    assert refused(found, place(f"{server}/gone")) == "OSK0413"
    assert refused(found, place("http://127.0.0.1:9/a")) == "OSK0413"


def test_a_file_is_read_where_it_is(tmp_path: Path) -> None:
    """It is checked, too; nothing is kept of it."""
    path = tmp_path / "a.yaml"
    path.write_text(TEXT)
    found = Downloads(tmp_path / "cache")

    assert found.text(place(file=str(path))) == found.kept(place(file=str(path), sha256=None)) == TEXT
    assert refused(found, place(file=str(path), sha256="0" * 64)) == "OSK0414"
    assert refused(found, place(file=str(tmp_path / "none"))) == "OSK0415"
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_costs_nothing(server: str, tmp_path: Path) -> None:
    """The text is there all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("")

    assert Downloads(blocked).text(place(f"{server}/a")) == TEXT


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/osk"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/osk"),
    ],
)
def test_the_cache_is_the_users(environment: dict[str, str], expected: str) -> None:
    """As the XDG base directory specification says."""
    assert str(downloads.cache_home(environment)) == expected
