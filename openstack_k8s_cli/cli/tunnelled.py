"""A cluster that does not answer, and the tunnel that leads to it."""

from dataclasses import replace

from openstack_k8s_cli.adapters.tunnels import Tunnels
from openstack_k8s_cli.model.problems import Advice, OskError, Problem

_SILENT, _REFUSED = "OSK0406", "OSK0405"


def explained(error: OskError, tunnels: Tunnels) -> OskError:
    """Say of an API that does not answer what is so about the tunnel to it, and of one that refuses where access is from."""
    problem = error.problems[0]
    tunnel = tunnels.at(problem.subject or "")
    if tunnel is None:
        return error
    if problem.code == _REFUSED:
        anew = Advice("Take the access that CRC has now", f"osk crc kubeconfig --host {tunnel.place}")
        return OskError(replace(problem, advice=(anew,)), exit_code=error.exit_code)
    if problem.code != _SILENT:
        return error
    start = Advice("Start the cluster", f"osk crc start --host {tunnel.place}")
    if tunnels.is_open(tunnel):
        summary, detail = f"{problem.summary}, though the tunnel is open", problem.detail
        found = Problem(problem.code, summary, problem.subject, detail, (start,))
    else:
        advice = (Advice("Open it", f"osk crc tunnel --host {tunnel.place} --detach"), start)
        what = f"The tunnel to the cluster of {tunnel.place} is closed"
        found = Problem("OSK1373", what, problem.subject, problem.detail, advice)
    return OskError(found, exit_code=error.exit_code)
