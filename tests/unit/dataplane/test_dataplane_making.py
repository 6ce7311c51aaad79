"""Virtual machines: as libvirt's XML, as cloud-init's seed, and as the probe tells of them."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from openstack_k8s_cli.dataplane.making import domains, looks, seeds
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import amount
from openstack_k8s_cli.model.secrets import SecretText
from tests.unit.dataplane.machines import BARE, PLAIN, machines, probe

LIBVIRT = "dataplane.nodesets.compute.provision.libvirt"
FULL = (
    *PLAIN,
    f"{LIBVIRT}.vcpus=8",
    f"{LIBVIRT}.memory=16Gi",
    f"{LIBVIRT}.disks=[{{size: 1Gi, bus: sata}}, {{size: 2G}}, {{bus: scsi}}]",
    f"{LIBVIRT}.nics=[{{bridge: ospbr}}, {{network: other, model: igb, mac: '52:54:00:AA:BB:CC'}}]",
    f"{LIBVIRT}.macs={{edpm-compute-1: '52:54:00:00:00:01'}}",
)
ACCESS = Access("cloud-admin", "ssh-ed25519 AAAA")
# From https://libvirt.org/formatdomain.html: elements below a domain and its devices, and attributes that they need.
DOCUMENTED = {
    "domain": (
        "type",
        {
            "name",
            "uuid",
            "metadata",
            "memory",
            "vcpu",
            "os",
            "features",
            "cpu",
            "clock",
            "on_poweroff",
            "on_reboot",
            "on_crash",
            "devices",
        },
    ),
    "os": (None, {"type", "firmware", "boot"}),
    "devices": (
        None,
        {"disk", "controller", "interface", "serial", "console", "channel", "graphics", "video", "rng"},
    ),
    "disk": ("type", {"driver", "source", "target", "readonly"}),
    "interface": ("type", {"mac", "source", "model"}),
    "channel": ("type", {"target"}),
    "video": (None, {"model"}),
    "rng": ("model", {"backend"}),
}


def form(text: str) -> ET.Element:
    """Parse a domain."""
    return ET.fromstring(text)


@pytest.mark.parametrize("sets", [PLAIN, FULL, BARE, (*FULL, f"{LIBVIRT}.firmware=efi")])
def test_a_domain_is_as_libvirt_documents_it(sets: tuple[str, ...]) -> None:
    """By the elements that its pages name; test_dataplane_schemas.py asks libvirt's own schema where it is installed."""
    for element in form(domains.text(machines(*sets)[0], "crc", "osk")).iter():
        needed, known = DOCUMENTED.get(element.tag, (None, None))
        assert needed is None or element.get(needed)
        assert known is None or {each.tag for each in element} <= known


def test_what_a_machine_has() -> None:
    """Processors, memory, disks of every kind with names of their own, cards with addresses that follow from its name."""
    domain = form(domains.text(machines(*FULL)[1], "crc", "osk"))
    targets = [(each.get("dev"), each.get("bus")) for each in domain.findall("devices/disk/target")]
    cards = [each.get("address") for each in domain.findall("devices/interface/mac")]

    assert ("8", str(16 * 1024**2)) == (domain.findtext("vcpu"), domain.findtext("memory"))
    assert [
        ("vda", "virtio"),
        ("sda", "sata"),
        ("vdb", "virtio"),
        ("sdb", "scsi"),
        ("sdc", "sata"),
    ] == targets
    assert ["52:54:00:00:00:01", cards[1], "52:54:00:aa:bb:cc"] == cards
    assert "virtio-scsi" == domain.findall("devices/controller")[0].get("model")


def test_a_bare_machine() -> None:
    """It starts by UEFI without secure boot, has an empty disk, nothing to read, and does not start with the hypervisor."""
    machine = machines(*BARE)[0]
    domain = form(domains.text(machine, "crc", "osk"))

    assert [("efi", None), (None, "no")] == [
        (each.get("firmware"), each.get("enabled"))
        for each in domain.findall("os") + domain.findall("os/firmware/feature")
    ]
    assert ["disk"] == [each.get("device") for each in domain.findall("devices/disk")]
    assert 8 * 1024**2 == machine.memory
    assert (None, False, {}) == (machine.seed, machine.autostart, seeds.files(machine, ACCESS))


def test_the_seed() -> None:
    """The account with its key, the fixed address on the card of that MAC under the node set's name for it, one's own additions."""
    machine = machines(*FULL, f"{LIBVIRT}.userData={{runcmd: [mine], timezone: UTC}}")[1]
    files = seeds.files(machine, ACCESS)
    user: dict[str, Any] = json.loads(files["user-data"].removeprefix("#cloud-config\n"))
    network = json.loads(files["network-config"])

    assert ("cloud-admin", ["ssh-ed25519 AAAA"]) == (
        user["users"][0]["name"],
        user["users"][0]["ssh_authorized_keys"],
    )
    assert ("edpm-compute-1.ctlplane.example.com", "UTC", "mine") == (
        user["fqdn"],
        user["timezone"],
        user["runcmd"][-1],
    )
    assert "chpasswd" not in user
    assert {
        "match": {"macaddress": "52:54:00:00:00:01"},
        "set-name": "eth0",
        "dhcp4": False,
        "dhcp6": False,
        "mtu": 1500,
        "addresses": ["192.168.122.101/24"],
        "nameservers": {"addresses": ["192.168.122.1"], "search": ["ctlplane.example.com"]},
        "routes": [{"to": "0.0.0.0/0", "via": "192.168.122.1"}],
    } == network["ethernets"]["eth0"]
    assert {"version": 2, "cards": 3} == {"version": network["version"], "cards": len(network["ethernets"])}


def test_an_address_of_version_6() -> None:
    """The prefix and the route are of its family."""
    ctlplane = "networks.ctlplane={cidr: 'fd00:aaaa::/64', gateway: '.1', dns: ['.1']}"
    card = json.loads(seeds.files(machines(*PLAIN, ctlplane)[0], ACCESS)["network-config"])["ethernets"][
        "eth0"
    ]

    assert (["fd00:aaaa::100/64"], [{"to": "::/0", "via": "fd00:aaaa::1"}]) == (
        card["addresses"],
        card["routes"],
    )


def test_roots_password() -> None:
    """It is set where the profile asks for it."""
    machine = machines(*PLAIN, "dataplane.nodesets.compute.provision.rootPassword=true")[0]
    text = seeds.files(machine, replace(ACCESS, password=SecretText("pw")))["user-data"]

    assert {"name": "root", "password": "pw", "type": "text"} == json.loads(
        text.removeprefix("#cloud-config\n")
    )["chpasswd"]["users"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4Gi", 4 * 1024**3), ("20G", 20 * 10**9), ("1.5Gi", 1536 * 1024**2), ("512", 512), ("3k", 3000)],
)
def test_quantities(text: str, expected: int) -> None:
    """Binary and decimal units are read as Kubernetes has them."""
    assert expected == amount(text)


def test_what_the_probe_tells_is_read() -> None:
    """A machine comes back as it was made; what others made is known by name alone."""
    machine = machines(*FULL)[0]
    found = looks.read(probe(machine, more="domain crc\nvolume a.qcow2\nstopped net-iso\nfirewall closed"))

    assert ({machine.name, "crc"}, {machine.name}) == (set(found.domains), set(found.made))
    assert () == looks.differences(machine, found.made[machine.name])
    assert ("crc", "running", True) == (
        found.made[machine.name].profile,
        found.made[machine.name].state,
        found.firewalled,
    )


def test_what_differs_is_said() -> None:
    """Processors, memory, cards and disks, each with what is there and what the profile says."""
    made = looks.read(probe(machines(*PLAIN)[0])).made["edpm-compute-0"]
    said = looks.differences(machines(*FULL)[0], made)

    assert "it has 2 processors, the profile says 8" == said[0]
    assert "it has 4096 MiB of memory, the profile says 16384" == said[1]
    assert ["the cards", "the volumes"] == [" ".join(each.split()[2:4]) for each in said[2:]]


def test_discs_in_a_machine_are_none_of_its_disks() -> None:
    """Neither the seed nor what a board has put in, which is a file of its own; snapshots copy the disks."""
    form = domains.text(machines(*PLAIN)[0], "crc", "osk")
    disc = (
        "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/boot.iso'/></disk></devices>"
    )
    coded = b64encode(form.replace("</devices>", disc).encode()).decode()

    found = looks.read(f"@osk domain one\n@osk state.one shut off\n@osk xml.one {coded}").made["one"]

    assert ("edpm-compute-0.qcow2", "edpm-compute-0-seed.iso") == found.volumes
    assert ("edpm-compute-0.qcow2",) == looks.lasting(found.volumes)


@pytest.mark.parametrize(
    ("sets", "output", "expected"),
    [
        (PLAIN, probe(), []),
        (
            PLAIN,
            probe(without=("libvirt",), more="libvirt no Permission denied"),
            ["OSK1185 libvirt does not answer"],
        ),
        (
            PLAIN,
            probe(without=("iso", "python3")),
            ["OSK1185 The hypervisor has no `python3`", "OSK1185 The hypervisor has no genisoimage"],
        ),
        (BARE, probe(without=("iso",)), []),
        (BARE, probe(without=("podman",)), ["OSK1185 The hypervisor has no podman"]),
        (PLAIN, probe(without=("podman",), more="firewall closed"), []),
        (BARE, probe(more="firewall closed"), ["OSK1185 The hypervisor's firewall keeps"]),
        (PLAIN, probe(without=("network",)), ["OSK1185 libvirt has no network `default`"]),
        (
            PLAIN,
            probe(without=("network",), more="stopped default"),
            ["OSK1185 libvirt's network `default` is not up"],
        ),
        (
            FULL,
            probe(without=("bridge",), more="network other"),
            ["OSK1185 The hypervisor has no bridge `ospbr`"],
        ),
        (
            PLAIN,
            probe(more="domain edpm-compute-1"),
            ["OSK1187 There is a machine `edpm-compute-1` that osk did not"],
        ),
    ],
)
def test_obstacles(sets: tuple[str, ...], output: str, expected: list[str]) -> None:
    """All that is lacking is found before the first change, each with what to do; what no machine needs is not asked for."""
    problems = looks.obstacles(looks.read(output), machines(*sets), port=8000, profile="crc")
    words = [f"{each.code} {each.summary}" for each in problems]

    assert [True for _ in expected] == [
        said.startswith(begin) for said, begin in zip(words, expected, strict=True)
    ]
    assert all(each.advice for each in problems)


def test_a_machine_of_another_profile() -> None:
    """It is not taken for one's own."""
    (mine, _) = machines(*PLAIN)
    problems = looks.obstacles(looks.read(probe(mine)), [mine], port=8000, profile="other")

    assert ["There is a machine `edpm-compute-0` of the profile `crc`"] == [each.summary for each in problems]
