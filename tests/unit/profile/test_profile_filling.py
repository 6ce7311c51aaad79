"""Values that follow from others."""

from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.hosts import hosts
from openstack_k8s_cli.profile.loading import load

NETWORKERS = "dataplane.nodesets.n={role: networker, address: 'ctlplane[200+{i}]'}"


def values(*sets: str, name: str = "crc") -> Any:
    """Load a profile and give its values."""
    return load(name, sets=sets, reader=ProfileFiles()).values


@pytest.mark.parametrize(
    ("sets", "path", "expected"),
    [
        (["networks.defaults.mtu=9000"], "networks.storage.mtu", 9000),
        (["networks.storage.mtu=1400", "networks.defaults.mtu=9000"], "networks.storage.mtu", 1400),
        (["networks.defaults.domain=lab.net"], "networks.tenant.domain", "tenant.lab.net"),
        (["networks.defaults.slices.pods=40-50"], "networks.ctlplane.slices.pods", ["40-50"]),
        (["networks.defaults.slices.pods=40-50"], "networks.ctlplane.slices.nodes", ["10-29"]),
        (["networks.defaults.slices.pods=40-50"], "networks.tenant.slices.nodes", ["5-29"]),
        (["controlplane.replicas=3"], "controlplane.galera.replicas", 3),
        (
            ["controlplane.replicas=3", "controlplane.services.nova.replicas=2"],
            "controlplane.services.nova.replicas",
            2,
        ),
        (["controlplane.services.heat.replicas=2"], "controlplane.services.heat.enabled", False),
        (["operators.sources.nmstate.channel=x"], "operators.sources.nmstate.namespace", "openshift-nmstate"),
        (["controlplane.addresses.api='internalapi[90]'"], "controlplane.addresses.dns", "ctlplane[80]"),
        (["platform.flavour=kubernetes"], "platform.capabilities", []),
        (["operators.single.keystone={}"], "operators.single.keystone.package", "keystone-operator"),
        (
            ["operators.single.baremetal={}"],
            "operators.single.baremetal.package",
            "openstack-baremetal-operator",
        ),
        (
            ["operators.single.keystone={}", "operators.openstack.channel=beta"],
            "operators.single.keystone.channel",
            "beta",
        ),
        (
            ["operators.openstack.approval=manual"],
            'timeouts.steps."operators/openstack-operator/operator".stall',
            "12h",
        ),
        (["operators.optional.loki.namespace=logs"], "operators.optional.netobserv.namespace", "logs"),
        (["storage.local=null", "storage.lvms={}"], "storage.class", "lvms-vg1"),
        (["storage.lvms={}"], "storage.class", "local-storage"),
        (["platform.capabilities=[olm]"], "platform.capabilities", ["olm"]),
        ([], "storage.local.volumes", 12),
        (["controlplane.replicas=3"], "storage.local.volumes", 36),
        (
            ["controlplane.replicas=3", "platform.workers=[a, b, c]"],
            "storage.local.volumes",
            12,
        ),
        (["controlplane.services.nova.cells={cell2: {}, cell3: {}}"], "storage.local.volumes", 16),
        (["storage.local=null"], "storage.local", None),
        ([], "dataplane.sshRanges", ["192.168.122.0/24"]),
        ([], "dataplane.nodesets.compute.networks", ["ctlplane", "internalapi", "storage", "tenant"]),
        ([NETWORKERS], "dataplane.nodesets.n.resource", "n"),
        ([NETWORKERS], "dataplane.nodesets.n.settings", "n"),
        ([], "dataplane.nodesets.compute.settings", "ipam"),
        (["controlplane.tls.podLevel=false"], "dataplane.nodesets.compute.tls", False),
        (
            ["dataplane.vars.a=1", "dataplane.nodesets.compute.vars.b=2"],
            "dataplane.nodesets.compute.vars",
            {"a": 1, "b": 2},
        ),
    ],
)
def test_what_is_left_out_follows_from_the_rest(sets: list[str], path: str, expected: object) -> None:
    """A value that the profile does not give comes from the one it depends on, and a neighbour's change leaves it alone."""
    assert paths.get(values(*sets), paths.parse(path)) == expected


def test_services_of_a_node_set_come_by_its_role() -> None:
    """Networkers run no nova, computes do; the release says which services there are."""
    sets = values(NETWORKERS)["dataplane"]["nodesets"]

    assert ("nova" in sets["compute"]["services"], "nova" in sets["n"]["services"]) == (True, False)


def test_a_literal_secret_never_prints() -> None:
    """It is there to be written, and shows as dots."""
    loaded = load("crc", sets=["secrets.osp-secret.AdminPassword=hush"], reader=ProfileFiles())
    secret = loaded.values["secrets"]["osp-secret"]["AdminPassword"]

    assert isinstance(secret, SecretText)
    assert secret.reveal() == "hush"
    assert "hush" not in repr(loaded)
    assert "hush" not in str(loaded.profile)
    assert "hush" not in repr(loaded.provenance)


def test_a_source_of_a_secret_keeps_its_form() -> None:
    """Where a value comes from is one key and nothing else."""
    given = values("secrets.a={x: {env: A}, y: {command: [pass, a]}, z: {generate: true}, f: {file: ~/x}}")

    expected = {
        "x": {"env": "A"},
        "y": {"command": ["pass", "a"]},
        "z": {"generate": True},
        "f": {"file": "~/x"},
    }
    assert given["secrets"]["a"] == expected


def test_hosts_come_from_rules_and_names() -> None:
    """A named host changes the one that the rule makes, or comes on top with the next number."""
    all_values = values(
        "dataplane.nodesets.compute.count=2",
        "dataplane.nodesets.compute.nodes={edpm-compute-1: {address: .150, hostName: b}, extra: {vars: {x: 1}}}",
    )

    found = hosts(all_values["dataplane"]["nodesets"]["compute"], all_values["networks"])

    assert [(each.name, each.host_name, each.address) for each in found] == [
        ("edpm-compute-0", "edpm-compute-0", "192.168.122.100"),
        ("edpm-compute-1", "b", "192.168.122.150"),
        ("extra", "extra", "192.168.122.102"),
    ]
    assert found[2].vars == {"x": 1}
