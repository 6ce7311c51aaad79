"""`tar` in a rehearsed pod that reads the results of tests: the archive of a few made up ones."""

import io
import os
import sys
import tarfile

_FILES = {
    "{test}/stestr_results.html": "<html><body>rehearsed: nothing ran</body></html>\n",
    "{test}/tempest_results.xml": '<testsuite name="rehearsed" tests="1" failures="0"><testcase name="nothing"/></testsuite>\n',
}


def main(arguments: list[str]) -> int:
    """Write an archive to stdout, as `tar -C FOLDER -cf - .` does; nothing else is played."""
    if arguments[:1] != ["-C"] or arguments[2:] != ["-cf", "-", "."]:
        sys.stderr.write(f"tar: this is a rehearsal, it does not play {arguments}\n")
        return 2
    test = os.environ.get("OSK_POD", "/tests").rpartition("/")[2].removesuffix("-reader")
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        for name, text in _FILES.items():
            member = tarfile.TarInfo(name.format(test=test))
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
