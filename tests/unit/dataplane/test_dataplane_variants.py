"""A deployment's own tags and variables that change, also back to what they were, run again."""

from collections.abc import Sequence
from typing import Any

from openstack_k8s_cli.dataplane import choosing, records
from openstack_k8s_cli.dataplane.choosing import Asked, Choice
from openstack_k8s_cli.dataplane.wanted import wanted
from openstack_k8s_cli.model.objects import Body
from tests.unit.dataplane.deployed import deployment, manifests, nodeset, ran

SERVICES = ("bootstrap", "nova")
HOSTS = nodeset("one", ["a-0", "a-1"], services=SERVICES)


def choose(live: Sequence[Body], rendered: Body, *beside: Body) -> Choice:
    """Choose for one of the deployments of a profile."""
    known = wanted(rendered, manifests(HOSTS, rendered, *beside))
    return choosing.choose(rendered, known, records.folded({}, live), live)


def edited(*options: dict[str, Any], **left: Any) -> Choice:
    """Deploy one edit after another, all to the end but the last, which is planned."""
    live: list[Body] = []
    *before, last = (deployment(f"edpm-{at}", "one", **each) for at, each in enumerate(options))
    for at, each in enumerate(before):
        [made] = choose(live, each).deployments
        live.append(ran(made, at=at, services=SERVICES, **(left if at == len(before) - 1 else {})))
    return choose(live, last)


def test_what_was_changed_back_runs_again() -> None:
    """The hosts have what the last run brought, not what an earlier one with the same variables did."""
    first, second, none = {"ansibleExtraVars": {"a": 1}}, {"ansibleExtraVars": {"a": 2}}, dict[str, Any]()

    assert edited(none, first, second, first).notes
    assert edited(none, first, none).notes
    assert not edited(none, first, none, none).notes
    assert not edited(first, second, first, first).notes


def test_one_that_failed_in_the_middle_undoes_what_it_began() -> None:
    """Its service may have changed the host before it failed; what it did not begin is as it was."""
    choice = edited({}, {"ansibleTags": "x"}, {}, fails=("one", "nova"))
    early = edited({}, {"ansibleTags": "x"}, {}, fails=("one", "bootstrap"))

    assert choice.deployments[0]["spec"] == {"nodeSets": ["one"]}
    assert early.deployments[0]["spec"]["nodeSets"] == ["one"]


def test_a_part_that_failed_in_the_middle_undoes_it_in_every_variant() -> None:
    """A run with tags of the command line, too, though it proves nothing when it goes well."""
    plain = deployment("edpm-1", "one")
    [first] = choose((), plain).deployments
    live = [ran(first, at=1, services=SERVICES)]
    optioned = deployment("edpm-2", "one", ansibleExtraVars={"a": 1})
    known = wanted(optioned, manifests(HOSTS, optioned))
    asked = Asked(tags=("x",))
    [part] = choosing.choose(optioned, known, records.folded({}, live), live, asked).deployments

    assert not choose([*live, ran(part, at=2, services=SERVICES)], plain).notes
    assert choose([*live, ran(part, at=2, services=SERVICES, fails=("one", "nova"))], plain).notes


def test_passes_of_one_profile_leave_each_other_alone() -> None:
    """Two tags of one service run after each other, and then nothing is left; one that is wanted no more is undone."""
    plain, tagged = deployment("edpm-p-1", "one"), deployment("edpm-t-1", "one", ansibleTags="t")
    [first] = choose((), plain, tagged).deployments
    live = [ran(first, at=1, services=SERVICES)]
    [second] = choose(live, tagged, plain).deployments
    live.append(ran(second, at=2, services=SERVICES))

    assert not choose(live, plain, tagged).notes
    assert not choose(live, tagged, plain).notes
    assert choose(live, plain).notes


def test_a_pass_for_other_hosts_does_not_speak_for_these() -> None:
    """Limits of the profile's own passes that are swapped twice run each time."""
    options = {"a-0": {}, "a-1": {"ansibleTags": "t"}}
    there = [deployment(f"edpm-{host}-1", "one", ansibleLimit=host, **each) for host, each in options.items()]
    other = {"a-1": {}, "a-0": {"ansibleTags": "t"}}
    swapped = [deployment(f"edpm-{host}-2", "one", ansibleLimit=host, **each) for host, each in other.items()]
    live: list[Body] = []
    for both in (there, swapped):
        for each, beside in (both, both[::-1]):
            [made] = choose(live, each, beside).deployments
            live.append(ran(made, at=len(live), services=SERVICES))

    assert choose(live, there[0], there[1]).notes
    assert choose(live, there[1], there[0]).notes
    assert not choose(live, swapped[0], swapped[1]).notes
