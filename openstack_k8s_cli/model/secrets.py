"""Secret values and where they come from; a value never prints itself."""

import re
from dataclasses import dataclass

RECIPE = re.compile(
    r"password\((?:[89]|[1-9]\d{1,3})\)|hex\([1-9]\d{0,3}\)|fernet|(?:ssh-ed25519|ecdsa-p521|rsa-4096)\.(?:private|public)"
)
"""How osk makes a value."""
RECIPES = "password(LENGTH), hex(DIGITS), fernet, or the .private or .public half of ssh-ed25519, ecdsa-p521 or rsa-4096"


class SecretText:
    """A secret value: shown as dots everywhere, revealed only where it is written to the cluster."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the value itself."""
        return self._value

    def __repr__(self) -> str:
        return "SecretText(•••)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Generated:
    """A value that osk makes once when the key is missing."""

    recipe: str
    """`password(32)`, `hex(5)`, `fernet`, or a key pair's half: `ssh-ed25519.private`, `ecdsa-p521.public`, `rsa-4096.private`."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the profile gives, read when it is written."""

    path: str
    """The profile path, such as `secrets.osp-secret.AdminPassword`."""
    form: str = ""
    """What it becomes (apply.forms); with one it follows its source, without it is put there once, as it is."""


KeySource = Generated | Given


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One key of an ensured Secret."""

    name: str
    source: KeySource
