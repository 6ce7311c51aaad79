"""One Lease for each layer and cloud, or for other work on one, so that two runs never write at once."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.apply.records import NAMESPACE, name_of
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

LEASE = Resource("coordination.k8s.io", "v1", "Lease", "leases", True)  # namespaced
_RUN = "osk.openstack.org/run"
_FRESH = 0.75
"""The part of its duration for which a renewal is believed without another look."""


@dataclass
class Leases:
    """The leases of one run, renewed on a thread of their own."""

    cluster: Cluster
    clock: Clock
    options: Options
    run: str
    """A token of this run: what tells its leases from those of another with the same holder."""
    profile: str
    _held: dict[StrEnum, Body] = field(default_factory=dict)
    _renewed: dict[StrEnum, float] = field(default_factory=dict)
    _lost: dict[StrEnum, OskError] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    def acquire(self, layers: Iterable[StrEnum]) -> Body | None:
        """Take every lease or raise OskError; give the last one as written. Raises ClusterError."""
        present = {body["metadata"]["name"]: body for body in self.cluster.list(LEASE, NAMESPACE).items}
        written: Body | None = None
        for layer in layers:
            written = self._take(layer, present.get(name_of(self.profile, layer)))
        if written is not None:
            threading.Thread(target=self._renew_often, name="osk-lease", daemon=True).start()
        return written

    def fence(self, layer: StrEnum) -> None:
        """Let a write pass only while the lease is surely held."""
        with self._lock:
            if layer in self._lost:
                raise self._lost[layer]
            if layer not in self._held or self._is_fresh(layer):
                return
            self._renew(layer)
            if not self._is_fresh(layer):
                message = f"the renewal of the lease on {layer.value} took too long to rely on it"
                raise ClusterError(ErrorKind.UNREACHABLE, message)

    def _is_fresh(self, layer: StrEnum) -> bool:
        return self.clock.monotonic() - self._renewed.get(layer, 0.0) < self.options.lease * _FRESH

    def drop(self, layers: Iterable[StrEnum]) -> None:
        """Delete leases that this run holds: nobody else can have one of them until it is gone. Raises ClusterError."""
        with self._lock:
            for layer in set(layers) & self._held.keys() - self._lost.keys():
                meta = self._held[layer]["metadata"]
                self.cluster.delete(LEASE, NAMESPACE, meta["name"], uid=meta["uid"])
                del self._held[layer]

    def others(self) -> tuple[str, ...]:
        """Name the holders of leases that other runs, of any cloud, hold now; raises ClusterError."""
        found = self.cluster.list(LEASE, NAMESPACE).items
        return tuple(str(get(body, "spec", "holderIdentity")) for body in found if self._is_taken(body))

    def release(self) -> None:
        """Give every lease back; what does not succeed at once runs out by itself."""
        self._stop.set()
        with self._lock:
            for layer, body in self._held.items():
                if layer not in self._lost and not self.options.under:
                    self._give_back(layer, body)
            self._held.clear()

    def _give_back(self, layer: StrEnum, body: Body) -> None:
        with suppress(ClusterError):
            try:
                self.cluster.update(_freed(body))
            except ClusterError as error:
                if error.kind is not ErrorKind.CONFLICT:
                    raise
                now = self.cluster.get(LEASE, NAMESPACE, name_of(self.profile, layer))
                if now is not None and self._is_mine(now):
                    self.cluster.update(_freed(now))

    def _take(self, layer: StrEnum, present: Body | None) -> Body:
        if present is not None:
            self._refuse_if_held(layer, present)
        asked = self.clock.monotonic()
        spec = self._spec(present)
        meta = {
            "name": name_of(self.profile, layer),
            "namespace": NAMESPACE,
            "annotations": {_RUN: self._token},
        }
        try:
            if present is None:
                body = {"apiVersion": LEASE.api_version, "kind": LEASE.kind, "metadata": meta, "spec": spec}
                written = self.cluster.create(body).body
            else:
                meta = {**present["metadata"], "annotations": {_RUN: self._token}}
                written = self.cluster.update({**present, "metadata": meta, "spec": spec}).body
        except ClusterError as error:
            if error.kind not in {ErrorKind.EXISTS, ErrorKind.CONFLICT}:
                raise
            now = self.cluster.get(LEASE, NAMESPACE, name_of(self.profile, layer))
            if now is not None and self._is_mine(now):
                return self._take(layer, now)
            raise self._is_held(layer, now or present or {}) from error
        self._keep(layer, written, asked)
        return written

    def _keep(self, layer: StrEnum, written: Body, asked: float) -> None:
        """Count a renewal from when it was asked for: its answer may have taken long."""
        self._held[layer] = written
        self._renewed[layer] = asked

    def _spec(self, present: Body | None) -> Body:
        now = _stamp(self.clock.now())
        transitions = int(get(present or {}, "spec", "leaseTransitions") or 0)
        return {
            "holderIdentity": self.options.holder,
            "leaseDurationSeconds": max(round(self.options.lease), 1),
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": transitions + (1 if present else 0),
        }

    def _refuse_if_held(self, layer: StrEnum, present: Body) -> None:
        if self._is_taken(present):
            raise self._is_held(layer, present)

    def _is_taken(self, present: Body) -> bool:
        """Tell whether another run holds a lease now."""
        return not self._is_mine(present) and _is_held(present, self.clock.now(), self.options.dead)

    @property
    def _token(self) -> str:
        return self.options.under or self.run

    def _is_mine(self, body: Body) -> bool:
        return bool(get(body, "metadata", "annotations", _RUN) == self._token)

    def _is_held(self, layer: StrEnum, present: Body) -> OskError:
        holder = str(get(present, "spec", "holderIdentity") or "another run")
        renewed = str(get(present, "spec", "renewTime") or "")
        problem = Problem(
            "OSK0541",
            f"Another run is at work on {layer.value} of {self.profile}: {holder}",
            subject=f"Lease {NAMESPACE}/{name_of(self.profile, layer)}",
            detail=f"renewed {renewed}" if renewed else None,
            advice=(
                Advice(
                    f"wait for it to end; a run that died is replaced {self.options.lease:.0f}s after it last renewed"
                ),
            ),
        )
        return OskError(problem, exit_code=ExitCode.LEASE_HELD)

    def _renew_often(self) -> None:
        pause = self.options.lease / 3
        while not self._stop.wait(pause):
            pause = self.options.lease / 3
            with self._lock:
                for layer in tuple(self._held):
                    try:
                        self._renew(layer)
                    except ClusterError:
                        pause = min(2.0, self.options.lease / 10)
                    except OskError:
                        continue

    def _renew(self, layer: StrEnum) -> None:
        """Write one renewal; raises ClusterError when that is not possible now, OskError when the lease is lost."""
        if layer in self._lost:
            raise self._lost[layer]
        try:
            self._write_renewal(layer)
        except ClusterError as error:
            if error.kind not in {ErrorKind.CONFLICT, ErrorKind.NOT_FOUND}:
                raise
            self._look_again(layer)
            self._write_renewal(layer)

    def _write_renewal(self, layer: StrEnum) -> None:
        asked = self.clock.monotonic()
        body = self._held[layer]
        spec = {**body["spec"], "renewTime": _stamp(self.clock.now())}
        self._keep(layer, self.cluster.update({**body, "spec": spec}).body, asked)

    def _look_again(self, layer: StrEnum) -> None:
        """Someone wrote or deleted the lease: it is lost unless it still is this run's."""
        now = self.cluster.get(LEASE, NAMESPACE, name_of(self.profile, layer))
        if now is None:
            self._take(layer, None)
        elif self._is_mine(now):
            self._held[layer] = now
        else:
            self._lost[layer] = self._is_held(layer, now)
            raise self._lost[layer]


def at_work(cluster: Cluster, now: float, dead: Callable[[str], bool]) -> dict[str, list[str]]:
    """Name the holders of the leases that are held, each with the layers of clouds; raises ClusterError."""
    found: dict[str, list[str]] = {}
    for body in cluster.list(LEASE, NAMESPACE).items:
        if _is_held(body, now, dead):
            profile, _, layer = str(body["metadata"]["name"]).removeprefix("osk.").rpartition(".")
            found.setdefault(str(get(body, "spec", "holderIdentity")), []).append(f"{layer} of {profile}")
    return found


def _is_held(body: Body, now: float, dead: Callable[[str], bool]) -> bool:
    holder = str(get(body, "spec", "holderIdentity") or "")
    if not holder or dead(holder):
        return False
    renewed = _seconds(str(get(body, "spec", "renewTime") or ""))
    return renewed + float(get(body, "spec", "leaseDurationSeconds") or 0) > now


def _freed(body: Body) -> Body:
    return {**body, "spec": {**body["spec"], "holderIdentity": ""}}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _seconds(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0
