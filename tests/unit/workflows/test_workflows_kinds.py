"""CRDs alone: applied and awaited, and left where they are."""

from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Change, ObjectChanged, RunFinished
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Fate
from openstack_k8s_cli.workflows import kinds
from tests.unit.workflows import worlds

VERSION = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
THING: Body = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.openstack.org"},
    "spec": {
        "group": "example.openstack.org",
        "names": {"kind": "Thing", "plural": "things", "singular": "thing"},
        "scope": "Namespaced",
        "versions": [VERSION],
    },
}


def test_kinds_are_applied_until_they_are_served() -> None:
    """One step brings them; the second time there is nothing to do."""
    made = worlds.cluster()
    first = list(kinds.deploy(worlds.world(made), [THING], Options(recheck=0.05, backoff=0.001)))
    second = list(kinds.deploy(worlds.world(made), [THING], Options(recheck=0.05, backoff=0.001)))

    assert isinstance(first[-1], RunFinished)
    assert ExitCode.DONE == first[-1].exit_code
    assert [Change.CREATED] == [each.change for each in first if isinstance(each, ObjectChanged)]
    assert [Change.UNCHANGED] == [each.change for each in second if isinstance(each, ObjectChanged)]


def test_a_teardown_leaves_them() -> None:
    """Whoever has objects of a kind would lose them with it."""
    (manifest,) = kinds.plan([THING], "lab").manifests

    assert Fate.KEEP is manifest.on_teardown
