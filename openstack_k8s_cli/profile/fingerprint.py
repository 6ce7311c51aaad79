"""A profile's digest, by which a run knows that it is not the one of last time."""

import hashlib
import json
from typing import Any

from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.redaction import redacted


def digest(loaded: Loaded) -> str:
    """Give SHA-256 over a profile's values, hexadecimal.

    Literal secrets count as given, not by their value: a digest is kept in the cluster, and a weak password could be guessed from it.
    """
    shown: Any = redacted(dict(loaded.values))
    return hashlib.sha256(json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
