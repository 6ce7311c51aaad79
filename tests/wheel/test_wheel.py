"""An installed wheel works like the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROFILES = sorted(each.stem for each in (ROOT / "profiles").glob("*.yaml") if each.stem != "base")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a fresh environment; gives the folder of its commands.

    Its dependencies are those of the environment that runs the tests, so that nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("wheel")
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


def files(folder: Path, under: str) -> set[str]:
    """List a folder's files as they stand in the wheel: what Python leaves and Go's tests are not there."""
    return {
        f"{under}/{path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith("_test.go")
    }


def test_the_wheel_has_every_file(wheel: Path) -> None:
    """The package with the rehearsal's Go modules, schemas and objects, the templates and the profiles: all, and no more."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("openstack_k8s_cli/")}

    shipped = "openstack_k8s_cli/_shipped"
    expected = files(ROOT / "openstack_k8s_cli", "openstack_k8s_cli")
    expected |= files(ROOT / "templates", f"{shipped}/templates")
    expected |= files(ROOT / "profiles", f"{shipped}/profiles")
    assert expected == packed
    assert any(name.endswith("/modules/olm/go.mod") for name in packed)
    assert any(name.endswith("/dataplane/playbooks/probe.sh") for name in packed)


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
