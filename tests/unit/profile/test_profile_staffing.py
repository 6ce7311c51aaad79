"""Hosts are added to a profile's text and taken out of it; all others stay as they are."""

from collections.abc import Mapping
from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import loading, staffing
from openstack_k8s_cli.profile.sources import Over, Source

HEAD = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\n"


class Text(Over):
    """A reader that has one text as the profile `lab`."""

    def __init__(self, text: str) -> None:
        super().__init__(ProfileFiles())
        self.body = text

    def read(self, name: str, relative_to: str | None) -> Source:
        return Source("lab", self.body) if name == "lab" else super().read(name, relative_to)


def load(text: str) -> Mapping[str, Any]:
    """Give a text's filled values."""
    return loading.load("lab", reader=Text(text)).values


def lab(compute: str) -> str:
    """Make a profile's text of its node set compute, in flow style."""
    return f"{HEAD}dataplane:\n  nodesets:\n    compute: {compute}  # the computes\n"


def names(text: str) -> list[str]:
    """Name the hosts, without what they have in common."""
    return [each.removeprefix("edpm-compute-") for each in staffing.staff(load(text))]


def test_the_count_is_raised() -> None:
    """The new hosts are named, comments stay, and a text that says nothing of the node set says its count."""
    text, fresh = staffing.grown(lab("{count: 2}"), "compute", 2, load)
    short, one = staffing.grown(HEAD, "openstack-edpm-ipam", 1, load)

    assert lab("{count: 4}") == text
    assert ["edpm-compute-2", "edpm-compute-3"] == fresh
    assert ["edpm-compute-1"] == one
    assert HEAD in short


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ("{count: 3}", "2", "{count: 2}"),
        ("{count: 3}", "1", "{count: 3, absent: [edpm-compute-1]}"),
        ("{count: 3, absent: [edpm-compute-1]}", "2", "{count: 1}"),
        ("{count: 3, absent: [edpm-compute-0]}", "2", "{count: 2, absent: [edpm-compute-0]}"),
        ("{count: 12}", "1", "{count: 12, absent: [edpm-compute-1]}"),
        (
            "{count: 1, nodes: {x: {address: .150}, y: {address: .151}}}",
            "x",
            "{count: 1, nodes: {y: {address: .151}}}",
        ),
        ("{count: 1, nodes: {x: {}, y: {}}}", "x", "{count: 1, nodes: {x: {}, y: {}}, absent: [x]}"),
        ("{count: 2, nodes: {x: {}}}", "1", "{count: 2, nodes: {x: {}}, absent: [edpm-compute-1]}"),
    ],
)
def test_hosts_are_taken_out(before: str, gone: str, after: str) -> None:
    """The last ones lower the count, single ones lose their entry; where others would change it is `absent`."""
    name = gone if gone.isalpha() else f"edpm-compute-{gone}"
    text = staffing.shrunk(lab(before), [name], load)
    kept = {each: host for each, host in staffing.staff(load(lab(before))).items() if each != name}

    assert lab(after) == text
    assert kept == staffing.staff(load(text))


def test_a_removed_host_does_not_come_back() -> None:
    """New hosts have numbers of their own, and those in the middle stay away."""
    text, fresh = staffing.grown(lab("{count: 3, absent: [edpm-compute-1]}"), "compute", 1, load)

    assert ["edpm-compute-3"] == fresh
    assert ["0", "2", "3"] == names(text)


def test_hosts_of_racks_and_of_shards() -> None:
    """The node set as it is written is changed: in each rack, and whichever shard a host is in."""
    split = f"{HEAD}dataplane:\n  shards: {{size: 2}}\n  nodesets:\n    compute: {{count: 5}}\n"
    grown, fresh = staffing.grown(split, "compute", 1, load)
    shrunk = staffing.shrunk(split, ["edpm-compute-3"], load)

    assert ["edpm-compute-5"] == fresh
    assert "compute: {count: 6}" in grown
    assert "compute: {count: 5, absent: [edpm-compute-3]}" in shrunk


def bare(count: int, singles: int) -> str:
    """Make a profile's text of bare metal that is split, with hosts of a rule and single ones."""
    nodes = "".join(f"        h{at}: {{address: .{150 + at}}}\n" for at in range(singles))
    compute = f"    compute:\n      provision: {{}}\n      count: {count}\n      nodes:\n{nodes}"
    return f"{HEAD}dataplane:\n  shards: {{size: 4}}\n  nodesets:\n{compute}"


def test_bare_metal_stays_in_its_node_set() -> None:
    """A single host that leaves from the middle keeps its entry; one that is the last of all loses it."""
    middle = staffing.shrunk(bare(0, 6), ["h1"], load)
    last = staffing.shrunk(bare(0, 6), ["h5"], load)

    assert ("h1: {" in middle, "absent: [h1]" in middle) == (True, True)
    assert ("h5" in last, "absent" in last) == (False, False)


def test_bare_metal_that_a_higher_count_would_move() -> None:
    """Single hosts would be split off: refused, since their machines would be deprovisioned."""
    with pytest.raises(OskError, match="h0 would be in another node set then"):
        staffing.grown(bare(3, 1), "compute", 1, load)

    assert "count: 4" in staffing.grown(bare(3, 5), "compute", 1, load)[0]


def test_hosts_that_would_move() -> None:
    """Single hosts whose addresses go by their number are others under another count: refused, with the way out."""
    with pytest.raises(OskError) as caught:
        staffing.grown(lab("{count: 1, nodes: {x: {}}}"), "compute", 1, load)
    with pytest.raises(OskError) as unknown:
        staffing.grown(HEAD, "compte", 1, load)

    assert "x would be others then" in caught.value.problems[0].summary
    assert "Did you mean `compute`?" == unknown.value.problems[0].advice[0].text
