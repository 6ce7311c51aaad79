"""A profile's digest, by which a run knows that it is not the one of last time."""

import hashlib
import json
from typing import Any

from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.redaction import redacted

_OF_THE_FILE = frozenset({"summary", "extends", "excludes"})
"""What says how a profile is written, and nothing of its cloud."""


def digest(loaded: Loaded) -> str:
    """Give SHA-256 over a profile's values, hexadecimal.

    Literal secrets count as given, not by their value: a digest is kept in the cluster, and a weak password could be guessed from it.
    """
    shown: Any = redacted({key: value for key, value in loaded.values.items() if key not in _OF_THE_FILE})
    return hashlib.sha256(json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
