"""Hosts that go from one node set to another leave the one before the other takes them."""

from collections.abc import Mapping

from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import abandoned, moving
from tests.unit.dataplane import deployed


def plan(**nodesets: list[str]) -> Plan:
    """Have node sets, each in a step of its own."""
    steps = [
        Step(
            f"dataplane/{name}/x",
            Layer.DATAPLANE,
            f"dataplane/{name}",
            Action.APPLY,
            tuple(deployed.manifests(deployed.nodeset(name, hosts))),
        )
        for name, hosts in nodesets.items()
    ]
    return building.build(steps, profile="crc")


def moved(before: Mapping[str, list[str]], **after: list[str]) -> Plan:
    """Plan over what is there."""
    return moving.ordered(
        plan(**after), {name: deployed.nodeset(name, hosts) for name, hosts in before.items()}
    )


def test_a_host_leaves_before_it_comes() -> None:
    """The cluster refuses a node set with a host that another has; what moves nothing stays as it is."""
    found = moved({"a": ["x"], "b": ["y", "z"]}, a=["x", "y"], b=["z"])
    same = plan(a=["x"], b=["y"])

    assert ["dataplane/b/x", "dataplane/a/x"] == [each.id for each in found.steps]
    assert frozenset({"dataplane/b/x"}) == found.steps[1].after
    assert same.steps == moved({"a": ["x"], "b": ["y"]}, a=["x"], b=["y"]).steps


def test_what_cannot_be_in_order_is_said() -> None:
    """Two that give each other hosts, or a node set that goes as a whole only at the end, need a run before."""
    swapped = moved({"a": ["x"], "b": ["y"]}, a=["y"], b=["x"])
    gone = moved({"old": ["x"]}, new=["x"])

    (said,) = (each for some in swapped.notes.values() for each in some)
    assert "x comes from a, which itself takes hosts of b" in said
    assert "`oc delete -n openstack openstackdataplanenodeset old`" in gone.notes["dataplane/new/x"][0]


def test_bare_metal_is_never_to_be_deleted() -> None:
    """Deleting such a node set takes its machines down: that is said instead of a command, and a run says it too."""
    live = deployed.nodeset("old", ["x"])
    live["spec"]["preProvisioned"] = False

    found = moving.ordered(plan(new=["x"]), {"old": live})

    ((said,),) = found.notes.values()
    assert "deprovisioned" in said
    assert "delete" not in said
    assert (said,) == abandoned.told(found)
