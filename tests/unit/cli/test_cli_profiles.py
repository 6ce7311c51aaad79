"""`osk init` and `osk profile` where a trait or an editor is concerned."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.cli.profiling import Profiles


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


@pytest.mark.parametrize(("others", "back"), [("", True), ("# mine\n", False)])
def test_an_edit_is_taken_back(tmp_path: Path, others: str, *, back: bool) -> None:
    """The file is as it was, to the last comment and with its rights; what others have written since stays."""
    file = tmp_path / "lab.yaml"
    text = "apiVersion: osk/v1\nkind: Profile\nname: lab  # ours\nextends: [crc]\ndataplane: {nodesets: {compute: {count: 1}}}\n"
    file.write_text(text)
    file.chmod(0o640)
    profiles = Profiles(ProfileFiles(), ())
    before = profiles.source(str(file))
    grown = profiles.grow(str(file), "compute", 2)
    after = profiles.source(str(file))
    file.write_text(after.text + others)

    assert (["edpm-compute-1", "edpm-compute-2"], True) == (grown, "count: 3" in after.text)
    assert back == profiles.put_back(str(file), before, after)
    assert (text if back else after.text + others) == file.read_text()
    assert 0o640 == file.stat().st_mode & 0o777
