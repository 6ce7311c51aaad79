"""HCI in small: hosts need a control plane, carry Ceph, and what Ceph gives reaches that control plane."""

import base64
from pathlib import Path

from openstack_k8s_cli.model.events import Change, ObjectChanged, RunFinished, StepStarted
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from tests.unit.workflows.hooked import SPARE, Hooked

PLANE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: plane, namespace: openstack}
data:
  replicas: "{{ controlplane.replicas }}"
{% if controlplane.nodeSelector %}
  ceph: "{{ controlplane.nodeSelector.fsid }}"
{% endif %}
"""
KEYS = """\
apiVersion: v1
kind: Secret
metadata: {name: ceph, namespace: openstack}
stringData: {keyring: "{{ hooks.ceph.outputs.keyring }}"}
"""
PASS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ item }}", namespace: openstack}
"""
CATALOGUE = {
    **SPARE,
    "controlplane/keys/component.yaml": "summary: k\nwhen: controlplane.nodeSelector\nsteps: [{name: keys, manifests: [keys.yaml.j2]}]\n",
    "controlplane/keys/keys.yaml.j2": KEYS,
    "controlplane/plane/component.yaml": "summary: c\nafter: [keys]\nsteps: [{name: services, manifests: [plane.yaml.j2]}]\n",
    "controlplane/plane/plane.yaml.j2": PLANE,
    "dataplane/hci/component.yaml": "summary: d\nfor_each: \"['pre', 'post']\"\nin_turn: true\nafter: [plane]\nsteps: [{name: run, manifests: [pass.yaml.j2]}]\n",
    "dataplane/hci/pass.yaml.j2": PASS,
}
HOOKS = (
    "{ceph: {after: 'hci[pre]', before: 'hci[post]', command: [sh, ceph.sh], files: [ceph.sh],"
    " outputs: {fsid: str, keyring: secret}, provides: [controlplane.nodeSelector]}}"
    "\ncontrolplane: {nodeSelector: {fsid: '${hooks.ceph.outputs.fsid}'}}"
)
SCRIPT = 'echo \'{"fsid": "4b5c", "keyring": "AQDkey=="}\' > "$OSK_OUTPUTS"\n'
FIRST, SECOND = "controlplane/plane/services", "controlplane/plane/services-after-ceph"
PLANE_ID = ObjectId("", "ConfigMap", "openstack", "plane")


def test_two_passes_round_a_hook_that_makes_ceph(tmp_path: Path) -> None:
    """The control plane comes up without Ceph, hosts and Ceph follow, then Secret and control plane with it, then the other pass."""
    over = Hooked(tmp_path, HOOKS, {"ceph.sh": SCRIPT}, CATALOGUE)

    events = over.deploy()

    started = [each.step for each in events if isinstance(each, StepStarted)]
    written = [
        (each.step, each.change)
        for each in events
        if isinstance(each, ObjectChanged) and each.object == PLANE_ID
    ]
    assert isinstance(events[-1], RunFinished)
    assert ExitCode.DONE == events[-1].exit_code, events[-1].problems
    assert [
        "operators/place/space",
        FIRST,
        "dataplane/hci[pre]/run",
        "dataplane/hooks/ceph",
        "controlplane/keys/keys",
        SECOND,
        "dataplane/hci[post]/run",
    ] == started
    assert [(FIRST, Change.CREATED), (SECOND, Change.CONFIGURED)] == written
    assert {"replicas": "1", "ceph": "4b5c"} == (over.cluster.peek(PLANE_ID) or {})["data"]
    keys = (over.cluster.peek(ObjectId("", "Secret", "openstack", "ceph")) or {})["data"]
    assert "AQDkey==" == base64.b64decode(keys["keyring"]).decode()


def test_a_second_deployment_takes_nothing_away(tmp_path: Path) -> None:
    """Once Ceph is there, the first pass has it too: the control plane is never without what it has."""
    over = Hooked(tmp_path, HOOKS, {"ceph.sh": SCRIPT}, CATALOGUE)
    over.deploy()

    rows = {row.change for row in over.rows()}
    again = over.deploy()

    assert {Change.UNCHANGED} == rows
    assert {Change.UNCHANGED} == {each.change for each in again if isinstance(each, ObjectChanged)}


def test_other_outputs_reach_the_control_plane(tmp_path: Path) -> None:
    """A hook that runs again and gives something else changes what uses it, after it."""
    over = Hooked(tmp_path, HOOKS, {"ceph.sh": SCRIPT}, CATALOGUE)
    over.deploy()
    over.texts = {"ceph.sh": SCRIPT.replace("4b5c", "9999")}

    events = over.deploy()

    changed = [
        each.step for each in events if isinstance(each, ObjectChanged) and each.change is Change.CONFIGURED
    ]
    assert ["dataplane/hooks/ceph", SECOND] == changed
    assert {"replicas": "1", "ceph": "9999"} == (over.cluster.peek(PLANE_ID) or {})["data"]
