"""Hosts that go from one node set to another leave the one before the other takes them."""

from collections.abc import Mapping

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import moving
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


def live(**nodesets: list[str]) -> dict[str, Body]:
    """Have node sets in the cluster."""
    return {name: deployed.nodeset(name, hosts) for name, hosts in nodesets.items()}


def moved(before: Mapping[str, list[str]], **after: list[str]) -> Plan:
    """Plan over what is there, all of it the profile's own."""
    return moving.ordered(plan(**after), live(**before), frozenset(before))


def acts(found: Plan) -> list[tuple[str, str]]:
    """Give what is done to which node set, in order."""
    return [
        (step.action.value, each.name)
        for step in found.steps
        for each in (
            *(some.id for some in step.manifests),
            *(some.id for some in step.patches),
            *step.deletes,
        )
    ]


def said(found: Plan) -> list[str]:
    """Give the plan's notes."""
    return [each for some in found.notes.values() for each in some]


def refusal(found: Plan) -> str:
    """Give what a run is refused with."""
    with pytest.raises(OskError) as caught:
        moving.check(found)
    assert ExitCode.REFUSED == caught.value.exit_code
    (problem,) = caught.value.problems
    return "\n".join([str(problem), *(f"{each.text} {each.command}" for each in problem.advice)])


def test_a_host_leaves_before_it_comes() -> None:
    """The cluster refuses a node set with a host that another has; what moves nothing stays as it is."""
    found = moved({"a": ["x"], "b": ["y", "z"]}, a=["x", "y"], b=["z"])
    same = plan(a=["x"], b=["y"])

    assert ["dataplane/b/x", "dataplane/a/x"] == [each.id for each in found.steps]
    assert frozenset({"dataplane/b/x"}) == found.steps[1].after
    assert same == moved({"a": ["x"], "b": ["y"]}, a=["x"], b=["y"])


def test_a_node_set_of_another_name_takes_the_hosts_over() -> None:
    """The one that the profile has no more goes first; only that very one, and a run says so."""
    there = live(old=["x", "y"])
    there["old"]["metadata"]["uid"] = "1"
    found = moving.ordered(plan(new=["x", "y"], other=["z"]), there, frozenset({"old"}))

    assert [("delete", "old"), ("apply", "new"), ("apply", "other")] == acts(found)
    assert {"old": "1"} == {each.name: uid for each, uid in found.uids.items()}
    assert (
        "old, which the profile has no more, is deleted first: new takes x, y; the hosts stay"
        in said(found)[0]
    )
    moving.check(found)


def test_merged_and_larger_node_sets_take_the_hosts_over() -> None:
    """Whatever they are taken by, node sets that leave go once, and before the first that takes."""
    merged = moved({"a": ["x"], "b": ["y"]}, a=["x", "y"])
    parted = moved({"a": ["x", "y"]}, b=["x"], c=["y"])
    larger = moved(
        {"c": ["h0", "h1"], "c-1": ["h2", "h3"], "c-2": ["h4"]},
        **{"c": ["h0", "h1", "h2", "h3"], "c-1": ["h4"]},
    )
    gone = moved({"a": ["x"], "b": ["y"]}, a=["x"])

    assert [("delete", "b"), ("apply", "a")] == acts(merged)
    assert [("delete", "a"), ("apply", "b"), ("apply", "c")] == acts(parted)
    assert [("delete", "c-2"), ("apply", "c-1"), ("apply", "c")] == acts(larger)
    assert [("apply", "a")] == acts(gone)


def test_node_sets_that_wait_for_each_other_let_hosts_go_first() -> None:
    """Two that swap hosts, or three that pass them round: the one that would close the circle is emptied of them."""
    swapped = moved({"a": ["x", "p"], "b": ["y"]}, a=["y", "p"], b=["x"])
    rotated = moved({"a": ["x"], "b": ["y"], "c": ["z"]}, a=["y"], b=["z"], c=["x"])

    assert [("patch", "a"), ("apply", "b"), ("apply", "a")] == acts(swapped)
    (patch,) = swapped.steps[0].patches
    assert {"spec": {"nodes": {"x": None}}} == patch.body
    assert [patch.id] == [each.target for each in swapped.steps[0].gates]
    assert ["a lets go of x first, which b takes"] == said(swapped)
    assert [("patch", "a"), ("apply", "c"), ("apply", "b"), ("apply", "a")] == acts(rotated)


def test_machines_of_bare_metal_are_not_taken_away() -> None:
    """Leaving the node set deprovisions them, whether that goes or not: refused before anything is written."""
    there = live(old=["x", "y"])
    there["old"]["spec"]["preProvisioned"] = False
    renamed = moving.ordered(plan(new=["x", "y"]), there, frozenset({"old"}))
    moving_one = moving.ordered(plan(old=["x"], new=["y"]), there, frozenset({"old"}))

    assert [("apply", "new")] == acts(renamed)
    assert "OSK1335" in refusal(renamed)
    assert "would be deprovisioned" in refusal(renamed)
    assert "osk hosts remove x y" in refusal(renamed)
    assert "new would take y from old" in refusal(moving_one)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"c": ["h0", "h1"]}, {"c": ["new", "h0"], "c-1": ["h1"]}, "shards.size 3"),
        ({"c": ["r0", "h0"]}, {"c": ["r0", "r1"], "c-nodes": ["h0"]}, "shards.size 3"),
        ({"c": ["h0", "h1"], "c-1": ["h2"]}, {"c": ["h0", "h1", "h2"], "c-1": ["x"]}, "shards.size 2"),
        ({"c-1": ["h0"]}, {"c-1": ["x"], "c-2": ["h0"]}, "give it this name"),
    ],
)
def test_bare_metal_that_its_own_parts_would_take(
    before: dict[str, list[str]], after: dict[str, list[str]], said: str
) -> None:
    """The size under which all stay is named; node sets that are only called like parts are none."""
    there = live(**before)
    for each in there.values():
        each["spec"]["preProvisioned"] = False
    found = refusal(moving.ordered(plan(**after), there, frozenset(before)))

    assert said in found
    assert ("named in `absent`" in found) == ("shards" in said)


def test_node_sets_of_others_are_left_alone() -> None:
    """What osk did not make for this profile it does not delete: refused, with the command that does."""
    found = moving.ordered(plan(new=["x"]), live(old=["x"]))

    assert [("apply", "new")] == acts(found)
    assert "OSK1336" in refusal(found)
    assert "oc delete -n openstack openstackdataplanenodeset old" in refusal(found)
