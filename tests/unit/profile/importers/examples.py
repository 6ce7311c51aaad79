"""Small examples in the shapes of the validated architectures, and the drafts that they become."""

from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers import minimal
from openstack_k8s_cli.profile.importers.architecture import drafting
from openstack_k8s_cli.profile.importers.outcome import Outcome
from openstack_k8s_cli.profile.sources import Source
from tests.unit.render import rendered

NETWORKS = """\
  node_0: {name: master-0, internalapi_ip: 10.1.0.10, ctlplane_ip: 192.168.122.10}
  node_1: {name: master-1, internalapi_ip: 10.1.0.11, ctlplane_ip: 192.168.122.11}
  node_2: {name: master-2, internalapi_ip: 10.1.0.12, ctlplane_ip: 192.168.122.12}
  storageClass: fast
  bridgeName: ospbr
  ctlplane:
    dnsDomain: ctlplane.lab.example
    subnets: [{name: subnet1, cidr: 192.168.122.0/24, gateway: 192.168.122.1, allocationRanges: [{start: 192.168.122.100, end: 192.168.122.120}]}]
    iface: enp9s0
    prefix-length: 24
    lb_addresses: [192.168.122.80-192.168.122.90]
    endpoint_annotations: {metallb.universe.tf/address-pool: ctlplane, metallb.universe.tf/loadBalancerIPs: 192.168.122.81}
    net-attach-def: '{"type": "macvlan", "master": "ospbr", "ipam": {"range": "192.168.122.0/24", "range_start": "192.168.122.30", "range_end": "192.168.122.70"}}'
  internalapi:
    dnsDomain: internalapi.lab.example
    subnets: [{name: subnet1, cidr: 10.1.0.0/24, vlan: 120, allocationRanges: [{start: 10.1.0.100, end: 10.1.0.250}]}]
    mtu: 1400
    iface: internalapi
    base_iface: enp9s0
    vlan: 120
    prefix-length: 24
    lb_addresses: [10.1.0.80-10.1.0.90]
    endpoint_annotations: {metallb.universe.tf/address-pool: internalapi, metallb.universe.tf/loadBalancerIPs: 10.1.0.82}
    net-attach-def: '{"type": "macvlan", "master": "internalapi", "ipam": {"range": "10.1.0.0/24", "range_start": "10.1.0.30", "range_end": "10.1.0.70"}}'
"""
HOSTS = """\
  ssh_keys: {private: CHANGEME, public: CHANGEME2, authorized: CHANGEME3}
  nodeset:
    ansible: {ansibleUser: zuul, ansibleVars: {edpm_kernel_args: quiet, gather_facts: false}}
    networks: [{name: ctlplane, subnetName: subnet1, defaultRoute: true}, {name: internalapi, subnetName: subnet1}]
    services: [bootstrap, configure-network, install-os, ovn, libvirt, nova]
    nodes:
      edpm-compute-0: {hostName: edpm-compute-0, ansible: {ansibleHost: 192.168.122.105}, networks: &on [{name: ctlplane, subnetName: subnet1, defaultRoute: true}, {name: internalapi, subnetName: subnet1}]}
      edpm-compute-1: {hostName: edpm-compute-1, ansible: {ansibleHost: 192.168.122.106}, networks: *on}
"""


def values(name: str, data: str) -> str:
    """Write a file of values."""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n{data}"


def replaced(*texts: tuple[str, str]) -> dict[str, str]:
    """Give the files of networks and hosts with other texts in them: (old, new)."""
    files = {**networks(), **hosts()}
    for old, new in texts:
        files = {place: text.replace(old, new) for place, text in files.items()}
    return files


def networks(more: str = "") -> dict[str, str]:
    """Give the file of an example's networks, with more in it."""
    return {"control-plane/nncp/values.yaml": values("network-values", NETWORKS + more)}


def services(data: str) -> dict[str, str]:
    """Give the file of an example's services."""
    return {"control-plane/service-values.yaml": values("service-values", data)}


def hosts(data: str = HOSTS, *, place: str = "edpm/nodeset/values.yaml") -> dict[str, str]:
    """Give the file of a node set."""
    return {place: values("edpm-nodeset-values", data)}


def imported(files: dict[str, str], *, name: str = "lab") -> Outcome:
    """Make a draft of an example's files, by their paths in it."""
    sources = {place: Source(place, text, place) for place, text in files.items()}
    return drafting.imported(name, sources, reader=ProfileFiles())


def draft(files: dict[str, str]) -> dict[str, Any]:
    """Give what a draft says, without what is under it."""
    return parse(Source("draft", imported(files).profile)).values


def loaded(files: dict[str, str]) -> dict[str, Any]:
    """Give the whole profile that a draft is, every default filled in."""
    reader = minimal.With(ProfileFiles(), imported(files).profile)
    return dict(loading.load(minimal.NAME, reader=reader).values)


def objects(files: dict[str, str]) -> dict[str, Body]:
    """Give what the draft's cloud is made of, by `Kind namespace/name`."""
    return {key: each.body for key, each in rendered.manifests(rendered.of(loaded(files))).items()}


def lost(files: dict[str, str]) -> dict[str, str]:
    """Give what is not carried over, with the reason."""
    return {each.name: each.reason for each in imported(files).lost}
