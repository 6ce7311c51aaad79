"""Another image of a service, a checkout in pods, and another catalog for the operator, on a real API server with OLM."""

import json
from collections.abc import Iterator

import pytest

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import packages, settings
from tests.cluster import listings
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story
from tests.cluster.test_dev import SUBSCRIPTION, osk, shape, told

FIX = "quay.io/me/nova-api:fix"
_OF_OLM = "operators.coreos.com"


@pytest.fixture(scope="module")
def deployed(story: Story) -> Iterator[Deployed]:
    """Have a deployment in the cluster; it is given back without development state."""
    standing = story.standing()
    yield standing
    assert [] == told(standing)


def ended(deployed: Deployed, *words: str) -> tuple[int, list[str]]:
    """Run a command, and give how it ended with the problems that it had."""
    done = osk(deployed, *words, "-o", "json")
    return done.code, [json.dumps(each) for each in done.problems]


def test_three_changes_at_once_go_without_a_trace(deployed: Deployed) -> None:
    """The operator goes to the same version of another catalog and back, which OLM alone would never do.

    Kinds, the cloud and the operators that run stay as they are; the service's image and the claim reach its pods.
    """
    before = listings.quiet(deployed.cluster)
    address = settings.read(deployed.rehearsal.directory).address(packages.OPENSTACK_INDEX)
    made = [
        ended(deployed, "dev", "service-image", "nova-api", FIX),
        ended(deployed, "dev", "mount", "neutron", "nfs.lab:/src/neutron", "--at", "/site/neutron"),
        ended(deployed, "dev", "image", "openstack", "--index", f"grpc://{address}"),
    ]
    between = listings.quiet(deployed.cluster)
    kept = {(each["kind"], each["name"], each["state"]) for each in told(deployed)}
    back = ended(deployed, "dev", "reset", "--yes")
    after = listings.quiet(deployed.cluster)

    assert [(ExitCode.DONE, [])] * 3 == made
    assert {
        ("service-image", "nova-api", "there"),
        ("mount", "neutron", "there"),
        ("index", "openstack", "there"),
    } == kept
    assert f'"image": "{FIX}"' in json.dumps(list(between.values()))
    (claim,) = (each for each in between if each.kind == "PersistentVolumeClaim" and each not in before)
    assert "Bound" == get(between[claim], "status", "phase")
    assert ["/site/neutron"] == mounted(between)
    assert (ExitCode.DONE, []) == back
    first, second, third = (source(each) for each in (before, between, after))
    assert first == third != second
    assert second.startswith("osk-dev-")
    assert 3 == len({each[SUBSCRIPTION]["metadata"]["uid"] for each in (before, between, after)})
    kinds = [listings.kinds_of({key: each[key] for key in shape(each)}) for each in (before, after)]
    assert kinds[0] == kinds[1]
    assert lasting(before) == lasting(after)


def lasting(listing: Listing) -> dict[ObjectId, Body]:
    """Give the cloud, the kinds and the volumes; webhooks come anew with an operator, and versions are OLM's.

    The simulated operators take no field out of what they have made, so NeutronAPI keeps its mount.
    """
    return {
        target: body
        for target, body in shape(listing).items()
        if target.namespace == "openstack"
        or target.group.endswith("openstack.org")
        or target.kind in {"CustomResourceDefinition", "PersistentVolume"}
        if not any("olm" in key for key in body["metadata"].get("labels") or ())
        if target.group != _OF_OLM and target.kind != "NeutronAPI"
    }


def mounted(listing: Listing) -> list[str]:
    """Give where the control plane mounts what osk dev made."""
    (plane,) = (body for target, body in listing.items() if target.kind == "OpenStackControlPlane")
    mounts = get(plane, "spec", "neutron", "template", "extraMounts")
    return [each["extraVol"][0]["mounts"][0]["mountPath"] for each in mounts]


def source(listing: Listing) -> str:
    """Name the catalog that the operator is of, once its version is installed."""
    subscription: Body = listing[SUBSCRIPTION]
    assert "AtLatestKnown" == get(subscription, "status", "state")
    return str(subscription["spec"]["source"])
