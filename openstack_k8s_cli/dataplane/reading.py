"""One pod's log, read on a thread of its own: as it comes, again from where it broke off, and to its very end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Lines
from openstack_k8s_cli.model.objects import Body, get

_GRACE = 0.5
"""Seconds after a pod's end in which its log may end by itself."""
_PAUSE = 1.0
"""Seconds before a log that broke off is read again."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line."""

    deployment: str
    uid: str
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The log was read to its end, or cannot be."""

    deployment: str
    uid: str


class Log:
    """Reads the log of one pod."""

    def __init__(
        self, cluster: Cluster, deployment: str, pod: Body, tell: Callable[[Line | Ended], None]
    ) -> None:
        self._cluster = cluster
        self._deployment = deployment
        meta = pod["metadata"]
        self._uid, self._place = str(meta["uid"]), (str(meta["namespace"]), str(meta["name"]))
        self._container = str(get(pod, "spec", "containers", 0, "name") or "") or None
        self._tell = tell
        self._over = threading.Event()
        """The pod has ended."""
        self._shut = threading.Event()
        self._lock = threading.Lock()
        self._lines: Lines | None = None
        self._read = 0
        if get(pod, "status", "phase") in {"Succeeded", "Failed"}:
            self._over.set()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name=f"osk-log-{self._place[1]}", daemon=True).start()

    def pod_ended(self) -> None:
        """Note that there is no more to come; a log that does not end by itself is closed and read once more."""
        if not self._over.is_set():
            self._over.set()
            timer = threading.Timer(_GRACE, self._close)
            timer.daemon = True
            timer.start()

    def close(self) -> None:
        """Stop reading."""
        self._shut.set()
        self._over.set()
        self._close()

    def _close(self) -> None:
        with self._lock:
            if self._lines is not None:
                self._lines.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._follow()
            except ClusterError as error:  # else it goes on where it broke off
                if error.kind is ErrorKind.NOT_FOUND:
                    self._over.set()
            self._over.wait(_PAUSE)
        for attempt in range(_TRIES):
            try:
                self._whole()
            except ClusterError as error:
                if not error.retried or attempt + 1 == _TRIES or self._shut.wait(_PAUSE):
                    break
            else:
                break
        if not self._shut.is_set():
            self._tell(Ended(self._deployment, self._uid))

    def _follow(self) -> None:
        lines = self._cluster.follow_logs(*self._place, container=self._container)
        with self._lock:
            self._lines = lines
        if self._over.is_set():
            lines.close()
        self._pass(lines)

    def _whole(self) -> None:
        """Read what is left once the pod has ended."""
        if not self._shut.is_set():
            self._pass(self._cluster.logs(*self._place, container=self._container).splitlines())

    def _pass(self, lines: "Lines | list[str]") -> None:
        for number, text in enumerate(lines, 1):
            if number > self._read:
                self._read = number
                self._tell(Line(self._deployment, self._uid, text))
