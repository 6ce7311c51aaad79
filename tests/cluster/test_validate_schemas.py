"""What osk renders against the operators' real CRDs, as `osk validate` reads them; no cluster is asked."""

import json

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli.main import app

# Architectures say under `spec` what only the newest release has.
PROFILES = [name for name in files.ProfileFiles().built_in() if "/" not in name]


@pytest.mark.parametrize("name", PROFILES)
def test_a_built_in_profile_fits_the_schemas(name: str) -> None:
    """At the release whose CRDs the rehearsal has, every object of every base and trait is valid."""
    line = ["validate", "-p", name, "--set", "release=18.0-fr2", "-o", "json"]

    done = CliRunner().invoke(app, line)

    errors = [each for each in json.loads(done.stdout)["findings"] if each["severity"] == "error"]
    assert (0, []) == (done.exit_code, errors)
