"""CRC on a host: looked at, found fit, and changed; each story can be repeated after an interruption."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.crc import facts as reading
from openstack_k8s_cli.crc import steps
from openstack_k8s_cli.crc.facts import HostFacts
from openstack_k8s_cli.crc.fitness import judge
from openstack_k8s_cli.crc.performing import Told, perform
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.crc.steps import Change
from openstack_k8s_cli.crc.wanted import Wanted
from openstack_k8s_cli.model.checks import Result, State
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

_PAGE = "docs/crc.md"


@dataclass(frozen=True, slots=True)
class Workstation:
    """A host, and what the profile wants of CRC on it."""

    host: Host
    wanted: Wanted

    def look(self) -> HostFacts:
        """Read what is; changes nothing."""
        return reading.look(self.host, pull_secret=self.wanted.pull_secret)

    def fit(self, facts: HostFacts) -> tuple[str, ...]:
        """Give the warnings of a host that will do; raises OskError (exit 4) with all that is wrong with another."""
        results = judge(facts, self.wanted)
        failed = [_unfit(name, result) for name, result in results.items() if result.state is State.FAILED]
        if failed:
            raise OskError(*failed, exit_code=ExitCode.REFUSED)
        return tuple(
            f"{name}: {result.detail}" for name, result in results.items() if result.state is State.WARNING
        )

    def set_up(self, changes: Sequence[Change], told: Told) -> None:
        """Make the changes of a setup; a program that was downloaded has settings of its own to compare."""
        for change in changes:
            told(str(change))
            perform(self.host, change, self.wanted, told)
            if change.kind is steps.Kind.DOWNLOAD:
                self._go_on(changes, told)
                return
        if changes:
            self._confirm(told)

    def _go_on(self, before: Sequence[Change], told: Told) -> None:
        """Make what is left, unless it takes away what `before` did not."""
        facts = self.look()
        self.fit(facts)
        left = steps.setup(facts, self.wanted)
        must_be_known(left, before)
        self.set_up(left, told)

    def _confirm(self, told: Told) -> None:
        """See that nothing is left; crc's own setup may say that it needs a new login."""
        crc = reading.look_at_crc(self.host)
        if not crc.is_set_up:
            advice = Advice("Do what it says; the same command goes on from there", "osk crc setup", _PAGE)
            problem = Problem("OSK1244", "The host is not set up yet", None, crc.unready, (advice,))
            raise OskError(problem, exit_code=ExitCode.FAILED)
        told("the host is set up")

    def make(self, changes: Sequence[Change], told: Told) -> None:
        """Make changes in their order."""
        for change in changes:
            told(str(change))
            perform(self.host, change, self.wanted, told)

    def startable(self, facts: HostFacts) -> None:
        """Refuse to start what is not set up as the profile wants it."""
        left = steps.setup(facts, self.wanted)
        if left:
            advice = Advice("Set it up first", "osk crc setup", _PAGE)
            detail = "\n".join(map(str, left))
            problem = Problem(
                "OSK1247", "The host is not set up as the profile says", None, detail, (advice,)
            )
            raise OskError(problem, exit_code=ExitCode.REFUSED)

    def status(self, facts: HostFacts) -> Mapping[str, Any]:
        """Say how it is."""
        crc, status = facts.crc, facts.crc.status
        return {
            "installed": crc.path is not None,
            "version": crc.version.crc,
            "setUp": crc.is_set_up,
            "machine": _machine(facts),
            "cluster": status.openshift.lower() or None,
            "clusterVersion": status.version,
            "preset": crc.machine.preset if crc.machine else self.wanted.preset,
            "networkMode": crc.machine.network_mode if crc.machine else self.wanted.network_mode,
            "cpus": crc.machine.cpus if crc.machine else None,
            "memoryMiB": crc.machine.memory if crc.machine else None,
            "diskGiB": crc.machine.disk if crc.machine else None,
            "diskUsedGiB": round(status.disk_usage / 1024**3, 1) or None,
            "memoryUsedMiB": status.memory_usage // 1024**2 or None,
            "differences": [str(each) for each in steps.setup(facts, self.wanted)],
        }


def _machine(facts: HostFacts) -> str | None:
    if facts.crc.machine is None:
        return None
    if not facts.crc.is_made:
        return "half made"
    return "running" if steps.runs(facts) else "stopped"


def asked(changes: Sequence[Change], confirm: Callable[[str], object]) -> None:
    """Have those confirmed that something is lost by."""
    for change in changes:
        if change.loses:
            confirm(f"{change}: this takes away {change.loses}. Go on?")


def must_be_known(changes: Sequence[Change], before: Sequence[Change]) -> None:
    """Refuse changes that take away what those that were asked about did not; raises OskError (exit 4)."""
    known = {"", *(each.loses for each in before)}
    for change in changes:
        if change.loses not in known:
            advice = Advice("Say so to the same command, which now asks", AGAIN, _PAGE)
            summary = f"{change}: this takes away {change.loses}, which nobody was asked about"
            problem = Problem("OSK1363", summary, None, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.REFUSED)


def _unfit(name: str, result: Result) -> Problem:
    advice = Advice(result.remedy, result.command or None, _PAGE)
    return Problem("OSK1242", f"The host is not fit for CRC: {result.detail}", name, None, (advice,))
