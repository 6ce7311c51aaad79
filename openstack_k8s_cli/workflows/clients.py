"""The OpenStack client in its pod, asked for JSON."""

import json
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import clouds

_VERSION = ("--os-compute-api-version", "2.53")
"""Of nova's API: with less, ids of services are those of a cell only, and servers with disks of their own are not moved live."""
_LONGEST = 1500
"""Characters of what the client says that are shown."""


class Client:
    """A cloud's client."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace

    def ask(self, *words: str) -> Any:
        """Run a command and read its answer; raises OskError."""
        text = self.tell(*words, "-f", "json")
        try:
            return json.loads(text)
        except ValueError as error:
            raise _failed(words, f"The answer is no JSON: {text[:_LONGEST]}") from error

    def tell(self, *words: str) -> str:
        """Run a command and give what it prints; raises OskError."""
        ran = clouds.openstack(self._cluster, self._namespace, (*_VERSION, *words))
        if ran.exit_code:
            raise _failed(words, (ran.stderr.strip() or ran.stdout.strip())[-_LONGEST:])
        return ran.stdout


def _failed(words: tuple[str, ...], said: str) -> OskError:
    command = " ".join(["openstack", *words])
    advice = Advice(
        "Mend what it says, then run the same command again; this asks it once more", f"osk {command}"
    )
    problem = Problem("OSK0422", f"The cloud's client failed: `{command}`", command, said or None, (advice,))
    return OskError(problem, exit_code=ExitCode.FAILED)
