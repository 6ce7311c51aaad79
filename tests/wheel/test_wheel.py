"""An installed wheel works like the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROFILES = sorted(each.stem for each in (ROOT / "profiles").glob("*.yaml") if each.stem != "base")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it in a fresh environment; gives the folder of its commands.

    Its dependencies are those of the environment that runs the tests, so that nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            wheel,
        ],
        check=True,
        capture_output=True,
    )
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv" / "bin"


def osk(command: Path, *arguments: str, home: Path) -> str:
    """Run a command away from the checkout; gives its stdout."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        [command, *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    """The installed command runs the wheel's own package, not the checkout."""
    where = osk(
        installed / "python",
        "-c",
        "import openstack_k8s_cli; print(openstack_k8s_cli.__file__)",
        home=tmp_path,
    )

    assert where.startswith(str(installed.parent))


@pytest.mark.parametrize("profile", PROFILES)
def test_renders_the_same_bytes(installed: Path, tmp_path: Path, profile: str) -> None:
    """Every built-in profile renders to the same bytes from the wheel and from the checkout."""
    from_checkout = osk(Path(sys.executable).parent / "osk", "render", "-p", profile, home=tmp_path)

    assert from_checkout == osk(installed / "osk", "render", "-p", profile, home=tmp_path)
