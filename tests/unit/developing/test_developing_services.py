"""Names of services' images."""

import pytest

from openstack_k8s_cli.developing import services
from openstack_k8s_cli.model.problems import ExitCode, OskError

FIELDS = {"novaAPIImage": False, "neutronAPIImage": False, "cinderVolumeImages": True}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("novaAPIImage", "nova-api"),
        ("ovnSbDbclusterImage", "ovn-sb-dbcluster"),
        ("edpmNeutronOvnAgentImage", "edpm-neutron-ovn-agent"),
        ("designateBackendbind9Image", "designate-backendbind9"),
        ("barbicanKeystoneListenerImage", "barbican-keystone-listener"),
        ("cinderVolumeImages", "cinder-volume"),
        ("ansibleeeImage", "ansibleee"),
    ],
)
def test_a_field_has_a_name(field: str, name: str) -> None:
    """Its words, without what all of them end with; completion offers it."""
    assert name == services.name(field)
    assert name in services.NAMES


def test_a_name_has_a_path() -> None:
    """That of the field, and below it the back end where each has its own."""
    assert ("novaAPIImage",) == services.path("nova-api", None, FIELDS, ())
    assert ("cinderVolumeImages", "ceph") == services.path("cinder-volume", "ceph", FIELDS, ("ceph",))


@pytest.mark.parametrize(
    ("name", "backend", "words"),
    [
        ("nova-apj", None, "Did you mean `nova-api`?"),
        ("novaAPIimage", None, "Did you mean `novaAPIImage`?"),
        ("zzz", None, "Known are: cinder-volume, neutron-api, nova-api"),
        ("cinder-volume", None, "`--backend NAME`, one of ceph, nfs"),
        ("nova-api", "ceph", "Leave `--backend` out"),
    ],
)
def test_what_is_no_image_is_refused(name: str, backend: str | None, words: str) -> None:
    """With what is nearest, or what is missing."""
    with pytest.raises(OskError) as caught:
        services.path(name, backend, FIELDS, ("ceph", "nfs"))

    (problem,) = caught.value.problems
    assert ("OSK1420", ExitCode.USAGE) == (problem.code, caught.value.exit_code)
    assert words in problem.advice[0].text
