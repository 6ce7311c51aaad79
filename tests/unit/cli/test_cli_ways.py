"""The way to a cluster on another machine: what is taken along, what is refused, what is told, what is left.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from dataclasses import replace
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.adapters.tunnels import Tunnels
from openstack_k8s_cli.cli.tunnelled import explained
from openstack_k8s_cli.cli.ways import Through
from openstack_k8s_cli.crc import facts, steps
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from tests.fakes.crc.host import HOME, FakeHost
from tests.unit.crc import wishes
from tests.unit.crc.wishes import PULL_SECRET, WANTED, host

_REACH = Reach("lab.example.com", "ada", 2222)
_PLACE = "ada@lab.example.com:2222"


class _Told(list[str]):
    """What was told."""


def _way(there: FakeHost, tmp_path: Path) -> tuple[Through, _Told]:
    told = _Told()
    return Through(there, _REACH, {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, told.append), told


@pytest.fixture
def started() -> FakeHost:
    """Give a host with a cluster."""
    return wishes.started()


def test_the_pull_secret_is_taken_along_where_it_is_not_there(tmp_path: Path) -> None:
    """By a private file; that of the host itself comes first."""
    there = FakeHost()
    way, _ = _way(there, tmp_path)
    found = facts.look(there, pull_secret=WANTED.pull_secret)
    without = way.prepared(found, WANTED)
    (tmp_path / "pull.json").write_text(PULL_SECRET)
    brought, said = way.prepared(found, WANTED)
    own = way.prepared(replace(found, pull_secret=b"{}"), WANTED)
    way.prepare(WANTED)

    assert ((found, ""), (replace(found, pull_secret=b"{}"), "")) == (without, own)
    assert (PULL_SECRET.encode(), f"pull secret → {_PLACE}:~/pull.json") == (brought.pull_secret, said)
    assert (PULL_SECRET.encode(), 0o600) == (
        there.read(f"{HOME}/pull.json"),
        there.files.modes[f"{HOME}/pull.json"],
    )


def test_sudo_that_asks_is_refused_before_the_first_change(tmp_path: Path) -> None:
    """Where crc becomes root, and only there: nobody can answer it."""
    there = host(fails={"sudo": True})
    way, _ = _way(there, tmp_path)
    changes = steps.setup(facts.look(there, pull_secret=WANTED.pull_secret), WANTED)
    way.permit([each for each in changes if each.kind is steps.Kind.SET])

    with pytest.raises(OskError) as caught:
        way.permit(changes)

    assert ("OSK1376", _PLACE, ExitCode.REFUSED) == (
        caught.value.problems[0].code,
        caught.value.problems[0].subject,
        caught.value.exit_code,
    )
    assert [] == there.changes


def test_the_console_is_reached_through_the_proxy_of_the_tunnel(started: FakeHost, tmp_path: Path) -> None:
    """While that is closed, it is said how to open it."""
    way, told = _way(started, tmp_path)
    before = way.console()
    way.merge("lab")
    (tunnel,) = way.tunnels.known()

    found = way.console()

    assert ({}, {"proxy": f"socks5h://127.0.0.1:{tunnel.ports['socks']}"}) == (before, found)
    assert all(f"osk crc tunnel --host {_PLACE} --detach" in each for each in told)


def test_ports_are_kept_until_the_cluster_is_gone(started: FakeHost, tmp_path: Path) -> None:
    """The kubeconfig is written once."""
    way, _ = _way(started, tmp_path)

    first, again = way.merge("lab"), way.merge("lab")
    known = way.tunnels.known()
    way.close(ever=False)
    kept = way.tunnels.known()
    way.close(ever=True)

    assert (True, "", 4) == (bool(first), again, len({*known[0].ports.values()}))
    assert (known, ()) == (kept, way.tunnels.known())
    assert "" == way.close(ever=True)


def test_without_a_cluster_there_is_no_way(tmp_path: Path) -> None:
    """Nothing is written."""
    way, _ = _way(host(), tmp_path)

    assert ("", (), False) == (way.merge("lab"), way.tunnels.known(), way.open())


def test_a_record_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """It is made anew."""
    folder = tmp_path / ".local/state/osk/tunnels"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text('{"place": "x"}')

    assert () == Tunnels({"HOME": str(tmp_path)}).known()


def test_only_what_is_behind_a_tunnel_is_explained_by_it(started: FakeHost, tmp_path: Path) -> None:
    """Another server's trouble is its own."""
    way, _ = _way(started, tmp_path)
    way.merge("lab")
    (tunnel,) = way.tunnels.known()
    advice = (Advice("Start it", "osk crc start"),)

    other, own, refused, strange = (
        OskError(Problem(code, "It does not answer", server, None, advice), exit_code=ExitCode.REFUSED)
        for code, server in (
            ("OSK0406", "https://api.example.com:6443"),
            ("OSK0406", tunnel.server),
            ("OSK0405", tunnel.server),
            ("OSK0409", tunnel.server),
        )
    )
    anew = explained(refused, way.tunnels).problems[0]

    assert other is explained(other, way.tunnels)
    assert strange is explained(strange, way.tunnels)
    assert ("OSK0405", f"osk crc kubeconfig --host {_PLACE}") == (anew.code, anew.advice[0].command)
    assert ["OSK1373"] == [each.code for each in explained(own, way.tunnels).problems]
