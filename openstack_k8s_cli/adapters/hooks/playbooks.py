"""A hook's playbook, run by ansible-runner; its tasks are told one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import ansible
from openstack_k8s_cli.adapters.ansible import Play
from openstack_k8s_cli.adapters.hooks.ends import Limits
from openstack_k8s_cli.apply.hooks import Call, Ended, Told

_OUTCOMES = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
_LOCAL = "localhost ansible_connection=local ansible_python_interpreter={{ansible_playbook_python}}\n"


@dataclass(slots=True)
class _Listening:
    """What the playbook's events come to."""

    told: Callable[[Told], None]
    failures: list[str] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take one event in."""
        data = event.get("event_data") or {}
        outcome = _OUTCOMES.get(str(event.get("event")))
        if event.get("event") == "playbook_on_stats":
            self.outputs.update(data.get("artifact_data") or {})
        elif outcome is not None:
            self._task(data, outcome)

    def _task(self, data: Mapping[str, Any], outcome: str) -> None:
        res = data.get("res") or {}
        host, task = str(data.get("host") or "localhost"), str(data.get("task") or "task")
        message = ""
        if outcome in {"failed", "unreachable"}:
            said = (str(res.get(key) or "").strip() for key in ("msg", "stderr", "stdout"))
            message = "\n".join(dict.fromkeys(each for each in said if each))
            if not data.get("ignore_errors"):
                self.failures.append(f"{host}: {task}: {message}")
        elif res.get("changed"):
            outcome = "changed"
        self.told(Told(host, task, outcome, message))


def run(
    call: Call, folder: Path, environment: Mapping[str, str], *, limits: Limits, told: Callable[[Told], None]
) -> Ended:
    """Run it to its end; `set_stats` gives outputs, as the file that OSK_OUTPUTS names does."""
    listening = _Listening(told)
    played = ansible.play(
        Play(
            playbook=Path(call.hook.playbook).absolute(),
            inventory=_inventory(call.hook.inventory, folder),
            folder=folder,
            environment=environment,
            vars=call.vars,
        ),
        hear=listening.hear,
        over=limits.over,
    )
    said = "\n".join(listening.failures) or played.last
    return Ended(played.exit_code, said, listening.outputs, late=played.canceled and limits.late)


def _inventory(written: str, folder: Path) -> Path:
    """Give an inventory: the hook's own, one of the hosts it names, or this machine."""
    if written and "," not in written:
        return Path(written).absolute()
    file = folder / "inventory"
    hosts = [host.strip() for host in written.split(",") if host.strip()]
    file.write_text("".join(f"{host}\n" for host in hosts) or _LOCAL, encoding="utf-8")
    return file
