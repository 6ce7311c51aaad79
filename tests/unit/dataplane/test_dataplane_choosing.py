"""What is left to do on the hosts: all at first, nothing when nothing changed, and from where it failed."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from openstack_k8s_cli.dataplane import choosing, limits, records
from openstack_k8s_cli.dataplane.choosing import Asked, Choice
from openstack_k8s_cli.dataplane.wanted import wanted
from openstack_k8s_cli.model.objects import Body
from tests.unit.dataplane import deployed
from tests.unit.dataplane.deployed import SERVICES, config_map, deployment, nodeset, ran

ONE = nodeset("one", ["a-0", "a-1"])
TWO = nodeset("two", ["b-0"])
WHOLE = deployment("edpm-11111111", "one", "two")


def choose(
    live: Sequence[Body] = (),
    *more: Body,
    rendered: Body = WHOLE,
    nodesets: Sequence[Body] = (ONE, TWO),
    asked: Asked | None = None,
) -> Choice:
    """Choose with what deployments that are there came to."""
    known = wanted(rendered, deployed.manifests(*nodesets, *more, rendered))
    return choosing.choose(rendered, known, records.folded({}, live), live, asked)


def first(rendered: Body = WHOLE, *more: Body, nodesets: Sequence[Body] = (ONE, TWO)) -> Body:
    """Give the first deployment of all."""
    [made] = choose((), *more, rendered=rendered, nodesets=nodesets).deployments
    return made


def spec(choice: Choice) -> list[dict[str, Any]]:
    """Give what the deployments say."""
    return [each["spec"] for each in (*choice.deployments, *choice.last)]


def test_the_first_deployment_is_the_rendered_one() -> None:
    """On bare hosts everything runs everywhere, under the rendered name and without a limit."""
    choice = choose()

    assert [each["metadata"]["name"] for each in choice.deployments] == ["edpm-11111111"]
    assert spec(choice) == [{"nodeSets": ["one", "two"]}]
    assert choice.notes == ("one: all services on a-0, a-1", "two: all services on b-0")


def test_nothing_runs_when_nothing_changed() -> None:
    """A deployment that ended well is kept as it is, also under a name that the profile would now give another."""
    made = first()
    renamed = deployment("edpm-22222222", "one", "two")

    for rendered in (WHOLE, renamed):
        choice = choose([ran(made)], rendered=rendered)

        assert ([each["metadata"]["name"] for each in choice.deployments], choice.last, choice.notes) == (
            ["edpm-11111111"],
            (),
            (),
        )
        assert choice.deployments[0]["spec"] == made["spec"]


def test_it_goes_on_at_the_service_that_failed() -> None:
    """Only the node set that failed is gone on with, from its service on; any_errors_fatal held all its hosts, so no limit."""
    failed = ran(first(), fails=("one", "ovn"))

    choice = choose([failed])

    assert spec(choice) == [{"nodeSets": ["one"], "servicesOverride": ["install-certs", "ovn", "nova"]}]
    assert choice.deployments[0]["metadata"]["name"] != "edpm-11111111"


def test_it_goes_on_again_and_again() -> None:
    """Each repetition is a deployment of its own, since one that failed for good is never looked at again."""
    one = ran(first(), fails=("one", "bootstrap"))
    again = choose([one])
    [second], [known] = again.deployments, again.last
    [third] = choose([one, ran(second, at=2, fails=("one", "bootstrap"))]).deployments

    names = [each["metadata"]["name"] for each in (second, third)]
    assert names[1] == f"{names[0]}-r2"
    through = [one, ran(second, at=2, fails=("one", "bootstrap")), ran(third, at=3), ran(known, at=4)]
    assert choose(through).notes == ()


def test_what_runs_everywhere_is_put_off_when_some_is_done() -> None:
    """ssh-known-hosts writes the hosts of its play only: after a part it runs once more, over all node sets."""
    failed = ran(first(), fails=("one", "install-os"))

    choice = choose([failed])

    assert [each["spec"] for each in choice.deployments] == [
        {"nodeSets": ["one"], "servicesOverride": ["install-os", "install-certs", "ovn", "nova"]}
    ]
    assert [each["spec"] for each in choice.last] == [
        {"nodeSets": ["one", "two"], "servicesOverride": ["ssh-known-hosts"]}
    ]


def test_a_new_host_is_deployed_alone_and_made_known_to_all() -> None:
    """Other hosts are left alone but for what they must know of it."""
    made = ran(first())
    grown = nodeset("one", ["a-0", "a-1", "a-2"])

    choice = choose([made], nodesets=[grown, TWO])

    assert spec(choice) == [
        {
            "nodeSets": ["one"],
            "servicesOverride": ["bootstrap", "install-os", "install-certs", "ovn", "nova"],
            "ansibleLimit": "a-2",
        },
        {"nodeSets": ["one", "two"], "servicesOverride": ["ssh-known-hosts"]},
    ]
    assert choice.notes[0].endswith("on a-2")


def test_a_host_that_went_is_made_unknown_to_the_others() -> None:
    """When a host goes nothing runs on the others but ssh-known-hosts."""
    made = ran(first())

    choice = choose([made], nodesets=[nodeset("one", ["a-0"]), TWO])

    assert spec(choice) == [{"nodeSets": ["one", "two"], "servicesOverride": ["ssh-known-hosts"]}]


def test_other_variables_run_everything_on_that_node_set() -> None:
    """A variable may matter to any service: all of its node set's run again, and only there."""
    made = ran(first())
    changed = nodeset("two", ["b-0"], variables={"edpm_x": 1})

    choice = choose([made], nodesets=[ONE, changed])

    assert spec(choice) == [
        {
            "nodeSets": ["two"],
            "servicesOverride": ["bootstrap", "install-os", "install-certs", "ovn", "nova"],
        },
    ]


def test_what_one_service_reads_runs_that_service() -> None:
    """Another snippet for nova.conf runs nova on the hosts, not everything."""
    before, after = (config_map("nova-extra-config", snippet=text) for text in ("a", "b"))
    made = ran(first(WHOLE, before))

    choice = choose([made], after)

    assert spec(choice) == [{"nodeSets": ["one", "two"], "servicesOverride": ["nova"]}]


def test_hosts_that_a_service_went_on_without_are_picked_up() -> None:
    """With a tolerance (edpm_max_fail_percentage) the next run is for the failed hosts only, from that service on."""
    made = ran(first(), lost={("one", "ovn"): ["a-1"]})

    choice = choose([made])

    assert spec(choice) == [
        {"nodeSets": ["one"], "servicesOverride": ["install-certs", "ovn", "nova"], "ansibleLimit": "a-1"}
    ]


def test_restart_runs_everything_once_more() -> None:
    """`--restart` makes a deployment of everything although one ended well."""
    choice = choose([ran(first())], asked=Asked(restart=True))

    assert [each["metadata"]["name"] for each in choice.deployments] != ["edpm-11111111"]
    assert spec(choice) == [{"nodeSets": ["one", "two"]}]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(limit=("a-0", "a-1")), {"nodeSets": ["one"], "servicesOverride": [each for each in SERVICES if each != "ssh-known-hosts"]}),
        (Asked(limit=("b-0",), services=("nova",)), {"nodeSets": ["two"], "servicesOverride": ["nova"]}),
        (Asked(limit=("a-1",), services=("bootstrap",)), {"nodeSets": ["one"], "servicesOverride": ["bootstrap"], "ansibleLimit": "a-1"}),
        (Asked(tags=("x", "y"), skip_tags=("z",)), {"nodeSets": ["one", "two"], "ansibleTags": "x,y", "ansibleSkipTags": "z"}),
        (Asked(extra_vars={"v": True}), {"nodeSets": ["one", "two"], "ansibleExtraVars": {"v": True}}),
    ],
)  # fmt: skip
def test_the_command_line_says_what_runs_where(asked: Asked, expected: dict[str, Any]) -> None:
    """--limit, --services, --tags, --skip-tags and --extra-vars become the deployment's fields."""
    choice = choose([ran(first())], asked=asked)

    assert spec(choice) == [expected]


def test_what_runs_everywhere_proves_nothing_under_a_limit() -> None:
    """Hosts know only those of the play then, so it runs again over all of them."""
    made = ran(first())
    [part] = choose([made], asked=Asked(limit=("a-0",), services=("ssh-known-hosts",))).deployments
    choice = choose([made, ran(part, at=2)])

    assert spec(choice) == [{"nodeSets": ["one", "two"], "servicesOverride": ["ssh-known-hosts"]}]


def test_passes_with_the_same_service_and_other_tags_stand_beside_each_other() -> None:
    """Each does its own part, and none of them undoes that the other ran."""
    passes = [
        deployment(f"edpm-{tag}-11111111", "one", servicesOverride=["nova"], ansibleTags=tag) for tag in "xy"
    ]
    live: list[Body] = []
    for at, each in enumerate(passes):
        [made] = choose(live, *passes, rendered=each, nodesets=[ONE]).deployments
        live.append(ran(made, at=at + 1))
    again = [choose(live, *passes, rendered=each, nodesets=[ONE]) for each in passes]
    other = deployment("edpm-x-22222222", "one", servicesOverride=["nova"], ansibleTags="z")

    assert [()] * 2 == [each.notes for each in again]
    assert choose(live, rendered=other, nodesets=[ONE]).notes


def test_more_hosts_than_a_limit_can_name_are_split() -> None:
    """By node sets, so that the deployments may run at once."""
    names = {f"s{at:02}": [f"compute-of-rack-{at:02}-{host:08}" for host in range(100)] for at in range(60)}
    sets = [nodeset(name, hosts, services=("nova",)) for name, hosts in names.items()]
    whole = deployment("edpm-11111111", *names)
    chosen = choose(
        rendered=whole,
        nodesets=sets,
        asked=Asked(limit=tuple(host for hosts in names.values() for host in hosts[1:])),
    )
    made = [each["spec"] for each in chosen.deployments]

    assert [len(each["ansibleLimit"]) <= limits.LONGEST for each in made] == [True, True]
    assert [*names] == [name for each in made for name in each["nodeSets"]]


def test_a_part_proves_nothing() -> None:
    """What ran with tags is no proof that the services ran: the next deployment runs them."""
    [part] = choose(asked=Asked(tags=("x",))).deployments

    choice = choose([ran(part)])

    assert spec(choice) == [{"nodeSets": ["one", "two"]}]


def test_what_others_deployed_is_taken_over() -> None:
    """Node sets that are as wanted, and were deployed so by others, count as done; the rest is left to do."""
    known = wanted(WHOLE, deployed.manifests(ONE, TWO, WHOLE))
    record = records.taken_over({}, known.purpose, ["one"])

    choice = choosing.choose(WHOLE, known, record, [ran(WHOLE)])

    assert [each["nodeSets"] for each in spec(choice)] == [["two"], ["one", "two"]]


def test_the_record_outlives_its_text() -> None:
    """A record reads back as it was written, and 5,000 hosts fit into a ConfigMap and an annotation."""
    many = nodeset("many", [f"edpm-compute-{number}" for number in range(5000)])
    rendered = deployment("edpm-11111111", "many")
    made = first(rendered, nodesets=[many])
    record = records.folded({}, [ran(made)])

    text = records.encoded(record)

    assert records.decoded(text) == record
    assert (len(text) < 900_000, len(made["metadata"]["annotations"][records.PURPOSE]) < 250_000) == (
        True,
        True,
    )
    assert len(record["many"]) == 5000


def test_what_was_there_under_a_node_sets_name_is_forgotten() -> None:
    """A node set that was deleted and made anew has had nothing, whatever older deployments say."""
    made = ran(first(), at=1)

    since = {"one": "2026-01-01T00:00:05Z", "two": "2026-01-01T00:00:00Z"}

    assert set(records.folded({}, [made], since=since)) == {"two"}


def test_choices_are_the_same_for_the_same_state() -> None:
    """Choosing twice gives the same names, so that a plan and the run after it agree."""
    failed = ran(first(), fails=("one", "ovn"))

    assert dataclasses.asdict(choose([failed])) == dataclasses.asdict(choose([failed]))


def test_all_that_ended_well_stays_when_nothing_is_left() -> None:
    """A run after one that made several deployments changes nothing, so it takes none of them away."""
    failed = ran(first(), fails=("one", "bootstrap"), at=1)
    second = choose([failed])
    through = [ran(each, at=2) for each in second.deployments]
    through += [ran(each, at=3) for each in second.last]

    third = choose([failed, *through])

    assert ([each["metadata"]["name"] for each in through], (), ()) == (
        [each["metadata"]["name"] for each in third.deployments],
        third.last,
        third.notes,
    )
    assert len(through) > 1
