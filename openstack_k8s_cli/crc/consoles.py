"""Where the cluster's console is, and who may log in there."""

import json
from collections.abc import Mapping
from contextlib import suppress

from openstack_k8s_cli.crc import answers
from openstack_k8s_cli.crc.facts import program
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem


def read(host: Host, *, credentials: bool) -> Mapping[str, str]:
    """Ask crc; raises OskError (exit 4) where no cluster is there."""
    ran = host.run([program(host) or "crc", "console", "-o", "json"], timeout=60)
    done = answers.outcome(ran)
    told: Mapping[str, object] = {}
    if done.success:
        with suppress(ValueError):
            told = json.loads(ran.stdout).get("clusterConfig") or {}
    if "only supported for" in done.error:
        advice = Advice("Use the API: its access is in the kubeconfig", "osk crc kubeconfig")
        problem = Problem("OSK1460", "MicroShift has no console", None, done.error, (advice,))
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    if not told:
        advice = Advice("Start it", "osk crc start")
        problem = Problem(
            "OSK1250", "There is no cluster of CRC that runs on this host", None, done.error, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    admin = told.get("adminCredentials")
    own = admin if credentials and isinstance(admin, dict) else {}
    pairs = {
        "console": told.get("webConsoleUrl"),
        "api": told.get("url"),
        "user": own.get("username"),
        "password": own.get("password"),
    }
    return {name: str(value) for name, value in pairs.items() if value}
