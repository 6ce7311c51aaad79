"""The layer over a profile, and the settings that it is made from."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.rehearsal import layer, settings
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.settings import Settings


def prepared(*, release: str | None = "18.0-fr2") -> Settings:
    """Give settings."""
    return Settings(
        release=release,
        pace=Pace.INSTANT,
        catalogs={"openstack-operator-index": 20001, "redhat-operators": 20002},
        webhooks=20003,
        replaced=("openstackclient",),
        faults=Path("/faults.yaml"),
    )


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Programs of the cluster learn them from its folder."""
    definitions = Definitions({"a.x.org": {"kind": "CustomResourceDefinition"}})
    missing = settings.exists(tmp_path)
    prepared().write(tmp_path, definitions)

    assert not missing
    assert settings.exists(tmp_path)
    assert prepared() == settings.read(tmp_path)
    assert definitions == settings.definitions(tmp_path)


def test_the_layer_names_the_catalog_by_address(tmp_path: Path) -> None:
    """And the provider, and the release whose CRDs there are."""
    prepared().write(tmp_path, Definitions({}))

    source = layer.layer("lab", tmp_path)

    values = YAML(typ="safe", pure=True).load(source.text)
    assert "rehearsal" == source.label
    assert "18.0-fr2" == values["release"]
    assert "rehearsal" == values["platform"]["provider"]
    assert "127.0.0.1:20001" == values["operators"]["openstack"]["address"]


def test_own_crds_keep_the_profiles_release(tmp_path: Path) -> None:
    """With another OpenStackControlPlane the release is whatever the profile says."""
    prepared(release=None).write(tmp_path, Definitions({}))

    assert "release" not in YAML(typ="safe", pure=True).load(layer.layer("lab", tmp_path).text)


@pytest.mark.parametrize("name", ["crc", "ha"])
def test_profiles_load_under_the_layer(tmp_path: Path, name: str) -> None:
    """The schema takes every key of it, and it wins over the profile."""
    prepared().write(tmp_path, Definitions({}))

    loaded = loading.load(name, reader=ProfileFiles(), overlays=[layer.layer("lab", tmp_path)])

    assert "rehearsal" == loaded.values["platform"]["provider"]
    assert "18.0-fr2" == loaded.values["release"]
    assert loaded.values["fields"]["messagingBus"] is False
    assert "rehearsal" == loaded.provenance["operators.openstack.address"].label
