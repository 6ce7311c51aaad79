"""The programs beside the control plane, and what `--crds` means for them."""

from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.rehearsal import content, settings
from openstack_k8s_cli.rehearsal.binaries import Binaries
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.options import Options

BINARIES = Binaries(controlplane=Path("/b/controlplane"), olm=Path("/b/olm"), webhooks=Path("/b/webhooks"))
CONTROL_PLANES = "openstackcontrolplanes.core.openstack.org"


def definition(kind: str) -> dict[str, Any]:
    """Give as much of a CRD as matters here."""
    return {"spec": {"names": {"kind": kind}}}


HOOKED = {f"{kind.lower()}s.x": definition(kind) for kind in content._HOOKED}


def prepared(
    directory: Path, options: Options | None = None, *, replaced: frozenset[str] = frozenset()
) -> list[str]:
    """Prepare the settings of a cluster; give what was told."""
    told: list[str] = []
    bodies = {CONTROL_PLANES: definition("OpenStackControlPlane"), **HOOKED, "a.x": definition("Apple")}
    definitions = Definitions(bodies, replaced)
    content._prepared(options or Options(), definitions, told.append).write(directory, definitions)
    return told


def names(directory: Path, options: Options) -> list[str]:
    """Name the programs in their order."""
    return [each.name for each in content.programs(BINARIES, directory, directory / "kubeconfig", options)]


def test_programs_start_in_order(tmp_path: Path) -> None:
    """Catalogs before OLM looks for them; the followed operators before anything can be installed."""
    prepared(tmp_path)

    assert [
        "catalog-community-operators",
        "catalog-openstack-operator-index",
        "catalog-redhat-operators",
        "operators",
        "olm",
        "webhooks",
    ] == names(tmp_path, Options())


def test_parts_can_be_left_out(tmp_path: Path) -> None:
    """Tests of other subjects start less."""
    options = Options(olm=False, webhooks=False)
    prepared(tmp_path, options)

    assert ["operators"] == names(tmp_path, options)


def test_a_new_start_waits_anew(tmp_path: Path) -> None:
    """What an earlier start left does not count as ready."""
    prepared(tmp_path)
    (tmp_path / "operators-ready").touch()
    programs = content.programs(BINARIES, tmp_path, tmp_path / "kubeconfig", Options())

    (operators,) = [each for each in programs if each.name == "operators"]
    assert not operators.ready()


def test_a_replaced_kind_has_no_webhook(tmp_path: Path) -> None:
    """A line says so; the others keep theirs, and the release stays known."""
    told = prepared(tmp_path, replaced=frozenset({"openstackversions.x"}))
    programs = content.programs(BINARIES, tmp_path, tmp_path / "kubeconfig", Options())

    assert 1 == len(told)
    assert "OpenStackVersion are not registered" in told[0]
    assert "openstackversion" == programs[-1].argv[-1]
    assert "18.0-fr2" == settings.read(tmp_path).release


def test_another_control_plane_has_no_known_release(tmp_path: Path) -> None:
    """Its fields are those of whatever release the given CRDs are of."""
    prepared(tmp_path, replaced=frozenset({CONTROL_PLANES}))

    assert settings.read(tmp_path).release is None


@pytest.mark.parametrize("replaced", [frozenset(HOOKED), frozenset({*HOOKED, CONTROL_PLANES})])
def test_without_any_webhook_there_is_no_program(tmp_path: Path, replaced: frozenset[str]) -> None:
    """It would not listen, and never be ready."""
    prepared(tmp_path, replaced=replaced)

    assert "webhooks" not in names(tmp_path, Options())


def test_a_kind_without_webhooks_is_replaced_silently(tmp_path: Path) -> None:
    """There is nothing to say."""
    assert [] == prepared(tmp_path, replaced=frozenset({"a.x"}))
