"""`osk mirror`: with a registry on the loopback device, and a recorded oc-mirror (tests.fakes.ocmirror)."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.model.problems import ExitCode
from tests.fakes.ocmirror import Recorded
from tests.fakes.registries import Served, serving


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder, and with a home, of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AUTH", '{"auths": {}}')
    for name in ("OSK_PROFILE", "KUBECONFIG", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def profile(folder: Path, registry: str) -> str:
    """Write a profile with a mirror."""
    path = folder / "lab.yaml"
    path.write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc, mirror]\n"
        f"mirror: {{registry: '{registry}', insecure: true, auth: {{env: AUTH}}}}\n",
        encoding="utf-8",
    )
    return str(path)


def osk(*args: str) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, list(args))


def test_push_runs_oc_mirror_and_says_what_the_profile_lacks(home: Path) -> None:
    """The workspace is in osk's cache; options of oc-mirror's own come after `--`."""
    program = Recorded(home)
    given = ("-p", profile(home, "reg:5000/osp"), "-o", "json")

    done = osk("mirror", "push", *given, "--oc-mirror", str(program.path), "--", "--parallel-images", "2")

    arguments = program.seen["arguments"]
    lacking = json.loads(done.stdout)["lacking"]["mirror"]
    assert ExitCode.DONE == done.exit_code
    assert f"file://{home}/.cache/osk/mirror/lab" in arguments
    assert {"--parallel-images", "2", "--dest-tls-verify=false"} <= set(arguments)
    assert "docker://reg:5000/osp" == arguments[-1]
    assert ["cs-openstack-operator-index-latest"] == list(lacking["catalogs"])
    assert "Hello, welcome to oc-mirror" in done.stderr


def test_push_goes_one_way(home: Path) -> None:
    """An archive is written on one side and read on the other."""
    refused = osk("mirror", "push", "-p", profile(home, "reg:5000/osp"), "--to", "a", "--from", "b")

    assert ExitCode.USAGE == refused.exit_code
    assert "OSK0827" in refused.stderr


def test_verify_names_what_is_missing(home: Path) -> None:
    """Its status is 2 while the mirror lacks an image of the profile, and 0 once it has all."""
    with serving(Served(frozenset())) as served:
        path = profile(home, f"{served.host}/osp")
        more = ("--set", "mirror.images=[docker.io/library/x:1]")
        lacking = osk("mirror", "verify", "-p", path, *more, "-o", "json")
        images = json.loads(lacking.stdout)["images"]
        places = [each["place"].removeprefix(f"{served.host}/") for each in images if each["place"]]
        served.manifests = frozenset(places)
        blocked = json.dumps([each["image"] for each in images if not each["place"]])
        full = osk("mirror", "verify", "-p", path, *more, "--set", f"mirror.blocked={blocked}")

    assert (ExitCode.USAGE, ExitCode.DONE) == (lacking.exit_code, full.exit_code)
    assert {"missing", "uncovered"} == {each["standing"] for each in images}
    assert f"0 of {len(images)} images are in the mirror" in lacking.stderr
    assert f"{len(images)} of {len(images)} images are in the mirror" in full.stderr


def test_a_profile_without_a_mirror_is_told(home: Path) -> None:
    """Whatever is asked of it."""
    assert home.is_dir()
    for word in ("plan", "push", "verify"):
        refused = osk("mirror", word, "-p", "crc")

        assert ExitCode.USAGE == refused.exit_code
        assert "OSK0821" in refused.stderr
