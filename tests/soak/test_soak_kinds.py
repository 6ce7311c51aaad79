"""A teardown that takes the kinds too: an API server takes up to five minutes to delete ninety of them at once."""

import pytest

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.teardown.belongings import GROUPS
from tests.cluster import listings
from tests.cluster.stories import Story

pytestmark = [pytest.mark.soak, pytest.mark.cluster]


def is_openstacks(body: Body) -> bool:
    """Tell a CRD of OpenStack's."""
    return body["kind"] == "CustomResourceDefinition" and get(body, "spec", "group") in GROUPS


def is_served(body: Body) -> bool:
    """Tell the CRD of a kind that is served; a rehearsal has more of them, which wait for their operator."""
    definition = body["kind"] == "CustomResourceDefinition"
    return definition and any(each["served"] for each in body["spec"]["versions"])


def test_kinds_go(story: Story) -> None:
    """With `--crds` no kind of OpenStack's is left, and those that the bare cluster served are all there."""
    deployed = story.standing()
    profile = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}", "-o", "json")
    standing = listings.everything(deployed.cluster)
    ended = deployed.osk("teardown", "all", "--yes", "--crds", *profile)
    after = listings.everything(deployed.cluster)
    definitions = {target for target, body in deployed.before.items() if is_served(body)}

    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    assert [target for target, body in standing.items() if is_openstacks(body)]
    assert [target for target, body in after.items() if is_openstacks(body)] == []
    assert definitions
    assert definitions - after.keys() == set()
