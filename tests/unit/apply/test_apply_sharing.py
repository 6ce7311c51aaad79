"""Fields of objects that osk has in common with operators, or with what it set by a patch."""

import pytest

from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import get, id_of
from tests.fakes.kinds import served
from tests.unit.apply.plans import build, cluster, manifest, step, thing_id
from tests.unit.apply.test_apply_adoption import changes, drive, foreign, plan_of


def test_what_osk_set_by_a_patch_is_its_own() -> None:
    """The server counts a patch as another entry; applying over that is no conflict with others."""
    over = cluster()
    drive(plan_of("one"), over)
    kind = over.resource("example.org", "Thing")
    assert kind is not None
    over.merge(kind, "cloud", "one", {"spec": {"size": 9}})

    events = drive(plan_of("one"), over)

    assert changes(events)[thing_id("one")] is Change.CONFIGURED
    assert get(over.peek(thing_id("one")) or {}, "spec", "size") == 1


@pytest.mark.parametrize("there", [True, False])
def test_the_version_of_a_cloud_is_set_and_never_deleted(*, there: bool) -> None:
    """The operator makes one anyway and lets it go last: what leaves the plan is taken out of it, whoever was first."""
    over = cluster(served("core.openstack.org", "v1beta1", "OpenStackVersion", "openstackversions"))
    foreign(over)
    api, meta = "core.openstack.org/v1beta1", {"name": "cloud", "namespace": "cloud"}
    version = {"apiVersion": api, "kind": "OpenStackVersion", "metadata": meta}
    if there:
        over.put({**version, "spec": {"targetVersion": "1"}})
    own = {"customContainerImages": {"heatAPIImage": "mine:1"}}
    image = manifest("OpenStackVersion", "cloud", api_version=api, spec=own)
    drive(build(step("space", manifest("Namespace", "cloud")), step("image", image)), over)
    set_ = get(over.peek(id_of(version)) or {}, "spec", "customContainerImages")

    drive(build(step("space", manifest("Namespace", "cloud"))), over)

    left = over.peek(id_of(version))
    assert {"heatAPIImage": "mine:1"} == set_
    assert left is not None
    assert not get(left, "spec", "customContainerImages")
    assert ("1" if there else None) == get(left, "spec", "targetVersion")
