"""`osk init` and `osk profile` where a trait or an editor is concerned."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.cli.main import app


def test_init_puts_a_trait_over_a_whole_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trait alone is no cloud: the file extends `crc` and the trait, and has the values of both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OSK_PROFILE", raising=False)

    done = CliRunner().invoke(app, ["init", "--from", "ha", "-o", "json"])

    values = json.loads(CliRunner().invoke(app, ["profile", "show", "-o", "json"]).stdout)
    assert ["crc", "ha"] == json.loads(done.stdout)["extends"]
    assert "extends: [crc, ha]\n" in (tmp_path / "osk.yaml").read_text()
    assert ("crc", 3) == (values["platform"]["provider"], values["controlplane"]["replicas"])


def test_the_schema_is_the_one_for_editors() -> None:
    """`osk profile schema` prints the JSON schema with its dialect, and every service with the keys that it takes."""
    printed = json.loads(CliRunner().invoke(app, ["profile", "schema"]).stdout)

    services = printed["$defs"]["ControlPlane"]["properties"]["services"]
    assert "$schema" in printed
    assert {"nova", "keystone", "swift"} <= set(services["properties"])
    assert "cells" in services["properties"]["nova"]["propertyNames"]["enum"]
    assert "cells" not in services["properties"]["keystone"]["propertyNames"]["enum"]
