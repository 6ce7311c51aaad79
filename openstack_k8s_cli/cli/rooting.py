"""sudo's question, asked while the terminal is free for it, and its answer kept for as long as a change takes."""

from collections.abc import Callable
from threading import Event, Thread

from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

_PROMPT = "[sudo] password for %u, by which crc prepares this machine: "
_OFTEN = 45.0
"""Seconds between renewals: sudo keeps an answer for minutes, and a download takes longer."""
_LONGEST = 30.0
"""Seconds that sudo may take to answer where it does not ask."""


class Sudo:
    """The user's way to become root on this machine, for programs that a live view hides."""

    def __init__(
        self, host: Host, can_ask: Callable[[], bool] = questions.possible, often: float = _OFTEN
    ) -> None:
        self._host = host
        self._can_ask = can_ask
        self._often = often
        self._over = Event()

    def open(self) -> None:
        """Have it asked now where it would ask; raises OskError (exit 4) where its answer is none, or is not kept.

        Where there is no terminal the programs say themselves what they cannot do.
        """
        if self._granted() or not self._can_ask():
            return
        asked = self._host.run(["sudo", "-p", _PROMPT, "-v"])
        if asked.exit_code:
            raise _refused("sudo does not let you become root", asked.stderr.strip())
        if not self._granted():
            raise _refused("sudo keeps no answer, and would ask in the middle of the run", "")
        self._over.clear()
        Thread(target=self._keep, daemon=True).start()

    def close(self) -> None:
        """Keep it no longer."""
        self._over.set()

    def _granted(self) -> bool:
        return self._host.run(["sudo", "-n", "true"], timeout=_LONGEST).exit_code == 0

    def _keep(self) -> None:
        while not self._over.wait(self._often):
            self._host.run(["sudo", "-n", "-v"], timeout=_LONGEST)


def _refused(summary: str, detail: str) -> OskError:
    advice = (Advice("Prepare the machine where sudo can ask", "osk crc setup"), Advice("Then go on", AGAIN))
    return OskError(Problem("OSK1379", summary, None, detail or None, advice), exit_code=ExitCode.REFUSED)
