"""What the programs beside `crc` say: virsh(1), systemctl(1), loginctl(1), curl(1), tar(1), as far as osk asks them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.fakes.crc.openshiftlocal import OpenshiftLocal

READING = (
    ("crc", "version"), ("crc", "status"), ("crc", "config", "view"), ("crc", "setup", "--check-only"), ("crc", "console"),
    ("virsh", "net-list"), ("virsh", "net-dumpxml"), ("virsh", "list"), ("virsh", "dumpxml"), ("virsh", "domstate"), ("virsh", "domblkinfo"),
    ("systemctl", "is-active"), ("systemctl", "--user", "show-environment"), ("loginctl", "show-user"),
    ("id",), ("df",), ("du",), ("test",), ("readlink",), ("sha256sum",), ("find",), ("qemu-img", "info"),
    ("sudo", "-n", "true"), ("sudo", "-n", "-v"),
)  # fmt: skip
"""Beginnings of command lines that change nothing."""
ARCHIVE = b"the archive of crc"
ANCHOR = "/etc/pki/ca-trust/source/anchors/crc-router-ca.pem"
BUNDLE = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
_FULL = "internal error: No more available PCI slots"
_OWN_DISK = "<disk type='file' device='disk'><source file='/home/ada/.crc/machines/crc/crc.qcow2'/><target dev='vda' bus='virtio'/></disk>"


def fresh(**changes: Any) -> dict[str, Any]:
    """Give the state of a host that is fit and has never seen CRC."""
    return {
        "uid": 1000,
        "groups": ["ada", "wheel", "libvirt"],
        "entitled": ["ada", "wheel", "libvirt"],
        "memory_kib": 64 * 1024**2,
        "free_gib": 300,
        "disk_gib": 30,
        "kvm": True,
        "units": ["NetworkManager", "systemd-resolved"],
        "session": True,
        "lingers": False,
        "networks": {"default": "192.168.122.1/24"},
        "inactive": [],
        "by hand": [],
        "domains": {},
        "installed": True,
        "version": "2.62.0",
        "config": {},
        "set_up": False,
        "running": False,
        "openshift": "Running",
        "fails": {},
        "log": [],
        **changes,
    }


def answer(
    state: dict[str, Any], files: Any, argv: list[str], stdin: bytes, env: Mapping[str, str]
) -> tuple[int, str, str]:
    """Play a program: exit status, what it prints, what it complains of."""
    name, words = Path(argv[0]).name, argv[1:]
    state["log"].append([name, *words])
    if name in state.get("missing", ()):
        return 127, "", f"{name}: not found"
    if name == "crc":
        if not state["installed"]:
            return 127, "", "crc: not found"
        program = OpenshiftLocal(state, files, env)
        code = program.call(words)
        return code, _text(program.out), _text(program.err)
    played = {
        "virsh": _virsh,
        "systemctl": _systemctl,
        "curl": _curl,
        "tar": _tar,
        "find": _find,
        "qemu-img": _qemu_img,
        "sudo": _sudo,
    }.get(name)
    if played:
        return played(state, files, words, stdin)
    return _simple(state, files, name, words)


def _simple(  # noqa: C901, PLR0911, PLR0912  # one case a program
    state: dict[str, Any], files: Any, name: str, words: list[str]
) -> tuple[int, str, str]:
    match name, *words:
        case "loginctl", "show-user", *_:
            return 0, f"Linger={'yes' if state['lingers'] else 'no'}\n", ""
        case "id", "-u":
            return 0, f"{state['uid']}\n", ""
        case "id", "-un":
            return 0, "ada\n", ""
        case "id", "-Gn":
            return 0, " ".join(state["groups"]) + "\n", ""
        case "id", "-Gn", _:
            return 0, " ".join(state["entitled"]) + "\n", ""
        case "df", *_:
            return 0, f"Avail\n{state['free_gib']}\n", ""
        case "test", "-e", "/dev/kvm":
            return (0 if state["kvm"] else 1), "", ""
        case "test", _, path:
            return (0 if files.has(path) else 1), "", ""
        case "readlink", *_:
            return 0, "/run/systemd/resolve/stub-resolv.conf\n", ""
        case "sha256sum", path if not files.has(path):
            return 1, "", f"sha256sum: {path}: No such file or directory\n"
        case "sha256sum", path:
            return 0, f"{hashlib.sha256(files.read(path).encode()).hexdigest()}  {path}\n", ""
        case "mkdir" | "rmdir", *_:
            return 0, "", ""
        case "mv", source, target:
            files.write(target, files.read(source))
            files.remove(source)
            state["installed"] |= target.endswith("/.local/bin/crc")
            return 0, "", ""
        case "cp", *_, source, target if not files.has(source):
            return 1, "", f"cp: cannot stat '{source}': No such file or directory\n"
        case "cp", *_, source, target:
            files.write(target, files.read(source))
            return 0, "", ""
        case "du", *_, path:
            return 0, f"{state['disk_gib']}\t{path}\n", ""
        case "rm", "-r", "-f", path:
            files.remove(f"{path}/")
            return 0, "", ""
        case "rm", "-f", path:
            files.remove(path)
            return 0, "", ""
        case "getent", "hosts", sought:
            return (0 if sought in state.get("resolved", ()) else 2), "", ""
        case _:
            return 127, "", f"{name}: not found"


def _sudo(state: dict[str, Any], files: Any, words: list[str], stdin: bytes) -> tuple[int, str, str]:
    """Be root for what makes a host trust an authority."""
    if state.get("sudo"):
        return _asking(state, words)
    if state["fails"].get("sudo"):
        return 1, "", "sudo: a password is required"
    match words:
        case "tee", path:
            files.write(path, stdin.decode())
        case "rm", "-f", path:
            files.remove(path)
        case ["update-ca-trust"]:
            text = files.read(ANCHOR) if files.has(ANCHOR) else ""
            files.write(BUNDLE, f"AUTHORITIES\n{text[:8]}\n{text[8:]}")
        case _:
            pass
    return 0, " ".join(words), ""


def _asking(state: dict[str, Any], words: list[str]) -> tuple[int, str, str]:
    """Be a sudo that needs a password: `asks`, unless the answer is `wrong`, or not kept: `forgets`."""
    if words[0] == "-n":
        known = state["sudo"] == "asks" and state.get("answered")
        return (0, "", "") if known else (1, "", "sudo: a password is required")
    state["answered"] = state["sudo"] != "wrong"
    return (0, "", "") if state["answered"] else (1, "", "sudo: 3 incorrect password attempts")


def _systemctl(state: dict[str, Any], _files: Any, words: list[str], _stdin: bytes) -> tuple[int, str, str]:
    if words[0] == "--user":
        complaint = "Failed to connect to bus: No medium found\n"
        return (0, "", "") if state["session"] else (1, "", complaint)
    states = [
        "active" if each.removesuffix(".service") in state["units"] else "inactive" for each in words[1:]
    ]
    return (0 if "active" in states else 3), _text(states), ""


def _curl(state: dict[str, Any], files: Any, words: list[str], _stdin: bytes) -> tuple[int, str, str]:
    if state["fails"].get("curl"):
        files.write(words[words.index("--output") + 1], ARCHIVE.decode()[:5])
        return 18, "", "curl: (18) transfer closed with 13 bytes remaining to read\n"
    if "--output" in words:
        files.write(words[words.index("--output") + 1], ARCHIVE.decode())
        return 0, "", "##################  100.0%\r"
    digest = hashlib.sha256(ARCHIVE).hexdigest()
    return 0, f"{digest}  crc-linux-amd64.tar.xz\n", ""


def _tar(_state: dict[str, Any], files: Any, words: list[str], _stdin: bytes) -> tuple[int, str, str]:
    folder = words[words.index("--directory") + 1]
    files.write(f"{folder}/crc", "#!/bin/sh\n")
    return 0, "", ""


def _find(_state: dict[str, Any], files: Any, words: list[str], _stdin: bytes) -> tuple[int, str, str]:
    return 0, _text(files.disks(words[0])), ""


def _qemu_img(_state: dict[str, Any], files: Any, words: list[str], _stdin: bytes) -> tuple[int, str, str]:
    if words[0] == "info":
        size = int(files.read(words[-1]).removesuffix("G")) * 1024**3
        return 0, json.dumps({"virtual-size": size, "format": "qcow2"}), ""
    files.write(words[-2], words[-1])
    return 0, "Image resized.\n" if words[0] == "resize" else "", ""


def _virsh(  # noqa: C901, PLR0911, PLR0912  # one case a command
    state: dict[str, Any], files: Any, words: list[str], stdin: bytes
) -> tuple[int, str, str]:
    command, *given = words[2:]
    if state["fails"].get("virsh"):
        return (
            1,
            "",
            "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied\n",
        )
    match command, *given:
        case "net-list", *rest:
            off = state["by hand"] if "--autostart" in rest else [] if "--all" in rest else state["inactive"]
            return 0, _text([*(each for each in state["networks"] if each not in off), ""]), ""
        case "net-dumpxml", name if name not in state["networks"]:
            return 1, "", f"error: failed to get network '{name}'\n"
        case "net-dumpxml", name:
            kept = [each for each in state.get("reservations", ()) if each[0] == name]
            return 0, _network(name, state["networks"][name], [each[1] for each in kept]), ""
        case "list", *rest:
            return (
                0,
                _text(
                    [name for name, each in state["domains"].items() if "--all" in rest or each["running"]]
                ),
                "",
            )
        case "dumpxml" | "domstate", *rest if rest[-1] not in state["domains"]:
            return 1, "", f"error: failed to get domain '{rest[-1]}'\n"
        case "dumpxml", *rest:
            return 0, _domain(state["domains"][rest[-1]], kept="--inactive" in rest), ""
        case "destroy", name:
            state["domains"][name]["running"] = False
            return 0, f"Domain '{name}' destroyed\n", ""
        case "undefine", name, "--nvram":
            del state["domains"][name]
            return 0, f"Domain '{name}' has been undefined\n", ""
        case "domstate", name:
            return 0, "running\n\n" if state["domains"][name]["running"] else "shut off\n\n", ""
        case "attach-device" | "detach-device" | "domblkinfo" | "blockresize", *_:
            return _device(state, files, words[2:], stdin)
        case "net-update", name, "delete", _, text, *_:
            state["reservations"].remove([name, text])
            return 0, "Updated network default persistent config and live state\n", ""
        case "net-update", name, "modify", _, text, *_:
            kept = [each for each in state["reservations"] if each[0] != name]
            state["reservations"] = [*kept, [name, text]]
            return 0, "Updated network default persistent config and live state\n", ""
        case "net-update", name, "add-last", _, text, *_:
            state.setdefault("reservations", []).append([name, text])
            return 0, "Updated network default persistent config and live state\n", ""
        case _:
            return 1, "", f"error: unknown command: '{command}'\n"


def _device(state: dict[str, Any], files: Any, words: list[str], stdin: bytes) -> tuple[int, str, str]:
    match words:
        case "attach-device", _, _, *flags if "--live" in flags and state["fails"].get("slots"):
            return 1, "", f"error: Failed to attach device from /dev/stdin\nerror: {_FULL}\n"
        case "attach-device", name, _, *flags:
            domain = state["domains"][name]
            place = "next" if domain["running"] and "--live" not in flags else "interfaces"
            domain.setdefault(place, []).append(stdin.decode())
            return 0, "Device attached successfully\n", ""
        case "detach-device", name, _, *flags:
            gone, domain = _key(stdin.decode()), state["domains"][name]
            held = "interfaces" if state["fails"].get("held") and domain["running"] else ""
            for place in {"interfaces", "next"} - {held}:
                domain[place] = [each for each in domain.get(place, ()) if _key(each) != gone]
            return 0, "Device detached successfully\n", ""
        case "domblkinfo", name, target:
            size = int(files.read(_disk(state["domains"][name], target)).removesuffix("G")) * 1024**3
            return 0, f"Capacity:       {size}\nAllocation:     200704\nPhysical:       196616\n\n", ""
        case "blockresize", name, target, size:
            files.write(_disk(state["domains"][name], target), size.replace("GiB", "G"))
            return 0, f"Block device '{target}' is resized\n", ""
        case _:
            return 1, "", f"error: unknown command: '{words[0]}'\n"


def _network(name: str, address: str, hosts: list[str]) -> str:
    own, _, length = address.partition("/")
    dhcp = f"<dhcp>{''.join(hosts)}</dhcp>"
    return f"<network><name>{name}</name><bridge name='virbr-{name}'/><ip address='{own}' prefix='{length}'>{dhcp}</ip></network>"


def _domain(domain: dict[str, Any], *, kept: bool) -> str:
    devices = [_OWN_DISK, *domain["interfaces"], *(domain.get("next", ()) if kept else ())]
    return f"<domain type='kvm'><name>crc</name><devices>{''.join(devices)}</devices></domain>"


def _disk(domain: dict[str, Any], target: str) -> str:
    """Give the file of a disk by the name that the machine has it under."""
    texts = [*domain["interfaces"], *domain.get("next", ())]
    found = next(ET.fromstring(each) for each in texts if _key(each) == target)
    source = found.find("source")
    return (source.get("file") or "") if source is not None else ""


def _key(text: str) -> str:
    """Tell a device by what libvirt matches it by: an interface's MAC address, a disk's target."""
    device = ET.fromstring(text)
    mac, target = device.find("mac"), device.find("target")
    found = mac if mac is not None else target
    return (found.get("address") or found.get("dev") or "") if found is not None else ""


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
