"""The control plane and the data plane of the built-in catalogue."""

import re

import pytest

from openstack_k8s_cli.model.secrets import Generated, Given
from openstack_k8s_cli.model.steps import Fate, Policy
from tests.unit.refusals import refused
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.variants import ALL_ON, RELEASES, bodies


def test_passwords_are_generated_unless_given() -> None:
    """The profile's value wins; everything else is made when it is missing, and kept with the databases."""
    rendered = manifests(steps("crc", overlay="secrets: {osp-secret: {AdminPassword: {env: ADMIN}}}"))
    secret = rendered["Secret openstack/osp-secret"]
    sources = {key.name: key.source for key in secret.secret_keys}

    assert sources["AdminPassword"] == Given("secrets.osp-secret.AdminPassword")
    assert sources["DbRootPassword"] == Generated("password(32)")
    assert sources["BarbicanSimpleCryptoKEK"] == Generated("fernet")
    assert (secret.policy, secret.on_teardown) == (Policy.ENSURE, Fate.IDENTITY)


def test_key_pairs_fit_each_other() -> None:
    """Both halves of a pair are of one kind, and Ansible's public key is let in."""
    rendered = manifests(steps())
    ansible = rendered["Secret openstack/dataplane-ansible-ssh-private-key-secret"]
    migration = rendered["Secret openstack/nova-migration-ssh-key"]

    assert {key.name: key.source for key in ansible.secret_keys} == {
        "ssh-privatekey": Generated("rsa-4096.private"),
        "ssh-publickey": Generated("rsa-4096.public"),
        "authorized_keys": Generated("rsa-4096.public"),
    }
    assert {key.source for key in migration.secret_keys} == {
        Generated("ecdsa-p521.private"),
        Generated("ecdsa-p521.public"),
    }
    assert migration.body["type"] == "kubernetes.io/ssh-auth"


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_decides_on_fields(release: str) -> None:
    """Fields that a release lacks are not rendered, in any of its services."""
    [control_plane] = bodies(
        steps("crc", f"release={release}", overlay=ALL_ON), "OpenStackControlPlane"
    ).values()
    newer = release == "main"

    assert ("notificationsBus" in str(control_plane)) is newer
    assert ("messagingBus" in str(control_plane)) is newer
    assert ("cellMessageBusInstance" in str(control_plane)) is not newer
    assert ("cloudkitty" in str(control_plane)) is newer


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("platform: {flavour: kubernetes}", "is installed by OLM"),
        (
            "release: 18.0-fr2\ncontrolplane: {services: {watcher: {enabled: true}}}",
            "this release has no Watcher",
        ),
        (
            "release: 18.0-fr2\ncontrolplane: {services: {cinder: {backups: {a: {config: x}, b: {config: y}}}}}",
            "one backup service",
        ),
    ],
)
def test_what_cannot_be_is_refused(overlay: str, words: str) -> None:
    """A setting that would have no effect is an error instead."""
    problems = refused(lambda: steps("crc", overlay=overlay))

    assert all(words in problem.summary for problem in problems)


def test_services_can_be_anything() -> None:
    """`spec` reaches every field of a service, the whole control plane comes last."""
    overlay = """
controlplane:
  services:
    cinder: {spec: {template: {cinderBackup: null, cinderVolumes: {volume1: {replicas: 2}}}}}
    barbican: {enabled: false}
  spec: {nodeSelector: {a: b}, cinder: {template: {cinderVolumes: {volume1: {replicas: 3}}}}}
"""
    [control_plane] = bodies(steps("crc", overlay=overlay), "OpenStackControlPlane").values()
    cinder = control_plane["spec"]["cinder"]["template"]

    assert "cinderBackup" not in cinder
    assert cinder["cinderVolumes"]["volume1"]["replicas"] == 3
    assert control_plane["spec"]["nodeSelector"] == {"a": "b"}
    assert control_plane["spec"]["barbican"]["enabled"] is False


def test_three_of_everything() -> None:
    """The trait ha scales what scales."""
    [control_plane] = bodies(steps("crc", "controlplane.replicas=3"), "OpenStackControlPlane").values()
    spec = control_plane["spec"]

    assert spec["keystone"]["template"]["replicas"] == 3
    assert spec["ovn"]["template"]["ovnNorthd"]["replicas"] == 3
    assert spec["rabbitmq"]["templates"]["rabbitmq-cell1"]["replicas"] == 3
    assert spec["swift"]["template"]["swiftRing"]["ringReplicas"] == 3
    assert spec["nova"]["template"]["schedulerServiceTemplate"]["replicas"] == 3


def test_a_deployment_is_named_by_its_content() -> None:
    """Without `exact` a change of the hosts is another deployment, the same hosts are the same one."""
    names = [
        next(
            iter(
                bodies(
                    steps("crc", "dataplane.deployment.exact=false", *sets), "OpenStackDataPlaneDeployment"
                )
            )
        )
        for sets in ((), (), ("dataplane.nodesets.compute.count=2",))
    ]

    assert names[0] == names[1] != names[2]
    assert re.fullmatch(r"edpm-deployment-[0-9a-f]{8}", names[0])


def test_hosts_are_discovered_by_nova() -> None:
    """A step in the conductor's pod follows the deployment; without compute hosts there is none."""
    only = "dataplane: {nodesets: {compute: {role: networker}}}"
    found = {step.id: step for step in steps()}["dataplane/deployment/discover-hosts"]

    assert found.after == {"dataplane/deployment/deploy"}
    assert found.exec is not None
    assert found.exec.command[:3] == ("nova-manage", "cell_v2", "discover_hosts")
    assert not [step.id for step in steps("crc", overlay=only) if step.exec]


def test_hosts_have_settings_of_their_own() -> None:
    """A node set's variables go over all hosts' ones, a host's name, address and variables over its rules."""
    overlay = """
dataplane:
  vars: {everywhere: 1, edpm_x: 1}
  nodesets:
    compute:
      count: 2
      vars: {edpm_x: 2, timesync_ntp_servers: [{hostname: mine}]}
      nodes: {edpm-compute-1: {hostName: other, address: .77, vars: {y: z}}}
"""
    [node_set] = bodies(steps("crc", overlay=overlay), "OpenStackDataPlaneNodeSet").values()
    variables = node_set["spec"]["nodeTemplate"]["ansible"]["ansibleVars"]
    second = node_set["spec"]["nodes"]["edpm-compute-1"]

    assert (variables["everywhere"], variables["edpm_x"]) == (1, 2)
    assert variables["timesync_ntp_servers"] == [{"hostname": "mine"}]
    assert second["hostName"] == "other"
    assert second["ansible"] == {"ansibleHost": "192.168.122.77", "ansibleVars": {"y": "z"}}
    assert second["networks"][0]["fixedIP"] == "192.168.122.77"
