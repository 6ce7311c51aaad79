"""Bare machines as hosts: what the cluster makes them from, and what the profile says of each."""

from typing import Any

import pytest

from openstack_k8s_cli.model.secrets import Given
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.variants import bodies


def plane(overlay: str, *sets: str) -> dict[str, Any]:
    """Render crc with an overlay and give every body by `Kind namespace/name`."""
    return {name: each.body for name, each in manifests(steps("crc", *sets, overlay=overlay)).items()}


def node_set(overlay: str, name: str = "openstack-edpm-ipam") -> Any:
    """Give the spec of a node set."""
    return plane(overlay)[f"OpenStackDataPlaneNodeSet openstack/{name}"]["spec"]


def test_bare_machines_are_provisioned() -> None:
    """The node set says which machines, how, and what all hosts have alike; hosts have but a name."""
    overlay = """
secrets: {m0-bmc-secret: {password: {env: BMC}}}
dataplane:
  nodesets:
    compute:
      growvols: /=8GB
      provision:
        interface: enp2s0
        image: edpm.qcow2
        container: registry/edpm:1
        containerType: PassThrough
        rootPassword: true
        spec: {automatedCleaningMode: disabled}
        hosts:
          m0: {address: redfish://10.0.0.2/1, mac: "52:54:00:00:00:01", user: root, verify: false, labels: {rack: a}}
"""
    rendered = plane(overlay)
    spec = node_set(overlay)
    secret = manifests(steps("crc", overlay=overlay))["Secret openstack/m0-bmc-secret"]

    assert spec["preProvisioned"] is False
    assert spec["baremetalSetTemplate"] == {
        "bmhLabelSelector": {"app": "openstack"},
        "bmhNamespace": "openstack",
        "cloudUserName": "cloud-admin",
        "ctlplaneInterface": "enp2s0",
        "osImage": "edpm.qcow2",
        "osContainerImageUrl": "registry/edpm:1",
        "osImageDeploymentType": "PassThrough",
        "passwordSecret": {"name": "baremetalset-password-secret", "namespace": "openstack"},
        "automatedCleaningMode": "disabled",
    }
    assert spec["nodes"] == {"edpm-compute-0": {"hostName": "edpm-compute-0"}}
    assert spec["nodeTemplate"]["networks"][0] == {
        "name": "ctlplane",
        "subnetName": "subnet1",
        "defaultRoute": True,
    }
    assert spec["nodeTemplate"]["ansible"]["ansibleVars"]["growvols_args"] == "/=8GB"
    host = rendered["BareMetalHost openstack/m0"]
    assert "annotations" not in host["metadata"]
    assert host["metadata"]["labels"].items() >= {"app": "openstack", "rack": "a"}.items()
    assert host["spec"] == {
        "bmc": {
            "address": "redfish://10.0.0.2/1",
            "credentialsName": "m0-bmc-secret",
            "disableCertificateVerification": True,
        },
        "bootMACAddress": "52:54:00:00:00:01",
        "bootMode": "UEFI",
        "online": False,
        "rootDeviceHints": {"deviceName": "/dev/vda"},
    }
    assert {key.name: key.source for key in secret.secret_keys} == {
        "password": Given("secrets.m0-bmc-secret.password")
    }
    assert secret.body["stringData"] == {"username": "root"}


@pytest.mark.parametrize(
    "board",
    [
        "redfish-virtualmedia+http://sushy-emulator.apps-crc.testing/redfish/v1/Systems/1",
        "redfish-virtualmedia+https://10.0.0.2/redfish/v1/Systems/1",
        "idrac-virtualmedia://10.0.0.3/redfish/v1/Systems/System.Embedded.1",
        "ipmi://10.0.0.4:6230",
        "10.0.0.5",
    ],
)
def test_boards_of_any_kind(board: str) -> None:
    """Virtual media by an emulator or a real board, and boards without it; their credentials may be there already."""
    overlay = f"""
dataplane:
  nodesets:
    compute:
      provision: {{hosts: {{m0: {{address: '{board}', mac: "52:54:00:00:00:01", credentials: mine, disk: false}}}}}}
"""
    rendered = plane(overlay)

    assert rendered["BareMetalHost openstack/m0"]["spec"] == {
        "bmc": {"address": board, "credentialsName": "mine"},
        "bootMACAddress": "52:54:00:00:00:01",
        "bootMode": "UEFI",
        "online": False,
    }
    assert not any(name.endswith("bmc-secret") for name in rendered)


def test_a_provisioned_host_may_have_addresses() -> None:
    """A host with an address of its own says everything about its networks, and which machine it is."""
    overlay = """
dataplane:
  nodesets:
    compute:
      provision: {}
      nodes: {edpm-compute-0: {address: .150, labels: {name: m0}}}
"""
    node = node_set(overlay)["nodes"]["edpm-compute-0"]

    assert node["bmhLabelSelector"] == {"name": "m0"}
    assert node["ansible"] == {"ansibleHost": "192.168.122.150"}
    assert node["networks"][0]["fixedIP"] == "192.168.122.150"


def test_the_trait_of_bare_metal_needs_no_addresses() -> None:
    """The machines are chosen by their labels, the cluster gives the addresses."""
    [nodes] = bodies(steps("baremetal"), "OpenStackDataPlaneNodeSet").values()

    assert nodes["spec"]["baremetalSetTemplate"]["bmhLabelSelector"] == {"app": "openstack"}
    assert nodes["spec"]["nodes"] == {"edpm-compute-0": {"hostName": "edpm-compute-0"}}


def test_root_has_a_password_where_it_is_asked_for() -> None:
    """Else the Secret has an empty one, which is none, unless the profile gives it."""
    name = "Secret openstack/baremetalset-password-secret"
    asked = "dataplane: {nodesets: {compute: {provision: {rootPassword: true}}}}"
    given = "secrets: {baremetalset-password-secret: {NodeRootPassword: hush}}"

    assert manifests(steps("crc"))[name].body["stringData"] == {"NodeRootPassword": ""}
    for overlay in (asked, given):
        assert [key.name for key in manifests(steps("crc", overlay=overlay))[name].secret_keys] == [
            "NodeRootPassword"
        ]
