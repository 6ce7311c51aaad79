"""podman, recorded: a program that takes what podman takes for a build and a push, and leaves what it leaves.

Written down from containers/podman at c6580b4 (docs/source/markdown: podman-build, podman-push, options authfile,
cert-dir, iidfile): `build --iidfile FILE CONTEXT` writes the image's id, `push [--authfile FILE] [--cert-dir DIR] IMAGE
docker://HOST/NAME:TAG`; its own failures end with status 125. It builds and copies nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any

IMAGE = "sha256:" + "5eed" * 16
_PROGRAM = """#!{python}
import json, os, stat, sys
from pathlib import Path
verb, *arguments = sys.argv[1:]
options = {{a: b for a, b in zip(arguments, arguments[1:]) if a in ("--iidfile", "--authfile", "--cert-dir")}}
seen = {{"verb": verb, "arguments": arguments}}
if "--authfile" in options:
    path = Path(options["--authfile"])
    seen |= {{"auth": json.loads(path.read_text()), "mode": stat.S_IMODE(path.stat().st_mode), "at": str(path)}}
if "--cert-dir" in options:
    seen["authorities"] = [each.read_text() for each in Path(options["--cert-dir"]).glob("*.crt")]
with Path({record!r}).open("a") as record:
    record.write(json.dumps(seen) + "\\n")
if verb == {failing!r}:
    print("Error: " + {error!r}, file=sys.stderr)
    sys.exit(125)
if verb == "build":
    print("STEP 1/1: FROM scratch")
    Path(options["--iidfile"]).write_text({image!r})
"""


class Recorded:
    """The program in a folder, and what it was called with."""

    def __init__(self, folder: Path, *, failing: str = "", error: str = "") -> None:
        self.path = folder / "podman"
        self.record = folder / "podman.jsonl"
        text = _PROGRAM.format(
            python=sys.executable, record=str(self.record), failing=failing, error=error, image=IMAGE
        )
        self.path.write_text(text, encoding="utf-8")
        self.path.chmod(0o755)

    @property
    def seen(self) -> list[dict[str, Any]]:
        """Give what it was called with, in its order."""
        return [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]
