"""What `osk dev run` does: an operator runs on this machine in the place of the deployed one, until it ends."""

import json
import shlex
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters import holders, keeping, localruns, runs, servingcerts
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.cli import developing, kindfiles, placing, running
from openstack_k8s_cli.cli.developing import INITIALIZE, Wish
from openstack_k8s_cli.cli.signals import Stopped, settled
from openstack_k8s_cli.developing import entries, operators, telling, webhooks
from openstack_k8s_cli.developing import localruns as local
from openstack_k8s_cli.developing.entries import Entry, Kind, State
from openstack_k8s_cli.developing.losing import Loss
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import crds, effects, resetting, store, swapping
from openstack_k8s_cli.workflows.developing import running as stories
from openstack_k8s_cli.workflows.developing.effects import Wanted
from openstack_k8s_cli.workflows.developing.running import Hooks, Run

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says."""

    operator: str
    folder: Path
    command: tuple[str, ...] = ()
    """Empty: the checkout's own program."""
    crds: tuple[Path, ...] | None = ()
    """Folders; none: the checkout's own; None: the cluster's stay."""
    address: str | None = None
    """By which the cluster reaches this machine."""
    port: int = local.WEBHOOKS
    """Of webhooks."""
    yes: bool = False
    """Whether what somebody else left is taken over without a question."""


class LocalRun:
    """One run, from the stop of the deployed operator to its return."""

    def __init__(self, session: "Session", asked: Asked) -> None:
        operators.check(asked.operator)
        self._session = session
        self._asked = asked
        self._place = placing.place(asked.folder)
        self._ports = self._chosen_ports()
        self._programs = localruns.LocalPrograms(
            session.environment, runs.state_home(session.environment) / "dev-runs"
        )
        self._main = "" if asked.command else placing.main(self._place)
        self._programs.require(asked.command[0] if asked.command else local.COMPILER, self._place.folder)
        self._kinds = self._wished_kinds()
        self._holder = holders.holder()
        self._work = session.work
        called = f"{self._work.loaded.name}.{asked.operator}.{uuid.uuid4().hex[:8]}"
        self._home = keeping.home(session.environment) / called
        self._argv = asked.command or (str(self._home / "manager"), *local.options(self._ports))
        self._pods: tuple[str, ...] = ()
        self._deployment: Body = {}
        self._hooks: Hooks | None = None

    def run(self) -> ExitCode:
        """Run it; everything is put back at the end, whatever it was."""
        self._refuse()
        with keeping.kept(self._home):
            self._build()
            code, trouble = self._through()
            back = self._back()
        if trouble:
            raise trouble
        return code or back

    def _build(self) -> None:
        """Compile the checkout's program, while the deployed one still runs."""
        if not self._main:
            return
        line = local.build(self._main, self._argv[0])
        self._session.tell(shlex.join(line))
        with self._foreground():
            code = self._programs.start(line, folder=self._place.folder, environment={}).wait()
        if code:
            raise OskError(_not_built(self._place.folder, line), exit_code=ExitCode.REFUSED)

    def _through(self) -> tuple[ExitCode, OskError | None]:
        """Stop the deployed one and run the local one, until that ends or is ended."""
        wish = Wish(
            kind=Kind.RUN,
            name=self._asked.operator,
            values={"operators": {"overrides": {self._asked.operator: {"replicas": 0}}}},
            touches=(INITIALIZE,),
            note=self._place.folder,
            end=State.RUNNING,
            holder=self._holder,
        )
        try:
            events = developing.change(
                self._session, wish, wishes=self._wishes, work=self._work, yes=self._asked.yes
            )
            code = running.run(self._session, "dev-run", events, again=self._session.line)
            return (code, None) if code else self._follow()
        except Stopped as stopped:
            settled()
            return (ExitCode.DONE if stopped.code is ExitCode.INTERRUPTED else stopped.code), None
        except OskError as error:
            return error.exit_code, error

    @contextmanager
    def _foreground(self) -> Iterator[None]:
        """Have programs for the length of a block; they may take their time to end."""
        with self._programs.here():
            try:
                yield
            except Stopped:
                settled()
                raise

    def _chosen_ports(self) -> local.Ports:
        metrics, health, profiling = localruns.free(3)
        serves = self._asked.operator in webhooks.OPERATORS
        return local.Ports(metrics, health, profiling, self._asked.port if serves else 0)

    def _wished_kinds(self) -> "Callable[[Work], Sequence[Wanted]]":
        asked = self._asked
        if asked.crds is None:
            return lambda _: ()
        own = kindfiles.bases(asked.folder)
        return kindfiles.wishes(self._session, asked.operator, asked.crds or ((own,) if own else ()))

    def _refuse(self) -> None:
        if not self._work.on_cluster.values["fields"]["operatorOverrides"]:
            raise OskError(_unstopped(self._asked.operator), exit_code=ExitCode.REFUSED)
        there = entries.found(self._work.entries, Kind.RUN, self._asked.operator)
        if there is not None and there.state is State.RUNNING:
            raise OskError(_runs_already(there), exit_code=ExitCode.REFUSED)

    def _wishes(self, work: "Work") -> Sequence[Wanted]:
        """Look at what is deployed, while it still is."""
        cluster, namespace = work.connection.cluster, str(work.loaded.values["namespaces"]["operators"])
        target = operators.deployment(self._asked.operator, namespace)

        def look() -> Sequence[Wanted]:
            self._deployment = effects.read(cluster, target) or {}
            self._pods = stories.pods(cluster, self._asked.operator, namespace)
            found = [effects.read(cluster, each) for each in webhooks.ids(self._asked.operator)]
            return self._pointed([each for each in found if each])

        return (*self._kinds(work), *refusals.reading(look))

    def _pointed(self, configurations: Sequence[Body]) -> Sequence[Wanted]:
        """Want webhook configurations to call this machine, once it serves them."""
        if not configurations:
            self._ports = replace(self._ports, webhooks=0)
            return ()
        placing.check_port(self._programs, self._ports.webhooks)
        address = placing.address(self._session, self._work, self._asked.address)
        authority = servingcerts.make(self._home / local.CERTIFICATES, address)
        at = placing.shown(address, self._ports.webhooks)
        wishes = tuple(
            effects.wanted(webhooks.pointed(each, at=at, authority=authority), early=True, later=True)
            for each in configurations
        )
        self._hooks = Hooks(self._ports.webhooks, at, authority, wishes, self._work.world.namespace)
        return wishes

    def _follow(self) -> tuple[ExitCode, OskError | None]:
        cluster, clock, name = self._work.connection.cluster, SystemClock(), self._asked.operator
        namespace = str(self._work.loaded.values["namespaces"]["operators"])
        with self._foreground():
            refusals.reading(lambda: stories.drain(cluster, clock, name, namespace, self._pods))
            code = stories.follow(cluster, clock, self._programs, self._run(), self._session.tell)
        if code:
            return ExitCode.FAILED, OskError(_died(self._argv, code), exit_code=ExitCode.FAILED)
        self._session.tell(
            f"somebody else took {name} back: it does not run here any more"
            if code is None
            else f"{name} ended by itself, with exit code 0"
        )
        return ExitCode.DONE, None

    def _run(self) -> Run:
        file = self._home / "kubeconfig"
        servingcerts.write(file, json.dumps(placing.kubeconfig(self._session, self._work)).encode())
        environment = local.environment(
            self._deployment, self._place, self._ports, kubeconfig=str(file), temporary=str(self._home)
        )
        return Run(
            self._asked.operator, self._argv, self._place.folder, environment, self._hooks, self._is_wanted
        )

    def _is_wanted(self) -> bool:
        try:
            mine = self._mine(store.read(self._work.connection.cluster))
        except ClusterError:
            return True  # the cluster is away for a while
        return mine is not None and mine.state is not State.LEAVING

    def _mine(self, there: Sequence[Entry]) -> Entry | None:
        """Find this run's entry, unless another one is in its place."""
        found = entries.found(self._own(there), Kind.RUN, self._asked.operator)
        return found if found and found.holder == self._holder else None

    def _own(self, there: Sequence[Entry]) -> list[Entry]:
        return [each for each in there if each.profile == self._work.loaded.name]

    def _back(self) -> ExitCode:
        """Put everything back; CRDs stay while objects use what they brought."""
        there = refusals.reading(lambda: store.read(self._work.connection.cluster))
        mine = self._mine(there)
        if mine is None or mine.state is State.LEAVING:  # somebody else does
            return ExitCode.DONE
        again = self._session.pointed("dev", "reset", mine.name)
        return running.run(
            self._session, "dev-run-back", self._events_back(self._own(there), mine), again=again
        )

    def _events_back(self, there: Sequence[Entry], mine: Entry) -> "Iterator[Event]":
        lost = refusals.reading(lambda: crds.lost(self._work.connection.cluster, mine))
        if not lost:
            back = self._work.having(entries.without(there, [mine]))
            return back.drive(lambda world, options: resetting.reset(world, (mine,), options))
        return self._kept_kinds(there, mine, lost)

    def _kept_kinds(self, there: Sequence[Entry], mine: Entry, lost: Sequence[Loss]) -> "Iterator[Event]":
        """Put everything back but the CRDs; webhooks first, for nobody serves them here any more."""
        self._session.tell(
            "\n".join(
                [
                    "CRDs stay, for objects use what they brought:",
                    *(f"    {each.words}" for each in lost),
                    f"`{telling.undo(mine)}` once they do not, or with `--force`",
                ]
            )
        )
        resetting.put_back(self._work.connection.cluster, (mine,), early=True)
        kept = replace(mine, values={}, holder="", note=f"CRDs of {self._place.folder}")
        back = self._work.having(entries.put(there, kept))
        return back.drive(lambda world, options: swapping.swap(world, kept, options))


def _unstopped(operator: str) -> Problem:
    advice = Advice(
        "Take a release whose resource OpenStack has `operatorOverrides`", "osk profile explain release"
    )
    summary = f"{operator} cannot be stopped: this release knows no overrides of its operators"
    return Problem("OSK1416", summary, operator, None, (advice,))


def _runs_already(entry: Entry) -> Problem:
    return Problem(
        "OSK1415",
        f"{entry.name} runs on a workstation already",
        entry.title,
        telling.line(entry),
        (Advice("End it there; where that cannot be done, take it back from here", telling.undo(entry)),),
    )


def _not_built(folder: str, line: Sequence[str]) -> Problem:
    advice = Advice("Mend what the compiler says; nothing was changed in the cluster")
    return Problem("OSK1414", "The checkout's program does not compile", folder, shlex.join(line), (advice,))


def _died(argv: Sequence[str], code: int) -> Problem:
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    advice = Advice("See what it printed last; everything was put back")
    return Problem("OSK1417", f"The local process ended by itself, {how}", " ".join(argv), None, (advice,))
