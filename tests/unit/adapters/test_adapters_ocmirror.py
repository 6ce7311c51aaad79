"""oc-mirror is run: what it is given, and what is read of what it leaves.

oc-mirror is recorded (tests.fakes.ocmirror).
"""

import base64
import json
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.ocmirror import OcMirror, known_logins
from openstack_k8s_cli.model.mirrors import Job
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.ocmirror import Recorded

SECRET = base64.b64encode(b"me:s3cret").decode()
AUTH = json.dumps({"auths": {"reg.example:5000": {"auth": SECRET}}})
IMAGE_SET = {"apiVersion": "mirror.openshift.io/v2alpha1", "kind": "ImageSetConfiguration"}


def job(folder: Path, **more: str) -> Job:
    """Ask for a copy from registry to registry."""
    arguments = ("--workspace", f"file://{folder}")
    return Job(IMAGE_SET, "docker://reg.example:5000/osp", str(folder), arguments, **more)


def environment(home: Path) -> dict[str, str]:
    """Give a user with a login of their own."""
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text('{"auths": {"quay.io": {"auth": "b3RoZXI6eA=="}}}')
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"}


def test_it_is_given_files_that_nobody_else_can_read(tmp_path: Path) -> None:
    """The logins of the mirror and of this machine are in one, 0600; neither stands among the arguments or is left."""
    program, told = Recorded(tmp_path), list[str]()

    OcMirror(str(program.path), environment(tmp_path), told.append).run(job(tmp_path, auth=AUTH))

    seen = program.seen
    assert {"quay.io", "reg.example:5000"} == set(json.loads(seen["auth"])["auths"])
    assert (0o600, 0o700) == (seen["mode"], seen["folder"])
    assert SECRET not in "".join([*seen["arguments"], *seen["environ"].values(), *told])
    assert not Path(seen["arguments"][seen["arguments"].index("--authfile") + 1]).exists()


def test_it_trusts_the_mirrors_authority_beside_the_others(tmp_path: Path) -> None:
    """Go reads folders of authorities from a variable, which would leave out the system's own."""
    program = Recorded(tmp_path)

    OcMirror(str(program.path), environment(tmp_path), print).run(job(tmp_path, ca="PEM"))

    assert ["PEM"] == program.seen["authorities"]
    assert program.seen["environ"]["SSL_CERT_DIR"].endswith(":/etc/ssl/certs:/etc/pki/tls/certs")


def test_what_it_says_is_told_and_what_it_writes_is_read(tmp_path: Path) -> None:
    """The image set is in a file; the objects for the cluster are all that it wrote."""
    program, told = Recorded(tmp_path), list[str]()

    bodies = OcMirror(str(program.path), environment(tmp_path), told.append).run(job(tmp_path))

    assert "kind: ImageSetConfiguration" in program.seen["config"]
    assert ["--v2", "docker://reg.example:5000/osp"] == [
        program.seen["arguments"][0],
        program.seen["arguments"][-1],
    ]
    assert ["CatalogSource", "ImageDigestMirrorSet", "ImageTagMirrorSet"] == sorted(
        each["kind"] for each in bodies
    )
    assert "Hello, welcome to oc-mirror" in told[0]


@pytest.mark.parametrize(
    ("status", "words"), [(12, "operators' images, additional images"), (1, "a general error")]
)
def test_its_status_says_which_images_failed(tmp_path: Path, status: int, words: str) -> None:
    """Its bits are put into words, with the end of what it said and where its logs are."""
    program = Recorded(tmp_path, status=status)

    with pytest.raises(OskError) as caught:
        OcMirror(str(program.path), environment(tmp_path), lambda _: None).run(job(tmp_path))

    (problem,) = caught.value.problems
    assert ("OSK0823", ExitCode.FAILED) == (problem.code, caught.value.exit_code)
    assert f"status {status}: {words}" in problem.summary
    assert "some errors occurred" in (problem.detail or "")
    assert f"{tmp_path}/working-dir/logs" in problem.advice[0].text


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the option that names it."""
    with pytest.raises(OskError) as caught:
        OcMirror(str(tmp_path / "none"), {}, print).run(job(tmp_path))

    assert ("OSK0822", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)


def test_the_first_file_of_logins_counts(tmp_path: Path) -> None:
    """As podman and docker look for it: a variable, the run-time folder, the configuration, docker's own."""
    user = environment(tmp_path)
    run = tmp_path / "run" / "containers"
    run.mkdir(parents=True)
    (run / "auth.json").write_text("{}")

    assert '{"auths"' in (known_logins(user) or "")
    assert "{}" == known_logins({**user, "XDG_RUNTIME_DIR": str(tmp_path / "run")})
    assert known_logins({"HOME": str(tmp_path / "nobody")}) is None
