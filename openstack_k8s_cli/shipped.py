"""Where the data that osk ships is: templates/ and profiles/, in a checkout or in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates() -> Path:
    """Give the folder of the component catalogue."""
    return _folder("templates")


def profiles() -> Path:
    """Give the folder of the built-in profiles."""
    return _folder("profiles")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_shipped" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
