"""`nova-manage` in a rehearsed conductor pod: the commands that a deployment ends with."""

import sys
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import hosts, state

_CELLS = "Found 2 cell mappings.\nSkipping cell0 since it does not contain hosts.\nGetting computes from cell 'cell1': cell1\n"
_HOSTS = "Found {} unmapped computes in cell: cell1\n"
_USAGE = "usage: nova-manage cell_v2 discover_hosts [--verbose]\n"


def main(arguments: list[str]) -> int:
    """Run one command as nova does."""
    match arguments:
        case ["cell_v2", "discover_hosts", *options] if set(options) <= {"--verbose", "--by-service"}:
            with state.opened(Path(__file__).parent.parent) as cloud:
                found = hosts.discover(cloud)
            if "--verbose" in options:
                sys.stdout.write(_CELLS + _HOSTS.format(found))
            return 0
        case _:
            sys.stderr.write(
                f"{_USAGE}nova-manage: error: this is a rehearsal, it does not play {arguments}\n"
            )
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
