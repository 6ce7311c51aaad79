"""`bash` in a rehearsed Ceph pod: the script that makes pools, the client's key and the gateway's settings."""

import sys

_SCRIPT = "/scripts/configure.sh"


def main(arguments: list[str]) -> int:
    """Say what the script would; any other one is not played, for no shell runs here."""
    if arguments != [_SCRIPT]:
        sys.stderr.write(f"bash: this is a rehearsal, it plays nothing but {_SCRIPT}\n")
        return 2
    sys.stdout.write("pools, the client's key and the gateway are there (rehearsed)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
