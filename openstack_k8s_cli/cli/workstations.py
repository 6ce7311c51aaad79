"""What `osk crc` does: the host of the session, what the profile wants of it, and what is told meanwhile."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.cli import printing, questions
from openstack_k8s_cli.cli.plugging import Plugging
from openstack_k8s_cli.cli.ways import Direct, Way
from openstack_k8s_cli.crc import cards, consoles, kubeconfigs, snapshots, starts, steps, trust
from openstack_k8s_cli.crc.facts import DOMAIN, look_at_libvirt
from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.crc.steps import Change
from openstack_k8s_cli.crc.wanted import Wanted, wanted
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.workstation import settling
from openstack_k8s_cli.workflows.workstation.local import Workstation, asked, must_be_known
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


class Workstations:
    """The host that the session is about."""

    def __init__(
        self,
        session: "Session",
        host: Host | None = None,
        *,
        connect: Callable[[str], Cluster] = lambda path: kubernetes.connect(path, None),
        wishes: Wanted | None = None,
        way: Way | None = None,
    ) -> None:
        self._session = session
        self._work = session.work
        self._wishes = wishes
        self._agreed: list[Change] = []
        """What was confirmed."""
        self.host: Host = host or LocalHost(session.environment)
        self.way: Way = way or Direct(self.host, connect)

    @cached_property
    def station(self) -> Workstation:
        """Give the host with what the profile wants; raises OskError (exit 2) where that is no CRC."""
        loaded = self._work.loaded
        platform = loaded.values["platform"]
        if platform["provider"] != "crc":
            advice = Advice("Name a profile whose `platform.provider` is crc", f"{AGAIN} -p crc")
            problem = Problem(
                "OSK1241",
                f"The cluster of the profile `{loaded.name}` is no CRC",
                "platform.provider",
                None,
                (advice,),
            )
            raise OskError(problem, exit_code=ExitCode.USAGE)
        if self._wishes:
            return Workstation(self.host, self._wishes)
        plan = planning.offline(loaded, self._work.catalogue, Target(), texts=self._work.downloads.kept)
        return Workstation(self.host, wanted(loaded.values, plan.manifests))

    @cached_property
    def devices(self) -> Plugging:
        """Give what is plugged into the machine."""
        nics = self._work.loaded.values["platform"]["nics"]
        return Plugging(self.host, self.station.wanted, nics, self._session.tell)

    def set_up(self, *, dry_run: bool, yes: bool) -> ExitCode:
        """Make the host ready."""
        brought, changes = self._setting_up()
        done: Sequence[Change | str] = (*brought, *changes)
        if not dry_run:
            self.ask(changes, yes=yes)
            self._make_ready(brought, changes)
        return self.ended(done, dry_run=dry_run, same="the host is set up as the profile says")

    def coming(self) -> Sequence[Change | str]:
        """Give what a setup and a start would change; raises OskError (exit 4) where the host is not fit."""
        self.way.check(self.context)
        brought, changes = self._setting_up()
        starting = steps.start(self.station.look(), self.station.wanted)
        return (*brought, *changes, *starting, *self.devices.coming())

    def prepared(self) -> Sequence[Change | str]:
        """Make the host ready once it was asked for what is `coming`; gives what was changed."""
        try:
            brought, changes = self._setting_up(warned=True)
            must_be_known(changes, self._agreed)
            self._make_ready(brought, changes)
        finally:
            self.way.lock()
        return (*brought, *changes)

    def _setting_up(self, *, warned: bool = False) -> tuple[Sequence[str], Sequence[Change]]:
        """Give what has to be brought to the host, and what is to be changed then."""
        want = self.station.wanted
        facts, brought = self.way.prepared(self.station.look(), want)
        for text in self.station.fit(facts):
            if not warned:
                printing.warn(text)
        changes = steps.setup(facts, want)
        self.way.permit(changes)
        return tuple(filter(None, (brought,))), changes

    def _make_ready(self, brought: Sequence[str], changes: Sequence[Change]) -> None:
        if brought:
            self.way.prepare(self.station.wanted)
        self.station.set_up(changes, self._session.tell)

    def make(self, changes: Sequence[Change]) -> None:
        """Make changes, and tell them."""
        self.station.make(changes, self._session.tell)

    def ask(self, changes: Sequence[Change | str], *, yes: bool) -> None:
        """Have those confirmed that something is lost by."""
        found = [each for each in changes if isinstance(each, Change)]
        asked(found, lambda question: questions.confirm(question, yes=yes))
        self._agreed += found

    def ask_first(self, changes: Sequence[Change | str], *, yes: bool) -> None:
        """Have all asked that is asked of who sits here, also by programs, while the terminal is free."""
        self.ask(changes, yes=yes)
        self.way.unlock([each for each in changes if isinstance(each, Change)])

    def start(self, *, dry_run: bool, yes: bool, trusted: bool) -> ExitCode:
        """Start the cluster and bring it to where a cloud can be deployed."""
        if dry_run:
            coming: Sequence[Change | str] = (*self._starting(), *self.devices.coming())
            return self.ended(coming, dry_run=True, same="the cluster runs as the profile says")
        done = self.started(yes=yes, trusted=trusted)
        return self.ended(done, dry_run=False, same="the cluster runs as the profile says")

    def started(self, *, yes: bool, trusted: bool = False, asks: bool = True) -> Sequence[Change | str]:
        """Start it; gives what was changed. In the midst of a run nobody is asked, so nothing is lost that was not agreed to before."""
        changes = self._starting()
        if not (asks or yes):
            must_be_known(changes, self._agreed)
        self.ask(changes, yes=yes or not asks)
        snapshots.settle(self.host)
        plugged = [*self._run(changes)]
        left = self.devices.plug()
        if left.waits and (asks or yes or changes):
            again = steps.restart(loses=not changes)
            self.ask(again, yes=yes)
            self.make(again)
            changes = [*changes, *again]
        elif left.waits:
            self._session.tell("what found no slot is there after the next start; at once: osk crc start")
        return [
            *changes,
            *plugged,
            *left.said,
            *self._followed(trusted=trusted, anew=bool(changes or left.said)),
        ]

    def _run(self, changes: Sequence[Change]) -> Iterator[str]:
        """Make the changes of a start; devices are plugged into what is off, which always has room for them."""
        for change in changes:
            if change.kind is steps.Kind.START and DOMAIN in look_at_libvirt(self.host).domains:
                yield from self.devices.plug().said
            self.make((change,))

    def _starting(self) -> Sequence[Change]:
        self.way.check(self.context)
        facts = self.station.look()
        self.station.fit(facts)
        self.station.startable(facts)
        snapshots.check(self.host)
        return steps.start(facts, self.station.wanted)

    def _followed(self, *, trusted: bool, anew: bool) -> Iterator[str]:
        """Do what comes after a start; `anew`: devices may be new to the node. Gives what was changed."""
        tell, want = self._session.tell, self.station.wanted
        merged = self.way.merge(self.context)
        cluster = self.cluster()
        settled = refusals.reading(lambda: settling.settle(cluster, want, SystemClock(), tell))
        starts.end(self.host)
        if merged:
            tell(merged)
        yield from filter(None, (merged, *settled))
        if not kubeconfigs.is_current(self.way.here, name := self.context):
            tell(
                f"another context is the current one: --context {name}, or osk profile set platform.context {name}"
            )
        self.devices.verify(cluster, want.interfaces, wait=anew)
        yield from self._trust(cluster, trusted=trusted)

    def _trust(self, cluster: Cluster, *, trusted: bool) -> Iterator[str]:
        authority = refusals.reading(lambda: settling.authority(cluster))
        if authority is None or trust.is_trusted(self.host, authority):
            return
        if trusted:
            trust.trust(self.host, authority)
            self._session.tell("this host trusts the cluster's registry")
            yield "registry trusted"
        else:
            self._session.tell(
                "this host does not trust the cluster's registry; to let it: osk crc start --trust"
            )

    def stop(self, *, dry_run: bool) -> ExitCode:
        """Stop the machine."""
        same = "it does not run"
        if dry_run:
            return self.ended(steps.stop(self.station.look()), dry_run=True, same=same)
        return self.ended(self.stopped(), dry_run=False, same=same)

    def stopped(self) -> Sequence[Change | str]:
        """Stop it; gives what was done."""
        changes = steps.stop(self.station.look())
        self.make(changes)
        return [*changes, *filter(None, (self.way.close(ever=False),))]

    def delete(self, *, dry_run: bool, yes: bool, entirely: bool) -> ExitCode:
        """Take the machine away, and with it what setup did."""
        changes = steps.delete(self.station.look(), entirely=entirely)
        self.way.permit(changes)
        if dry_run:
            leaving: Sequence[Change | str] = (*changes, *self.leaving(entirely=entirely))
            return self.ended(leaving, dry_run=True, same="there is nothing to delete")
        self.ask(changes, yes=yes)
        done = self.deleted(changes, entirely=entirely)
        return self.ended(done, dry_run=False, same="there is nothing to delete")

    def deleted(self, changes: Sequence[Change], *, entirely: bool = False) -> Sequence[Change | str]:
        """Make the changes of a deletion, and forget the access; gives what was done."""
        self.make(changes)
        if self.host.read(f"{home(self.host)}/.crc/machines/crc/config.json") is not None:
            return changes
        snapshots.settle(self.host)
        gone = (self.way.close(ever=True), kubeconfigs.forget(self.way.here, self.way.name))
        released = [*cards.release(self.host, self.station.wanted.interfaces)]
        distrusted = trust.distrust(self.host) if entirely else ()
        return [*changes, *filter(None, gone), *released, *distrusted]

    def leaving(self, *, entirely: bool = False) -> Sequence[str]:
        """Give what goes with the machine, so far as it is there."""
        here, want = self.way.here, self.station.wanted
        named = ", ".join(kubeconfigs.leading(here, self.way.name))
        access = f"take the context {named} out of {kubeconfigs.place(here)}" if named else ""
        trusted = [f"take {each} away" for each in trust.known(self.host)] if entirely else ()
        kept = cards.releasable(self.host, want.interfaces)
        return [*filter(None, (self.way.closing(), access)), *kept, *trusted]

    def status(self) -> None:
        """Say how everything is."""
        facts = self.station.look()
        unplugged = self.devices.coming() if facts.crc.machine else ()
        found = {**self.station.status(facts), "unplugged": list(unplugged)}
        self._session.answer(found, lambda: _status(found))

    def console(self, *, credentials: bool) -> None:
        """Say where the console is; the password only where it is asked for."""
        found = {**consoles.read(self.host, credentials=credentials), **self.way.console()}
        self._session.answer(found, lambda: "\n".join(f"{name}: {value}" for name, value in found.items()))

    def kubeconfig(self) -> None:
        """Put the cluster's access into the kubeconfig."""
        self.must_be_there()
        done = self.way.merge(self.context)
        name, path = self.context, kubeconfigs.place(self.way.here)
        found = {"context": name, "path": path, "changed": bool(done)}
        self._session.answer(found, lambda: done or f"context {name} in {path}: nothing to change")

    @property
    def context(self) -> str:
        """Name the cluster's context in the kubeconfig."""
        found: str | None = self._work.loaded.values["platform"]["context"]
        return found or self.way.name

    @property
    def pointed(self) -> "Session":
        """Give a session that means the cluster, also where another context is the current one."""
        self.way.lead(self.context)
        return self._aimed

    @contextmanager
    def looking(self) -> "Iterator[Session]":
        """Give one for who only looks, as which nothing is written and no tunnel stays open."""
        with self.way.looking(self.context) as path:
            aimed = self._aimed
            scope = replace(aimed.scope, kubeconfig=path, context=self.context)
            yield replace(aimed, scope=scope) if path else aimed

    @property
    def _aimed(self) -> "Session":
        session, name = self._session, self.context
        if self._work.loaded.values["platform"]["context"] or kubeconfigs.is_current(self.way.here, name):
            return session
        return replace(session, scope=replace(session.scope, context=name))

    def resolves(self, name: str) -> bool:
        """Tell whether the host finds an address for a name."""
        return self.host.run(["getent", "hosts", name], timeout=30).exit_code == 0

    def must_be_there(self) -> bytes:
        """Give the cluster's own access; raises OskError (exit 4) where there is no cluster."""
        found = kubeconfigs.own(self.host)
        if found is None:
            advice = Advice("Start it", "osk crc start")
            problem = Problem("OSK1250", "There is no cluster of CRC on this host yet", None, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.REFUSED)
        return found

    def cluster(self) -> Cluster:
        """Connect to it by crc's own access."""
        self.must_be_there()
        return self.way.cluster(self.context)

    def ended(self, changes: Sequence[Change | str], *, dry_run: bool, same: str) -> ExitCode:
        """Say in the end what was changed, or would be."""
        told = [str(each) for each in changes]
        found = {"dryRun": dry_run, "changed": told}
        lines = [f"would: {each}" for each in told] if dry_run else []
        rest = [] if told else [f"nothing to change: {same}"]
        self._session.answer(found, lambda: "\n".join([*lines, *rest] or ["done"]))
        return ExitCode.DIFFERENCES if dry_run and told else ExitCode.DONE


def _words(key: str) -> str:
    """Give a key of the document as words: `clusterVersion` is cluster version, `memoryMiB` memory MiB."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", key).split()
    return " ".join(each if each.endswith("iB") else each.lower() for each in words)


def _worded(value: object) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _status(found: Mapping[str, Any]) -> str:
    lists = {"osk crc setup": found["differences"], "osk crc start": found["unplugged"]}
    shown = [(name, each) for name, each in found.items() if each not in ("", None, *lists.values())]
    rows = [(_words(name), _worded(each)) for name, each in shown]
    parts = [printing.table(rows)]
    for command, left in lists.items():
        if left:
            parts.append(f"{command} would:\n" + "\n".join(f"  {each}" for each in left))
    return "\n\n".join(parts)
