"""What the look at a hypervisor tells, by its script and the recorded virsh alone."""

import subprocess
from pathlib import Path

import pytest

import openstack_k8s_cli
from openstack_k8s_cli.dataplane.labs import looks
from tests.ssh.hypervisors import Hypervisor

PROBE = Path(openstack_k8s_cli.__file__).parent / "dataplane/playbooks/hypervisor.sh"
_CARD = "<interface type='network'><source network='net-iso'/></interface>"


@pytest.mark.parametrize("state", ["running", "shut off"])
def test_a_card_holds_a_network_whether_or_not_its_machine_runs(tmp_path: Path, state: str) -> None:
    """Without its network a machine that is off does not start."""
    (tmp_path / "bin").mkdir()
    hypervisor = Hypervisor(tmp_path)
    crc = hypervisor.state / "domains/crc"
    crc.mkdir()
    (crc / "xml").write_text(f"<domain><name>crc</name><devices>{_CARD}</devices></domain>")
    (crc / "state").write_text(state)

    done = subprocess.run(
        ["/bin/sh", PROBE, "uri=qemu:///system", "networks=yes"],
        env={"PATH": f"{hypervisor.programs}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert looks.read(done.stdout).attached == {"net-iso": ("crc",)}
