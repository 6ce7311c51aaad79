"""What a rehearsal cluster is started with."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Pace(StrEnum):
    """How long simulated operators take."""

    FAST = "fast"
    """Seconds: long enough to watch."""
    INSTANT = "instant"
    """As soon as possible: for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The choices of one rehearsal cluster."""

    pace: Pace = Pace.FAST
    crds: tuple[Path, ...] = ()
    """Folders whose CRDs are added, or replace those of the same name."""
    faults: Path | None = None
    one_process: bool = True
    """The control plane in one process (least memory); otherwise one a component, each of which a test can kill."""
    snapshot: bool = True
    """Start from the cached snapshot with every kind; otherwise from nothing, for tests of the control plane."""
    olm: bool = True
    webhooks: bool = True
    simulators: bool = True

    def to_json(self) -> str:
        """Give the options as the supervisor reads them."""
        return json.dumps(
            {
                "pace": self.pace.value,
                "crds": [str(folder.absolute()) for folder in self.crds],
                "faults": str(self.faults.absolute()) if self.faults else None,
                "one_process": self.one_process,
                "snapshot": self.snapshot,
                "olm": self.olm,
                "webhooks": self.webhooks,
                "simulators": self.simulators,
            }
        )


def from_json(text: str) -> Options:
    """Read what `Options.to_json` wrote."""
    values = json.loads(text)
    return Options(
        pace=Pace(values["pace"]),
        crds=tuple(Path(folder) for folder in values["crds"]),
        faults=Path(values["faults"]) if values["faults"] else None,
        one_process=values["one_process"],
        snapshot=values["snapshot"],
        olm=values["olm"],
        webhooks=values["webhooks"],
        simulators=values["simulators"],
    )
