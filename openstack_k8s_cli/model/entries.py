"""What a cloud's own entry is called in a list that others have entries in, too."""

import hashlib
import json


def own(cloud: str) -> str:
    """Name a cloud's entry: at most fifteen letters, digits and hyphens, as the name of a service (RFC 6335)."""
    return f"osk-{hashlib.sha256(json.dumps(cloud).encode()).hexdigest()[:8]}"
