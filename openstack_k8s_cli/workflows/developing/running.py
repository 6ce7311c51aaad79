"""An operator that runs on a workstation in the place of the deployed one, from the moment that this one is stopped.

Its entry, `running` for as long as the process is there, is made and taken back as any other (`swapping`, `resetting`).
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from openstack_k8s_cli.apply.lease import LEASE
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource, Watch
from openstack_k8s_cli.developing import localruns, webhooks
from openstack_k8s_cli.developing.ports import Program, Programs
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects
from openstack_k8s_cli.workflows.developing.effects import Wanted

PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
_LABEL = "openstack.org/operator-name"
_DRAIN = 60.0
"""Seconds that the pods of a stopped operator have; they are given 10 to end in order."""
_LISTEN = 300.0
"""Seconds that a program has until it serves webhooks: it may have to be compiled first."""
_REACH = 10.0
"""Seconds until the API server heeds a changed configuration."""
_PAUSE = 0.2
"""Seconds between looks at pods, and at the program."""
_LOOK = 5.0
"""Seconds between looks at whether it is still wanted."""
_PROBE = "osk-dev-run-probe"


@dataclass(frozen=True, slots=True)
class Hooks:
    """Webhooks that are served on this machine."""

    port: int
    at: str
    """HOST:PORT, as the cluster reaches it."""
    authority: bytes
    wishes: tuple[Wanted, ...]
    namespace: str
    """Where a probe would be made."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is to run."""

    operator: str
    argv: tuple[str, ...]
    folder: str
    environment: Mapping[str, str] = field(repr=False)
    hooks: Hooks | None = None
    wanted: Callable[[], bool] = lambda: True
    """Whether it may run on: nobody has taken it back, and started the deployed one again."""


def pods(cluster: Cluster, operator: str, namespace: str) -> tuple[str, ...]:
    """Name the pods of an operator; raises ClusterError."""
    found = cluster.list(PODS, namespace, labels=f"{_LABEL}={operator}").items
    return tuple(each["metadata"]["name"] for each in found)


def drain(cluster: Cluster, clock: Clock, operator: str, namespace: str, before: Sequence[str]) -> None:
    """Wait until a stopped operator's pods are gone, and give back the lease that their leader has left.

    Raises OskError where they stay, and ClusterError.
    """
    until = clock.monotonic() + _DRAIN
    while left := pods(cluster, operator, namespace):
        if clock.monotonic() >= until:
            raise OskError(_staying(operator, namespace, left), exit_code=ExitCode.STALLED)
        clock.sleep(_PAUSE)
    for lease in localruns.leases(cluster.list(LEASE, namespace).items, before):
        with suppress(ClusterError):  # somebody has it by now, or it runs out by itself
            cluster.update(localruns.freed(lease))


def follow(
    cluster: Cluster, clock: Clock, programs: Programs, run: Run, told: Callable[[str], object]
) -> int | None:
    """Run an operator's program until it ends by itself, and give its exit code; None: it is not wanted any more.

    Who has `programs` ends what still runs. Raises OskError where it cannot be started or its webhooks be reached.
    """
    program = programs.start(run.argv, folder=run.folder, environment=run.environment)
    told(f"{run.operator} runs here as process {program.process}; Ctrl-C puts everything back")
    if run.hooks is None:
        return _ended(program, clock, run.wanted)
    until = clock.monotonic() + _LISTEN
    while not programs.listens(run.hooks.port):
        code = program.wait(_PAUSE)
        if code is not None:
            return code
        if clock.monotonic() >= until:
            raise OskError(_silent(run.hooks), exit_code=ExitCode.STALLED)
    with _called(cluster, clock, run.hooks, told):
        return _ended(program, clock, run.wanted)


def _ended(program: Program, clock: Clock, wanted: Callable[[], bool]) -> int | None:
    looked = clock.monotonic()
    while (code := program.wait(_PAUSE)) is None:
        if clock.monotonic() - looked >= _LOOK:
            if not wanted():
                return None
            looked = clock.monotonic()
    return code


@contextmanager
def _called(cluster: Cluster, clock: Clock, hooks: Hooks, told: Callable[[str], object]) -> Iterator[None]:
    """Have webhooks called here for the length of a block."""
    refusals.reading(lambda: point(cluster, hooks))
    _reached(cluster, clock, hooks)
    told(f"its webhooks are called at {hooks.at}")
    keeper = Keeper(cluster, hooks, told)
    try:
        yield
    finally:
        keeper.close()


def point(cluster: Cluster, hooks: Hooks) -> bool:
    """Let the configurations call this machine; tell whether any had been put back. Raises ClusterError."""
    changed = False
    for wish in hooks.wishes:
        live = effects.read(cluster, wish.object)
        if live is not None and not webhooks.is_pointed(live, at=hooks.at, authority=hooks.authority):
            effects.make(
                cluster, effects.wanted(webhooks.pointed(live, at=hooks.at, authority=hooks.authority))
            )
            changed = True
    return changed


class Keeper:
    """Points webhook configurations here again whenever their operator writes its own form of them."""

    def __init__(self, cluster: Cluster, hooks: Hooks, told: Callable[[str], object]) -> None:
        self._cluster = cluster
        self._hooks = hooks
        self._told = told
        self._watches: list[Watch] = []
        self._closed = threading.Event()
        for wish in hooks.wishes:
            thread = threading.Thread(target=self._keep, args=(wish,), name="osk-webhooks", daemon=True)
            thread.start()

    def close(self) -> None:
        """End it."""
        self._closed.set()
        for each in self._watches:
            each.close()

    def _keep(self, wish: Wanted) -> None:
        while not self._closed.is_set():
            with suppress(ClusterError):
                self._watch(wish)
            self._closed.wait(_PAUSE)

    def _watch(self, wish: Wanted) -> None:
        resource = self._cluster.resource(wish.object.group, wish.object.kind)
        if resource is None:
            return
        since = self._cluster.list(resource).resource_version
        watch = self._cluster.watch(resource, "", since)
        self._watches.append(watch)
        self._again()
        for event in watch:
            if self._closed.is_set():
                return
            if get(event.body, "metadata", "name") == wish.object.name:
                self._again()

    def _again(self) -> None:
        if not self._closed.is_set() and point(self._cluster, self._hooks):
            self._told("webhook configurations were put back by their operator; they call this machine again")


def _reached(cluster: Cluster, clock: Clock, hooks: Hooks) -> None:
    """Make sure that the API server reaches the webhooks: it calls them for an object that it then does not keep."""
    probe = _probe(cluster, hooks)
    until = clock.monotonic() + _REACH
    while probe is not None:
        error = _refusal(cluster, probe)
        if error is None or error.kind is not ErrorKind.WEBHOOK_UNREACHABLE:
            return
        if clock.monotonic() >= until:
            raise OskError(_unreached(hooks, error.message), exit_code=ExitCode.REFUSED)
        clock.sleep(_PAUSE)


def _refusal(cluster: Cluster, probe: Body) -> ClusterError | None:
    try:
        cluster.create(probe, dry_run=True)
    except ClusterError as error:
        return error
    return None


def _probe(cluster: Cluster, hooks: Hooks) -> Body | None:
    """Make an object that a webhook is called for."""
    known = {(each.group, each.plural): each for each in cluster.resources()}
    for wish in hooks.wishes:
        for hook in (wish.body or {}).get("webhooks") or ():
            rule: Body = (hook.get("rules") or ({},))[0]
            names: Iterable[tuple[str, str]] = (
                (group, plural)
                for group in rule.get("apiGroups") or ()
                for plural in rule.get("resources") or ()
            )
            found = next((known[name] for name in names if name in known), None)
            if found is not None:
                meta = {"name": _PROBE, "namespace": hooks.namespace}
                return {"apiVersion": found.api_version, "kind": found.kind, "metadata": meta, "spec": {}}
    return None


def _staying(operator: str, namespace: str, left: Sequence[str]) -> Problem:
    return Problem(
        "OSK1416",
        f"{operator} is stopped, and its pods stay",
        f"Pod {namespace}/{left[0]}",
        None,
        (Advice("See what holds them, then run it again", f"kubectl -n {namespace} describe pod {left[0]}"),),
    )


def _silent(hooks: Hooks) -> Problem:
    advice = Advice(
        "Let the program serve its webhooks at WEBHOOK_PORT; the certificate is in TMPDIR/k8s-webhook-server"
    )
    return Problem("OSK1419", f"Nobody listens on port {hooks.port}", f"port {hooks.port}", None, (advice,))


def _unreached(hooks: Hooks, message: str) -> Problem:
    port = hooks.port
    return Problem(
        "OSK1418",
        f"The cluster does not reach the webhooks at {hooks.at}",
        hooks.at,
        message,
        (
            Advice("Open the port in this machine's firewall", f"sudo firewall-cmd --add-port={port}/tcp"),
            Advice(
                "Or name the address that the cluster reaches it by",
                "osk dev run openstack DIR --address ADDRESS",
            ),
        ),
    )
