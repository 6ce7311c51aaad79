"""How large the virtual machine must be for what a profile will request."""

import math
from dataclasses import dataclass

from openstack_k8s_cli.model.quantities import GIB, MIB
from openstack_k8s_cli.plan.sizing import Demand

LEAST = {"openshift": (4, 10752), "okd": (4, 10752), "microshift": (2, 4096)}
"""Processors and MiB that the cluster itself takes: GetDefaultCPUs and GetDefaultMemory in crc's pkg/crc/constants."""
DISK = 31
"""GiB of the smallest disk: DefaultDiskSize in crc's pkg/crc/constants."""
MONITORING = 14336 - 10752
"""MiB more with monitoring: minimumMemoryForMonitoring in crc's pkg/crc/machine/start.go."""
_IMAGES = 25
"""GiB for images, by estimate: some 60 of OpenStack's at 0.3 to 0.6 GiB, whose layers are partly shared."""
_STEP = 256
"""MiB that memory is rounded up to."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """A virtual machine."""

    cpus: int
    memory: int
    """MiB."""
    disk: int
    """GiB."""


def least(preset: str) -> Sizes:
    """Give what crc accepts at least."""
    cpus, memory = LEAST[preset]
    return Sizes(cpus, memory, DISK)


def enough(preset: str, demand: Demand, *, monitoring: bool) -> Sizes:
    """Add what a plan needs to what the cluster itself takes."""
    own, needs = least(preset), demand.total().needs
    memory = own.memory + needs.memory / MIB + (MONITORING if monitoring else 0)
    disk = own.disk + (_IMAGES + demand.storage / GIB if demand.loads else 0)
    return Sizes(
        own.cpus + math.ceil(needs.cpu),
        math.ceil(memory / _STEP) * _STEP,
        math.ceil(disk),
    )
