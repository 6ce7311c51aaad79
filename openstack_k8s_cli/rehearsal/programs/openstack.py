"""`openstack` in a rehearsed client pod; it reads commands from stdin when there is no argument."""

import sys
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import client

_CLUSTER = Path(__file__).parent.parent


def main(arguments: list[str]) -> int:
    """Run one command, or each line of stdin as one."""
    if arguments == ["--version"]:
        sys.stdout.write("openstack (rehearsed)\n")
        return 0
    return client.main(_CLUSTER, arguments, () if arguments else sys.stdin)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
