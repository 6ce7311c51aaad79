"""Addresses that someone else has already, refused where they are written."""

import pytest

from tests.fakes.profiles import over, problems


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (
            "dataplane: {nodesets: {compute: {address: 'ctlplane[35+{i}]'}}}",
            "dataplane.nodesets.compute",
            "192.168.122.35 of edpm-compute-0 is pods' in ctlplane",
        ),
        (
            "dataplane: {nodesets: {compute: {nodes: {n1: {address: .85}}}}}",
            "nodesets.compute.nodes.n1",
            "192.168.122.85 of n1 is services'",
        ),
        (
            "dataplane: {nodesets: {compute: {address: 'ctlplane[1+{i}]'}}}",
            "dataplane.nodesets.compute",
            "is the gateway of ctlplane",
        ),
        (
            "dataplane: {nodesets: {compute: {addresses: {storage: .40}}}}",
            "dataplane.nodesets.compute",
            "172.18.0.40 of edpm-compute-0 is pods' in storage",
        ),
        ("networks: {storage: {gateway: .110}}", "storage.gateway[0]", "172.18.0.110 is hosts' already"),
        ("networks: {storage: {gateway: .6}}", "storage.gateway[0]", "172.18.0.6 is the nodes' already"),
        ("networks: {ctlplane: {dns: .85}}", "ctlplane.dns[0]", "192.168.122.85 is services' already"),
        (
            "networks: {storage: {slices: {hosts: 200-255}}}",
            "slices.hosts",
            "172.18.0.255 of hosts is the address for",
        ),
        (
            "networks: {storage: {slices: {nodes: 0-9}}}",
            "slices.nodes",
            "172.18.0.0 of the nodes is the address of",
        ),
    ],
)
def test_what_is_given_out_is_refused(body: str, path: str, words: str) -> None:
    """The place and the other one who has it are named."""
    found = problems(body)

    assert any(path in each.summary and words in each.summary for each in found), found


@pytest.mark.parametrize(
    "body",
    [
        "networks: {ctlplane: {dns: .80}}",
        "networks: {ctlplane: {dns: .53}}",
        "networks: {storage: {slices: {vips: 80-90, hosts: 100-253}, gateway: .254}}",
        "dataplane: {nodesets: {compute: {addresses: {storage: 'storage[110+{i}]'}}}}",
    ],
)
def test_what_is_free_is_taken(body: str) -> None:
    """The cloud's own name server is a service, and hosts have addresses of their part."""
    assert over(body).name == "lab"
