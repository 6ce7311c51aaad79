"""Where operators come from: the table, and what a profile says over it."""

from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import origins
from openstack_k8s_cli.profile.loading import load
from openstack_k8s_cli.profile.sections.sources import Sources

READER = ProfileFiles()


def source(name: str, *sets: str) -> dict[str, Any]:
    """Give an operator's source, filled."""
    found: dict[str, Any] = load("crc", sets=sets, reader=READER).values["operators"]["sources"][name]
    return found


@pytest.mark.parametrize("flavour", ["openshift", "okd", "microshift", "kubernetes"])
def test_every_operator_has_a_place_in_every_flavour(flavour: str) -> None:
    """Nothing but the bare metal operator is without a catalog or manifests."""
    names = [field.alias or name for name, field in Sources.model_fields.items()]
    rows = {name: origins.known(name, flavour, None) for name in names}

    assert all(row["namespace"] for row in rows.values())
    assert [name for name, row in rows.items() if not row.get("catalog") and not row.get("manifests")] == [
        "baremetal"
    ]


def test_okds_nmstate_comes_from_manifests() -> None:
    """No catalog has one that works there; each file has its checksum."""
    found = source("nmstate", "platform.flavour=okd")

    assert (found["catalog"], len(found["manifests"])) == (None, 5)
    assert all(len(each["sha256"]) == 64 for each in found["manifests"])


def test_a_catalog_of_ones_own_takes_their_place() -> None:
    """Who names a catalog gets no manifests, image or variables of the table."""
    nmstate = source("nmstate", "platform.flavour=okd", "operators.sources.nmstate.catalog=mine")
    metallb = source("metallb", "platform.flavour=okd", "operators.sources.metallb.catalog=mine")

    assert (nmstate["catalog"], nmstate["manifests"], nmstate["package"]) == (
        "mine",
        [],
        "kubernetes-nmstate-operator",
    )
    assert (metallb["image"], metallb["env"]) == (None, {})


def test_manifests_of_ones_own_take_the_catalogs_place() -> None:
    """An address or a path is enough."""
    found = source("metallb", "operators.sources.metallb.manifests=[https://a.example/m.yaml, ./m.yaml]")

    assert found["catalog"] is None
    assert [(each["url"], each["file"]) for each in found["manifests"]] == [
        ("https://a.example/m.yaml", None),
        (None, "./m.yaml"),
    ]


def test_a_subscription_is_called_after_its_package() -> None:
    """Where the profile names another package, the table's name is that of another one."""
    assert source("metallb")["subscription"] == "metallb-operator-sub"
    assert source("metallb", "operators.sources.metallb.package=mine")["subscription"] == "mine"


@pytest.mark.parametrize(
    "written",
    [
        "[{url: 'http://a.example/m.yaml'}]",
        "[{url: 'https://a', file: b}]",
        "[{sha256: abc, file: b}]",
        "[{}]",
    ],
)
def test_manifests_in_no_form_are_refused(written: str) -> None:
    """Plain http needs a checksum, and a file has one place."""
    with pytest.raises(OskError) as refused:
        source("metallb", f"operators.sources.metallb.manifests={written}")

    assert "operators.sources.metallb.manifests" in str(refused.value.problems)


@pytest.mark.parametrize(
    ("text", "expected"), [("4.20.0-okd-scos.3", (4, 20)), ("4.9", (4, 9)), ("none", None), (None, None)]
)
def test_versions(text: str | None, expected: tuple[int, int] | None) -> None:
    """Major and minor count, as numbers."""
    assert origins.version(text) == expected
