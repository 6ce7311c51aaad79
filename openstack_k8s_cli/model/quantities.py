"""Amounts as Kubernetes writes them: `500m`, `10Gi`, `1.5`."""

import re

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(?:(m)|([kKMGTPE])(i)?)?")
_POWERS = "KMGTPE"
GIB = float(1024**3)
MIB = float(1024**2)


def is_amount(written: object) -> bool:
    """Tell whether something written is an amount."""
    return (
        isinstance(written, (str, int))
        and not isinstance(written, bool)
        and _QUANTITY.fullmatch(str(written)) is not None
    )


def amount(written: object) -> float:
    """Give bytes, processors or a count; 0 of what is none."""
    found = _QUANTITY.fullmatch(str(written))
    if found is None:
        return 0.0
    number, milli, unit, binary = found.groups()
    power = _POWERS.index(unit.upper()) + 1 if unit else 0
    return float(number) * float((1024 if binary else 1000) ** power) / (1000 if milli else 1)


def memory(size: float) -> str:
    """Write bytes for people: `9.5 GiB`, `512 MiB`."""
    return f"{size / GIB:.1f} GiB".replace(".0 ", " ") if size >= GIB else f"{size / MIB:.0f} MiB"


def processors(count: float) -> str:
    """Write processors for people: `2`, `0.35`."""
    return f"{count:.2f}".rstrip("0").rstrip(".")
