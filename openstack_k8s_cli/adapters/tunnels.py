"""Ways to clusters on other machines: OpenSSH's client, which forwards local ports for as long as it runs.

Each has a record with its ports, which it keeps from one time to the next, and OpenSSH's control socket beside it,
by which it is asked and ended: no process ids that may be another's by now.
"""

import hashlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from openstack_k8s_cli.adapters.runs import state_home
from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

ADDRESS = "127.0.0.1"
PROXY = "socks"
"""The port of a SOCKS proxy, through which a browser reaches the console by its own name."""
_LEAVING = 1.0
"""Seconds that ssh has to end by itself."""
_LONGEST = 60.0
"""Seconds that a tunnel may take to open."""


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A way, open or not."""

    place: str
    """The machine, as `--host` names it."""
    target: str
    """The cluster's name there."""
    there: Mapping[str, int]
    """Ports of the target, by what is behind them: api, https, http."""
    ports: Mapping[str, int]
    """Local ports by the same names, and that of the proxy."""
    context: str
    """In the kubeconfig."""

    @property
    def server(self) -> str:
        """Give the API's address on this machine."""
        return f"https://{ADDRESS}:{self.ports['api']}"


class Tunnels:
    """Those of the user on this machine."""

    def __init__(self, environment: Mapping[str, str], folder: Path | None = None) -> None:
        self._environment = dict(environment)
        self._folder = folder or state_home(environment) / "tunnels"

    def known(self) -> tuple[Tunnel, ...]:
        """List them; a record that cannot be read is none."""
        found = []
        for each in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError):
                found.append(Tunnel(**json.loads(each.read_text(encoding="utf-8"))))
        return tuple(sorted(found, key=lambda each: each.place))

    def of(self, place: str) -> Tunnel | None:
        """Give a machine's."""
        return next((each for each in self.known() if each.place == place), None)

    def at(self, server: str) -> Tunnel | None:
        """Give the one that an address of an API goes through."""
        return next((each for each in self.known() if each.server == server.rstrip("/")), None)

    def planned(self, place: str, target: str, there: Mapping[str, int], context: str) -> Tunnel:
        """Have a record of it, on the ports that it had where they are still free; others are chosen."""
        before = self.of(place)
        names = (*there, PROXY)
        if before and self.is_open(before) and {*before.ports} >= {*names}:
            ports = before.ports
        else:
            kept = before.ports if before else {}
            ports = _free({name: kept.get(name, 0) for name in names})
        found = Tunnel(place, target, dict(there), ports, context)
        if found != before:
            self._keep(found)
        return found

    def is_open(self, tunnel: Tunnel) -> bool:
        """Ask OpenSSH."""
        return self._control(tunnel, "check")

    def open(self, tunnel: Tunnel, reach: Reach) -> None:
        """Open it and let it be; raises OskError (exit 4) where that is not possible."""
        self._ready()
        line = self._line(tunnel, reach, "-f", "-N")
        with tempfile.TemporaryFile() as said:
            # a file and no pipe, which the ssh that stays would hold
            try:
                code = subprocess.run(
                    line,
                    env=self._environment,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    timeout=_LONGEST,
                    start_new_session=True,
                ).returncode
            except subprocess.TimeoutExpired:
                code = -1
            said.seek(0)
            told = said.read().decode(errors="replace")
        if code:
            raise _unopened(tunnel, told)

    def hold(self, tunnel: Tunnel, reach: Reach, opened: Callable[[], object]) -> None:
        """Keep it open until it is closed, from here or elsewhere; it never outlives osk."""
        with self._held(tunnel, reach) as ssh:
            opened()
            ssh.wait()

    @contextmanager
    def passing(self, reach: Reach, target: str, there: Mapping[str, int]) -> Iterator[str]:
        """Have one for as long as the block takes, of which nothing stays; gives the API's address."""
        with tempfile.TemporaryDirectory(prefix="osk-", ignore_cleanup_errors=True) as folder:
            apart = Tunnels(self._environment, Path(folder))
            tunnel = apart.planned(reach.place, target, there, "")
            with apart._held(tunnel, reach):  # of the same class
                yield tunnel.server

    @contextmanager
    def _held(self, tunnel: Tunnel, reach: Reach) -> "Iterator[subprocess.Popen[bytes]]":
        self._ready()
        line = [
            *self._line(tunnel, reach, "-T"),
            "cat",
        ]  # it ends when nobody holds the other end of its input
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(
                line,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            ) as ssh:
                try:
                    is_open = _answers(ssh)
                    if is_open:
                        yield ssh
                finally:
                    _end(ssh)
            said.seek(0)
            told = said.read().decode(errors="replace")
        if not is_open:
            raise _unopened(tunnel, told)

    def close(self, tunnel: Tunnel) -> bool:
        """Close it; tells whether it was open."""
        return self._control(tunnel, "exit")

    def forget(self, tunnel: Tunnel) -> None:
        """Close it and drop its record."""
        self.close(tunnel)
        self._record(tunnel).unlink(missing_ok=True)

    def _line(self, tunnel: Tunnel, reach: Reach, *words: str) -> list[str]:
        forwards = [
            word
            for name, port in tunnel.there.items()
            for word in ("-L", f"{ADDRESS}:{tunnel.ports[name]}:{tunnel.target}:{port}")
        ]
        proxy = ("-D", f"{ADDRESS}:{tunnel.ports[PROXY]}")
        master = ("-M", "-S", str(self._socket(tunnel)), "-oControlPersist=no", "-oExitOnForwardFailure=yes")
        return reach.line(self._environment, *words, *master, *forwards, *proxy)

    def _control(self, tunnel: Tunnel, what: str) -> bool:
        place = self._socket(tunnel)
        if not place.exists():
            return False
        line = Reach(tunnel.place).line(self._environment, "-S", str(place), "-O", what)
        done = subprocess.run(
            line, env=self._environment, check=False, stdin=subprocess.DEVNULL, capture_output=True
        )
        return done.returncode == 0

    def _ready(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _keep(self, tunnel: Tunnel) -> None:
        self._ready()
        handle, name = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(tunnel), file)
        Path(name).replace(self._record(tunnel))

    def _record(self, tunnel: Tunnel) -> Path:
        return self._folder / f"{_digest(tunnel)}.json"

    def _socket(self, tunnel: Tunnel) -> Path:
        """Give its place; a socket's path has to be short."""
        return self._folder / _digest(tunnel)


def _digest(tunnel: Tunnel) -> str:
    return hashlib.sha256(tunnel.place.encode()).hexdigest()[:8]


def _free(wanted: Mapping[str, int]) -> dict[str, int]:
    """Choose local ports: those that are wanted where they are free, else others; none twice."""
    with_sockets = {name: _bound(port) for name, port in wanted.items()}
    found = {name: int(each.getsockname()[1]) for name, each in with_sockets.items()}
    for each in with_sockets.values():
        each.close()
    return found


def _bound(port: int) -> socket.socket:
    for each in (port, 0):
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was closed just now is free
        try:
            taken.bind((ADDRESS, each))
        except OSError:
            taken.close()
            continue
        return taken
    raise OSError(ADDRESS)


def _answers(ssh: "subprocess.Popen[bytes]") -> bool:
    """Wait for an answer from the other end: by then all ports are forwarded."""
    assert ssh.stdin and ssh.stdout  # noqa: PT018, S101  # as asked for
    with suppress(OSError):
        ssh.stdin.write(b"osk\n")
        ssh.stdin.flush()
        while line := ssh.stdout.readline():
            if line.rstrip() == b"osk":
                return True
    return False


def _end(ssh: "subprocess.Popen[bytes]") -> None:
    if ssh.stdin:
        with suppress(OSError):
            ssh.stdin.close()
    try:
        ssh.wait(_LEAVING)
    except subprocess.TimeoutExpired:
        ssh.terminate()


def _unopened(tunnel: Tunnel, told: str) -> OskError:
    said = told.strip()[-1500:] or "ssh does not answer"
    advice = Advice("Mend what ssh says, then run the same command again; a port that was taken is changed")
    problem = Problem("OSK1374", "The tunnel cannot be opened", tunnel.place, said, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)
