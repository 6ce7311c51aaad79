"""The hosts of node sets as they are to be reached, and what each is asked to be like."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.model.objects import Body, get

SSH_PORT = 22
_COMPUTE = frozenset({"nova", "libvirt"})
"""Services that need a CPU that can run guests."""
_CARDS = "edpm_neutron_sriov_agent_SRIOV_NIC_physical_device_mappings"
_LOGIN = re.compile(r"(?:(?<=://)|^(?!\w+://))[^/\s]*@")
_PAGES = re.compile(r"\bhugepagesz=1GB? (?:\S+ )*?hugepages=(\d+)")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a host is asked to be like."""

    virtualization: bool = False
    gateway: str = ""
    mtu: int = 0
    interface: str = ""
    nics: tuple[str, ...] = ()
    """Further interfaces, such as the cards of SR-IOV."""
    disks: tuple[str, ...] = ()
    """Devices that Swift keeps objects on."""
    pages: int = 0
    """Huge pages of 1 GiB that are set aside at boot."""
    is_image: bool = False
    """Whether its system is an image, which has all packages in it."""
    names: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    """Addresses that must answer before images can come."""
    repositories: tuple[str, ...] = ()
    """The same for packages; none: the host has its repositories already."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Proxies, without logins: everybody on a host sees what a command is called with."""
    deployed: bool = False
    """Whether the cluster knows the host as deployed, so that nothing on it is left over."""

    @property
    def arguments(self) -> list[str]:
        """Give what the probe takes."""
        single = {"gateway": self.gateway, "mtu": self.mtu, "interface": self.interface}
        several = {
            "device": self.disks,
            "name": self.names,
            "url": self.registries,
            "repository": self.repositories,
        }
        return [
            *(f"env:{name}={value}" for name, value in self.environment.items()),
            *(f"{name}={value}" for name, value in single.items() if value),
            *(f"{name}={value}" for name, values in several.items() for value in values),
        ]


@dataclass(frozen=True, slots=True)
class Target:
    """A host and how it is reached."""

    host: str
    """Its name in inventories: short."""
    nodeset: str
    address: str
    user: str = "cloud-admin"
    port: int = SSH_PORT
    secret: str = ""
    """The Secret with the key pair."""
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True)
class Reach:
    """What all hosts must be able to reach."""

    registries: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    """Of node sets whose services include repo-setup."""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the hosts of all node sets share."""

    networks: Body | None = None
    """The NetConfig."""
    reach: Reach = field(default_factory=Reach)
    deployed: frozenset[str] = frozenset()
    """Hosts that the cluster knows as deployed."""


def targets(nodesets: Iterable[Body], around: Surroundings) -> Iterator[Target]:
    """List the hosts that are there before a deployment; those that the cluster makes itself are not."""
    for nodeset in nodesets:
        if get(nodeset, "spec", "preProvisioned"):
            for key, node in (get(nodeset, "spec", "nodes") or {}).items():
                found = _target(key, node or {}, nodeset, around)
                if found is not None:
                    yield found


def inventory(found: Iterable[Target], key_file: str | None) -> dict[str, Any]:
    """Give an Ansible inventory of hosts; `key_file` is where the run has the key."""
    hosts = {
        each.host: {
            "ansible_host": each.address,
            "ansible_port": each.port,
            "ansible_user": each.user,
            "osk_wishes": each.wishes.arguments,
        }
        for each in found
    }
    shared = {"ansible_ssh_private_key_file": key_file} if key_file else {}
    return {"all": {"hosts": hosts, "vars": shared}}


def _target(key: str, node: Mapping[str, Any], nodeset: Body, around: Surroundings) -> Target | None:
    shared, own = get(nodeset, "spec", "nodeTemplate", "ansible") or {}, node.get("ansible") or {}
    attached = node.get("networks") or get(nodeset, "spec", "nodeTemplate", "networks") or [{}]
    address = own.get("ansibleHost") or attached[0].get("fixedIP")
    if not address:
        return None
    host = str(node.get("hostName") or key).partition(".")[0]
    variables = {**(shared.get("ansibleVars") or {}), **(own.get("ansibleVars") or {})}
    return Target(
        host,
        nodeset["metadata"]["name"],
        str(address),
        own.get("ansibleUser") or shared.get("ansibleUser") or "cloud-admin",
        int(own.get("ansiblePort") or shared.get("ansiblePort") or SSH_PORT),
        str(get(nodeset, "spec", "nodeTemplate", "ansibleSSHPrivateKeySecret") or ""),
        _wishes(host, attached[0], variables, get(nodeset, "spec", "services") or (), around),
    )


def _wishes(
    host: str,
    first: Mapping[str, Any],
    variables: Mapping[str, Any],
    services: Sequence[str],
    around: Surroundings,
) -> Wishes:
    network, subnet = _subnet(first, around.networks)
    repositories = around.reach.repositories if "repo-setup" in services else ()
    proxies = variables.get("edpm_playbook_environment") or {}
    pages = _PAGES.search(str(variables.get("edpm_kernel_args") or ""))
    return Wishes(
        virtualization=bool(_COMPUTE & set(services)),
        gateway=str(subnet.get("gateway") or "") if first.get("defaultRoute") else "",
        mtu=int(network.get("mtu") or 0),
        interface=str(variables.get("neutron_public_interface_name") or ""),
        nics=tuple(each.rpartition(":")[2] for each in str(variables.get(_CARDS) or "").split(",") if each),
        disks=tuple(
            str(each["device"]) for each in variables.get("edpm_swift_disks") or () if "device" in each
        ),
        pages=int(pages[1]) if pages else 0,
        is_image=bool(variables.get("edpm_update_system_bootc_os_container_image")),
        names=around.reach.names,
        registries=around.reach.registries,
        repositories=repositories,
        environment={
            str(name): _LOGIN.sub("", str(value))
            for name, value in proxies.items()
            if str(name).lower().endswith("_proxy")
        },
        deployed=host in around.deployed,
    )


def _subnet(wanted: Mapping[str, Any], networks: Body | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Find a host's network and subnet; names count without case."""
    listed = get(networks or {}, "spec", "networks") or ()
    name, subnet = str(wanted.get("name", "")).lower(), str(wanted.get("subnetName", "")).lower()
    network: Mapping[str, Any] = next(
        (each for each in listed if str(each.get("name", "")).lower() == name), {}
    )
    subnets = network.get("subnets") or ()
    return network, next((each for each in subnets if str(each.get("name", "")).lower() == subnet), {})
