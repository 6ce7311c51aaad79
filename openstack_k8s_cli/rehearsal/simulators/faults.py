"""Faults that a file orders: what goes wrong, with which objects, and for how long.

    faults:
      - {fault: never-ready, kind: Galera, name: openstack}
      - {fault: error-clears, kind: NeutronAPI, condition: DeploymentReady, after: 20, message: no room}
      - {fault: error, kind: KeystoneAPI, reason: BackoffLimitExceeded}
      - {fault: error, kind: OpenStackDataPlaneService, name: bootstrap}
      - {fault: host-fails, kind: OpenStackDataPlaneService, name: install-os, hosts: [edpm-compute-1]}
      - {fault: host-unreachable, kind: OpenStackDataPlaneService, name: run-os, hosts: [edpm-compute-0]}
      - {fault: webhook-down, kind: OpenStackControlPlane, after: 30}
      - {fault: crd-late, kind: NetConfig, after: 30}

`kind` is the object's kind, `name` (left out: every one of the kind) its name, `condition` (left out: DeploymentReady,
or else the last one) where it shows, `after` the seconds until it clears. The Ansible job of a data plane service
fails where the service is named; jobs can be named too (`kind: Job`). With host-fails and host-unreachable it does so
on the `hosts` that are named, with the message, as long as the file says so.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pydantic
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

ORDERED = "ordered by the faults file"


class Trouble(StrEnum):
    """What goes wrong."""

    NEVER_READY = "never-ready"
    ERROR_CLEARS = "error-clears"
    ERROR = "error"
    WEBHOOK_DOWN = "webhook-down"
    CRD_LATE = "crd-late"
    HOST_FAILS = "host-fails"
    HOST_UNREACHABLE = "host-unreachable"


class Fault(BaseModel):
    """One fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Trouble
    kind: str
    name: str | None = None
    condition: str | None = None
    after: Annotated[float, Field(ge=0)] = 10.0
    message: str = ORDERED
    reason: str = "Error"
    hosts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Give the message where the file says one, else nothing."""
        return "" if self.message == ORDERED else self.message

    def hits(self, kind: str, name: str) -> bool:
        """Tell whether an object is meant."""
        return self.kind == kind and self.name in (None, name)


class Faults(BaseModel):
    """The faults file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    faults: tuple[Fault, ...] = ()

    def of(self, kind: str, name: str, *troubles: Trouble) -> Fault | None:
        """Find the fault of an object."""
        return next((each for each in self.faults if each.fault in troubles and each.hits(kind, name)), None)


NONE = Faults()


def read(path: Path) -> Faults:
    """Read a faults file; raises OskError when it cannot be."""
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return Faults.model_validate(document or {})
    except (OSError, UnicodeDecodeError, YAMLError, pydantic.ValidationError) as error:
        raise OskError(_refusal(path, str(error)), exit_code=ExitCode.USAGE) from error


class FaultsFile:
    """The faults as the file orders them now; one that is gone, half written or wrong leaves them as they were."""

    def __init__(self, path: Path | None, *, warn: Callable[[str], object]) -> None:
        self._path = path
        self._warn = warn
        self._faults = self._known = NONE
        self._seen: tuple[int, ...] = ()
        self._told = ""

    @property
    def faults(self) -> Faults:
        """Give the faults; the file is looked at each time, so that what was ordered holds for all that comes after it."""
        try:
            written = self._written()
            if self._path and written != self._seen:
                self._seen = written
                self._faults = read(self._path)
        except (OSError, OskError) as error:
            self._say(f"{error}\n")
        return self._faults

    def changed(self) -> bool:
        """Tell whether the faults are others than at the last call."""
        before, self._known = self._known, self.faults
        return self._known != before

    def _written(self) -> tuple[int, ...]:
        """Give what tells one state of the file from another; two may be of the same moment."""
        found = self._path.stat() if self._path else None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else ()

    def _say(self, what: str) -> None:
        if what != self._told:
            self._warn(what)
        self._told = what


def _refusal(path: Path, detail: str) -> Problem:
    return Problem(
        code="OSK0960",
        summary="the faults file cannot be read",
        subject=str(path),
        detail=detail,
        advice=(
            Advice(
                "list faults with `fault` (one of "
                + ", ".join(each.value for each in Trouble)
                + "), `kind`, and what they need of `name`, `condition`, `after`, `message`, `reason`, `hosts`"
            ),
        ),
    )
