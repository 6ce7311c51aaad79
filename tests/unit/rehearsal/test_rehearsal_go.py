"""The Go tests beside the rehearsal's Go code, of those packages that need nothing but Go's own library."""

import os
import subprocess
from pathlib import Path

import pytest

from openstack_k8s_cli.rehearsal import binaries

PACKAGES = sorted({file.parent for file in binaries.MODULES.rglob("*_test.go")})


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(binaries.MODULES)))
def test_go_tests_pass(package: Path, tmp_path: Path) -> None:
    """`go test` passes, with the flags of the build, so that what that compiled is not compiled again."""
    flags = ("-trimpath", "-buildvcs=false", "-mod=readonly", "-vet=off")
    ran = subprocess.run(
        [binaries.find_go().path, "test", *flags, "."],
        cwd=package,
        env={**os.environ, "GOWORK": "off", "GOFLAGS": "", "GOTMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_there_are_some() -> None:
    """No folder was renamed away from under this."""
    assert PACKAGES


def test_what_modules_cannot_share_is_the_same() -> None:
    """Each program is a module of its own, so the small ones have the lifeline twice: a change of one is one of both."""
    olm, webhooks = (binaries.MODULES / name / "lifeline.go" for name in ("olm", "webhooks"))

    assert olm.read_bytes() == webhooks.read_bytes()
