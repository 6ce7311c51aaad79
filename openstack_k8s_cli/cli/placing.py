"""What of this machine a local run of an operator needs: the checkout, its command, a kubeconfig, an address."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from openstack_k8s_cli.adapters import localruns
from openstack_k8s_cli.adapters.kubernetes import pointing
from openstack_k8s_cli.adapters.tunnels import Tunnels
from openstack_k8s_cli.developing import localruns as local
from openstack_k8s_cli.developing.localruns import Place
from openstack_k8s_cli.developing.ports import Programs
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import lifecycle

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

CRC_HOST = "192.168.127.254"
"""The host, as CRC's machine knows it in its usual network; it leads to the host's loopback."""


def place(folder: Path) -> Place:
    """Look at a checkout; raises OskError where there is none."""
    if not folder.is_dir():
        raise OskError(_nothing("There is no such folder", str(folder)), exit_code=ExitCode.USAGE)
    found = frozenset(each for each in local.FILES if (folder / each).exists())
    return Place(str(folder.absolute()), found)


def main(checkout: Place) -> str:
    """Give the file that a checkout's program begins in; raises OskError where none is known."""
    found = local.main(checkout)
    if not found:
        raise OskError(
            _nothing("The folder has no program that is known", checkout.folder), exit_code=ExitCode.USAGE
        )
    return found


def kubeconfig(session: "Session", work: "Work") -> Mapping[str, Any]:
    """Give a kubeconfig for the session's cluster and no other."""
    scope = session.scope
    if scope.rehearsal:
        return pointing.exactly(str(lifecycle.kubeconfig(scope.rehearsal)), None)
    context = scope.context or work.loaded.values["platform"]["context"]
    return pointing.exactly(scope.kubeconfig, context)


def check_port(programs: Programs, port: int) -> None:
    """Refuse a port that somebody has."""
    if programs.listens(port):
        advice = Advice("End what listens there, or take another one: `--webhook-port PORT`")
        problem = Problem(
            "OSK1419", f"Port {port} for webhooks is taken on this machine", f"port {port}", None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def address(session: "Session", work: "Work", asked: str | None) -> str:
    """Give the address by which the cluster reaches this machine; raises OskError where it cannot be known."""
    if asked:
        return asked
    server = str(kubeconfig(session, work)["clusters"][0]["cluster"]["server"])
    parts = urlsplit(server)
    found = localruns.address_to(parts.hostname or "", parts.port or 443)
    if not ip_address(found).is_loopback or work.connection.overlays:
        return found
    if work.loaded.values["platform"]["provider"] == "crc" and not Tunnels(session.environment).at(server):
        return CRC_HOST
    advice = Advice("Name the address with `--address ADDRESS`, and open the port there")
    problem = Problem(
        "OSK1418", "By which address the cluster reaches this machine is not known", server, None, (advice,)
    )
    raise OskError(problem, exit_code=ExitCode.USAGE)


def shown(host: str, port: int) -> str:
    """Write an address with its port."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _nothing(summary: str, subject: str) -> Problem:
    advice = (
        Advice("Name an operator's checkout, with cmd/main.go", "osk dev run nova ../nova-operator"),
        Advice("Or say what is to be run there", "osk dev run nova DIR -- COMMAND"),
    )
    return Problem("OSK1414", summary, subject, None, advice)
