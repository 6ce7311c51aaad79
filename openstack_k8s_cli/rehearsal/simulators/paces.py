"""How fast simulated controllers are."""

from dataclasses import dataclass

from openstack_k8s_cli.rehearsal.options import Pace


@dataclass(frozen=True, slots=True)
class Tempo:
    """The pace as figures."""

    notice: float
    """Seconds until a controller has noticed a new or changed object: meanwhile the old status stands."""
    factor: float
    """By which a condition's own time is multiplied."""
    least: float
    """Seconds; what would take a condition less takes it no time."""


def tempo(pace: Pace) -> Tempo:
    """Give the figures of a pace."""
    return {Pace.FAST: Tempo(0.3, 1.0, 0.0), Pace.INSTANT: Tempo(0.02, 0.02, 0.01)}[pace]
