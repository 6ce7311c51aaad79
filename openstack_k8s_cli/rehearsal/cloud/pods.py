"""What else osk runs in the client's pod: a ping, and the scripts that fetch and remove an image's file."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import state

_FETCH = re.compile(r"curl -fsSL --retry \d+ -o (?P<file>/\S+) https://\S+ && echo '[0-9a-f]{64}  (?P=file)' \| sha256sum -c --quiet")  # fmt: skip
_REMOVE = re.compile(r"rm -f (?P<file>/\S+)")


def ping(folder: Path, arguments: Sequence[str]) -> int:
    """Answer for a floating address whose server runs."""
    address = arguments[-1] if arguments else ""
    with state.opened(folder) as cloud:
        found = cloud.named("floating ip", address)
        port = found and cloud.named("port", str(found["port"]))
        server = port and cloud.named("server", port["device"])
        answers = bool(server and server["status"] == "ACTIVE")
    got = "4 received, 0% packet loss" if answers else "0 received, 100% packet loss"
    sys.stdout.write(f"--- {address} ping statistics ---\n4 packets transmitted, {got}\n")
    return 0 if answers else 1


def shell(folder: Path, arguments: Sequence[str]) -> int:
    """Play the two scripts that are known; no shell runs here."""
    script = arguments[1] if [*arguments[:1]] == ["-c"] and len(arguments) > 1 else ""
    fetched, removed = _FETCH.fullmatch(script), _REMOVE.fullmatch(script)
    if not fetched and not removed:
        sys.stderr.write(f"sh: this is a rehearsal, it does not play {list(arguments)}\n")
        return 2
    with state.opened(folder) as cloud:
        if fetched:
            cloud.files = [*cloud.files, fetched["file"]]
        elif removed:
            cloud.files = [each for each in cloud.files if each != removed["file"]]
    return 0
