"""One value of a profile, with everything that is known about it."""

import difflib
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import findings, outline, paths, services
from openstack_k8s_cli.profile.layers import Origin, is_passed_on
from openstack_k8s_cli.profile.loading import Laid, Loaded
from openstack_k8s_cli.profile.redaction import redacted


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that was taken the place of."""

    place: str
    value: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about a path; secrets show as dots."""

    path: str
    value: Any
    place: str
    """`path:line:col`, `--set`, `default`, `derived` where it follows from other values, or what is not there."""
    overridden: tuple[Earlier, ...]
    """Latest first."""
    type: str
    default: Any
    description: str


def explain(loaded: Loaded | Laid, path: str) -> Explanation:
    """Explain a value by its path; raises OskError for a path that the schema does not know, or that is mistyped."""
    try:
        parts = paths.parse(path)
    except ValueError as error:
        advice = Advice("List every path", "osk profile schema", "docs/profile.md")
        raise OskError(
            Problem("OSK0112", str(error), path, None, (advice,)), exit_code=ExitCode.USAGE
        ) from error
    spot = outline.find(parts)
    if spot is None:
        raise OskError(findings.unknown(parts, path), exit_code=ExitCode.USAGE)
    value = _value(loaded, parts)
    default = _default(loaded, parts, spot)
    origin = loaded.provenance.get(paths.write(parts))
    return Explanation(
        paths.write(parts),
        redacted(value, parts),
        _nowhere(loaded, parts) or _place(origin, value, parts, default),
        _overridden(origin, parts),
        spot.expected,
        default,
        (spot.field.description if spot.field else None) or _of_model(spot),
    )


def _default(loaded: Loaded | Laid, parts: paths.Path, spot: outline.Spot) -> Any:
    """Give the default: of a service's key the catalogue's, where it has one."""
    own = services.default(loaded.kinds, parts) if isinstance(loaded, Loaded) else None
    return spot.default if own is None else own


def _of_model(spot: outline.Spot) -> str:
    return (spot.model.__doc__ or "").strip() if spot.model else ""


def _value(loaded: Loaded | Laid, parts: paths.Path) -> Any:
    try:
        return paths.get(loaded.values, parts)
    except KeyError:
        return None


def _nowhere(loaded: Loaded | Laid, parts: paths.Path) -> str | None:
    """Say which network, node set or the like the profile does not have; raises OskError where one is near."""
    if isinstance(loaded, Laid):
        return None
    for length in range(1, len(parts) + 1):
        *above, name = parts[:length]
        here = _value(loaded, tuple(above))
        if isinstance(here, dict) and here and name not in here and outline.is_picked(parts[:length]):
            absent = f"the profile has no `{paths.write(parts[:length])}`"
            near = difflib.get_close_matches(str(name), here, n=1)
            if near:
                raise _mistyped(absent, paths.write((*above, near[0], *parts[length:])))
            return f"nowhere: {absent}"
    return None


def _mistyped(absent: str, near: str) -> OskError:
    advice = Advice(f"Did you mean `{near}`?", f"osk profile explain {near}")
    summary = absent[:1].upper() + absent[1:]
    return OskError(Problem("OSK1446", summary, advice=(advice,)), exit_code=ExitCode.USAGE)


def _place(origin: Origin | None, value: Any, parts: paths.Path, default: Any) -> str:
    if origin is not None and (origin.value is not None or is_passed_on(parts[:-1])):
        return str(origin)
    derived = value is not None and value != default
    earlier = f", since {origin} removes it" if origin else ""
    return ("derived" if derived else "default") + earlier


def _overridden(origin: Origin | None, parts: paths.Path) -> tuple[Earlier, ...]:
    earlier = origin.overridden if origin else ()
    return tuple(Earlier(str(each), redacted(each.value, parts)) for each in earlier)
