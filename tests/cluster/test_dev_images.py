"""Another catalog for the OpenStack operator, on a real API server with OLM."""

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


def killed_halfway(deployed: Deployed, *words: str) -> int:
    """Run until there is no Subscription, then kill the process as `kill -9` does; give its status."""
    to = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}", "-o", "json")
    with deployed.osk.led(*words, *to) as (process, events):
        next(
            each
            for each in events
            if each["type"] == "ObjectChanged" and each["object"]["kind"] == "Subscription"
        )
        process.kill()
        return process.wait()


def test_the_operator_comes_from_another_catalog_and_back(deployed: Deployed) -> None:
    """To the same version there, which OLM alone would never do, through a kill when it has none; kinds and cloud stay as they are."""
    before = listings.quiet(deployed.cluster)
    address = settings.read(deployed.rehearsal.directory).address(packages.OPENSTACK_INDEX)
    index = ("dev", "image", "openstack", "--index", f"grpc://{address}")
    killed = killed_halfway(deployed, *index)
    (halfway,) = told(deployed)
    made = ended(deployed, *index)
    between = listings.quiet(deployed.cluster)
    (kept,) = told(deployed)
    back = ended(deployed, "dev", "reset", "openstack")
    after = listings.quiet(deployed.cluster)

    assert (-9, "pending") == (killed, halfway["state"])
    assert (ExitCode.DONE, []) == made
    assert ("index", "openstack", "there") == (kept["kind"], kept["name"], kept["state"])
    assert (ExitCode.DONE, []) == back
    first, second, third = (source(each) for each in (before, between, after))
    assert first == third != second
    assert second.startswith("osk-dev-")
    assert 3 == len({each[SUBSCRIPTION]["metadata"]["uid"] for each in (before, between, after)})
    kinds = [listings.kinds_of({key: each[key] for key in shape(each)}) for each in (before, after)]
    assert kinds[0] == kinds[1]
    assert lasting(before) == lasting(after)


def lasting(listing: Listing) -> dict[ObjectId, Body]:
    """Give the cloud, the kinds and the volumes; webhooks come anew with an operator, and versions are OLM's."""
    return {
        target: body
        for target, body in shape(listing).items()
        if target.namespace == "openstack"
        or target.group.endswith("openstack.org")
        or target.kind in {"CustomResourceDefinition", "PersistentVolume"}
        if not any("olm" in key for key in body["metadata"].get("labels") or ())
        if target.group != _OF_OLM
    }


def source(listing: Listing) -> str:
    """Name the catalog that the operator is of, once its version is installed."""
    subscription: Body = listing[SUBSCRIPTION]
    assert get(subscription, "status", "installedCSV")
    return str(subscription["spec"]["source"])
