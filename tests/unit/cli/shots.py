"""Snapshots of a cloud in tests, and what is copied."""

from collections.abc import Iterator
from typing import Any

import pytest

from openstack_k8s_cli.cli.snapshots import Snapshots
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import OskError
from tests.fakes.cloud import FakeCloud
from tests.unit.cli.days import Lab, ran, up_already

DISK = ".crc/machines/crc/crc.qcow2"
VOLUME = "edpm-compute-0.qcow2"


def cloud() -> Lab:
    """Give a cloud that runs."""
    found = up_already()
    FakeCloud([f"edpm-compute-{each}" for each in range(2)]).over(found.cluster)
    return found


def of(place: Lab) -> Snapshots:
    """Give those of the host."""
    return Snapshots(place.machines)


def create(place: Lab, name: str = "one") -> tuple[list[str], Any]:
    """Take one."""
    return ran(of(place).create(name, yes=True))


def restore(place: Lab, name: str = "one", *, force: bool = False) -> tuple[list[str], Any]:
    """Put one back."""
    return ran(of(place).restore(name, force=force, yes=True))


def cut_off(place: Lab) -> None:
    """Take one, and be killed while the hosts' volumes are put back."""
    create(place)
    change(place)

    def killed(name: str) -> None:
        if name == "volumes-copy":
            raise RuntimeError(name)

    place.hypervisor.interrupted = killed
    with pytest.raises(RuntimeError):
        restore(place)
    place.hypervisor.interrupted = len


def change(place: Lab) -> None:
    """Let time change both disks."""
    place.host.files.write(DISK, "crc v2")
    place.hypervisor.volumes[VOLUME] = "v2"


def contents(place: Lab) -> tuple[str, str]:
    """Tell what both disks hold."""
    return place.host.files.read(DISK), place.hypervisor.volumes[VOLUME]


def refused(events: Iterator[Event]) -> str:
    """Give the code of what is refused."""
    with pytest.raises(OskError) as caught:
        list(events)
    return caught.value.problems[0].code
