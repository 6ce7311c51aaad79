"""What hosts are to have, as digests: whatever matters there changes them, and nothing else does."""

import copy
from typing import Any

import pytest

from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.dataplane.wanted import wanted
from openstack_k8s_cli.model.objects import Body
from tests.unit.dataplane import deployed
from tests.unit.dataplane.deployed import SERVICES, config_map, deployment, nodeset, ran
from tests.unit.dataplane.test_dataplane_choosing import choose, first, spec

LONG = nodeset("one", ["a-0.example.com", "a-1.example.com"])
ALONE = deployment("edpm-11111111", "one")
ONE = nodeset("one", ["a-0", "a-1"])
OWN = nodeset("one", ["a-0", "a-1"], services=(*SERVICES, "mine", "last"))
STRATEGY = {
    "extraVolType": "Ansible",
    "mounts": [{"name": "s", "mountPath": "/usr/share/ansible/plugins/strategy"}],
    "volumes": [{"name": "s", "configMap": {"name": "ansible-strategy"}}],
}


def service(name: str = "mine", **said: Any) -> Body:
    """Give a service of the profile's own."""
    meta = {"name": name, "namespace": "openstack"}
    return {"apiVersion": deployed.API, "kind": "OpenStackDataPlaneService", "metadata": meta, "spec": said}


def again(
    before: list[Body], after: list[Body], *, own: Body = OWN, then: Body | None = None
) -> list[dict[str, Any]]:
    """Deploy one node set of two hosts with objects, and give what is deployed with others in their place."""
    made = first(ALONE, *before, nodesets=[own])
    live = ran(made, services=own["spec"]["services"])
    return spec(choose([live], *after, rendered=then or ALONE, nodesets=[own]))


def changed(body: Body, *path: str, to: Any) -> Body:
    """Give a node set with something else in its spec."""
    made = copy.deepcopy(body)
    *above, last = path
    place = made["spec"]
    for each in above:
        place = place.setdefault(each, {})
    place[last] = to
    return made


def test_hosts_have_the_names_of_inventories() -> None:
    """Ansible knows a host by its short name: so it is what summaries and limits say, whatever hostName has."""
    made = first(ALONE, nodesets=[LONG])

    choice = choose([ran(made, lost={("one", "ovn"): ["a-1"]})], rendered=ALONE, nodesets=[LONG])

    assert spec(choice) == [
        {"nodeSets": ["one"], "servicesOverride": ["install-certs", "ovn", "nova"], "ansibleLimit": "a-1"}
    ]


def test_records_with_long_names_are_read_as_short_ones() -> None:
    """What an earlier osk wrote under whole names counts for the hosts of these names."""
    share = records.Share({"ovn": ""}, {"a-0.example.com": "1"})
    body = {"metadata": {"annotations": {records.PURPOSE: records.Purpose({"one": share}).written()}}}
    text = records.encoded({"one": {"a-0.example.com": {"ovn": "1."}}})

    purpose = records.purpose_of(body)

    assert purpose is not None
    assert (list(purpose.shares["one"].hosts), records.decoded(text)) == (
        ["a-0"],
        {"one": {"a-0": {"ovn": "1."}}},
    )


@pytest.mark.parametrize(
    "said",
    [
        {"playbookContents": "- hosts: all"},
        {"playbook": "mine.yaml"},
        {"role": "mine"},
        {"dataSources": [{"secretRef": {"name": "mine"}}]},
        {"openStackAnsibleEERunnerImage": "mine"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_a_service_that_became_another_runs(said: dict[str, Any]) -> None:
    """Whatever a service of the profile's or of osk's says, another word of it runs it again, and it alone."""
    found = again([service()], [service(**said)])

    assert [(each["servicesOverride"], each.get("ansibleLimit")) for each in found] == [(["mine"], None)]
    assert [{"nodeSets": ["one"]}] == again([service(**said)], [service(**said)])


def test_what_a_service_of_its_own_reads_counts_too() -> None:
    """Its ConfigMap's content is a part of what it brings."""
    mine = service(dataSources=[{"configMapRef": {"name": "settings"}}])

    found = again([mine, config_map("settings", a="1")], [mine, config_map("settings", a="2")])

    assert [each["servicesOverride"] for each in found] == [["mine"]]


def test_a_service_for_all_node_sets_that_became_another_runs() -> None:
    """One that runs once over all of them is known by what it is, not only by the hosts."""
    before, after = (service(deployOnAllNodeSets=True, playbookContents=each) for each in "ab")

    assert [each["servicesOverride"][-1] for each in again([before], [after])] == ["mine"]


def test_other_certificates_are_installed() -> None:
    """What the certificates of a service are made of changes: only install-certs brings them to the hosts."""
    before, after = (service(tlsCerts={"default": {"contents": [each]}}) for each in ("dnsnames", "ips"))

    assert [each["servicesOverride"] for each in again([before], [after])] == [["install-certs", "mine"]]


@pytest.mark.parametrize("field", ["ansibleTags", "ansibleSkipTags", "ansibleExtraVars"])
def test_what_the_profile_says_of_a_deployment_counts(field: str) -> None:
    """What ran with tags or variables of the profile's is nothing without them, and the other way round."""
    said = {"a": 1} if field == "ansibleExtraVars" else "x"
    tagged = deployment("edpm-22222222", "one", **{field: said})
    made = first(tagged, nodesets=[ONE])

    assert choose([ran(made)], rendered=tagged, nodesets=[ONE]).notes == ()
    assert spec(choose([ran(made)], rendered=ALONE, nodesets=[ONE])) == [{"nodeSets": ["one"]}]
    assert spec(choose([ran(first(ALONE, nodesets=[ONE]))], rendered=tagged, nodesets=[ONE])) == [
        {"nodeSets": ["one"], field: said}
    ]


def test_the_profiles_limit_is_a_limit() -> None:
    """Only hosts within it are deployed; without it the others are."""
    two = nodeset("two", ["b-0"])
    limited = deployment("edpm-11111111", "one", "two", ansibleLimit="a-0,c-*")
    whole = deployment("edpm-22222222", "one", "two")

    made = first(limited, nodesets=[ONE, two])
    failed = choose([ran(made, fails=("one", "nova"))], rendered=limited, nodesets=[ONE, two])
    then = choose([ran(made)], rendered=whole, nodesets=[ONE, two])

    assert made["spec"] == {"nodeSets": ["one"], "ansibleLimit": "a-0,c-*"}
    assert [(each["servicesOverride"], each["ansibleLimit"]) for each in spec(failed)] == [
        (["nova"], "a-0,c-*")
    ]
    assert [(each["nodeSets"], each.get("ansibleLimit")) for each in spec(then)] == [
        (["one"], "a-1"),
        (["two"], None),
        (["one", "two"], None),
    ]
    assert choose([ran(made)], rendered=limited, nodesets=[ONE, two]).notes == ()


def test_the_command_lines_limit_is_within_the_profiles() -> None:
    """What the profile leaves out is not deployed because it is asked for."""
    limited = deployment("edpm-11111111", "one", ansibleLimit="a-0")

    choice = choose(rendered=limited, nodesets=[ONE], asked=Asked(limit=("a-0", "a-1")))

    assert [each["ansibleLimit"] for each in spec(choice)] == ["a-0"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("env",), [{"name": "ANSIBLE_FORKS", "value": "100"}]),
        (("networkAttachments",), ["ctlplane"]),
        (("nodeTemplate", "extraMounts"), [STRATEGY]),
        (("nodeTemplate", "ansible", "ansibleVars", "edpm_max_fail_percentage"), 20),
        (("nodeTemplate", "ansible", "ansibleVars", "edpm_any_errors_fatal"), False),
    ],
    ids=lambda each: each[-1] if isinstance(each, tuple) else "",
)
def test_how_ansible_is_run_changes_no_host(path: tuple[str, ...], to: Any) -> None:
    """What its pods are given brings nothing else to the hosts, so nothing runs, and what failed goes on where it did."""
    other = changed(ONE, *path, to=to)
    made = first(ALONE, nodesets=[ONE])

    failed = choose([ran(made, fails=("one", "nova"))], rendered=ALONE, nodesets=[other])

    assert choose([ran(made)], rendered=ALONE, nodesets=[other]).notes == ()
    assert [each["servicesOverride"] for each in spec(failed)] == [["nova"]]


def test_what_services_find_in_their_pods_counts() -> None:
    """Other mounts are a part of what is brought, such as Ceph's keys."""
    ceph = {**STRATEGY, "extraVolType": "Ceph", "mounts": [{"name": "s", "mountPath": "/etc/ceph"}]}
    other = changed(ONE, "nodeTemplate", "extraMounts", to=[ceph])

    digests = [
        wanted(ALONE, deployed.manifests(each, ALONE)).nodesets[0].hosts["a-0"] for each in (ONE, other)
    ]

    assert digests[0] != digests[1]
