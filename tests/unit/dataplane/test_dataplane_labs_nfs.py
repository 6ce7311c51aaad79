"""An NFS server: what a profile comes to, and what is left to do, or to take away, by what a look told."""

from base64 import b64encode

import pytest

from openstack_k8s_cli.dataplane.labs import nfs
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.labs.shares import Shares
from tests.fakes.ansible import FakeAnsible
from tests.unit.dataplane.machines import values

TWO = ("labs.nfs.exports=[nova, cinder]", "labs.nfs.clients=[10.0.0.0/24]")
SERVER = nfs.server(values(*TWO))
FILE = b64encode(SERVER.content(opened=False).encode()).decode()
OPENED = b64encode(SERVER.content(opened=True).encode()).decode()
WHOLE = (
    "sudo yes",
    "program exportfs",
    "unit enabled active",
    f"file {FILE}",
    "mark crc",
    "folder .osk",
    "folder nova",
    "folder cinder",
    "export /srv/osk-nfs/nova 10.0.0.0/24",
    "export /srv/osk-nfs/cinder 10.0.0.0/24",
    "export /home 10.0.0.0/24",
)


def probe(*lines: str, without: str = "-") -> str:
    """Print what the probe does."""
    kept = [each for each in WHOLE if not each.startswith(without)]
    return "\n".join(f"@osk {each}" for each in (*kept, *lines))


def seen(*lines: str, without: str = "-") -> nfs.Seen:
    """Give what a look told."""
    return nfs.read(probe(*lines, without=without))


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (seen(), []),
        (seen("firewall open"), []),
        (seen(f"file {OPENED}", "firewall open", without="file"), []),
        (seen("firewall closed"), ["write /etc", "open the firewall"]),
        (seen(without="program"), ["install"]),
        (seen(without="folder nova"), ["make the folders in /srv/osk-nfs: nova"]),
        (seen("mark other", without="mark"), ["make the folders in /srv/osk-nfs: its mark"]),
        (seen("unit enabled inactive", without="unit"), ["start"]),
        (seen(without="export /srv/osk-nfs/nova"), ["export them to 10.0.0.0/24"]),
        (seen("export /srv/osk-nfs/nova 10.9.0.0/16"), ["export them"]),
        (nfs.read("@osk sudo yes"), ["install", "make", "write", "start", "export"]),
    ],
)
def test_what_is_left_to_do(look: nfs.Seen, expected: list[str]) -> None:
    """Each part on its own, so that a run that broke anywhere is gone on with, and a whole server needs nothing."""
    pending = nfs.pending(SERVER, look)

    assert [True for _ in expected] == [
        each.startswith(begin) for each, begin in zip(pending, expected, strict=True)
    ]


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (
            seen(f"file {OPENED}", "firewall open", without="file"),
            ["close", "delete", "let nobody", "delete"],
        ),
        (seen("firewall open"), ["delete /etc", "let nobody mount", "delete the folders"]),
        (seen(without="export"), ["delete /etc", "delete the folders"]),
        (seen("mark other", without="mark"), ["delete /etc", "let nobody"]),
        (nfs.read("@osk sudo yes\n@osk mark crc"), ["delete the folders"]),
        (nfs.read("@osk sudo yes"), []),
    ],
)
def test_what_there_is_to_take_away(look: nfs.Seen, expected: list[str]) -> None:
    """Of a half-way run its parts; folders that osk did not make stay, and a firewall that it did not open."""
    left = nfs.remains(SERVER, look)

    assert [True for _ in expected] == [
        each.startswith(begin) for each, begin in zip(left, expected, strict=True)
    ]


def test_folders_of_before_go_too() -> None:
    """The file keeps them once others are exported: another path, or fewer folders."""
    moved = nfs.server(values(*TWO, "labs.nfs.path=/srv/new"))
    fewer = nfs.server(values(TWO[1], "labs.nfs.exports=[nova]"))
    old = seen(without="mark")
    rewritten = seen(
        f"file {b64encode(moved.content(opened=False, former=SERVER.folders).encode()).decode()}",
        without="file",
    )

    assert {"write /etc/exports.d/osk-crc.exports", "export them to 10.0.0.0/24"} <= {
        *nfs.pending(moved, old)
    }
    assert nfs.former(moved, rewritten) == SERVER.folders
    for look in (old, rewritten):
        assert "let nobody mount the folders" in nfs.remains(moved, look)
        assert "delete the folders in /srv/osk-nfs" in nfs.remains(moved, look)
    assert nfs.variables(fewer, seen(), down=True)["osk_nfs"]["places"] == [
        {
            "path": "/srv/osk-nfs",
            "mark": "/srv/osk-nfs/.osk",
            "folders": [*fewer.folders, "/srv/osk-nfs/cinder"],
        }
    ]


def test_a_firewall_for_two_is_closed_with_the_last() -> None:
    """Each file says that it needs it open; what another opened counts for both."""
    both = seen(f"file {OPENED}", "firewall open", "shared yes", without="file")

    assert nfs.opens(SERVER, seen("firewall open", "shared yes"))
    assert not nfs.opens(SERVER, seen("firewall open"))
    assert not [each for each in nfs.remains(SERVER, both) if each.startswith("close")]


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (seen(), []),
        (nfs.read("@osk sudo yes\n@osk program dnf"), []),
        (nfs.read("@osk sudo yes"), ["OSK1327"]),
        (nfs.read("@osk sudo no a password is required"), ["OSK1327"]),
        (seen("mark", without="mark"), ["OSK1328"]),
        (seen("mark other", without="mark"), ["OSK1328"]),
    ],
)
def test_what_stands_in_the_way(look: nfs.Seen, expected: list[str]) -> None:
    """No way to become root, nothing to install it with, a folder of someone else's."""
    problems = list(nfs.obstacles(SERVER, look))

    assert expected == [each.code for each in problems]
    assert all(each.advice for each in problems)


def test_who_may_mount() -> None:
    """The networks ctlplane and storage, both families, unless the profile names others; never everybody."""
    plain = nfs.server(values("networks.storage.cidr=[172.18.0.0/24, 'fd00:cccc::/64']"))

    assert ("192.168.122.0/24", "172.18.0.0/24", "fd00:cccc::/64") == plain.clients
    assert "/srv/osk-nfs/nova 10.0.0.0/24(rw,sync,no_root_squash,no_subtree_check)\n" in SERVER.content(
        opened=False
    )


@pytest.mark.parametrize(("keeps", "expected"), [(True, 2), (False, 3)])
def test_a_dry_run_says_what_it_would_do(*, keeps: bool, expected: int) -> None:
    """It runs nothing but the look; data that is kept is not among what would go."""
    ansible = FakeAnsible({"hypervisor": probe()})
    shares = Shares(Hypervisor(ansible, values()["dataplane"]["hypervisor"]), SERVER)
    found = shares.look()
    told = [*shares.down(found, keeps=keeps, dry=True)]

    assert (expected, {"ok"}) == (len(told), {each.outcome for each in told})
    assert ["it is there already"] == [each.task for each in shares.up(found, dry=True)]
    assert 1 == len(ansible.asked)
