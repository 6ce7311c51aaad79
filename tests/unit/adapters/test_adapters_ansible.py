"""Ansible and commands on this machine, for real: how they end, and what they leave behind."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import ansible
from openstack_k8s_cli.adapters.ansible import Play, Played
from openstack_k8s_cli.adapters.hooks import commands
from openstack_k8s_cli.adapters.hooks.ends import Limits
from openstack_k8s_cli.apply.hooks import Call
from openstack_k8s_cli.model.hooks import Hook

INVENTORY = f"localhost ansible_connection=local ansible_python_interpreter={sys.executable}\n"


def play(folder: Path, task: str, heard: list[Mapping[str, Any]], **variables: str) -> Played:
    """Run one task here, with a secret in the environment, in the locale of a machine that nobody set up."""
    playbook, inventory, private = folder / "play.yaml", folder / "hosts", folder / "private"
    playbook.write_text(f"- hosts: all\n  gather_facts: false\n  tasks:\n  - {task}\n", encoding="utf-8")
    inventory.write_text(INVENTORY, encoding="utf-8")
    private.mkdir(mode=0o700)
    environment = {**os.environ, "TOKEN": "from-the-environment", "LC_ALL": "C"}
    return ansible.play(Play(playbook, inventory, private, environment, variables), hear=heard.append)


def test_ansible_that_was_killed_did_not_succeed(tmp_path: Path) -> None:
    """A playbook that SIGKILL ends, as the kernel does when memory is short, has failed."""
    played = play(tmp_path, "debug: {msg: \"{{ lookup('pipe', 'kill -KILL 0') }}\"}", [])

    assert played.exit_code != 0


def test_the_environment_is_in_no_file(tmp_path: Path) -> None:
    """Secrets of the environment reach the tasks and no file; variables are in one that only its owner reads."""
    look = "grep -rl from-the-environment {{ here }}; stat -c %a {{ here }}/ansible/vars.json; echo $TOKEN"
    heard: list[Mapping[str, Any]] = []
    played = play(tmp_path, f'shell: "{look}"', heard, here=str(tmp_path / "private"))
    said = [each["event_data"]["res"]["stdout"] for each in heard if each["event"] == "runner_on_ok"]

    assert (played.exit_code, said) == (0, ["600\nfrom-the-environment"])


def test_nothing_of_a_late_command_lives_on(tmp_path: Path) -> None:
    """When a command's time is over its children end too, also one that ignores SIGTERM and outlives its parent."""
    mark = tmp_path / "alive"
    script = f"(trap '' TERM; while :; do touch {mark}; sleep 0.05; done) & sleep 97"
    call = Call(Hook("late", command=("sh", "-c", script)), ("sh", "-c", script))

    ended = commands.run(
        call,
        tmp_path,
        {**os.environ},
        limits=Limits(time.monotonic() + 0.5, lambda: False),
        told=lambda _: None,
    )
    mark.unlink(missing_ok=True)
    time.sleep(0.3)

    assert (ended.late, mark.exists()) == (True, False)
