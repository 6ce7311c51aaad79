"""Results in a folder, and what an archive may not do to it."""

import io
import tarfile
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.results import Results


def archive(*names: str) -> bytes:
    """Make an archive of small files."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as opened:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 1
            opened.addfile(member, io.BytesIO(b"x"))
    return whole.getvalue()


def test_an_archive_comes_in_pieces(tmp_path: Path) -> None:
    """It is unpacked whole, over what an earlier run left, and nothing else stays."""
    results = Results(tmp_path / "out")
    results.text("logs/pod.log", "line\n")
    results.text("a/b", "old")
    whole = archive("./a/b", "c")
    count = results.unpack(lambda into: [into(whole[at : at + 100]) for at in range(0, len(whole), 100)])
    found = {
        str(each.relative_to(tmp_path)): each.read_text() for each in tmp_path.rglob("*") if each.is_file()
    }

    assert count == 2
    assert found == {"out/logs/pod.log": "line\n", "out/a/b": "x", "out/c": "x"}


@pytest.mark.parametrize(
    "whole", [archive("../out"), archive("a")[:100], b"no archive"], ids=["out", "cut", "none"]
)
def test_what_is_no_good_archive_is_an_error(tmp_path: Path, whole: bytes) -> None:
    """Nothing is written beside the folder."""
    with pytest.raises(OSError, match=r"archive"):
        Results(tmp_path / "in").unpack(lambda into: into(whole))

    assert [each.name for each in tmp_path.iterdir()] == ["in"]
