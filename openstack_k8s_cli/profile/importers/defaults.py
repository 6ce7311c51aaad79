"""Make's own defaults, those that follow from other variables included; only what the mapping asks for."""

from collections.abc import Callable, Mapping
from typing import Protocol


class Known(Protocol):
    """Variables with their values."""

    def __getitem__(self, name: str) -> str:
        """Give a value, or the default."""
        ...

    def true(self, name: str) -> bool:
        """Tell whether a switch is on."""
        ...


_OPERATORS = (
    *("infra", "keystone", "barbican", "mariadb", "glance", "ovn", "neutron", "cinder", "ironic", "octavia"),
    *("designate", "nova", "horizon", "heat", "manila", "telemetry", "test", "swift"),
)
_INDEX = "quay.io/openstack-k8s-operators/{}-operator-index:$(OPENSTACK_K8S_TAG)"

DEFAULTS: Mapping[str, str] = {
    **{f"{name.upper()}_IMG": _INDEX.format(name) for name in _OPERATORS},
    "RABBITMQ_IMG": _INDEX.format("rabbitmq-cluster"),
    "BAREMETAL_IMG": _INDEX.format("openstack-baremetal"),
    "NAMESPACE": "openstack",
    "OPERATOR_NAMESPACE": "openstack-operators",
    "TIMEOUT": "500s",
    "OKD": "false",
    "MICROSHIFT": "0",
    "BASH_IMG": "quay.io/openstack-k8s-operators/bash:latest",
    "SECRET": "osp-secret",
    "LIBVIRT_SECRET": "libvirt-secret",
    "STORAGE_CLASS": "local-storage",
    "CRC_STORAGE_NAMESPACE": "crc-storage",
    "PV_NUM": "12",
    "STORAGE_CAPACITY": "10",
    "STORAGE_REQUEST": "10G",
    "DBSERVICE": "galera",
    "OPENSTACK_K8S_TAG": "latest",
    "OPENSTACK_K8S_BRANCH": "main",
    "OPENSTACK_IMG": "quay.io/openstack-k8s-operators/openstack-operator-index:$(OPENSTACK_K8S_TAG)",
    "REDHAT_OPERATORS": "false",
    "INSTALL_CERT_MANAGER": "true",
    "INSTALL_NMSTATE": "$(NETWORK_ISOLATION) || $(NETWORK_BGP)",
    "INSTALL_NNCP": "$(NETWORK_ISOLATION) || $(NETWORK_BGP)",
    "NMSTATE_NAMESPACE": "openshift-nmstate",
    "NMSTATE_SUBSCRIPTION": "kubernetes-nmstate-operator",
    "NMSTATE_OPERATOR_GROUP": "openshift-nmstate-tn6k8",
    "NMSTATE_VERSION": "v0.81.0",
    "OVNCONTROLLER_NMAP": "$(NETWORK_ISOLATION)",
    "NETWORK_ISOLATION": "true",
    "NETWORK_ISOLATION_USE_DEFAULT_NETWORK": "true",
    "NETWORK_ISOLATION_IPV4": "true",
    "NETWORK_ISOLATION_IPV6": "false",
    "NNCP_INTERFACE": "enp6s0",
    "NNCP_BRIDGE": "ospbr",
    "NNCP_CTLPLANE_IP_ADDRESS_SUFFIX": "10",
    "NNCP_CTLPLANE_IPV6_ADDRESS_PREFIX": "fd00:aaaa::",
    "NNCP_CTLPLANE_IPV6_ADDRESS_SUFFIX": "10",
    "NNCP_GATEWAY_IPV6": "fd00:aaaa::1",
    "NNCP_DNS_SERVER_IPV6": "fd00:aaaa::1",
    "NETWORK_INTERNALAPI_ADDRESS_PREFIX": "172.17.0",
    "NETWORK_STORAGE_ADDRESS_PREFIX": "172.18.0",
    "NETWORK_TENANT_ADDRESS_PREFIX": "172.19.0",
    "NETWORK_STORAGEMGMT_ADDRESS_PREFIX": "172.20.0",
    "NETWORK_DESIGNATE_ADDRESS_PREFIX": "172.28.0",
    "NETWORK_DESIGNATE_EXT_ADDRESS_PREFIX": "172.50.0",
    "NETWORK_VLAN_START": "20",
    "NETWORK_VLAN_STEP": "1",
    "NETWORK_MTU": "1500",
    "METALLB_IPV6_POOL": "$(NNCP_CTLPLANE_IPV6_ADDRESS_PREFIX)80-$(NNCP_CTLPLANE_IPV6_ADDRESS_PREFIX)90",
    "NETWORK_BGP": "false",
    "BGP_OVN_ROUTING": "false",
    "BGP_ASN": "64999",
    "BGP_PEER_ASN": "64999",
    "BGP_LEAF_1": "100.65.4.1",
    "BGP_LEAF_2": "100.64.4.1",
    "BGP_SOURCE_IP": "172.30.4.2",
    "BGP_SOURCE_IP6": "f00d:f00d:f00d:f00d:f00d:f00d:f00d:42",
    "NNCP_BGP_1_INTERFACE": "enp7s0",
    "NNCP_BGP_2_INTERFACE": "enp8s0",
    "NNCP_BGP_1_IP_ADDRESS": "100.65.4.2",
    "NNCP_BGP_2_IP_ADDRESS": "100.64.4.2",
    "DATAPLANE_ANSIBLE_SECRET": "dataplane-ansible-ssh-private-key-secret",
    "DATAPLANE_TOTAL_NODES": "1",
    "DATAPLANE_TOTAL_NETWORKER_NODES": "1",
    "DATAPLANE_NETWORK_INTERFACE_NAME": "eth0",
    "DATAPLANE_NTP_SERVER": "pool.ntp.org",
    "DATAPLANE_REGISTRY_URL": "quay.io/podified-antelope-centos9",
    "DATAPLANE_CONTAINER_TAG": "current-podified",
    "DATAPLANE_CONTAINER_PREFIX": "openstack",
    "DATAPLANE_REPO_SETUP_REPO": "current-podified",
    "DATAPLANE_REPO_SETUP_BRANCH": "antelope",
    "DATAPLANE_EXTRA_NOVA_CONFIG_FILE": "/dev/null",
    "DATAPLANE_SERVER_ROLE": "compute",
    "DATAPLANE_TLS_ENABLED": "true",
    "DATAPLANE_GROWVOLS_ARGS": "/=8GB /tmp=1GB /home=1GB /var=100%",
    "DEPLOYMENT_NAME": "edpm-deployment",
    "DATAPLANE_ANSIBLE_USER": "cloud-admin",
    "DATAPLANE_TIMEOUT": "30m",
    "BAREMETAL_TIMEOUT": "20m",
    "BM_CTLPLANE_INTERFACE": "enp1s0",
    "BMH_NAMESPACE": "$(NAMESPACE)",
    "IRONIC_IMAGE": "quay.io/metal3-io/ironic",
    "IRONIC_IMAGE_TAG": "release-33.0",
    "BMO_IMG": "quay.io/metal3-io/baremetal-operator:release-0.12",
    "BMO_IPA_BASEURI": "https://tarballs.opendev.org/openstack/ironic-python-agent/dib",
    "BMO_IPA_FLAVOR": "centos9",
    "BMO_IPA_BRANCH": "stable/2025.2",
    "BMO_IPA_INSECURE": "false",
    "CEPH_REPO": "https://github.com/rook/rook.git",
    "CEPH_BRANCH": "release-1.15",
    "GENERATE_SSH_KEYS": "true",
}

FILLED = frozenset(
    {
        *("STORAGE_REQUEST", "STORAGE_CAPACITY", "PV_NUM", "DEPLOYMENT_NAME", "DATAPLANE_ANSIBLE_USER"),
        *("OPERATOR_CHANNEL", "OPERATOR_SOURCE", "OPERATOR_SOURCE_NAMESPACE"),
    }
)
"""What install_yamls' scripts fill in where it is given and empty."""


def _on_default_network(known: Known) -> bool:
    return known.true("NETWORK_ISOLATION_USE_DEFAULT_NETWORK")


def _in_ctlplane(tail: str) -> Callable[[Known], str]:
    """Make a default on the control plane's network, which does not follow the prefix that is given."""

    def default(known: Known) -> str:
        prefix = "192.168.122" if _on_default_network(known) else "172.16.1"
        return tail.replace("@", prefix)

    return default


def _scenario(known: Known) -> str:
    if not known.true("NETWORK_BGP"):
        return "preprovisioned"
    return "bgp_ovn_cluster" if known.true("BGP_OVN_ROUTING") else "bgp"


def _marketplace(of_red_hat: str, otherwise: str) -> Callable[[Known], str]:
    def default(known: Known) -> str:
        return of_red_hat if known.true("REDHAT_OPERATORS") else otherwise

    return default


def _sample(known: Known) -> str:
    isolated = "_network_isolation" if known.true("NETWORK_ISOLATION") else ""
    is_galera = known["DBSERVICE"] == "galera"
    galera = "_galera" if is_galera else ""
    replicas = "_3replicas" if is_galera and "3" in known["GALERA_REPLICAS"] else ""
    return f"config/samples/core_v1beta1_openstackcontrolplane{galera}{isolated}{replicas}.yaml"


DERIVED: Mapping[str, Callable[[Known], str]] = {
    "NNCP_CTLPLANE_IP_ADDRESS_PREFIX": _in_ctlplane("@"),
    "NNCP_GATEWAY": _in_ctlplane("@.1"),
    "NNCP_DNS_SERVER": _in_ctlplane("@.1"),
    "METALLB_POOL": _in_ctlplane("@.80-@.90"),
    "DATAPLANE_COMPUTE_IP": _in_ctlplane("@.100"),
    "DATAPLANE_NETWORKER_IP": _in_ctlplane("@.200"),
    "DATAPLANE_SSHD_ALLOWED_RANGES": _in_ctlplane("['@.0/24']"),
    "BMO_IRONIC_HOST": _in_ctlplane("@.10"),
    "DATAPLANE_KUSTOMIZE_SCENARIO": _scenario,
    "OPERATOR_CHANNEL": _marketplace("stable-v1.0", "alpha"),
    "OPERATOR_SOURCE": _marketplace("redhat-operators", "openstack-operator-index"),
    "OPERATOR_SOURCE_NAMESPACE": _marketplace("openshift-marketplace", "$(OPERATOR_NAMESPACE)"),
    "OPENSTACK_CTLPLANE": _sample,
}
"""Defaults that follow from other variables."""
