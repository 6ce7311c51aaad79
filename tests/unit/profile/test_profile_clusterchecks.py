"""Profiles that load well and could not work in a cluster, refused at their line."""

import pytest

from tests.fakes.profiles import over, problems


@pytest.mark.parametrize(
    ("body", "code", "place", "path", "words"),
    [
        (
            "controlplane: {galera: {replicas: 2}}",
            "OSK1207",
            "5:35",
            "galera.replicas",
            "have 1 or 3",
        ),
        (
            "controlplane: {replicas: 4}",
            "OSK1207",
            "5:26",
            "controlplane.replicas",
            "`controlplane.galera.replicas` sets apart",
        ),
        (
            "controlplane: {galera: {instances: {openstack: {replicas: 2}}}}",
            "OSK1207",
            "5:59",
            "instances.openstack.replicas",
            "no majority",
        ),
        (
            "namespaces: {openstack: openstack-operators}",
            "OSK0114",
            "5:25",
            "namespaces.openstack",
            "the operators' namespace",
        ),
        (
            "operators: {single: {keyston: {}}}",
            "OSK0106",
            "5:31",
            "single.keyston",
            "did you mean `keystone`?",
        ),
        ("operators: {single: {openstackclient: {}}}", "OSK0106", "5:39", "openstackclient", "known are: "),
        (
            "networks: {storage: {spec: {name: mine}}}",
            "OSK0106",
            "5:35",
            "storage.spec.name",
            "`networks.storage.device`",
        ),
        (
            "controlplane: {services: {keystone: {enabled: false}}}",
            "OSK0111",
            "5:47",
            "keystone.enabled",
            "barbican, cinder, glance, neutron, nova, placement, swift, telemetry need it",
        ),
        (
            "controlplane: {services: {placement: {enabled: false}}}",
            "OSK0111",
            "5:48",
            "placement.enabled",
            "nova needs it, and is on",
        ),
        (
            "controlplane: {galera: {storage: 10}}",
            "OSK0108",
            "5:34",
            "galera.storage",
            "a size with its unit",
        ),
        ("storage: {local: {capacity: 10}}", "OSK0108", "5:29", "local.capacity", "a size with its unit"),
    ],
)
def test_what_cannot_work_is_refused(body: str, code: str, place: str, path: str, words: str) -> None:
    """With its path, its place and what would do."""
    (problem,) = problems(f"{body}\n")

    assert (problem.code, problem.subject) == (code, f"lab:{place}")
    assert path in problem.summary
    assert words in problem.summary


@pytest.mark.parametrize(
    "body",
    [
        "controlplane: {galera: {replicas: 0}}",
        "controlplane: {replicas: 2, galera: {replicas: 3}}",
        "operators: {single: {mine: {index: registry/mine:1}, baremetal: {}, mariadb: {}}}",
        "networks: {storage: {spec: {description: the storage}}}",
    ],
)
def test_what_can_work_is_not(body: str) -> None:
    """An odd number, operators that say where they are from, fields that have an effect."""
    assert over(f"{body}\n").values
