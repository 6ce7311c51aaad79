"""What the content of one cluster was prepared with: ports, pace, replaced kinds; kept in the cluster's folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from openstack_k8s_cli.rehearsal import crds, directories
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.options import Pace

_FILE = "content.json"
_CRDS = "crds.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Facts about a cluster's content that do not change while it runs."""

    release: str | None
    """The OpenStack release whose CRDs there are; None where files of the user's took their place."""
    pace: Pace
    catalogs: Mapping[str, int]
    """Loopback port by catalog."""
    webhooks: int | None
    """The port of the admission webhooks; None: there are none."""
    replaced: tuple[str, ...] = ()
    """Kinds, in lower case, whose webhooks are not registered."""
    faults: Path | None = None

    def address(self, catalog: str) -> str:
        """Give the address of a catalog as a CatalogSource has it."""
        return f"127.0.0.1:{self.catalogs[catalog]}"

    def write(self, directory: Path, definitions: Definitions) -> None:
        """Leave them, and the CRDs, in the cluster's folder."""
        directories.replace(directory / _CRDS, json.dumps(definitions.bodies))
        values = asdict(self) | {"faults": str(self.faults) if self.faults else None}
        directories.replace(directory / _FILE, json.dumps(values))


def read(directory: Path) -> Settings:
    """Read what `Settings.write` left."""
    values = json.loads((directory / _FILE).read_text())
    return Settings(
        release=values["release"],
        pace=Pace(values["pace"]),
        catalogs=values["catalogs"],
        webhooks=values["webhooks"],
        replaced=tuple(values["replaced"]),
        faults=Path(values["faults"]) if values["faults"] else None,
    )


def exists(directory: Path) -> bool:
    """Say whether a cluster's content has been prepared."""
    return (directory / _FILE).exists()


def definitions(directory: Path) -> Definitions:
    """Read the CRDs of a cluster."""
    return crds.Definitions(json.loads((directory / _CRDS).read_text()))
