"""`--set` and profile paths."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.loading import load
from openstack_k8s_cli.profile.settings import assignment


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("networks.defaults.mtu=9000", ("networks", "defaults", "mtu"), 9000),
        ("networks.isolation=false", ("networks", "isolation"), False),
        ("platform.context=12", ("platform", "context"), "12"),
        ("summary=true", ("summary",), "true"),
        ("summary=a: b", ("summary",), "a: b"),
        ("summary=", ("summary",), ""),
        ("platform.workers=[a, b]", ("platform", "workers"), ["a", "b"]),
        ("storage.local.volumes=auto", ("storage", "local", "volumes"), "auto"),
        ("storage.local.volumes=3", ("storage", "local", "volumes"), 3),
        ("storage.local.capacity=10", ("storage", "local", "capacity"), "10"),
        ("networks.tenant=null", ("networks", "tenant"), None),
        ("release={index: x}", ("release",), {"index": "x"}),
        ("networks.ctlplane.gateway=.10", ("networks", "ctlplane", "gateway"), ".10"),
        ('secrets.ceph."ceph.conf"=1', ("secrets", "ceph", "ceph.conf"), "1"),
        ("controlplane.spec.a.b=1", ("controlplane", "spec", "a", "b"), 1),
    ],
)
def test_values_are_typed_by_the_schema(text: str, path: tuple[str, ...], value: object) -> None:
    """A value is read as YAML, and stays text where the schema wants text."""
    assert assignment(text) == (path, value)


def test_every_bad_assignment_is_named() -> None:
    """All of them at once, without their values: one may be a password."""
    sets = ["novalue", "a..b=hush", "networks.ctlplane.dns[0]=hush", "platform.workers=[hush"]

    with pytest.raises(OskError) as caught:
        load("crc", sets=sets, reader=ProfileFiles())

    assert [problem.code for problem in caught.value.problems] == ["OSK0109"] * 4
    assert "hush" not in repr(caught.value.problems)


def test_set_replaces_lists_and_removes() -> None:
    """`null` takes a network out; a later assignment wins over an earlier one."""
    sets = [
        "networks.designate=null",
        "dataplane.nodesets.compute.count=2",
        "dataplane.nodesets.compute.count=3",
    ]

    values = load("crc", sets=sets, reader=ProfileFiles()).values

    assert "designate" not in values["networks"]
    assert values["dataplane"]["nodesets"]["compute"]["count"] == 3


def test_an_unknown_path_is_found() -> None:
    """A misspelt path is refused with the nearest one."""
    with pytest.raises(OskError) as caught:
        load("crc", sets=["controlplane.replica=3"], reader=ProfileFiles())

    (problem,) = caught.value.problems
    assert (problem.subject, problem.advice[0].text) == ("--set", "Did you mean `controlplane.replicas`?")


@pytest.mark.parametrize(
    "path", [("a",), ("a", "b"), ("a", 0, "b"), ("a", "b.c"), ("a", "x y", 12), ("a b",)]
)
def test_paths_are_read_back_as_they_are_written(path: paths.Path) -> None:
    """Writing a path and reading it gives the same path."""
    assert paths.parse(paths.write(path)) == path


@pytest.mark.parametrize("text", ["", ".a", "a.", "a..b", "a[", "a[x]", "a b", 'a."b', "[0"])
def test_what_is_no_path_is_refused(text: str) -> None:
    """Nothing is guessed into a path."""
    with pytest.raises(ValueError, match="path"):
        paths.parse(text)
