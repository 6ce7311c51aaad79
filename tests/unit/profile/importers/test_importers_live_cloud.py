"""What is taken over of a running cloud's control plane."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.live import cloud
from openstack_k8s_cli.profile.importers.live.found import Found


def test_images_of_ones_own_are_taken_over() -> None:
    """Those in the cloud's OpenStackVersion, of services and of back ends; another namespace's are not its own."""
    images = {"heatAPIImage": "reg/heat:1", "cinderVolumeImages": {"ceph": "reg/volume:1"}}
    bodies = [
        {"kind": kind, "metadata": {"name": "cloud", "namespace": space}, "spec": spec}
        for kind, space, spec in (
            ("OpenStackControlPlane", "openstack", {}),
            ("OpenStackVersion", "other", {"customContainerImages": {"heatAPIImage": "theirs:1"}}),
            ("OpenStackVersion", "openstack", {"customContainerImages": images}),
        )
    ]
    draft = Draft()

    cloud.controlplane(
        Found("openstack", "crc", "openshift", (), tuple(bodies)), draft, base={"services": {}}
    )

    places = ("heatAPIImage", "cinderVolumeImages.ceph")
    assert ["reg/heat:1", "reg/volume:1"] == [
        draft.get(f"controlplane.customImages.{each}") for each in places
    ]
