"""Machines are stopped, copied, put back and started by real Ansible over SSH, with virsh recorded (tests/ssh/hypervisors.py)."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.loading import load
from openstack_k8s_cli.workflows.dataplane.copying import Copying
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.dataplane.powering import Power
from tests.ssh.labs import Lab

_VOLUMES = {"edpm-compute-0": ("edpm-compute-0.qcow2", "edpm-compute-0-1.qcow2")}
_COPY = "edpm-compute-0.qcow2.osk-one"


def test_stopped_copied_put_back_and_started(lab: Lab) -> None:
    """A copy is of machines that are off only; one that is there already is made anew, and a disk that is gone comes back."""
    lab.change("count: 2", "count: 1")
    lab.said("create")
    work = Making.of(Hosts({}), load(str(lab.profile), reader=ProfileFiles()).values)
    power, copying = Power(work, work.look()), Copying(work, "one")

    with pytest.raises(OskError) as running:
        list(copying.take(_VOLUMES))
    stopped = list(power.stop(power.running(), force=False))
    lacking = copying.lacking(_VOLUMES)
    for _ in range(2):
        list(copying.take(_VOLUMES))
    kept = lab.hypervisor.volumes[_COPY]
    (lab.hypervisor.state / "pools/osk/volumes" / "edpm-compute-0.qcow2").unlink()
    list(copying.put_back(_VOLUMES))
    list(copying.delete(_VOLUMES))
    resting = Power(work, work.look()).resting()

    assert "the machine runs" in (running.value.problems[0].detail or "")
    assert [("edpm-compute-0", "Shut the machine down")] == [(each.host, each.task) for each in stopped]
    assert (0, kept) == (lacking, lab.hypervisor.volumes["edpm-compute-0.qcow2"])
    assert (["edpm-compute-0"], False) == ([each.name for each in resting], _COPY in lab.hypervisor.volumes)
