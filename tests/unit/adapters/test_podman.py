"""What podman is given, and what is said where it fails.

podman is recorded (tests.fakes.podman).
"""

import base64
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.podman import Podman
from openstack_k8s_cli.developing.building import Registry
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.podman import IMAGE, Recorded

OWN = Registry("registry.apps-crc.testing/ops", "inside:5000/ops", ca="-----CA", token="sha256~secret")
OTHER = Registry("quay.io/me", "quay.io/me")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Have a folder that can be built."""
    folder = tmp_path / "nova-operator"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return folder


def test_a_folder_is_built_and_pushed_with_the_token_in_a_file(tmp_path: Path, checkout: Path) -> None:
    """A file that is the user's alone and gone afterwards; what podman prints is told."""
    recorded = Recorded(tmp_path)
    told: list[str] = []
    podman = Podman({"HOME": str(tmp_path)}, told.append, str(recorded.path))
    podman.push(podman.build(str(checkout)), "registry.apps-crc.testing/ops/nova:1", OWN)
    build, push = recorded.seen
    login = base64.b64decode(push["auth"]["auths"]["registry.apps-crc.testing"]["auth"]).decode()

    assert str(checkout) == build["arguments"][-1]
    assert [IMAGE, "docker://registry.apps-crc.testing/ops/nova:1"] == push["arguments"][-2:]
    assert ("osk:sha256~secret", 0o600, ["-----CA"]) == (login, push["mode"], push["authorities"])
    assert "secret" not in " ".join(push["arguments"])
    at = Path(push["at"])
    assert tmp_path / ".local/state/osk/dev" == at.parent.parent
    assert not at.parent.exists()
    assert ["STEP 1/1: FROM scratch"] == told
    assert "secret" not in repr(OWN)


def test_another_registry_is_used_with_podmans_own_logins(tmp_path: Path) -> None:
    """Nothing but the image and its place is said."""
    recorded = Recorded(tmp_path)
    Podman({}, print, str(recorded.path)).push(IMAGE, "quay.io/me/nova:1", OTHER)

    assert [IMAGE, "docker://quay.io/me/nova:1"] == recorded.seen[0]["arguments"]


@pytest.mark.parametrize(
    ("failing", "registry", "code", "words"),
    [
        ("build", OTHER, "OSK1424", "podman build "),
        ("push", OTHER, "OSK1425", "podman login quay.io"),
        ("push", OWN, "OSK1425", "oc policy can-i create imagestreams"),
    ],
)
def test_what_fails_is_said_with_podmans_words(
    tmp_path: Path, checkout: Path, failing: str, registry: Registry, *, code: str, words: str
) -> None:
    """And with what helps."""
    home = {"HOME": str(tmp_path)}
    podman = Podman(home, print, str(Recorded(tmp_path, failing=failing, error="denied").path))
    with pytest.raises(OskError) as caught:
        podman.push(podman.build(str(checkout)), "quay.io/me/nova:1", registry)
    (problem,) = caught.value.problems

    assert (code, ExitCode.FAILED, "Error: denied") == (problem.code, caught.value.exit_code, problem.detail)
    assert str(problem.advice[0].command).startswith(words)


def test_without_podman_or_a_containerfile_nothing_is_built(tmp_path: Path, checkout: Path) -> None:
    """One clear error each."""
    with pytest.raises(OskError) as absent:
        Podman({}, print, str(tmp_path / "podman")).build(str(checkout))
    with pytest.raises(OskError) as empty:
        Podman({}, print, str(tmp_path / "podman")).build(str(tmp_path))

    assert ("OSK1423", ExitCode.REFUSED) == (absent.value.problems[0].code, absent.value.exit_code)
    assert "No such file or directory" in absent.value.problems[0].summary
    assert ("OSK1424", ExitCode.USAGE) == (empty.value.problems[0].code, empty.value.exit_code)
