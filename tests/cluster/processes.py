"""Which processes belong to a folder."""

import os
from contextlib import suppress
from pathlib import Path

from openstack_k8s_cli.rehearsal import processes


def of(directory: Path) -> dict[int, str]:
    """List the processes whose command line names the folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(directory) in command:
            found[int(entry.name)] = command
    return found


def await_end(pids: dict[int, str], *, patience: float = 30.0) -> dict[int, str]:
    """Wait until each has ended; give those that have not."""
    return {pid: command for pid, command in pids.items() if not processes.await_end(pid, patience=patience)}


def listeners(pids: dict[int, str]) -> set[str]:
    """List the addresses that the processes listen on, as the kernel writes them."""
    sockets = set()
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):
                    sockets.add(str(descriptor.readlink()))
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                addresses.add(fields[1].split(":")[0])
    return addresses
