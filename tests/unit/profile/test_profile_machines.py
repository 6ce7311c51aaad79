"""What a profile says of virtual machines, and what follows from their names."""

import pytest

from openstack_k8s_cli.dataplane.making.wanted import machines_of
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import machines
from tests.unit.dataplane.machines import BARE, PLAIN, values

LIBVIRT = "dataplane.nodesets.compute.provision.libvirt"


def test_addresses_of_cards_follow_from_names() -> None:
    """The same on every run, one card each, given out locally and not to a group; five thousand hosts share none."""
    found = {machines.mac("lab", f"edpm-compute-{host}", card) for host in range(5000) for card in range(2)}

    assert machines.mac("lab", "edpm-compute-0", 0) == machines.mac("lab", "edpm-compute-0", 0)
    assert 10_000 == len(found)
    assert {0b10} == {int(each[:2], 16) & 0b11 for each in found}


def test_networkers_are_made_like_computes() -> None:
    """Each node set says for itself what its machines have; what its hosts are for makes no difference."""
    own = "{role: networker, count: 1, name: 'net-{i}', address: 'ctlplane[150+{i}]', provision: {libvirt: {vcpus: 3}}}"
    found = {each.name: each for each in machines_of(values(*PLAIN, f"dataplane.nodesets.gateways={own}"))}

    assert ["edpm-compute-0", "edpm-compute-1", "net-0"] == sorted(found)
    net = found["net-0"]
    assert (3, True, ["net-0.qcow2"]) == (
        net.vcpus,
        net.link is not None and net.link.addresses == ("192.168.122.150/24",),
        [each.volume for each in net.disks],
    )
    assert len({card.mac for each in found.values() for card in each.cards}) == 3


def test_machines_are_not_for_the_cluster_to_provision() -> None:
    """Their node set is there before the deployment; that of bare ones is made by the cluster."""
    plain = values(*PLAIN)["dataplane"]["nodesets"]["compute"]
    bare = values(*BARE)["dataplane"]["nodesets"]["compute"]

    assert (False, {}) == (plain["bare"], plain["provision"]["hosts"])
    assert (True, ["edpm-compute-0", "edpm-compute-1"]) == (bare["bare"], list(bare["provision"]["hosts"]))


def test_boards_of_bare_machines() -> None:
    """Each has the address of its own machine at the emulator, by the UUID that it will have, and becomes the host of its name."""
    found = values(*BARE, "dataplane.hypervisor.boards.address='fd00::1'")["dataplane"]["nodesets"]["compute"]
    board = found["provision"]["hosts"]["edpm-compute-1"]
    uuid = machines.identity("crc", "edpm-compute-1")

    assert f"redfish-virtualmedia+http://[fd00::1]:8000/redfish/v1/Systems/{uuid}" == board["address"]
    assert (machines.mac("crc", "edpm-compute-1", 0), {machines.LABEL: "edpm-compute-1"}) == (
        board["mac"],
        board["labels"],
    )


@pytest.mark.parametrize(
    ("sets", "code", "words"),
    [
        ((*PLAIN, f"{LIBVIRT}.image={{url: 'http://a/b'}}"), "OSK0108", "needs a `checksum`"),
        (
            (*PLAIN, f"{LIBVIRT}.image={{path: /a, url: 'http://a/b'}}"),
            "OSK0108",
            "either a `url` or a `path`",
        ),
        ((*PLAIN, f"{LIBVIRT}.image={{path: /a, checksum: 'http://a/b'}}"), "OSK0108", "the SHA-256 itself"),
        ((*PLAIN, f"{LIBVIRT}.nics=[{{}}]"), "OSK0108", "in a `network` or on a `bridge`"),
        (
            (*PLAIN, f"{LIBVIRT}.macs={{edpm-compute-7: '52:54:00:00:00:01'}}"),
            "OSK0110",
            "no host `edpm-compute-7`",
        ),
        (
            (
                *PLAIN,
                f"{LIBVIRT}.macs={{edpm-compute-0: '52:54:00:00:00:01', edpm-compute-1: '52:54:00:00:00:01'}}",
            ),
            "OSK0114",
            "MAC address 52:54:00:00:00:01",
        ),
        ((*BARE, "networks.ctlplane.gateway=[]"), "OSK0110", "`dataplane.hypervisor.boards.address`"),
    ],
)
def test_mistakes_are_refused(sets: tuple[str, ...], code: str, words: str) -> None:
    """Before anything is made."""
    with pytest.raises(OskError) as caught:
        values(*sets)

    assert [(code, True)] == [(each.code, words in each.summary) for each in caught.value.problems]
