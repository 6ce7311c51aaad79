"""Keys in files, for programs that take them only from there."""

import os
from pathlib import Path

from openstack_k8s_cli.model.secrets import SecretText


def written(file: Path, key: SecretText) -> Path:
    """Write a key that only its owner reads; ssh wants a line's end at its end."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(key.reveal().rstrip("\n") + "\n")
    return file
