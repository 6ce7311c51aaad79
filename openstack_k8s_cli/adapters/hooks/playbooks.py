"""A hook's playbook, run by ansible-runner; its tasks are told one by one."""

from collections.abc import Callable, Mapping
from pathlib import Path

from openstack_k8s_cli.adapters import ansible
from openstack_k8s_cli.adapters.ansible import Play
from openstack_k8s_cli.adapters.hooks.ends import Limits
from openstack_k8s_cli.apply.hooks import Call, Ended, Told
from openstack_k8s_cli.dataplane.hearing import Tasks

_LOCAL = "localhost ansible_connection=local ansible_python_interpreter={{ansible_playbook_python}}\n"


def run(
    call: Call, folder: Path, environment: Mapping[str, str], *, limits: Limits, told: Callable[[Told], None]
) -> Ended:
    """Run it to its end; `set_stats` gives outputs, as the file that OSK_OUTPUTS names does."""
    tasks = Tasks(told)
    played = ansible.play(
        Play(
            playbook=Path(call.hook.playbook).absolute(),
            inventory=_inventory(call.hook.inventory, folder),
            folder=folder,
            environment=environment,
            vars=call.vars,
        ),
        hear=tasks.hear,
        over=limits.over,
    )
    said = "\n".join(tasks.failures) or played.last
    return Ended(played.exit_code, said, tasks.outputs, late=played.canceled and limits.late)


def _inventory(written: str, folder: Path) -> Path:
    """Give an inventory: the hook's own, one of the hosts it names, or this machine."""
    if written and "," not in written:
        return Path(written).absolute()
    file = folder / "inventory"
    hosts = [host.strip() for host in written.split(",") if host.strip()]
    file.write_text("".join(f"{host}\n" for host in hosts) or _LOCAL, encoding="utf-8")
    return file
