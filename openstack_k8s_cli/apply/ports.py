"""The cluster as the engine needs it: a protocol, and the errors it speaks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from openstack_k8s_cli.model.objects import Body


class ErrorKind(StrEnum):
    """Why a request did not succeed."""

    UNREACHABLE = "unreachable"
    """Refused, reset, timed out, GOAWAY, TLS or name resolution."""
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    NOT_SERVED = "not served"
    """The kind is not in discovery (yet)."""
    NAMESPACE_MISSING = "namespace missing"
    NAMESPACE_TERMINATING = "namespace terminating"
    EXISTS = "exists"
    CONFLICT = "conflict"
    """A resourceVersion or UID precondition failed."""
    OWNED_FIELDS = "owned fields"
    """A server-side apply conflict: another manager owns a field."""
    INVALID = "invalid"
    """422: schema or semantic validation."""
    UNKNOWN_FIELD = "unknown field"
    """Server-side apply: a field not declared in the schema."""
    IMMUTABLE = "immutable"
    DENIED = "denied"
    """A webhook or admission policy said no."""
    BUSY = "busy"
    """A webhook says that something is still at work with the object."""
    WEBHOOK_UNREACHABLE = "webhook unreachable"
    TOO_MANY = "too many requests"
    GONE = "gone"
    """410: the resourceVersion is too old."""
    SERVER = "server"
    """500, 502, 503, 504, etcd leader changes."""
    OTHER = "other"


RETRIED = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.UNAUTHORIZED,  # after one renewal of the credentials, by the adapter
        ErrorKind.NOT_SERVED,
        ErrorKind.NAMESPACE_MISSING,
        ErrorKind.NAMESPACE_TERMINATING,
        ErrorKind.WEBHOOK_UNREACHABLE,
        ErrorKind.BUSY,
        ErrorKind.TOO_MANY,
        ErrorKind.SERVER,
    }
)
"""Kinds of error that a step repeats within its budget; the others fail at once."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that another manager owns."""

    manager: str
    field: str


class ClusterError(Exception):
    """A request that did not succeed."""

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        conflicts: tuple[FieldConflict, ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.retry_after = retry_after
        """Seconds the server asks to wait."""
        self.conflicts = conflicts

    @property
    def retried(self) -> bool:
        """Whether repeating may help."""
        return self.kind in RETRIED


@dataclass(frozen=True, slots=True)
class Resource:
    """A served kind."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()

    @property
    def api_version(self) -> str:
        """Give `group/version`, or `version` in the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write gave back."""

    body: Body
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and the version to watch from."""

    items: tuple[Body, ...]
    resource_version: str


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One line of a watch."""

    kind: Literal["added", "modified", "deleted", "bookmark"]
    body: Body


class Watch(Protocol):
    """A running watch; iteration ends when it is closed or the server ends it, and raises ClusterError."""

    def __iter__(self) -> Iterator[WatchEvent]: ...

    def close(self) -> None:
        """End it at once, from any thread."""
        ...


class Lines(Protocol):
    """What a pod prints, as it comes; iteration ends with the pod or when it is closed, and raises ClusterError."""

    def __iter__(self) -> Iterator[str]: ...

    def close(self) -> None:
        """End it at once, from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """A command's end in a pod."""

    exit_code: int
    stdout: str = field(repr=False)
    stderr: str = field(repr=False)


class Cluster(Protocol):
    """Kubernetes; thread-safe; every method raises ClusterError."""

    def resource(self, group: str, kind: str) -> Resource | None:
        """Find a served kind at its preferred version, from this run's own discovery; None: not served now."""
        ...

    def refresh(self) -> None:
        """Forget discovery, so that the next look asks the server."""
        ...

    def resources(self) -> tuple[Resource, ...]:
        """List every served kind at its preferred version."""
        ...

    def get(self, resource: Resource, namespace: str, name: str) -> Body | None:
        """Read one object; None: not there."""
        ...

    def list(self, resource: Resource, namespace: str = "", *, labels: str = "") -> Listing:
        """List a kind in one namespace, or in all."""
        ...

    def watch(self, resource: Resource, namespace: str, resource_version: str, *, labels: str = "") -> Watch:
        """Watch a kind from a version on, with bookmarks."""
        ...

    def apply(
        self, body: Body, *, dry_run: bool = False, force: bool = False, manager: str = "osk"
    ) -> Answer:
        """Server-side apply at the body's own apiVersion; unknown fields are refused."""
        ...

    def create(self, body: Body, *, dry_run: bool = False) -> Answer:
        """POST; EXISTS when it is there."""
        ...

    def update(self, body: Body) -> Answer:
        """PUT with the body's resourceVersion as a precondition."""
        ...

    def merge(
        self, resource: Resource, namespace: str, name: str, patch: Body, *, subresource: str = ""
    ) -> Answer:
        """JSON merge patch, of the object or of a part of it such as `approval`."""
        ...

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        foreground: bool = False,
    ) -> bool:
        """Delete with a UID precondition; `foreground`: what it owns goes before it. False: it was not there."""
        ...

    def exec(
        self,
        namespace: str,
        pod: str,
        command: tuple[str, ...],
        *,
        container: str | None = None,
        stdin: Iterable[bytes] | None = None,
        into: Callable[[bytes], object] | None = None,
    ) -> Ran:
        """Run a command in a pod and wait for its end; input is read on another thread, as long as the command runs.

        `into` takes its output as it comes, in place of the answer's text.
        """
        ...

    def logs(
        self, namespace: str, pod: str, *, container: str | None = None, lines: int | None = None
    ) -> str:
        """Give what a pod wrote so far: the last lines of it, or all."""
        ...

    def follow_logs(self, namespace: str, pod: str, *, container: str | None = None) -> Lines:
        """Read what a pod prints from its beginning on, a line at a time without its end, while it runs."""
        ...

    def requests(self) -> dict[str, int]:
        """Count this connection's requests by verb and kind, such as `apply Secret`."""
        ...
