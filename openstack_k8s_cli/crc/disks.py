"""Further disks of CRC's machine: files in its own folder, so that they go with it."""

import json
import re
import string
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from openstack_k8s_cli.crc import devices
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.facts import DOMAIN
from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.crc.wanted import Disk
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_PREFIX, _SUFFIX = "osk-", ".qcow2"
PATTERN = f"{_PREFIX}*{_SUFFIX}"
"""Of the names of their files."""
_ENGLISH = {"LC_ALL": "C"}


def path(host: Host, name: str) -> str:
    """Say where a disk's file is."""
    return f"{home(host)}/.crc/machines/crc/{_PREFIX}{name}{_SUFFIX}"


def there(host: Host) -> tuple[str, ...]:
    """Name the disks that the machine has, whatever the profile says by now."""
    machine = devices.look(host)
    own = f"{home(host)}/.crc/machines/crc/{_PREFIX}"
    files = {**_files(machine.live), **_files(machine.kept)}
    return tuple(
        sorted(each.removeprefix(own).removesuffix(_SUFFIX) for each in files if each.startswith(own))
    )


def is_whole(host: Host, disk: Disk) -> bool:
    """Tell whether there is nothing to make, grow or attach."""
    machine, file = devices.look(host), path(host, disk.name)
    if file not in _files(machine.kept) or (machine.running and file not in _files(machine.live)):
        return False
    return _has_file(host, file) and _size(host, file, _files(machine.kept)[file]) >= disk.size


def is_there(host: Host, name: str) -> bool:
    """Tell whether there is something to detach or delete."""
    return name in there(host) or _has_file(host, path(host, name))


def attach(host: Host, disk: Disk) -> Done:
    """Make its file where there is none, and attach it where it is not."""
    machine, file, done = devices.look(host), path(host, disk.name), []
    live, kept = _files(machine.live), _files(machine.kept)
    if not _has_file(host, file):
        # only a whole one gets the name
        _do(host, "qemu-img", "create", "-q", "-f", "qcow2", f"{file}.partial", f"{disk.size}G")
        _do(host, "mv", f"{file}.partial", file)
        done.append(f"disk {disk.name} of {disk.size} GiB made")
    elif _size(host, file, live.get(file) or kept.get(file, "")) < disk.size:
        _grow(host, file, disk.size, live.get(file, ""))
        done.append(f"disk {disk.name} grown to {disk.size} GiB")
    runs, stays = machine.running and file not in live, file not in kept
    target = live.get(file) or kept.get(file) or _free({*_targets(machine.live), *_targets(machine.kept)})
    is_in = devices.plug(host, _device(file, target, disk.name), live=runs, kept=stays)
    if stays or (runs and is_in):
        done.append(f"disk {disk.name} attached as {target}")
    return Done(tuple(done), waits=not is_in)


def detach(host: Host, name: str) -> Done:
    """Detach it where it is, and delete its file."""
    machine, file, done = devices.look(host), path(host, name), []
    live, kept = _files(machine.live), _files(machine.kept)
    if file in live or file in kept:
        target = live.get(file) or kept[file]
        devices.unplug(host, _device(file, target, name), live=file in live, kept=file in kept)
        if file in _files(devices.look(host).live):
            advice = Advice(
                "Stop what uses it, or the machine, and run the same command again", "osk crc stop"
            )
            summary = f"The node does not let go of the disk `{name}`"
            problem = Problem("OSK1385", summary, f"domain crc: {target}", None, (advice,))
            raise OskError(problem, exit_code=ExitCode.FAILED)
        done.append(f"disk {name} detached")
    if _has_file(host, file):
        _do(host, "rm", "-f", file)
        done.append(f"disk {name} deleted")
    return Done(tuple(done))


def _device(file: str, target: str, name: str) -> ET.Element:
    """Make it by https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms."""
    found = ET.Element("disk", type="file", device="disk")
    ET.SubElement(found, "driver", name="qemu", type="qcow2", discard="unmap")
    ET.SubElement(found, "source", file=file)
    ET.SubElement(found, "target", dev=target, bus="virtio")
    ET.SubElement(found, "serial").text = name
    return found


def _has_file(host: Host, file: str) -> bool:
    return host.run(["test", "-e", file]).exit_code == 0


def _size(host: Host, file: str, target: str) -> int:
    """Give its size in GiB; of one that is attached libvirt knows it, to whom the file may belong meanwhile."""
    if target:
        found = re.search(r"Capacity:\s+(\d+)", devices.told(host, "domblkinfo", DOMAIN, target))
        return int(found[1]) // 1024**3 if found else 0
    told = json.loads(_do(host, "qemu-img", "info", "--output=json", file))
    return int(told["virtual-size"]) // 1024**3


def _grow(host: Host, file: str, size: int, target: str) -> None:
    if target:
        devices.change(host, "blockresize", DOMAIN, target, f"{size}GiB")
    else:
        _do(host, "qemu-img", "resize", "-q", file, f"{size}G")


def _files(machine: ET.Element) -> Mapping[str, str]:
    """Give the files of its disks, each with the name that the disk has."""
    found = {}
    for each in machine.iter("disk"):
        source, target = each.find("source"), each.find("target")
        if source is not None and target is not None and source.get("file"):
            found[source.get("file") or ""] = target.get("dev") or ""
    return found


def _targets(machine: ET.Element) -> set[str]:
    return {each.get("dev") or "" for each in machine.iter("target")}


def _free(taken: set[str]) -> str:
    return next(name for letter in string.ascii_lowercase if (name := f"vd{letter}") not in taken)


def _do(host: Host, *argv: str) -> str:
    ran = host.run(argv, env=_ENGLISH)
    if ran.exit_code:
        advice = Advice(
            "Mend what it says; `qemu-img` comes with the package qemu-img or qemu-utils, and the same command goes on"
        )
        lines = ran.stderr.strip().splitlines()
        problem = Problem(
            "OSK1386",
            "A disk of the machine cannot be made",
            argv[-1],
            lines[-1] if lines else argv[0],
            (advice,),
        )
        raise OskError(problem, exit_code=ExitCode.FAILED)
    return ran.stdout
