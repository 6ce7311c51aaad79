"""Another machine as a host, over one SSH connection for as long as osk runs (adapters.hostagent is its far end).

Reached as Ansible reaches a hypervisor: the user's own settings of ssh, keys and known hosts, nobody asked anything.
What is asked goes through the connection only, so neither machine's list of processes shows more than programs and their words.
"""

import base64
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

from openstack_k8s_cli.adapters.localhost import Lines, unread, unwritten
from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.crc.ports import NOTHING, Ran
from openstack_k8s_cli.dataplane.shells import UNREACHED
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

_START = "exec python3 -u -c 'import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))'"
"""Reads the agent from the connection, and becomes it."""
_LEAVING = 1.0
"""Seconds that ssh has to end by itself once nobody listens."""


class RemoteHost:
    """Programs run as the user that ssh logs in as; connected when it is first asked something."""

    def __init__(self, reach: Reach, environment: Mapping[str, str]) -> None:
        self.reach = reach
        self._environment = dict(environment)
        self._asking = Lock()
        self._line: _Line | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        with self._asking:
            return self._connected.environment

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] = NOTHING,
        heard: Callable[[str], object] | None = None,
        timeout: float | None = None,
    ) -> Ran:
        kept: dict[str, list[bytes]] = {"out": [], "err": []}
        lines = {name: Lines(heard) for name in kept}

        def take(name: str, data: bytes) -> None:
            kept[name].append(data)
            lines[name].take(data)

        given = {"argv": [*argv], "stdin": _text(stdin), "env": {**env}, "timeout": timeout}
        ended = self._ask("run", take, **given)
        for each in lines.values():
            each.end()
        out, err = (b"".join(kept[name]).decode(errors="replace") for name in ("out", "err"))
        return Ran(ended["code"], out, err or ended["why"])

    def read(self, path: str) -> bytes | None:
        found = self._ask("read", path=path)
        if found["why"]:
            raise unread(f"{self.reach.place}:{path}", found["why"])
        return None if found["data"] is None else base64.b64decode(found["data"])

    def write(self, path: str, content: bytes, mode: int) -> None:
        why = self._ask("write", path=path, data=_text(content), mode=mode)["why"]
        if why:
            raise unwritten(f"{self.reach.place}:{path}", why)

    def which(self, name: str) -> str | None:
        found: str | None = self._ask("which", name=name)["path"]
        return found

    def close(self) -> None:
        """Let it go; what still runs there is ended."""
        if self._line:
            self._line.close()
        self._line = None

    @property
    def _connected(self) -> "_Line":
        if self._line is None:
            self._line = _Line(self.reach, self._environment)
        return self._line

    def _ask(self, what: str, take: Callable[[str, bytes], object] | None = None, **given: Any) -> Any:
        with self._asking:
            try:
                return self._connected.ask({"do": what, **given}, take)
            except BaseException:  # whoever stops waiting leaves nothing running there
                self.close()
                raise


class _Line:
    """The connection."""

    def __init__(self, reach: Reach, environment: Mapping[str, str]) -> None:
        self._reach = reach
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # it is closed with the line
        self._ssh = subprocess.Popen(
            [*reach.line(environment, "-T", "-oClearAllForwardings=yes"), _START],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        assert self._ssh.stdin and self._ssh.stdout  # noqa: PT018, S101  # as asked for
        self._to: IO[bytes] = self._ssh.stdin
        self._from: IO[bytes] = self._ssh.stdout
        self._number = 0
        try:
            self.environment = self._greeted()
        except BaseException:
            self.close()
            raise

    def _greeted(self) -> Mapping[str, str]:
        agent = Path(__file__).with_name("hostagent.py").read_bytes()
        self._send(b"%d\n%s" % (len(agent), agent))
        while line := self._from.readline():
            with suppress(ValueError):  # what the user's shell says by itself
                told = json.loads(line)
                if isinstance(told, dict) and "osk" in told:
                    found: Mapping[str, str] = told["environment"]
                    return found
        raise self._unreached()

    def ask(self, request: Mapping[str, Any], take: Callable[[str, bytes], object] | None) -> Any:
        """Ask, and hear the answer out."""
        self._number += 1
        self._send(json.dumps({"id": self._number, **request}).encode() + b"\n")
        while line := self._from.readline():
            told = json.loads(line)
            if told["id"] != self._number:
                continue  # of a program that was not waited for
            if "stream" not in told:
                return told
            if take:
                take(told["stream"], base64.b64decode(told["data"]))
        raise self._lost()

    def _send(self, content: bytes) -> None:
        with suppress(BrokenPipeError):  # the answer tells
            self._to.write(content)
            self._to.flush()

    def close(self) -> None:
        """End it."""
        with suppress(OSError):
            self._to.close()
        try:
            self._ssh.wait(_LEAVING)
        except subprocess.TimeoutExpired:
            self._ssh.terminate()
            self._ssh.wait()
        self._from.close()
        self._said.close()

    def _told(self) -> str:
        self._said.seek(0)
        return self._said.read().decode(errors="replace").strip()[-1500:]

    def _unreached(self) -> OskError:
        place, code = self._reach.place, self._ssh.wait()
        if code == UNREACHED:
            advice = (
                Advice("See that it is reachable with your own key and account", self._by_hand()),
                Advice("Its key and more options of ssh", "osk profile explain dataplane.hypervisor"),
            )
            problem = Problem(
                "OSK1370", "The host is not reached by SSH", place, self._told() or None, advice
            )
        else:
            install = Advice("Install it there, such as the package python3")
            said = self._told() or f"it ended with {code}"
            problem = Problem("OSK1372", "There is no usable `python3` on the host", place, said, (install,))
        return OskError(problem, exit_code=ExitCode.REFUSED)

    def _by_hand(self) -> str:
        port = f" -p {self._reach.port}" if self._reach.port else ""
        user = f"{self._reach.user}@" if self._reach.user else ""
        return f"ssh{port} {user}{self._reach.address}"

    def _lost(self) -> OskError:
        again = Advice("What ran there was ended; the same command goes on from there", AGAIN)
        said = self._told() or f"ssh ended with {self._ssh.wait()}"
        problem = Problem("OSK1371", "The connection to the host was lost", self._reach.place, said, (again,))
        return OskError(problem, exit_code=ExitCode.FAILED)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
