"""Values files of the validated architectures into a draft."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers import architecture
from openstack_k8s_cli.profile.sources import Source

NETWORKS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: network-values}
data:
  node_0: {name: master-0, internalapi_ip: 10.1.0.10, ctlplane_ip: 192.168.122.10}
  storageClass: fast
  ctlplane:
    subnets: [{name: subnet1, cidr: 192.168.122.0/24, gateway: 192.168.122.1, allocationRanges: [{start: 192.168.122.100, end: 192.168.122.120}]}]
    iface: enp7s0
    lb_addresses: [192.168.122.80-192.168.122.90]
    net-attach-def: '{"type": "macvlan", "master": "ospbr", "ipam": {"range": "192.168.122.0/24", "range_start": "192.168.122.30", "range_end": "192.168.122.70"}}'
  internalapi:
    subnets: [{name: subnet1, cidr: 10.1.0.0/24, vlan: 120, allocationRanges: [{start: 10.1.0.100, end: 10.1.0.250}]}]
    mtu: 9000
    iface: internalapi
    base_iface: enp7s0
    vlan: 120
    net-attach-def: '{"type": "macvlan", "master": "internalapi", "ipam": {"range": "10.1.0.0/24", "range_start": "10.1.0.30", "range_end": "10.1.0.70"}}'
"""
HOSTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: edpm-nodeset-values}
data:
  nodeset:
    ansible: {ansibleUser: zuul, ansibleVars: {gather_facts: true}}
    networks: [{name: ctlplane}, {name: internalapi}]
    services: [bootstrap, nova]
    nodes:
      edpm-compute-0: {hostName: edpm-compute-0, ansible: {ansibleHost: 192.168.122.100}}
      edpm-compute-1: {hostName: edpm-compute-1, ansible: {ansibleHost: 192.168.122.101}}
"""
SERVICES = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: service-values}\ndata: {preserveJobs: false, glance: {}}\n"


def test_values_become_networks_and_hosts() -> None:
    """What the values say of networks, nodes and hosts stands in the profile, each value once."""
    sources = [
        Source(str(index), text)
        for index, text in enumerate((NETWORKS, HOSTS, SERVICES, "a: 1\n---\nb: 2\n"))
    ]

    outcome = architecture.imported("lab", sources, reader=ProfileFiles())
    found = parse(Source("lab", outcome.profile)).values

    assert ["master-0"] == found["platform"]["workers"]
    assert {"default": "enp7s0"} == found["platform"]["nics"]
    assert ["10.1.0.0/24"] == found["networks"]["internalapi"]["cidr"]
    assert 120 == found["networks"]["internalapi"]["vlan"]
    assert 9000 == found["networks"]["internalapi"]["mtu"]
    assert found["networks"]["storage"] is None
    assert "fast" == found["storage"]["class"]
    assert "zuul" == found["dataplane"]["user"]
    compute = found["dataplane"]["nodesets"]["compute"]
    assert (2, ["bootstrap", "nova"], {"gather_facts": True}) == (
        compute["count"],
        compute["services"],
        compute["vars"],
    )
    assert ["service-values: glance"] == [each.name for each in outcome.lost]


def test_a_folder_without_values_is_refused() -> None:
    """Where no file holds values, that is said."""
    with pytest.raises(OskError) as caught:
        architecture.imported("lab", [Source("a", "kind: Kustomization\n")], reader=ProfileFiles())

    assert "OSK0133" == caught.value.problems[0].code


def test_values_that_are_placeholders_are_said() -> None:
    """An address that the example leaves to be changed is an error of the values, not of osk."""
    with pytest.raises(OskError) as caught:
        architecture.imported(
            "lab", [Source("a", NETWORKS.replace("10.1.0.0/24", "CHANGE_ME"))], reader=ProfileFiles()
        )

    assert "CHANGE_ME" in caught.value.problems[0].summary
