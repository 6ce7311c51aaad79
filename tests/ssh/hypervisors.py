"""A hypervisor: a host with virsh, genisoimage and podman recorded, which keep what is made in a folder.

What they print and how they end is from virsh(1) and libvirt 9.0.0's own virsh on its test driver, genisoimage(1) and
podman-run(1): nothing here runs a machine, but the second run of osk sees what the first one made.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.ssh import netxml

CHECKS = Path(netxml.__file__).read_text(encoding="utf-8")
_SHARED = ("base64", "flock", "mktemp", "stat")
_VIRSH = """\
import json, os, pathlib, sys, xml.etree.ElementTree as ET
{checks}
home = pathlib.Path("{state}")
words = sys.argv[1:]
assert words[:1] == ["--connect"], words
words = [each for each in words[2:] if each != "--quiet"]
command, given = words[0], words[1:]
with (home / "calls").open("a") as file:
    file.write(" ".join(words) + chr(10))
def end(*lines):
    for line in lines:
        print("error: " + line, file=sys.stderr)
    sys.exit(1)
def option(name, default=None):
    return given[given.index(name) + 1] if name in given else default
plain, skip = [], False
for each in given:
    if skip:
        skip = False
    elif each in ("--pool", "--target", "--format", "--backing-vol", "--backing-vol-format"):
        skip = True
    elif not each.startswith("--"):
        plain.append(each)
if (home / "down").exists():
    end("failed to connect to the hypervisor", "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied")
import time
hung = (home / "hangs").exists() and command in (home / "hangs").read_text().split()
while hung:
    time.sleep(0.05)
    if not (home / "hangs").exists():
        sys.exit(1)
if (home / "fails").exists() and command in (home / "fails").read_text().split():
    end("Failed to run %s" % command, "internal error: it is said to fail")
name = plain[0] if plain else ""
def pool(name):
    found = home / "pools" / name
    if not found.exists():
        end("failed to get pool '%s'" % name, "Storage pool not found: no storage pool with matching name '%s'" % name)
    return found
def active(name):
    found = pool(name)
    if not (found / "running").exists():
        end("storage pool '%s' is not active" % name)
    return found
def volume(name):
    found = active(option("--pool")) / "volumes" / name
    if not found.exists():
        end("failed to get vol '%s'" % name, "Storage volume not found: no storage vol with matching path '%s'" % name)
    return found
def domain(name):
    found = home / "domains" / name
    if not found.exists():
        end("failed to get domain '%s'" % name)
    return found
def net(name):
    found = home / "nets" / name
    if not found.exists():
        end("failed to get network '%s'" % name, "Network not found: no network with matching name '%s'" % name)
    return found
if command == "list":
    up = lambda each: "--all" in given or (each / "state").exists() and (each / "state").read_text() == "running"
    print(chr(10).join(sorted(each.name for each in (home / "domains").iterdir() if up(each))) + chr(10))
elif command == "net-list":
    known = json.loads((home / "networks").read_text())
    nets = dict((each.name, (each / "active").exists()) for each in (home / "nets").iterdir())
    nets.update((each, True) for each in known["active"])
    nets.update((each, False) for each in known["inactive"])
    wanted = (True, False) if "--all" in given else (False,) if "--inactive" in given else (True,)
    print(chr(10).join(sorted(each for each in nets if nets[each] in wanted)) + chr(10))
elif command == "net-define":
    text = sys.stdin.read()
    check_network(text)
    found = home / "nets" / ET.fromstring(text).findtext("name")
    found.mkdir()
    (found / "xml").write_text(text)
    print("Network %s defined from /dev/stdin" % found.name)
elif command == "net-info":
    found = net(name)
    print("Name:           %s" % name)
    print("UUID:           %s" % ET.fromstring((found / "xml").read_text()).findtext("uuid"))
    print("Active:         %s" % ("yes" if (found / "active").exists() else "no"))
    print("Persistent:     yes")
    print("Autostart:      %s" % ("yes" if (found / "autostart").exists() else "no"))
elif command == "net-dumpxml":
    print((net(name) / "xml").read_text())
elif command == "net-start":
    if (net(name) / "active").exists():
        end("Failed to start network %s" % name, "Requested operation is not valid: network is already active")
    (net(name) / "active").touch()
elif command == "net-autostart":
    (net(name) / "autostart").touch()
elif command == "net-destroy":
    if not (net(name) / "active").exists():
        end("Failed to destroy network %s" % name, "Requested operation is not valid: network '%s' is not active" % name)
    (net(name) / "active").unlink()
elif command == "net-undefine":
    found = net(name)
    for each in found.iterdir():
        each.unlink()
    found.rmdir()
elif command == "domiflist":
    for each in ET.fromstring((domain(name) / "xml").read_text()).findall("devices/interface"):
        source = each.find("source")
        print(" vnet0   %s   %s   virtio   52:54:00:00:00:00" % (each.get("type"), source.get(each.get("type"))))
elif command == "pool-define-as":
    (home / "pools" / name / "volumes").mkdir(parents=True)
elif command in ("pool-build", "pool-autostart", "pool-refresh"):
    pool(name)
elif command == "pool-start":
    if (pool(name) / "running").exists():
        end("Failed to start pool %s" % name, "Requested operation is not valid: storage pool '%s' is already active" % name)
    (pool(name) / "running").touch()
elif command == "pool-info":
    found = pool(name)
    print("Name:           %s" % name)
    print("State:          %s" % ("running" if (found / "running").exists() else "inactive"))
    if "--bytes" in given:
        print("Available:      %d" % 10**12)
elif command == "vol-list":
    for each in sorted((active(name) / "volumes").iterdir()):
        if each.suffix != ".data":
            print(" %s   /var/lib/%s/%s" % (each.name, name, each.name))
elif command == "vol-create-as":
    found = active(name) / "volumes" / plain[1]
    if found.exists():
        end("Failed to create vol %s" % plain[1], "storage volume '%s' exists already" % plain[1])
    backing = option("--backing-vol")
    if backing and not (found.parent / backing).exists():
        end("failed to get vol '%s'" % backing)
    found.write_text(json.dumps(dict(size=int(plain[2]), format=option("--format"), backing=backing)))
elif command == "vol-info":
    print("Name:           %s" % volume(name).name)
    if "--bytes" in given:
        print("Allocation:     %d bytes" % json.loads(volume(name).read_text())["size"])
elif command == "vol-clone":
    found, target = volume(name), active(option("--pool")) / "volumes" / plain[1]
    if target.exists():
        end("Failed to clone vol from %s" % name, "storage volume '%s' exists already" % plain[1])
    target.write_text(found.read_text())
    print("Vol %s cloned from %s" % (plain[1], name))
elif command == "vol-delete":
    found = volume(name)
    found.unlink()
    found.with_name(name + ".data").unlink(missing_ok=True)
elif command == "vol-upload":
    volume(name).with_name(name + ".data").write_bytes(pathlib.Path(plain[1]).read_bytes())
elif command == "define":
    text = sys.stdin.read()
    form = ET.fromstring(text)
    for source in form.findall("devices/disk/source"):
        assert (home / "pools" / source.get("pool") / "volumes" / source.get("volume")).exists(), source.attrib
    found = home / "domains" / form.findtext("name")
    found.mkdir()
    (found / "xml").write_text(text)
    (found / "state").write_text("shut off")
elif command == "dominfo":
    print("Name:           %s" % domain(name).name)
elif command == "domstate":
    print((domain(name) / "state").read_text() + chr(10))
elif command == "dumpxml":
    print((domain(name) / "xml").read_text())
elif command == "autostart":
    (domain(name) / "autostart").touch()
elif command == "start":
    if (domain(name) / "state").read_text() == "running":
        end("Domain is already active")
    (domain(name) / "state").write_text("running")
elif command == "shutdown":
    if (domain(name) / "state").read_text() != "running":
        end("Failed to shutdown domain '%s'" % name, "Requested operation is not valid: domain is not running")
    (domain(name) / "state").write_text("shut off")
    print("Domain '%s' is being shutdown" % name)
elif command == "destroy":
    if (domain(name) / "state").read_text() != "running":
        end("Failed to destroy domain '%s'" % name, "Requested operation is not valid: domain is not running")
    (domain(name) / "state").write_text("shut off")
elif command == "undefine":
    found = domain(name)
    for each in found.iterdir():
        each.unlink()
    found.rmdir()
else:
    end("unknown command: '%s'" % command)
"""
_GENISOIMAGE = """\
import json, pathlib, sys
words, files, options = sys.argv[1:], {}, {}
while words:
    each = words.pop(0)
    if each in ("-output", "-volid"):
        options[each] = words.pop(0)
    elif each in ("-quiet", "-joliet", "-rational-rock"):
        pass
    else:
        files[pathlib.Path(each).name] = pathlib.Path(each).read_text()
pathlib.Path(options["-output"]).write_text(json.dumps(dict(label=options["-volid"], files=files)))
"""
_PODMAN = """\
import hashlib, json, pathlib, sys, types
home, words = pathlib.Path("{state}"), sys.argv[1:]
with (home / "podman").open("a") as file:
    file.write(" ".join(words) + chr(10))
state = home / "container"
if words[0] == "container":
    if not state.exists():
        print("Error: inspecting object: no such container", file=sys.stderr)
        sys.exit(125 if words[1] == "inspect" else 1)
    if words[1] == "inspect":
        state = json.loads(state.read_text())
        label = state[state.index("--label") + 1]
        assert words[words.index("--format") + 1] == '{{ .State.Status }} {{ index .Config.Labels "%s" }}' % label.partition("=")[0]
        print("running " + label.partition("=")[2])
elif words[0] == "rm":
    state.unlink(missing_ok=True)
elif "--rm" in words:
    folder = words[words.index("--volume") + 1].partition(":")[0]
    bcrypt = types.ModuleType("bcrypt")
    bcrypt.gensalt = lambda: b""
    bcrypt.hashpw = lambda word, salt: b"$2b$" + hashlib.sha256(word).hexdigest().encode()
    bcrypt.checkpw = lambda word, known: bcrypt.hashpw(word, b"") == known
    sys.modules["bcrypt"] = bcrypt
    exec(words[words.index("-c") + 1].replace("/etc/sushy-emulator", folder))
else:
    state.write_text(json.dumps(words))
"""


class Hypervisor:
    """The state of one."""

    def __init__(self, place: Path, networks: Mapping[str, Sequence[str]] | None = None) -> None:
        self.state = place / "state"
        for part in ("pools", "domains", "nets"):
            (self.state / part).mkdir(parents=True)
        self.set("networks", json.dumps({"active": ["default"], "inactive": [], **(networks or {})}))
        self.programs = place / "bin"
        programs = {"virsh": _VIRSH, "genisoimage": _GENISOIMAGE, "podman": _PODMAN}
        for name in _SHARED:
            (self.programs / name).symlink_to(os.path.realpath(shutil.which(name) or name))
        for name, body in programs.items():
            file = self.programs / name
            text = body.replace("{state}", str(self.state)).replace("{checks}", CHECKS)
            file.write_text(f"#!{sys.executable} -IS\n{text}")
            file.chmod(0o755)

    def set(self, name: str, text: str = "") -> None:
        """Have something be so."""
        (self.state / name).write_text(text)

    def unset(self, name: str) -> None:
        """Have it be so no more."""
        (self.state / name).unlink()

    def without(self, program: str) -> None:
        """Lack a program."""
        (self.programs / program).unlink()

    @property
    def domains(self) -> dict[str, str]:
        """Give the machines' states."""
        return {
            each.name: (each / "state").read_text() for each in sorted((self.state / "domains").iterdir())
        }

    def xml(self, name: str) -> str:
        """Give a machine's definition."""
        return (self.state / "domains" / name / "xml").read_text()

    @property
    def networks(self) -> dict[str, str]:
        """Give the networks that were made, and whether each is up and stays so."""
        places = sorted((self.state / "nets").iterdir())
        return {
            each.name: " ".join(name for name in ("active", "autostart") if (each / name).exists())
            for each in places
        }

    def network(self, name: str, text: str) -> None:
        """Have a network that is up."""
        place = self.state / "nets" / name
        place.mkdir()
        (place / "xml").write_text(text)
        (place / "active").touch()

    @property
    def volumes(self) -> dict[str, dict[str, Any]]:
        """Give the pool's volumes."""
        folder = self.state / "pools" / "osk" / "volumes"
        return {
            each.name: json.loads(each.read_text())
            for each in sorted(folder.iterdir())
            if each.suffix != ".data"
        }

    def content(self, volume: str) -> bytes:
        """Give what was put into a volume."""
        return (self.state / "pools" / "osk" / "volumes" / f"{volume}.data").read_bytes()

    @property
    def changes(self) -> list[str]:
        """Give the commands that change something, so far."""
        quiet = (
            "list",
            "net-list",
            "net-info",
            "net-dumpxml",
            "domiflist",
            "pool-info",
            "vol-list",
            "vol-info",
            "dominfo",
            "domstate",
            "dumpxml",
        )
        calls = (self.state / "calls").read_text().splitlines() if (self.state / "calls").exists() else []
        return [each for each in calls if each.split()[0] not in (*quiet, "pool-autostart", "autostart")]
