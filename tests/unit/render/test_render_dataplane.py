"""What the data plane of a profile is made of: node sets, their settings, machines, services and deployments."""

from typing import Any

import pytest

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.secrets import Generated, Given
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.render.environment import Templates
from openstack_k8s_cli.render.yamltext import documents
from tests.unit.render.rendered import FACTS, manifests, steps
from tests.unit.render.variants import bodies


def plane(overlay: str, *sets: str) -> dict[str, Any]:
    """Render crc with an overlay and give every body by `Kind namespace/name`."""
    return {name: each.body for name, each in manifests(steps("crc", *sets, overlay=overlay)).items()}


def node_set(overlay: str, name: str = "openstack-edpm-ipam") -> Any:
    """Give the spec of a node set."""
    return plane(overlay)[f"OpenStackDataPlaneNodeSet openstack/{name}"]["spec"]


def test_a_node_set_may_have_no_hosts() -> None:
    """Such as one whose last host went: the API server takes an empty mapping, not null."""
    assert node_set("dataplane: {nodesets: {compute: {count: 0}}}")["nodes"] == {}


def test_deployments_run_in_turn() -> None:
    """Each pass has its node sets and services; hosts are discovered after the last."""
    overlay = """
dataplane:
  deployments:
    pre-ceph: {services: [bootstrap, ceph-hci-pre]}
    post-ceph: {services: [ceph-client, nova], spec: {backoffLimit: 2}}
"""
    found = {step.id: step for step in steps("crc", overlay=overlay)}
    rendered = bodies(list(found.values()), "OpenStackDataPlaneDeployment")

    assert {name.rpartition("/")[2]: body["spec"] for name, body in rendered.items()} == {
        "edpm-deployment-pre-ceph": {
            "nodeSets": ["openstack-edpm-ipam"],
            "servicesOverride": ["bootstrap", "ceph-hci-pre"],
        },
        "edpm-deployment-post-ceph": {
            "nodeSets": ["openstack-edpm-ipam"],
            "servicesOverride": ["ceph-client", "nova"],
            "backoffLimit": 2,
        },
    }
    assert "dataplane/deployment/deploy" not in found
    assert "dataplane/passes[pre-ceph]/deploy" in found["dataplane/passes[post-ceph]/deploy"].after
    assert "dataplane/passes[post-ceph]/deploy" in found["dataplane/deployment/discover-hosts"].after


def test_services_of_ones_own_and_their_data() -> None:
    """A service says what it stands for and reads; its ConfigMaps and Secrets come from the profile."""
    overlay = """
secrets: {ceph-conf-files: {ceph.conf: {file: ./c}, key: {generate: true}}}
dataplane:
  secretNames: [ceph-conf-files]
  configMaps: {ceph-nova: {03-ceph.conf: "[libvirt]\\n"}}
  ownServices:
    nova-ceph:
      type: nova
      playbook: osp.edpm.nova
      sources: [{configMap: ceph-nova}, {secret: nova-migration-ssh-key, optional: true}]
      certificates: {default: {networks: [ctlplane], issuer: osp-rootca-issuer-internal}}
  nodesets: {compute: {ceph: ceph-conf-files, services: [ceph-client, nova-ceph]}}
"""
    rendered = plane(overlay)
    secret = manifests(steps("crc", overlay=overlay))["Secret openstack/ceph-conf-files"]

    assert rendered["OpenStackDataPlaneService openstack/nova-ceph"]["spec"] == {
        "playbook": "osp.edpm.nova",
        "edpmServiceType": "nova",
        "caCerts": "combined-ca-bundle",
        "dataSources": [
            {"configMapRef": {"name": "ceph-nova"}},
            {"secretRef": {"name": "nova-migration-ssh-key", "optional": True}},
        ],
        "tlsCerts": {
            "default": {
                "contents": ["dnsnames", "ips"],
                "networks": ["ctlplane"],
                "issuer": "osp-rootca-issuer-internal",
            }
        },
    }
    assert rendered["ConfigMap openstack/ceph-nova"]["data"] == {"03-ceph.conf": "[libvirt]\n"}
    assert {key.name: key.source for key in secret.secret_keys} == {
        "ceph.conf": Given('secrets.ceph-conf-files."ceph.conf"'),
        "key": Generated("password(32)"),
    }
    [mount] = node_set(overlay)["nodeTemplate"]["extraMounts"]
    assert mount["volumes"][0]["projected"]["sources"] == [{"secret": {"name": "ceph-conf-files"}}]


def test_settings_may_be_variables() -> None:
    """`inline` leaves the ConfigMaps out; further sources stay, and null takes a variable away."""
    overlay = """
dataplane:
  logs: ansible-ee-logs
  novaShare: 10.0.0.9:/nova
  generateKeys: false
  nodesets:
    compute:
      inline: true
      nic: nic2
      sharedNetworks: true
      varsFrom: [{secret: registry, prefix: edpm_, optional: true}]
      vars: {enable_debug: null}
"""
    spec = node_set(overlay)
    ansible = spec["nodeTemplate"]["ansible"]

    assert ansible["ansibleVarsFrom"] == [
        {"secretRef": {"name": "registry", "optional": True}, "prefix": "edpm_"}
    ]
    assert "name: nic2\n" in ansible["ansibleVars"]["edpm_network_config_template"]
    assert ansible["ansibleVars"]["neutron_physical_bridge_name"] == "br-ex"
    assert ansible["ansibleVars"]["edpm_extra_mounts"][0]["path"] == "10.0.0.9:/nova"
    assert "enable_debug" not in ansible["ansibleVars"]
    assert spec["nodeTemplate"]["networks"][1] == {"name": "internalapi", "subnetName": "subnet1"}
    assert spec["nodeTemplate"]["extraMounts"][0]["extraVolType"] == "Logs"
    assert not {
        "ConfigMap openstack/network-config-template-ipam",
        "Secret openstack/nova-migration-ssh-key",
    } & set(plane(overlay))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("vlans", "type: ovs_bridge"),
        ("nmstate", "type: ovs-interface"),
        ("bgp", "name: lo"),
        ("bgp-ovn", "name: br-provider"),
        ("dpdk", "type: ovs_dpdk_port"),
        ("dpdk-sriov", "type: sriov_pf"),
    ],
)
def test_networks_of_hosts_have_templates(template: str, words: str) -> None:
    """Each template is text for Ansible, with nothing left for osk to fill in."""
    body = plane("", f"dataplane.nodesets.compute.networkTemplate={template}")
    text = body["ConfigMap openstack/network-config-template-ipam"]["data"]["network_config_template"]

    assert text.startswith("---\n")
    assert words in text
    assert ("{{ ctlplane_ip }}" in text, "raw %}" in text) == (True, False)


def test_a_template_of_ones_own_stays_as_it_is() -> None:
    """What Ansible fills in is none of osk's business."""
    overlay = "dataplane: {nodesets: {compute: {networkTemplate: \"---\\nnetwork: '{{ x }}'\\n\"}}}\n"
    body = plane(overlay)["ConfigMap openstack/network-config-template-ipam"]

    assert body["data"]["network_config_template"] == "---\nnetwork: '{{ x }}'\n"


def test_hyperconverged_hosts_have_two_passes() -> None:
    """Together the passes run all that the node set lists, in its order, and Ceph's own services are around Ceph."""
    rendered = steps("hci", "dataplane.deployment.exact=true")
    found = bodies(rendered, "OpenStackDataPlaneDeployment")
    [nodes] = bodies(rendered, "OpenStackDataPlaneNodeSet").values()
    before, after = (
        found[f"edpm-deployment-{name}-ceph"]["spec"]["servicesOverride"] for name in ("pre", "post")
    )

    assert [*before, *after] == nodes["spec"]["services"]
    assert ("ceph-hci-pre" in before, "ceph-client" in after, "nova-custom-ceph" in after) == (True,) * 3
    assert len(nodes["spec"]["nodes"]) == 3
    assert "storagemgmt" in {each["name"] for each in nodes["spec"]["nodes"]["edpm-compute-0"]["networks"]}
    assert "nova-custom-ceph" in bodies(rendered, "OpenStackDataPlaneService")


def test_an_image_of_ones_own_goes_into_the_version() -> None:
    """Ansible's pods get it without a change to the operator."""
    [version] = bodies(steps("crc", "dataplane.runner=r/runner:1"), "OpenStackVersion").values()

    assert version["metadata"]["name"] == "openstack-galera-network-isolation"
    assert version["spec"] == {"customContainerImages": {"ansibleeeImage": "r/runner:1"}}


def test_all_images_of_ones_own_share_one_version() -> None:
    """Those of services, of backends and of Ansible's pods are in one object, which the control plane comes after."""
    own = "{keystoneAPIImage: a/keystone:1, cinderVolumeImages: {ceph: a/volume:1}}"
    rendered = steps("crc", f"controlplane.customImages={own}", "dataplane.runner=r/runner:1")
    [version] = bodies(rendered, "OpenStackVersion").values()
    [plane] = [each for each in rendered if each.id == "controlplane/control-plane/services"]

    assert version["spec"]["customContainerImages"] == {
        "ansibleeeImage": "r/runner:1",
        "keystoneAPIImage": "a/keystone:1",
        "cinderVolumeImages": {"ceph": "a/volume:1"},
    }
    assert "controlplane/custom-images/version" in plane.after


def test_nova_is_told_of_ceph_where_the_hosts_have_its_keys() -> None:
    """The service of hyperconverged hosts reads where instances are stored, and by which secret."""
    values = loading.load("hci", reader=files.ProfileFiles()).values
    ceph = {"fsid": "f", "user": "openstack", "secret": "ceph-conf-files", "pools": {"vms": "disks"}}
    known = {**values, "storage": {**values["storage"], "ceph": ceph}}
    text = Templates(files.catalogue(), known, FACTS).file(
        "dataplane/settings/settings.yaml.j2", names={"item": None, "value": None}
    )
    [found] = [each for each in documents(text) if each["metadata"]["name"] == "ceph-nova"]

    assert found["data"]["03-ceph-nova.conf"].splitlines()[1:] == [
        "images_type = rbd",
        "images_rbd_pool = disks",
        "images_rbd_ceph_conf = /etc/ceph/ceph.conf",
        "rbd_user = openstack",
        "rbd_secret_uuid = f",
    ]


def test_kinds_of_hosts_reach_the_control_plane_and_their_services() -> None:
    """Neutron gets the driver of shared cards, and the service of another cell its Secret."""
    overlay = """
controlplane: {services: {nova: {cells: {cell2: {}}}}}
dataplane: {nodesets: {compute: {cell: cell2, sriov: {cards: {sriov1: {nic: eno5}}}}}}
"""
    rendered = plane(overlay)
    [control] = (each for name, each in rendered.items() if name.startswith("OpenStackControlPlane "))
    service = rendered["OpenStackDataPlaneService openstack/nova-compute"]["spec"]

    assert control["spec"]["neutron"]["template"]["ml2MechanismDrivers"] == ["ovn", "sriovnicswitch"]
    assert service["edpmServiceType"] == "nova"
    assert [each["secretRef"]["name"] for each in service["dataSources"][:2]] == [
        "nova-cell2-compute-config",
        "nova-migration-ssh-key",
    ]
    assert service["dataSources"][-1] == {"configMapRef": {"name": "nova-compute-config"}}
    assert "nova-compute" in node_set(overlay)["services"]


def test_networkers_are_gateways() -> None:
    """They have the services of a gateway, none of nova's, and say so to OVN; computes beside them stay as they are."""
    overlay = 'dataplane: {nodesets: {net: {role: networker, count: 2, address: "ctlplane[200+{i}]"}}}\n'
    net, compute = node_set(overlay, "net"), node_set(overlay)

    assert net["services"] == [
        "repo-setup", "download-cache", "bootstrap", "configure-network", "validate-network", "install-os",
        "configure-os", "ssh-known-hosts", "run-os", "reboot-os", "install-certs", "ovn",
    ]  # fmt: skip
    assert net["nodeTemplate"]["ansible"]["ansibleVars"]["edpm_enable_chassis_gw"] is True
    assert "edpm_enable_chassis_gw" not in compute["nodeTemplate"]["ansible"]["ansibleVars"]
    assert [each["ansible"]["ansibleHost"] for each in net["nodes"].values()] == [
        "192.168.122.200",
        "192.168.122.201",
    ]
    assert list(net["nodes"]) == ["edpm-networker-0", "edpm-networker-1"]


def test_all_node_sets_are_in_one_deployment() -> None:
    """Each knows the keys of the others' hosts then, whatever cell or kind they are of."""
    overlay = """
controlplane: {services: {nova: {cells: {cell2: {}}}}}
dataplane: {nodesets: {far: {cell: cell2, name: far, address: .110}, net: {role: networker, address: .120}}}
"""
    [deployment] = (
        each for name, each in plane(overlay).items() if name.startswith("OpenStackDataPlaneDeployment ")
    )

    assert deployment["spec"] == {"nodeSets": ["openstack-edpm-ipam", "far", "net"]}
    assert "nova-cell2" in node_set(overlay, "far")["services"]
    assert "nova" in node_set(overlay)["services"]


def test_hosts_have_name_servers_of_their_own() -> None:
    """Where the profile names some, instead of those of NetConfig."""
    spec = node_set("dataplane: {dns: [.1, 9.9.9.9]}\n")

    assert spec["nodeTemplate"]["ansible"]["ansibleVars"]["ctlplane_dns_nameservers"] == [
        "192.168.122.1",
        "9.9.9.9",
    ]
