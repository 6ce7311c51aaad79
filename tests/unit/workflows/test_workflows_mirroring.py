"""What a mirror has to hold."""

from typing import Any

import pytest

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import mirroring
from openstack_k8s_cli.workflows.images import Image

INDEX, RED_HAT = "quay.io/x/index:latest", "registry.redhat.io/redhat/index:v4.18"


def values(**mirror: Any) -> dict[str, Any]:
    """Give a profile with a mirror."""
    source = {"index": INDEX, "package": "openstack-operator"}
    own = {"registry": "registry.lab:5000/osp", "operators": {}, "blocked": [], "spec": {}, **mirror}
    return {"operators": {"openstack": source}, "mirror": own}


def test_catalogs_have_their_packages_and_the_rest_is_additional() -> None:
    """The catalog's image is mirrored as a catalog, not once more as an image; what is empty is left out."""
    given = values(operators={RED_HAT: ["metallb-operator"], INDEX: ["openstack-operator", "other"]})
    images = [Image(INDEX, ()), Image("quay.io/x/heat:3", ())]

    assert {
        "apiVersion": "mirror.openshift.io/v2alpha1",
        "kind": "ImageSetConfiguration",
        "mirror": {
            "operators": [
                {"catalog": INDEX, "packages": [{"name": "openstack-operator"}, {"name": "other"}]},
                {"catalog": RED_HAT, "packages": [{"name": "metallb-operator"}]},
            ],
            "additionalImages": [{"name": "quay.io/x/heat:3"}],
        },
    } == mirroring.image_set(given, images)


def test_what_is_in_the_mirror_is_not_mirrored() -> None:
    """Catalogs that clusters take from the mirror are its own."""
    images = [Image("registry.lab:5000/osp/redhat/index:v4.18", ()), Image("quay.io/x/heat:3", ())]

    made = mirroring.image_set(values(), images)

    assert [{"name": "quay.io/x/heat:3"}] == made["mirror"]["additionalImages"]


def test_the_profile_blocks_and_adds() -> None:
    """Blocked images are named, and the profile's `spec` is laid over all."""
    given = values(
        blocked=["quay.io/x/huge:1"], spec={"archiveSize": 4, "mirror": {"platform": {"graph": True}}}
    )

    made = mirroring.image_set(given, [])

    assert [{"name": "quay.io/x/huge:1"}] == made["mirror"]["blockedImages"]
    assert (4, {"graph": True}) == (made["archiveSize"], made["mirror"]["platform"])


def test_a_profile_without_a_mirror_is_told() -> None:
    """There is nothing to plan; the trait is named."""
    with pytest.raises(OskError) as caught:
        mirroring.image_set({"mirror": None}, [])

    assert ("OSK0821", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)
