"""What `osk crc` has in its tests: a session, and a host in memory with CRC's programs as tests.fakes.crc plays them."""

from collections.abc import Callable
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli.workstations import Workstations
from tests.fakes.cluster import FakeCluster
from tests.fakes.crc.host import FakeHost
from tests.fakes.profiles import over
from tests.unit.crc.wishes import host


class _Downloads:
    def kept(self, place: Any) -> None:
        """Have none of the manifests of others."""


class _Work:
    def __init__(self, crc: str) -> None:
        self.loaded = over(f"platform: {crc}\n")
        self.catalogue = components.parse(files.catalogue())
        self.downloads = _Downloads()


class Session:
    """What `Workstations` asks of a session."""

    def __init__(self, crc: str) -> None:
        self.work = _Work(crc)
        self.environment: dict[str, str] = {}
        self.told: list[str] = []
        self.answers: list[Any] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        self.answers.append(document)
        self.told.append(text())


def station_of(session: Session, place: FakeHost) -> Workstations:
    """Give what the commands work with, and forget what the session was told."""
    session.told.clear()
    session.answers.clear()
    cluster = FakeCluster()
    return Workstations(session, place, connect=lambda _path: cluster)  # type: ignore[arg-type]  # what it needs of one


def running(session: Session, **fails: bool) -> tuple[Workstations, FakeHost]:
    """Give it on a host whose cluster runs; `fails`: what goes wrong from its start on."""
    place = host()
    station = station_of(session, place)
    station.set_up(dry_run=False, yes=False)
    place.state["fails"] |= fails
    station.start(dry_run=False, yes=False, trusted=False)
    place.calls.clear()
    session.answers.clear()
    return station, place


def short(place: FakeHost) -> list[str]:
    """Name the programs that changed something, with their first word."""
    return [" ".join(each.split()[:2]) for each in place.changes]
