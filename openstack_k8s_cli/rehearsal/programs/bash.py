"""`bash` in a rehearsed pod: Ceph's script that makes pools, the client's key and the gateway's settings, and root's client of a database."""

import os
import sys
from pathlib import Path

_SCRIPT = "/scripts/configure.sh"
_AUTH = "/var/lib/operator-scripts/mysql_root_auth.sh"
_CLIENT = 'exec mysql --user=root --batch --skip-column-names --execute="$1"'


def main(arguments: list[str]) -> int:
    """Say what the script would; any other one is not played, for no shell runs here."""
    match arguments:
        case ["-c", script, _, statements] if _AUTH in script and script.endswith(_CLIENT):
            from openstack_k8s_cli.rehearsal.cloud import databases  # noqa: PLC0415  # not in a Ceph pod

            return databases.client(Path(__file__).parent.parent, os.environ.get("OSK_POD", ""), statements)
        case [script] if script == _SCRIPT:
            sys.stdout.write("pools, the client's key and the gateway are there (rehearsed)\n")
            return 0
        case _:
            sys.stderr.write(f"bash: this is a rehearsal, it plays nothing but {_SCRIPT} and root's mysql\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
