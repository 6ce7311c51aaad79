"""Node sets, deployments and machines of the validated architectures' examples."""

from typing import Any

from tests.unit.profile.importers.examples import (
    HOSTS,
    draft,
    hosts,
    imported,
    loaded,
    lost,
    networks,
    objects,
    services,
    values,
)

PLAIN = """
---
{% for network in nodeset_networks %}
{% set _ = mtu_list.append(lookup('vars', networks_lower[network] ~ '_mtu')) %}
{%- endfor %}
network_config:
- type: interface
  name: nic1
  use_dhcp: true
- type: ovs_bridge
  name: {{ neutron_physical_bridge_name }}
  members:
  - type: interface
    name: nic3
    primary: true
{% for network in nodeset_networks %}
  - type: vlan
    vlan_id: 1
{% endfor %}
"""


def nodesets(files: dict[str, str]) -> dict[str, Any]:
    """Give the node sets of a draft."""
    found: dict[str, Any] = draft(files)["dataplane"]["nodesets"]
    return found


def deployment(name: str = "edpm-deployment-values", data: str = "  {}\n") -> str:
    """Write the values of a deployment."""
    return values(name, data)


def test_hosts_that_follow_a_rule_are_counted() -> None:
    """Names and addresses in a row are a number and two rules; what osk says anyway is not said."""
    found = nodesets({**networks(), **hosts()})["compute"]

    assert (2, "ctlplane[105+{i}]") == (found["count"], found["address"])
    assert {"edpm_kernel_args": "quiet"} == found["vars"]
    assert not {"nodes", "role", "networks"} & set(found)


def test_hosts_without_a_rule_are_named() -> None:
    """Hosts whose names are no row stand by their names, each with its address."""
    data = HOSTS.replace("edpm-compute-0", "left").replace("edpm-compute-1", "right")

    assert {"left": {"address": "192.168.122.105"}, "right": {"address": "192.168.122.106"}} == nodesets(
        {**networks(), **hosts(data)}
    )["compute"]["nodes"]


def test_what_single_hosts_have_is_theirs() -> None:
    """A variable of one host stays with it."""
    data = HOSTS.replace(
        "ansible: {ansibleHost: 192.168.122.106}",
        "ansible: {ansibleHost: 192.168.122.106, ansibleVars: {edpm_x: 1}}",
    )

    assert {"edpm-compute-1": {"vars": {"edpm_x": 1}}} == nodesets({**networks(), **hosts(data)})["compute"][
        "nodes"
    ]


def test_the_usual_template_is_osks_own() -> None:
    """A bridge on one card with a port for each VLAN is what osk makes itself; other interfaces keep their text."""
    usual = HOSTS.replace("edpm_kernel_args: quiet", f"edpm_network_config_template: {PLAIN!r}")
    bond = HOSTS.replace(
        "edpm_kernel_args: quiet",
        f"edpm_network_config_template: {PLAIN.replace('type: vlan', 'type: linux_bond')!r}",
    )

    assert "nic3" == nodesets({**networks(), **hosts(usual)})["compute"]["nic"]
    assert "linux_bond" in nodesets({**networks(), **hosts(bond)})["compute"]["networkTemplate"]


def test_networkers_beside_computes() -> None:
    """Hosts without nova are networkers, with a deployment of their own that comes first."""
    networkers = (
        HOSTS.replace("edpm-compute", "edpm-networker")
        .replace(", libvirt, nova", "")
        .replace("192.168.122.10", "192.168.122.11")
    )
    files = {
        **networks(),
        **hosts(place="edpm/values.yaml"),
        **hosts(networkers, place="networker/nodeset/values.yaml"),
        "networker/values.yaml": deployment(),
        "values.yaml": deployment(),
    }
    found = draft(files)["dataplane"]

    assert ("networker", "networker-nodes") == tuple(
        found["nodesets"]["networkers"][key] for key in ("role", "resource")
    )
    assert [["networkers"], ["compute"]] == [each["nodesets"] for each in found["deployments"].values()]
    assert {"networker-nodes", "openstack-edpm"} == {
        each["metadata"]["name"]
        for each in objects(files).values()
        if each["kind"] == "OpenStackDataPlaneNodeSet"
    }


def test_two_passes_round_ceph() -> None:
    """What comes after Ceph adds to the node set; the passes are two deployments, each with its services."""
    files = {
        **networks(),
        **hosts(place="edpm-pre-ceph/nodeset/values.yaml"),
        "edpm-pre-ceph/deployment/values.yaml": deployment(
            data="  deployment: {name: edpm-deployment-pre-ceph}\n  servicesOverride: [bootstrap, install-os]\n"
        ),
        "deployment/values.yaml": deployment(
            "edpm-deployment-values-post-ceph",
            "  deployment: {name: edpm-deployment-post-ceph}\n  servicesOverride: [nova-custom-ceph]\n",
        ),
        "values.yaml": values(
            "edpm-nodeset-values-post-ceph",
            "  nodeset: {services: [bootstrap, install-os, ceph-client, libvirt, nova-custom-ceph]}\n  nova: {ceph: {conf: '[libvirt]'}}\n  ceph: {conf: CHANGEME}\n",
        ),
    }
    found = loaded(files)["dataplane"]

    assert ["pre-ceph", "post-ceph"] == list(found["deployments"])
    assert "ceph-conf-files" == found["nodesets"]["compute"]["ceph"]
    assert [
        {"configMap": "ceph-nova"},
        {"secret": "nova-cell1-compute-config"},
        {"secret": "nova-migration-ssh-key"},
    ] == [
        {key: each[key] for key in ("configMap", "secret") if each[key]}
        for each in found["ownServices"]["nova-custom-ceph"]["sources"]
    ]
    assert "values.yaml: ceph" in {each.name for each in imported(files).needless}


def test_services_whose_playbook_is_not_there_are_left_out() -> None:
    """A service that the operators do not bring, and the values do not describe, is lost; one that they bring is taken."""
    mine = "apiVersion: dataplane.openstack.org/v1beta1\nkind: OpenStackDataPlaneService\nmetadata: {name: tuned}\nspec: {label: x, playbook: osp.tuned, dataSources: [{secretRef: {name: nova-migration-ssh-key}}]}\n"
    data = HOSTS.replace("install-os,", "install-os, install-driver, tuned,")
    files = {**networks(), **hosts(data), "edpm/tuned.yaml": mine}
    found = loaded(files)["dataplane"]

    assert "what it runs is not among the values" == lost(files)["service install-driver"]
    assert ["bootstrap", "configure-network", "install-os", "tuned", "ovn", "libvirt", "nova"] == found[
        "nodesets"
    ]["compute"]["services"]
    assert "osp.tuned" == found["ownServices"]["tuned"]["playbook"]


def test_a_service_of_a_cell_reads_the_cells_secret() -> None:
    """A nova service that is named after a cell is for the hosts in that cell."""
    data = HOSTS.replace("libvirt, nova]", "libvirt, nova-custom-cell2]")
    cell = services("  nova: {cellTemplates: {cell2: {conductorServiceTemplate: {replicas: 1}}}}\n")
    found = loaded({**networks(), **cell, **hosts(data)})["dataplane"]["ownServices"]

    assert "nova-cell2-compute-config" == found["nova-custom-cell2"]["sources"][0]["secret"]


def test_an_address_that_is_in_another_subnet_is_put_there() -> None:
    """Where the address is in another subnet than the one that is named, the address holds, and that is said."""
    leaf = "{name: subnet2, cidr: 192.168.123.0/24, allocationRanges: [{start: 192.168.123.100, end: 192.168.123.120}]}"
    files = {
        place: text.replace("end: 192.168.122.120}]}]", f"end: 192.168.122.120}}]}}, {leaf}]")
        .replace("192.168.122.105", "192.168.123.105")
        .replace("192.168.122.106", "192.168.123.106")
        .replace(
            "[{name: ctlplane, subnetName: subnet1, defaultRoute: true}, {name: internalapi, subnetName: subnet1}]}",
            "[{name: ctlplane, subnetName: subnet1, fixedIP: 192.168.123.105, defaultRoute: true}, {name: internalapi, subnetName: subnet1}]}",
        )
        for place, text in {**networks(), **hosts()}.items()
    }
    found = loaded(files)["dataplane"]["nodesets"]["compute"]

    assert {"ctlplane": "subnet2"} == found["subnets"]
    assert (
        "192.168.123.105 is not in that subnet: it is in subnet2"
        == lost(files)["compute: ctlplane in subnet1"]
    )


def test_bare_machines_are_provisioned() -> None:
    """Machines become the hosts that select them; the account of their boards is to be filled in."""
    bare = "  preProvisioned: false\n  baremetalSetTemplate: {bmhLabelSelector: {app: openstack}, ctlplaneInterface: enp5s0, cloudUserName: cloud-user, passwordSecret: {name: baremetalset-password-secret}}\n"
    machines = "  metal3_inspection: disabled\n  left: {labels: {app: openstack, nodeName: left}, bmc: {address: redfish://10.0.0.1/1}, bootMACAddress: '52:54:00:00:00:01', rootDeviceHints: {deviceName: /dev/sda}, preprovisioningNetworkData: {nmstate: 'interfaces: []'}}\n"
    files = {
        **networks(),
        **hosts(HOSTS + bare),
        "edpm/baremetalhosts/values.yaml": values("baremetalhost-values", machines),
    }
    found = loaded(files)["dataplane"]["nodesets"]["compute"]["provision"]
    machine = objects(files)["BareMetalHost openstack/left"]

    assert ("enp5s0", True, {"cloudUserName": "cloud-user"}) == (
        found["interface"],
        found["rootPassword"],
        found["spec"],
    )
    assert ("52:54:00:00:00:01", "left-preprovision-network-data") == tuple(
        machine["spec"][key] for key in ("bootMACAddress", "preprovisioningNetworkDataName")
    )
    assert {"app": "openstack", "nodeName": "left"}.items() <= machine["metadata"]["labels"].items()
    assert "secrets.bmc-secret.password" in {each.place for each in imported(files).open}


def test_several_node_sets_in_one_file() -> None:
    """Values that have node sets side by side become that many, each with its variables."""
    one = "{ctlplaneInterface: enp5s0, edpm_ovn_bridge_mappings: ['leaf%d:br-ex'], nodes: {edpm-compute-%d-0: {hostName: edpm-compute-%d-0, bmhLabelSelector: {nodeName: leaf%d}, ansible: {ansibleHost: 192.168.122.10%d}, networks: [{name: ctlplane, subnetName: subnet1, fixedIP: 192.168.122.10%d, defaultRoute: true}]}}}"
    data = "".join(f"  nodeset{index}: {one % ((index,) * 6)}\n" for index in range(2))
    found = nodesets({**networks(), "dataplane/nodesets/values.yaml": values("nodeset-values", data)})

    assert {"nodeset-0", "nodeset-1"} == {name for name, each in found.items() if each}
    assert {"edpm_ovn_bridge_mappings": ["leaf1:br-ex"]} == found["nodeset-1"]["vars"]
    assert "enp5s0" == found["nodeset-0"]["provision"]["interface"]


def test_keys_are_osks_own() -> None:
    """The key pairs that an example leaves to be filled in are made by osk: they are neither lost nor open."""
    outcome = imported({**networks(), **hosts()})

    assert (["edpm/nodeset/values.yaml: ssh_keys"], (), ()) == (
        [each.name for each in outcome.needless],
        outcome.lost,
        outcome.open,
    )


def test_config_maps_of_hosts_are_taken() -> None:
    """A ConfigMap that is no values file is one for the hosts' services."""
    files = {
        **networks(),
        **hosts(),
        "edpm/extra.yaml": values("nova-extra-config-az0", "  25-nova.conf: '[DEFAULT]'\n"),
    }

    assert {"25-nova.conf": "[DEFAULT]"} == loaded(files)["dataplane"]["configMaps"]["nova-extra-config-az0"]
