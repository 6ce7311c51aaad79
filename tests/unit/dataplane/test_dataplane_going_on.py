"""What is left to do beside deployments that still run, and after repetitions that failed."""

import pytest

from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.objects import Body
from tests.unit.dataplane.deployed import config_map, deployment, ran
from tests.unit.dataplane.test_dataplane_choosing import ONE, WHOLE, choose, first, spec


def running(made: Body, *, at: tuple[str, str] = ("one", "ovn")) -> Body:
    """Give a deployment that is at a service of a node set."""
    body = ran(made, fails=at, through=False)
    body["status"]["conditions"][0]["reason"] = "Requested"
    return body


def test_a_deployment_that_still_runs_is_waited_for() -> None:
    """After a kill the same command waits for what runs already, and starts nothing beside it."""
    choice = choose([running(first())])

    assert [each["metadata"]["name"] for each in choice.deployments] == ["edpm-11111111"]
    assert (choice.last, choice.notes) == ((), ("edpm-11111111 still runs, and does what is wanted",))


def test_a_part_that_still_runs_is_not_what_is_wanted() -> None:
    """One with tags does not do all of what its services do: everything is left to do beside it."""
    [part] = choose(asked=Asked(tags=("x",))).deployments

    choice = choose([running(part)])

    assert spec(choice) == [{"nodeSets": ["one", "two"]}]
    assert choice.deployments[0]["metadata"]["name"] != part["metadata"]["name"]


def test_what_a_running_deployment_brings_may_be_of_yesterday() -> None:
    """What a service reads has changed since it began: that service and those after it run again, the others do not."""
    before, after = (config_map("nova-extra-config", snippet=text) for text in ("a", "b"))
    made = running(first(WHOLE, before), at=("one", "bootstrap"))

    old, new = choose([made], after).deployments

    assert old["metadata"]["name"] == "edpm-11111111"
    assert old["metadata"]["annotations"] == made["metadata"]["annotations"]
    assert new["metadata"]["name"] != "edpm-11111111"
    assert new["spec"] == {"nodeSets": ["one", "two"], "servicesOverride": ["nova"]}


def test_a_running_deployment_of_a_node_set_that_went() -> None:
    """It is not among what is wanted; what its other hosts lack is made a new one."""
    made = running(first(), at=("one", "ovn"))
    alone = deployment("edpm-33333333", "one")

    choice = choose([made], rendered=alone, nodesets=[ONE])

    assert "edpm-11111111" not in [each["metadata"]["name"] for each in choice.deployments]
    assert spec(choice)[0]["servicesOverride"] == ["install-certs", "ovn", "nova"]


@pytest.mark.parametrize("limit", [(), ("a-*",)])
def test_a_repetition_that_failed_is_gone_on_with(limit: tuple[str, ...]) -> None:
    """What ran well once is no proof of what began there later and did not end: it runs again."""
    well = ran(first(), at=1)
    again, *_ = choose([well], asked=Asked(restart=True, limit=limit)).deployments
    failed = ran(again, at=2, fails=("one", "ovn"))

    assert spec(choose([well, failed])) == [
        {"nodeSets": ["one"], "servicesOverride": ["install-certs", "ovn", "nova"]}
    ]


def test_a_repetition_that_lost_hosts_is_gone_on_with() -> None:
    """Hosts that a repetition went on without are picked up, also where the same service ran well before."""
    well = ran(first(), at=1)
    [again] = choose([well], asked=Asked(restart=True)).deployments

    choice = choose([well, ran(again, at=2, lost={("one", "nova"): ["a-1"]})])

    assert spec(choice) == [{"nodeSets": ["one"], "servicesOverride": ["nova"], "ansibleLimit": "a-1"}]


def test_the_record_knows_better_than_what_it_holds_already() -> None:
    """One that was written down says nothing more: later ones, which are gone by now, may have undone it."""
    well = ran(first(), at=1)
    well["metadata"]["uid"] = "1"
    record: records.Record = {"one": {"a-0": {"bootstrap": "other"}}}

    assert records.folded(record, [well], seen=records.over([well])) == record
    assert records.folded(record, [well]) != record
