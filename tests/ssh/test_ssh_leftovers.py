"""Hosts that are made while others are, and what earlier runs and profiles left: on a hypervisor over SSH, as in test_ssh_making.

virsh and what else is there are recorded (tests.ssh.hypervisors).
"""

import fcntl
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.cli import making
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.profile import loading
from tests.fakes.cloud import FakeCloud
from tests.fakes.cluster import FakeCluster
from tests.ssh.labs import Lab
from tests.unit.workflows import fleets


def test_machines_that_the_profile_has_none_of_any_more(lab: Lab) -> None:
    """They are listed as left over, and go."""
    lab.said("create")
    lab.change("count: 2", "count: 0")
    listed = json.loads(lab.run("list", "-o", "json").stdout)
    lab.said("delete", "--yes")

    assert ["leftover", "leftover"] == [each["machine"] for each in listed]
    assert {} == lab.hypervisor.domains


def test_a_deletion_killed_before_the_cloud_forgot(lab: Lab) -> None:
    """Neither profile nor hypervisor have the machine; the same command goes on with what the cloud knows of it."""
    cloud = FakeCloud(["edpm-compute-0", "edpm-compute-9"])
    world = fleets.world()
    assert isinstance(world.cluster, FakeCluster)
    cloud.over(world.cluster)
    loaded = loading.load(str(lab.profile), reader=ProfileFiles())
    session: Any = SimpleNamespace(
        environment={**os.environ, **lab.environment},
        command="osk hosts delete",
        line=(),
        work=SimpleNamespace(loaded=loaded, world=world),
    )
    events = list(making.delete(session, ["edpm-compute-9"], migrate=False, force=False, yes=True))

    assert {f"{kind}-edpm-compute-9" for kind in ("service", "agent", "chassis")} == cloud.gone
    assert [ExitCode.DONE] == [each.exit_code for each in events if isinstance(each, RunFinished)]


def test_one_upload_at_a_time(lab: Lab) -> None:
    """As long as another profile's run has the pool, this one waits, and takes nothing for the rest of an interrupted one."""
    pool = f"osk-{os.getpid()}"
    lab.change("    options:", f"    pool: {{name: {pool}}}\n    options:")
    lock = Path(f"/tmp/osk-pool-{pool}.lock")  # noqa: S108  # where the playbook has it
    lock.touch()
    try:
        with lock.open() as held, ThreadPoolExecutor(1) as threads:
            fcntl.flock(held, fcntl.LOCK_EX)
            made = threads.submit(lab.run, "create")
            while not made.done() and not waited_for(lock):
                time.sleep(0.05)
            between = [each for each in lab.hypervisor.changes if each.startswith("vol-")]
            fcntl.flock(held, fcntl.LOCK_UN)
    finally:
        lock.unlink()

    assert ([], ExitCode.DONE) == (between, made.result().exit_code)
    assert 2 == len(lab.hypervisor.domains)


def waited_for(lock: Path) -> bool:
    """Tell whether a process waits for a lock."""
    number = f":{lock.stat().st_ino} "
    return any("->" in line and number in line for line in Path("/proc/locks").read_text().splitlines())
