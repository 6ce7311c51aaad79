"""Passwords of install_yamls in the profile's `secrets`."""

from openstack_k8s_cli.profile.importers.subjects.secrets import COVERED, OWN
from tests.fakes import importing


def test_a_single_password_goes_to_its_key() -> None:
    """Each variable has its key in the services' Secret."""
    found = importing.written("NOVA_PASSWORD=n\nMETADATA_SHARED_SECRET=m\nLIBVIRT_PASSWORD=l\n")

    assert {
        "extends[0]": "crc",
        "secrets.osp-secret.NovaPassword": "n",
        "secrets.osp-secret.MetadataSecret": "m",
        "secrets.libvirt-secret.LibvirtPassword": "l",
    } == found


def test_password_covers_twenty_four_and_wins() -> None:
    """`PASSWORD` goes before single ones, and leaves the five keys of other forms alone."""
    found = importing.written("PASSWORD=common\nADMIN_PASSWORD=mine\nHEAT_AUTH_ENCRYPTION_KEY=key\n")
    common = [path for path, value in found.items() if value == "common"]

    assert 24 == len(common)
    assert len(COVERED) + 2 == len(common)
    assert "key" == found["secrets.osp-secret.HeatAuthEncryptionKey"]
    assert 5 == len(OWN)


def test_values_follow_the_secrets_names() -> None:
    """With other names of the Secrets the values stand under these."""
    found = importing.written("SECRET=mine\nLIBVIRT_SECRET=virt\nPLACEMENT_PASSWORD=p\nLIBVIRT_PASSWORD=l\n")

    assert "p" == found["secrets.mine.PlacementPassword"]
    assert "l" == found["secrets.virt.LibvirtPassword"]
    assert ("mine", "virt") == (found["controlplane.secret"], found["controlplane.libvirtSecret"])


def test_a_password_that_make_cuts_is_said_without_showing_it() -> None:
    """The value is what Make made of it, and a warning says so."""
    found = importing.outcome("ADMIN_PASSWORD=to$pself\n")

    assert "AdminPassword: toself" in found.profile
    cut = [each for each in found.warnings if "ADMIN_PASSWORD" in each]
    assert 1 == len(cut)
    assert "toself" not in "".join(found.warnings)
