"""A teardown on a real API server: what is put back, and what stays with `--keep identity`."""

from dataclasses import dataclass

import pytest

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import listings
from tests.cluster.commands import Ended
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story

DNS = ObjectId("operator.openshift.io", "DNS", "", "default")
KEYS = ObjectId("", "Secret", "openstack", "keystone")


@dataclass(frozen=True, slots=True)
class Down:
    """The cluster on its way: bare, deployed twice, and taken down."""

    bare: Listing
    standing: Listing
    ended: Ended
    after: Listing


@pytest.fixture(scope="module")
def down(story: Story) -> Down:
    """Deploy twice, and take everything down but the identity."""
    deployed: Deployed = story.standing()
    profile = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}", "-o", "json")
    again = deployed.osk("deploy", "all", *profile)
    assert again.code == ExitCode.DONE
    standing = listings.everything(deployed.cluster)
    ended = deployed.osk("teardown", "all", "--yes", "--keep", "identity", *profile)
    return Down(deployed.before, standing, ended, listings.everything(deployed.cluster))


def test_it_ends_well(down: Down) -> None:
    """Everything that should go does, without a problem."""
    assert (down.ended.code, down.ended.problems) == (ExitCode.DONE, [])


def test_a_patched_object_gets_its_values_back(down: Down) -> None:
    """The cluster's resolver, which two deployments wrote to, has the spec that it had before the first."""
    assert get(down.standing[DNS], "spec") != get(down.bare[DNS], "spec")
    assert get(down.after[DNS], "spec") == get(down.bare[DNS], "spec")


def test_keystones_keys_stay(down: Down) -> None:
    """The keys have the values that they had, under their own name, and nobody owns them any more."""
    assert get(down.after[KEYS], "data") == get(down.standing[KEYS], "data")
    assert get(down.after[KEYS], "metadata", "ownerReferences") is None
    assert [each for each in down.after if each.name.startswith("osk-kept-")] == []


def claims(listing: Listing) -> dict[ObjectId, str]:
    """Give the cloud's claims, each by its own identity."""
    return {
        target: body["metadata"]["uid"]
        for target, body in listing.items()
        if (target.kind, target.namespace) == ("PersistentVolumeClaim", KEYS.namespace)
    }


def test_claims_stay(down: Down) -> None:
    """The databases' claims are those that they were."""
    assert claims(down.standing)
    assert claims(down.after) == claims(down.standing)
