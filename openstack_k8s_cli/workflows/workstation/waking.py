"""A cloud that slept answers again: its client first, then nova on its hosts."""

from collections.abc import Callable, Iterator, Sequence

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.computes import Computes
from openstack_k8s_cli.workflows.telling import Told

_PAUSE, _PATIENCE = 10.0, 900.0
_REASON = "osk stop"


def control_plane(cluster: Cluster, namespace: str) -> Body | None:
    """Find the control plane; None: none was deployed. Raises ClusterError."""
    found = lookups.listed(cluster, "core.openstack.org", "OpenStackControlPlane", namespace)
    return found[0] if found else None


def servers(cluster: Cluster, clock: Clock, namespace: str, hosts: Sequence[str]) -> str:
    """Say which servers run on hosts; empty: none, or there is no cloud. Raises OskError or ClusterError."""
    computes = Computes(cluster, clock, namespace, hosts, _REASON)
    if not computes.has_cloud:
        return ""
    return "; ".join(f"{host}: {', '.join(names)}" for host, names in computes.running().items())


def answered(cluster: Cluster, clock: Clock, namespace: str, hosts: Sequence[str]) -> Iterator[Told]:
    """Wait until the cloud's client gets an answer and nova is up on the hosts; raises OskError (exit 6)."""
    computes = Computes(cluster, clock, namespace, hosts, _REASON)
    _await(lambda: _silent(computes), clock)
    yield Told(namespace, "the cloud's client is answered", "ok")
    _await(lambda: _down(computes), clock)
    for host in computes.services:
        yield Told(host, "nova is up", "ok")


def _silent(computes: Computes) -> str:
    if not computes.has_cloud:
        return "the cloud's client is not Ready"
    computes.client.tell("token", "issue")
    return ""


def _down(computes: Computes) -> str:
    computes.look()
    down = [host for host, each in computes.services.items() if each["State"] != "up"]
    return f"nova is not up on {', '.join(down)}" if down else ""


def _await(missing: Callable[[], str], clock: Clock) -> None:
    began = clock.monotonic()
    while why := _why(missing):
        if clock.monotonic() - began > _PATIENCE:
            advice = (
                Advice("See what is not Ready", "osk status"),
                Advice("Then run the same command again: it goes on from there"),
            )
            problem = Problem("OSK1353", "The cloud does not come back", None, why, advice)
            raise OskError(problem, exit_code=ExitCode.STALLED)
        clock.sleep(_PAUSE)


def _why(missing: Callable[[], str]) -> str:
    try:
        return missing()
    except OskError as error:
        problem = error.problems[0]
        return problem.detail or problem.summary
    except ClusterError as error:
        if not error.retried:
            raise
        return str(error)
