"""A machine that becomes an NFS server: its programs recorded, with state, after exportfs(8), exports(5), systemctl(1) and firewall-cmd(1)."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

_HEAD = """\
import json, pathlib, sys
place, words = pathlib.Path("{place}"), sys.argv[1:]
state = place / "nfs.json"
known = json.loads(state.read_text())
with (place / "nfs.calls").open("a") as file:
    file.write(" ".join([pathlib.Path(sys.argv[0]).name, *words]) + chr(10))
def end(*lines):
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(1)
def keep(**more):
    known.update(more)
    state.write_text(json.dumps(known))
if known["fails"] and known["fails"] in words:
    end("it is said to fail")
"""
_EXPORTFS = """\
if words == ["-ra"]:
    found = []
    for each in sorted((place / "root/etc/exports.d").glob("*.exports")):
        for line in each.read_text().splitlines():
            if line.startswith("#"):
                continue
            folder, *clients = line.split()
            if not (place / "root" / folder.lstrip("/")).is_dir():
                end("exportfs: Failed to stat %s: No such file or directory" % folder)
            found += [[folder, each.replace("(rw,sync,", "(sync,wdelay,hide,sec=sys,rw,secure,")] for each in clients]
    keep(exports=found)
elif words == ["-s"]:
    for folder, client in known["exports"]:
        print("%s  %s" % (folder, client))
else:
    end("usage: exportfs [-adfhioruvs] [host:/path]")
"""
_SYSTEMCTL = """\
if not (place / "bin/exportfs").exists():
    end("Failed to get unit file state for nfs-server.service: No such file or directory")
if words[0] == "is-enabled":
    print("enabled" if known["enabled"] else "disabled")
    sys.exit(0 if known["enabled"] else 1)
elif words[0] == "is-active":
    print("active" if known["active"] else "inactive")
    sys.exit(0 if known["active"] else 3)
elif words == ["enable", "--now", "nfs-server"]:
    keep(enabled=True, active=True)
else:
    end("Unknown command verb %s." % words[0])
"""
_FIREWALL = """\
if words == ["--state"]:
    print("running")
    sys.exit(0)
kind = "permanent" if "--permanent" in words else "runtime"
assert words[words.index("--zone") + 1] == "libvirt", words
if "--query-service" in words:
    print("yes" if known[kind] else "no")
    sys.exit(0 if known[kind] else 1)
elif "--add-service" in words or "--remove-service" in words:
    keep(**{kind: "--add-service" in words})
    print("success")
else:
    end("usage: see firewall-cmd man page")
"""
_DNF = """\
assert words == ["--assumeyes", "install", "nfs-utils"], words
(place / "bin/exportfs.rpm").rename(place / "bin/exportfs")
"""
_WITHIN = """\
#!/bin/sh
for each; do case $each in /etc/*|/srv/*) set -- "$@" "{place}/root$each";; *) set -- "$@" "$each";; esac; shift; done
exec {program} "$@"
"""
_QUIET = ("-s", "is-enabled", "is-active", "--state", "--query-service")


class NfsHost:
    """The state of one."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "root/srv").mkdir()
        fresh = {"exports": [], "enabled": False, "active": False, "permanent": False, "runtime": False}
        self._write({**fresh, "fails": ""})
        programs = {
            "exportfs.rpm": _EXPORTFS,
            "systemctl": _SYSTEMCTL,
            "firewall-cmd": _FIREWALL,
            "dnf": _DNF,
        }
        for name, body in programs.items():
            self._program(name, f"#!{sys.executable} -IS\n{_HEAD}{body}")
        for name in ("mkdir", "rm", "mv", "rmdir", "tee"):
            self._program(name, _WITHIN.replace("{program}", str(shutil.which(name))))

    def _program(self, name: str, text: str) -> None:
        file = self.place / "bin" / name
        file.unlink(missing_ok=True)
        file.write_text(text.replace("{place}", str(self.place)))
        file.chmod(0o755)

    def fail(self, word: str) -> None:
        """Have commands with a word fail; empty: none."""
        self._write({**self.known, "fails": word})

    @property
    def known(self) -> dict[str, Any]:
        """Give what the programs know."""
        found: dict[str, Any] = json.loads((self.place / "nfs.json").read_text())
        return found

    @property
    def exports(self) -> list[str]:
        """Give the folders that are exported."""
        return sorted({folder for folder, _ in self.known["exports"]})

    @property
    def files(self) -> list[str]:
        """Give all that is in the places where such a server has something."""
        root = self.place / "root"
        return sorted(
            str(each.relative_to(root))
            for part in ("srv", "etc/exports.d")
            for each in (root / part).rglob("*")
        )

    @property
    def changes(self) -> list[str]:
        """Give the calls that change something, so far."""
        calls = (self.place / "nfs.calls").read_text().splitlines()
        return [each for each in calls if not {*each.split()} & {*_QUIET}]

    def _write(self, known: dict[str, Any]) -> None:
        (self.place / "nfs.json").write_text(json.dumps(known))
