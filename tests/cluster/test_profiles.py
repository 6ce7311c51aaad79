"""Traits over a base, from a bare cluster to Ready and back, on a real API server."""

import json
from pathlib import Path

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import combinations
from tests.cluster.commands import at_home
from tests.cluster.rehearsing import Rehearsed, rehearse
from tests.cluster.staging import Stage

FSID = "1f3b5a2c-6d7e-4f80-9a1b-2c3d4e5f6071"
HCI = """\
storage: {ceph: {fsid: "${hooks.ceph.outputs.fsid}"}}
secrets:
  ceph-conf-files:
    ceph.conf: "${hooks.ceph.outputs.conf}"
    ceph.client.openstack.keyring: "${hooks.ceph.outputs.keyring}"
controlplane:
  services:
    cinder: {backends: {ceph: {kind: ceph}}}
    glance: {backends: {ceph: {kind: ceph}}}
hooks:
  ceph:
    after: dataplane/hci/pre-ceph
    before: dataplane/hci/post-ceph
    command: [sh, ceph.sh]
    files: [ceph.sh]
    outputs: {fsid: str, conf: secret, keyring: secret}
    provides: [storage.ceph, controlplane.services.cinder.backends, controlplane.services.glance.backends]
"""
PLANE = ObjectId(
    "core.openstack.org", "OpenStackControlPlane", "openstack", "openstack-galera-network-isolation"
)


def make_ceph(home: Path) -> None:
    """Write what stands in for the making of Ceph on the hosts."""
    given = {"fsid": FSID, "conf": "[global]", "keyring": "[client.openstack]"}
    (home / "ceph.sh").write_text(f"echo '{json.dumps(given)}' > \"$OSK_OUTPUTS\"\n")


def ready_and_gone(done: Rehearsed) -> None:
    """Require that every step ended well, both ways."""
    assert (done.up.code, done.up.problems) == (ExitCode.DONE, [])
    assert (done.down.code, done.down.problems) == (ExitCode.DONE, [])
    assert done.left == []


def test_bgp(stage: Stage, tmp_path: Path) -> None:
    """Peers, speakers and a BGPConfiguration come up with everything else, and go again."""
    osk = at_home(tmp_path, stage.places.state)

    done = rehearse(stage, osk, combinations.text("lab", "crc", "bgp"))

    ready_and_gone(done)
    assert {"networks/bgp/extras", "controlplane/pod-routes/configuration"} <= done.ready


def test_hci(stage: Stage, tmp_path: Path) -> None:
    """Two passes round a hook that makes a stand-in for Ceph, whose outputs reach the control plane."""
    osk = at_home(tmp_path, stage.places.state)
    make_ceph(osk.home)

    done = rehearse(stage, osk, combinations.text("lab", "crc", "hci") + HCI, look=[PLANE])

    ready_and_gone(done)
    order = [each["step"] for each in done.up.of("StepFinished")]
    passes = [
        "controlplane/control-plane/services",
        "dataplane/passes[pre-ceph]/deploy",
        "dataplane/hooks/ceph",
        "controlplane/control-plane/services-after-ceph",
        "dataplane/passes[post-ceph]/deploy",
    ]
    assert passes == [each for each in order if each in passes]
    volumes = done.seen[PLANE]["spec"]["cinder"]["template"]["cinderVolumes"]["ceph"]
    assert f"rbd_secret_uuid={FSID}" in volumes["customServiceConfig"]
