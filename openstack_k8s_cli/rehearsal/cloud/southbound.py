"""`ovn-sbctl` in the pod of OVN's southbound database: the chassis."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import hosts, state
from openstack_k8s_cli.rehearsal.cloud.state import State


def main(folder: Path, arguments: Sequence[str]) -> int:
    """List chassis as JSON, or delete one; nothing else is played."""
    parser = argparse.ArgumentParser("ovn-sbctl")
    for flag in ("--no-leader-only", "--if-exists"):
        parser.add_argument(flag, action="store_true")
    for option in ("--timeout", "--format", "--columns"):
        parser.add_argument(option)
    parser.add_argument("words", nargs="+")
    asked = parser.parse_args(arguments)
    with state.opened(folder) as cloud:
        match asked.words:
            case ["list", "Chassis"] if asked.format == "json":
                sys.stdout.write(_listed(cloud, asked.columns.split(",")))
            case ["chassis-del", name]:
                return _deleted(cloud, name, missing_is_fine=asked.if_exists)
            case words:
                sys.stderr.write(f"ovn-sbctl: this is a rehearsal, it does not play {words}\n")
                return 2
    return 0


def _listed(cloud: State, columns: Sequence[str]) -> str:
    known = ("name", "hostname")
    rows = [{"name": each.chassis, "hostname": each.name} for each in cloud.hosts.values() if each.chassis]
    names = [each for each in sorted(columns) if each in known]
    return json.dumps({"data": [[row[name] for name in names] for row in rows], "headings": names}) + "\n"


def _deleted(cloud: State, name: str, *, missing_is_fine: bool) -> int:
    host = next((each for each in cloud.hosts.values() if each.chassis == name), None)
    if host is not None:
        host.chassis = None
        hosts.tidy(cloud)
    elif not missing_is_fine:
        sys.stderr.write(f"ovn-sbctl: {name}: chassis name does not exist\n")
        return 1
    return 0
