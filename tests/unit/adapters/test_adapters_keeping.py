"""Folders with secrets, and what becomes of those whose run was killed."""

import os
from pathlib import Path

from openstack_k8s_cli.adapters import keeping


def test_a_folder_goes_with_its_run(tmp_path: Path) -> None:
    """It is its owner's alone, and another run beside it leaves it as it is."""
    with keeping.kept(tmp_path / "dev" / "one") as one:
        (one / "kubeconfig").write_text("token")
        with keeping.kept(tmp_path / "dev" / "two"):
            assert "token" == (one / "kubeconfig").read_text()
        assert 0o700 == one.stat().st_mode & 0o777

    assert [] == [*(tmp_path / "dev").iterdir()]


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """Whose lock nobody has, or that did not come to have one; a place that is not there is none to sweep."""
    for name in ("killed", "young"):
        (tmp_path / name).mkdir()
    process = os.fork()
    if not process:
        with keeping.kept(tmp_path / "killed") as mine:
            (mine / "auth.json").write_text("token")
            os._exit(0)
    os.waitpid(process, 0)
    left = (tmp_path / "killed" / "auth.json").read_text()
    keeping.sweep(tmp_path / "nowhere")
    keeping.sweep(tmp_path)

    assert "token" == left
    assert [] == [*tmp_path.iterdir()]
