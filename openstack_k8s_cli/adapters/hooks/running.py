"""The engine's Runner: a private folder for each hook, its environment, and what it left in `OSK_OUTPUTS`."""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import ansible
from openstack_k8s_cli.adapters.hooks import commands, guarding, playbooks
from openstack_k8s_cli.adapters.hooks.ends import Limits
from openstack_k8s_cli.apply.hooks import Call, Ended, Told
from openstack_k8s_cli.model.hooks import Hook
from openstack_k8s_cli.model.numbers import some

OUTPUTS = "OSK_OUTPUTS"
"""The variable with the path of the file that a hook writes its outputs to, as a JSON object."""


class Hooks:
    """Commands and playbooks, with the cluster of the session."""

    def __init__(self, environment: Mapping[str, str], cluster: Mapping[str, str], *, records: Path) -> None:
        self._environment = environment
        self._records = records
        """Where it is noted which hooks run, in case that osk is killed."""
        self._cluster = cluster
        """Variables that point at the cluster and the cloud."""

    def check(self, hooks: Iterable[Hook]) -> None:
        """Refuse playbooks where Ansible is not installed; raises OskError (exit 4)."""
        playbook = next((each.playbook for each in hooks if each.playbook), None)
        if playbook:
            ansible.require(f"The hook's playbook `{playbook}`", playbook)

    def run(self, call: Call, *, told: Callable[[Told], None], stopped: Callable[[], bool]) -> Ended:
        """Run a hook; nothing of it is left on this machine but what it did itself."""
        left = guarding.sweep(self._records)
        if left:
            message = f"{some(left, 'process')} of a run that was killed"
            told(Told("localhost", "end what an earlier hook has left running", "changed", message))
        limits = Limits(time.monotonic() + call.hook.timeout, stopped)
        temporary = tempfile.TemporaryDirectory(prefix="osk-hook-", ignore_cleanup_errors=True)
        with guarding.guarded(self._records) as mark, temporary as name:
            folder = Path(name)
            file = folder / "outputs.json"
            environment = {**self._environment, **self._cluster, **call.env, OUTPUTS: str(file), **mark}
            running = playbooks.run if call.hook.playbook else commands.run
            ended = running(call, folder, environment, limits=limits, told=told)
            return _with_outputs(ended, file)


def _with_outputs(ended: Ended, file: Path) -> Ended:
    """Read the file of outputs over what the hook gave otherwise."""
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        given: Any = json.loads(text) if text.strip() else {}
    except (OSError, ValueError):
        given = None
    if not isinstance(given, dict):
        why = f"left no JSON object in the file that {OUTPUTS} names"
        return Ended(ended.exit_code, ended.output, ended.outputs, ended.late, ended.why or why)
    return Ended(ended.exit_code, ended.output, {**ended.outputs, **given}, ended.late, ended.why)


def pointing(kubeconfig: str | None, context: str | None, **more: str) -> dict[str, str]:
    """Give the variables that tell a hook where the cluster is."""
    chosen = {
        "KUBECONFIG": str(Path(kubeconfig).absolute()) if kubeconfig else "",
        "OSK_CONTEXT": context or "",
        **more,
    }  # a link stays a link
    return {name: value for name, value in chosen.items() if value}
