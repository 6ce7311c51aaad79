"""What `--host` leads to, and what `osk crc tunnel` does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters.remotehost import RemoteHost
from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.adapters.tunnels import Tunnel, Tunnels
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.labs import at, reached
from openstack_k8s_cli.cli.ways import Through
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


def workstations(session: "Session", host: str | None) -> Workstations:
    """Give the host that is named, or this machine."""
    reach = _reach(session, host)
    if reach is None:
        return Workstations(session)
    there = RemoteHost(reach, session.environment)
    return Workstations(session, there, way=Through(there, reach, session.environment, session.tell))


def has_crc(session: "Session", values: Mapping[str, Any]) -> bool:
    """Tell whether the cluster is a CRC; one that the command line names is taken as it is."""
    scope = session.scope
    elsewhere = scope.rehearsal or scope.kubeconfig or scope.context
    return bool(values["platform"]["provider"] == "crc" and not elsewhere)


def must_be_crc(session: "Session", values: Mapping[str, Any]) -> None:
    """Refuse a machine for a CRC that is none; raises OskError (exit 2)."""
    if has_crc(session, values):
        return
    advice = (
        Advice("Leave out --host, and --kubeconfig, --context and --rehearsal where CRC is meant"),
        Advice("Or name a profile whose `platform.provider` is crc"),
    )
    summary = "--host says where CRC is, and the cluster that is meant is none"
    raise OskError(Problem("OSK1377", summary, "--host", None, advice), exit_code=ExitCode.USAGE)


def refuse_apart(station: Workstations, address: str | None) -> None:
    """Refuse hosts on a machine with CRC on another one, whose networks they would not be in; raises OskError (exit 2)."""
    way = station.way
    if not isinstance(way, Through) or way.reach.address == address:
        return
    named = {"address": way.reach.address, "user": way.reach.user, "port": way.reach.port}
    command = " && ".join(
        f"osk profile set dataplane.hypervisor.{key} {value}" for key, value in named.items() if value
    )
    summary = f"The hosts of the profile are on {address or 'this machine'}, and CRC is to be on {way.place}"
    advice = [Advice("Have them there, too; every command then finds them", command, "docs/crc.md")]
    if address:
        advice.append(Advice(f"Or name that machine as the profile does: --host {address}"))
    problem = Problem("OSK1378", summary, "dataplane.hypervisor.address", None, tuple(advice))
    raise OskError(problem, exit_code=ExitCode.USAGE)


def _reach(session: "Session", host: str | None) -> Reach | None:
    """Read `--host`; as for `osk host` key and options are those of the profile's hypervisor. None: this machine."""
    if not host or reached(host)["address"] is None:
        return None
    return Reach.of(at(session.work.loaded.values["dataplane"]["hypervisor"], host))


def open_(session: "Session", host: str | None, *, detach: bool) -> None:
    """Open the tunnel, and unless it is let be hold it until somebody closes it."""
    place = host or _only(Tunnels(session.environment).known()).place
    station = workstations(session, place)
    way, there = station.way, station.host
    if not isinstance(way, Through) or not isinstance(there, RemoteHost):
        advice = Advice("Name another machine, or leave the tunnel out", "osk crc kubeconfig")
        problem = Problem("OSK1375", "The cluster of this machine needs no tunnel", "--host", None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)
    access = station.must_be_there()
    tunnel = way.tunnel(station.context, access)
    if merged := way.merge(station.context):
        session.tell(merged)
    is_open = way.tunnels.is_open(tunnel)
    if detach and not is_open:
        way.tunnels.open(tunnel, there.reach)
    if detach or is_open:
        _told(session, tunnel, state="open")
        return
    there.close()
    way.tunnels.hold(tunnel, there.reach, lambda: _told(session, tunnel, state="open"))
    session.tell(f"tunnel to {tunnel.place} closed")


def status(session: "Session", host: str | None) -> ExitCode:
    """Tell the tunnels there are; exit 3 where one is closed."""
    tunnels = Tunnels(session.environment)
    found = [_row(each, is_open=tunnels.is_open(each)) for each in _chosen(session, tunnels, host)]
    session.answer(found, lambda: _table(found) if found else "there is no tunnel")
    return ExitCode.DONE if all(each["state"] == "open" for each in found) else ExitCode.DIFFERENCES


def stop(session: "Session", host: str | None) -> None:
    """Close tunnels; their ports and contexts stay."""
    tunnels = Tunnels(session.environment)
    closed = [each for each in _chosen(session, tunnels, host) if tunnels.close(each)]
    found = [_row(each, is_open=False) for each in closed]
    told = [f"tunnel to {each.place} closed" for each in closed] or ["nothing to close"]
    session.answer(found, lambda: "\n".join(told))


def _chosen(session: "Session", tunnels: Tunnels, host: str | None) -> tuple[Tunnel, ...]:
    reach = _reach(session, host)
    return tuple(each for each in tunnels.known() if reach is None or reach.place == each.place)


def _only(known: tuple[Tunnel, ...]) -> Tunnel:
    if len(known) == 1:
        return known[0]
    what = "There is no tunnel yet" if not known else "There are several tunnels"
    commands = [f"osk crc tunnel --host {each.place}" for each in known] or [
        "osk crc tunnel --host me@lab.example.com"
    ]
    advice = tuple(Advice("Name the machine", each) for each in commands)
    raise OskError(Problem("OSK1375", what, "--host", None, advice), exit_code=ExitCode.USAGE)


def _row(tunnel: Tunnel, *, is_open: bool) -> dict[str, Any]:
    return {
        "host": tunnel.place,
        "state": "open" if is_open else "closed",
        "context": tunnel.context,
        "api": tunnel.server,
        "ports": dict(tunnel.ports),
    }


def _table(found: list[dict[str, Any]]) -> str:
    rows = [
        (
            each["host"],
            each["state"],
            each["context"],
            each["api"],
            ", ".join(f"{name} {port}" for name, port in each["ports"].items()),
        )
        for each in found
    ]
    return printing.table(rows, heads=("HOST", "STATE", "CONTEXT", "API", "PORTS"))


def _told(session: "Session", tunnel: Tunnel, *, state: str) -> None:
    row = _row(tunnel, is_open=state == "open")
    session.answer(row, lambda: f"tunnel to {tunnel.place} {state}\n" + _table([row]))
