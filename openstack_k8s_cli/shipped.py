"""Where the data that osk ships is: templates/ and profiles/, in a checkout or in an installed wheel."""

from pathlib import Path

GROUPS = ("architectures",)
"""Folders of built-in profiles; their names begin with the folder's."""
_BENEATH = "base"
"""What is under all profiles of a folder, and is none itself."""
_PACKAGE = Path(__file__).resolve().parent


def templates() -> Path:
    """Give the folder of the component catalogue."""
    return _folder("templates")


def profiles() -> Path:
    """Give the folder of the built-in profiles."""
    return _folder("profiles")


def profile_names(folder: Path) -> list[str]:
    """Name the built-in profiles of a folder, those of a group behind the others."""
    plain = sorted(file.stem for file in folder.glob("*.yaml") if file.stem != _BENEATH)
    grouped = (sorted(folder.glob(f"{group}/*.yaml")) for group in GROUPS)
    return [
        *plain,
        *(f"{file.parent.name}/{file.stem}" for files in grouped for file in files if file.stem != _BENEATH),
    ]


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_shipped" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
