"""A hook does not outlive its osk: a guard ends it when osk is killed, and a record lets the next run do so."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from openstack_k8s_cli.adapters.hooks import guard


@contextmanager
def guarded(records: Path) -> Iterator[dict[str, str]]:
    """Guard what is run with these variables for the length of a block."""
    marker = uuid.uuid4().hex
    record = records / f"{marker}.json"
    records.mkdir(mode=0o700, parents=True, exist_ok=True)
    record.write_text(json.dumps({"osk": os.getpid(), "born": guard.born(os.getpid())}), encoding="utf-8")
    read, write = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, marker], stdin=read, env={}, start_new_session=True
        )
        os.close(read)
        yield {guard.VARIABLE: marker}
    finally:
        with suppress(BrokenPipeError):
            os.write(write, b".")
        os.close(write)
        record.unlink(missing_ok=True)
    process.wait()


def sweep(records: Path) -> int:
    """End what hooks of killed runs have left running; gives how many processes that were."""
    ended = 0
    for record in sorted(records.glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            said = json.loads(record.read_text(encoding="utf-8"))
            if guard.born(int(said["osk"])) == said["born"] != "":
                continue
            ended += guard.end(record.stem)
        record.unlink(missing_ok=True)
    return ended
