"""What a node set may say of the kind of its hosts: packets in user space, shared cards, disks of Swift, an image as system."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from openstack_k8s_cli.profile import cores
from openstack_k8s_cli.profile.shape import Free, Section, Words


def _cores(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str):
        cores.read(text)
    return text


Cores = Annotated[
    str,
    BeforeValidator(_cores, json_schema_input_type=str | int),
    Words("cores such as `1,13` or `2-11,14-23`"),
]


class Dpdk(Section):
    """Open vSwitch with DPDK: packets are carried in user space, by cores of their own."""

    pmd: Cores = Field(description="The cores that carry packets (edpm_ovs_dpdk_pmd_core_list).")
    guests: Cores | None = Field(
        None,
        description="Cores that instances have to themselves (nova's cpu_dedicated_set); they and `pmd` are isolated. null: none.",
    )
    hugepages: Annotated[int, Field(ge=1)] = Field(
        description="Pages of 1 GiB that are set aside at boot, for Open vSwitch and instances."
    )
    memory: str = Field(
        "4096",
        pattern=r"^\d+(,\d+)*$",
        description="MiB of them for Open vSwitch, one number for each NUMA node.",
    )
    channels: Annotated[int, Field(ge=1)] = Field(4, description="Memory channels of a processor.")
    bridges: dict[str, str] = Field(
        default_factory=lambda: {"dpdk1": "br-link1", "dpdk2": "br-link2"},
        description="The bridge of each physical network (edpm_ovn_bridge_mappings), as the network template has them.",
    )


class Card(Section):
    """A network card whose functions instances get."""

    nic: str = Field(description="Its interface on the hosts, such as `eno5`.")
    device: Free = Field(
        default_factory=dict,
        description="How nova finds its functions, such as `{vendor_id: '8086', product_id: '1572'}` or `{address: '0000:19:00.3'}`; empty: by `nic`.",
    )
    trusted: bool = Field(True, description="Whether instances may change the functions' MAC addresses.")


class Sriov(Section):
    """SR-IOV: instances get functions of network cards."""

    cards: Annotated[dict[str, Card], Field(min_length=1)] = Field(
        description="The card of each physical network."
    )


class Disk(Section):
    """A disk that Swift keeps objects on."""

    device: str = Field(pattern=r"^/dev/\S+$", description="The device, such as `/dev/vdb`.")
    weight: Annotated[int, Field(ge=1)] = Field(
        description="How much it takes beside the others: its GiB, for instance."
    )
    region: Annotated[int, Field(ge=0)] = Field(0, description="Its region in the rings.")
    zone: Annotated[int, Field(ge=0)] = Field(0, description="Its zone in the rings.")


class Bootc(Section):
    """Hosts whose system is a container image (bootc): no packages are installed."""

    image: str = Field(
        description="The image that an update switches to (edpm_update_system_bootc_os_container_image)."
    )
    container: str | None = Field(
        None,
        description="The container with the disk image that bare machines get; null: `image` with `-qcow2` behind its tag.",
    )
