"""`find` in a rehearsed pod that takes the results of tests off their volume: nothing is there."""

import sys


def main(arguments: list[str]) -> int:
    """Delete nothing; any other search is not played."""
    if arguments[1:] != ["-mindepth", "1", "-delete"]:
        sys.stderr.write(f"find: this is a rehearsal, it does not play {arguments}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
