"""Where a profile's secret values come from."""

import sys
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.secrets import Given
from openstack_k8s_cli.model.steps import Manifest, Origin, Policy
from openstack_k8s_cli.render.functions import functions
from openstack_k8s_cli.render.secretmarks import extract

FACTS = Facts("existing", "kubernetes", ("one",), {"one": "eth0"}, frozenset())


def secrets(source: Any) -> ProfileSecrets:
    """Make the secrets of a profile that has one key."""
    return ProfileSecrets({"secrets": {"osp-secret": {"AdminPassword": source}}}, None)


def test_a_value() -> None:
    """A value stands for itself."""
    assert secrets("s3cret").resolve("secrets.osp-secret.AdminPassword").reveal() == "s3cret"


def test_a_file(tmp_path: Path) -> None:
    """A file gives its text without the last newline."""
    file = tmp_path / "password"
    file.write_text("s3cret\n")

    assert secrets({"file": str(file)}).resolve("secrets.osp-secret.AdminPassword").reveal() == "s3cret"


def test_a_command() -> None:
    """A command gives what it prints."""
    command = [sys.executable, "-c", "print('s3cret')"]

    assert secrets({"command": command}).resolve("secrets.osp-secret.AdminPassword").reveal() == "s3cret"


@pytest.mark.parametrize("name", ["lab.example", "plain"])
def test_names_with_dots(name: str) -> None:
    """A Secret, and a key of one, may have dots in its name: the path is a profile path, as render writes it."""
    given = {"secrets": {name: {"tls.crt": "s3cret"}}}
    mark = functions({"networks": {}, **given}, FACTS)["secret"](name, "tls.crt", "hex(8)")
    (key,) = extract(
        Manifest(
            ObjectId("", "Secret", "", name),
            "v1",
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": name},
                "stringData": {"tls.crt": mark},
            },
            "controlplane/secrets",
            Origin("secrets.yaml.j2", 0),
            Policy.ENSURE,
        )
    ).secret_keys

    assert isinstance(key.source, Given)
    assert ProfileSecrets(given, None).resolve(key.source.path).reveal() == "s3cret"


def test_a_path_that_the_profile_has_not() -> None:
    """A component that asks for what the profile does not give gets a refusal."""
    with pytest.raises(OskError) as refused:
        secrets("s3cret").resolve("secrets.osp-secret.Other")

    assert refused.value.exit_code is ExitCode.REFUSED


@pytest.mark.parametrize(
    "source",
    [
        {"file": "/nowhere/password"},
        {"env": "OSK_TEST_NOT_SET"},
        {"command": [sys.executable, "-c", "print('hunter2'); raise SystemExit(3)"]},
        {"secret": "openstack/other/key"},
    ],
    ids=lambda source: next(iter(source)),
)
def test_unreadable(source: dict[str, Any]) -> None:
    """A source that cannot be read is one refusal that names the path and shows no value."""
    with pytest.raises(OskError) as refused:
        secrets(source).resolve("secrets.osp-secret.AdminPassword")

    assert refused.value.exit_code is ExitCode.REFUSED
    assert "secrets.osp-secret.AdminPassword" in refused.value.problems[0].summary
    assert "hunter2" not in str(refused.value.problems)


def test_a_file_that_is_not_there_is_told_in_words() -> None:
    """The file is named without an errno, and only what osk can make is advised to be left out."""
    mirror = ProfileSecrets({"mirror": {"auth": {"file": "/nowhere/auth.json"}}}, None)

    with pytest.raises(OskError) as refused:
        mirror.resolve("mirror.auth")

    (problem,) = refused.value.problems
    assert problem.summary.endswith("/nowhere/auth.json: no such file or directory")
    assert "generates" not in problem.advice[0].text
