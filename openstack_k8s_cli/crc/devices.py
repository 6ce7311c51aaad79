"""Devices of CRC's machine, plugged and unplugged by `virsh`: in the one that runs, and in what starts next."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from openstack_k8s_cli.crc.facts import DOMAIN, LIBVIRT
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_ENGLISH = {"LC_ALL": "C"}
_NO_SLOT = re.compile(r"No more available PCI|does not support hot-?plug", re.IGNORECASE)
"""Of libvirt's src/conf/domain_addr.c and of QEMU: the machine has to start anew to have room for another device."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine as it runs, and as it starts next."""

    running: bool
    live: ET.Element
    kept: ET.Element


@dataclass(frozen=True, slots=True)
class Done:
    """What was changed."""

    said: tuple[str, ...] = ()
    waits: bool = False
    """Whether the machine has all of it only after its next start."""


def look(host: Host) -> Machine:
    """Read it; raises OskError (exit 7) where libvirt knows no such machine."""
    live = tree(told(host, "dumpxml", DOMAIN))
    kept = tree(told(host, "dumpxml", "--inactive", DOMAIN))
    running = told(host, "domstate", DOMAIN).strip() == "running"
    return Machine(running, live if running else ET.Element("nothing"), kept)


def plug(host: Host, device: ET.Element, *, live: bool, kept: bool) -> bool:
    """Plug a device in; False: the machine that runs has no room for it, so it is there after the next start."""
    ran = _device(host, "attach-device", device, live=live, kept=kept)
    if not ran:
        return True
    if not live or not _NO_SLOT.search(ran):
        raise failed(ran)
    if kept and (why := _device(host, "attach-device", device, live=False, kept=True)):
        raise failed(why)
    return False


def unplug(host: Host, device: ET.Element, *, live: bool, kept: bool) -> None:
    """Take a device out."""
    if why := _device(host, "detach-device", device, live=live, kept=kept):
        raise failed(why)


def _device(host: Host, verb: str, device: ET.Element, *, live: bool, kept: bool) -> str:
    """Do it; gives libvirt's complaint."""
    flags = (*(("--live",) if live else ()), *(("--config",) if kept else ()))
    return _ran(host, verb, DOMAIN, "/dev/stdin", *flags, stdin=text(device)) if flags else ""


def text(device: ET.Element) -> str:
    """Write it as libvirt reads it."""
    return ET.tostring(device, encoding="unicode") + "\n"


def tree(written: str) -> ET.Element:
    """Read what libvirt writes."""
    try:
        return ET.fromstring(written)  # noqa: S314  # libvirt's own output
    except ET.ParseError:
        return ET.Element("nothing")


def told(host: Host, *words: str) -> str:
    """Ask libvirt; raises OskError (exit 7) with its own words."""
    ran = host.run([*LIBVIRT, *words], env=_ENGLISH, timeout=60)
    if ran.exit_code:
        raise failed(_complaint(ran.stderr) or words[0])
    return ran.stdout


def change(host: Host, *words: str) -> None:
    """Have libvirt change something; raises OskError (exit 7)."""
    if why := _ran(host, *words):
        raise failed(why)


def _ran(host: Host, *words: str, stdin: str = "") -> str:
    ran = host.run([*LIBVIRT, *words], stdin=stdin.encode(), env=_ENGLISH, timeout=60)
    return (_complaint(ran.stderr) or words[0]) if ran.exit_code else ""


def _complaint(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else ""


_SEE = Advice("See that the machine is there, and what it has", "virsh --connect qemu:///system dumpxml crc")


def failed(why: str, advice: Advice = _SEE) -> OskError:
    """Make an error of why a device cannot be changed."""
    problem = Problem(
        "OSK1249", "The devices of the machine cannot be changed", f"domain {DOMAIN}", why, (advice,)
    )
    return OskError(problem, exit_code=ExitCode.FAILED)
