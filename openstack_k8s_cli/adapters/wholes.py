"""Files that a reader, or a crash, finds as they were or as they are to be."""

import os
import tempfile
from pathlib import Path


def replace(target: Path, content: bytes, mode: int) -> None:
    """Put a file in the place of another one, in one stroke; raises OSError."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
