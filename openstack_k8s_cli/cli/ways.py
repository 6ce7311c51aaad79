"""How this machine comes to the cluster of a host: directly, or to another machine's through a tunnel."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.adapters.tunnels import PROXY, Tunnel, Tunnels
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.cli.rooting import Sudo
from openstack_k8s_cli.crc import answers, kubeconfigs
from openstack_k8s_cli.crc.facts import HostFacts
from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.crc.steps import Change, Kind
from openstack_k8s_cli.crc.wanted import Wanted
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_INGRESS: Mapping[str, int] = {"https": 443, "http": 80}
_ROOTED = frozenset({Kind.SETUP, Kind.CLEANUP})
"""Changes by which crc becomes root."""


def _becomes_root(changes: Sequence[Change]) -> bool:
    return any(each.kind in _ROOTED for each in changes)


class Way(Protocol):
    """How commands on this machine come to the cluster."""

    @property
    def here(self) -> Host:
        """The machine that has the kubeconfig."""
        ...

    @property
    def name(self) -> str:
        """The context, unless the profile names one."""
        ...

    def check(self, name: str) -> None:
        """Refuse a context that is somebody else's; raises OskError (exit 4)."""
        ...

    def merge(self, name: str) -> str:
        """Put the access into the kubeconfig; says what was done, or nothing."""
        ...

    def lead(self, name: str) -> None:
        """Have the context lead to the cluster, as far as there is one."""
        ...

    def looking(self, name: str) -> AbstractContextManager[str | None]:
        """Give a kubeconfig with the context, for who only looks: nothing stays of it. None: the user's own."""
        ...

    def cluster(self, name: str) -> Cluster:
        """Connect."""
        ...

    def prepared(self, facts: HostFacts, wanted: Wanted) -> tuple[HostFacts, str]:
        """Say what has to be brought to the host first, with the facts as they are then."""
        ...

    def prepare(self, wanted: Wanted) -> None:
        """Bring it."""
        ...

    def permit(self, changes: Sequence[Change]) -> None:
        """Refuse changes that the way does not let through; raises OskError (exit 4)."""
        ...

    def unlock(self, changes: Sequence[Change]) -> None:
        """Have asked, before a run begins, what programs would ask in it; raises OskError (exit 4)."""
        ...

    def lock(self) -> None:
        """End that."""
        ...

    def console(self) -> Mapping[str, str]:
        """Say what else a browser needs to come to the console."""
        ...

    def close(self, *, ever: bool) -> str:
        """End what stands for the cluster that stops, or is gone for ever; says what was done, or nothing."""
        ...

    def closing(self) -> str:
        """Say what `close` for ever would end, or nothing."""
        ...


class Direct:
    """The cluster of this machine."""

    name = kubeconfigs.NAME

    def __init__(self, here: Host, connect: Callable[[str], Cluster], sudo: Sudo | None = None) -> None:
        self.here = here
        self._connect = connect
        self._sudo = sudo or Sudo(here)

    def check(self, name: str) -> None:
        kubeconfigs.check(self.here, self.name, name)

    def merge(self, name: str) -> str:
        return kubeconfigs.merge(self.here, name, name=self.name)

    def lead(self, name: str) -> None:
        """Leave it: it does since the start."""

    def looking(self, name: str) -> AbstractContextManager[str | None]:  # noqa: ARG002  # as `lead`
        return nullcontext()

    def cluster(self, name: str) -> Cluster:  # noqa: ARG002  # crc's own file has one
        return self._connect(f"{home(self.here)}/.crc/machines/crc/kubeconfig")

    def prepared(self, facts: HostFacts, wanted: Wanted) -> tuple[HostFacts, str]:  # noqa: ARG002  # nothing is far
        return facts, ""

    def prepare(self, wanted: Wanted) -> None:
        """All is here."""

    def permit(self, changes: Sequence[Change]) -> None:
        """Whoever sits here can answer sudo."""

    def unlock(self, changes: Sequence[Change]) -> None:
        if _becomes_root(changes):
            self._sudo.open()

    def lock(self) -> None:
        self._sudo.close()

    def console(self) -> Mapping[str, str]:
        return {}

    def close(self, *, ever: bool) -> str:  # noqa: ARG002  # nothing stands
        return ""

    def closing(self) -> str:
        return ""


class Through:
    """The cluster of another machine."""

    def __init__(
        self,
        there: Host,
        reach: Reach,
        environment: Mapping[str, str],
        tell: Callable[[str], object],
        connect: Callable[[str, str], Cluster] = kubernetes.connect,
    ) -> None:
        self.here: Host = LocalHost(environment)
        self.tunnels = Tunnels(environment)
        self.place = reach.place
        self.name = f"{kubeconfigs.NAME}-{reach.address}"
        self._there = there
        self.reach = reach
        self._tell = tell
        self._connect = connect

    def check(self, name: str) -> None:
        tunnel = self.tunnels.of(self.place)
        kubeconfigs.check(self.here, self.name, name, tunnel.server if tunnel else None)

    def merge(self, name: str) -> str:
        access = kubeconfigs.own(self._there)
        if access is None:
            return ""
        server = self.tunnel(name, access).server
        return kubeconfigs.merge(self.here, name, kubeconfigs.rerouted(access, server), name=self.name)

    def tunnel(self, name: str, access: bytes) -> Tunnel:
        """Have the record of the tunnel."""
        target, port = kubeconfigs.address(access)
        return self.tunnels.planned(self.place, target, {"api": port, **_INGRESS}, name)

    def lead(self, name: str) -> None:
        """Open the tunnel where it is not; it stays open."""
        merged = self.merge(name)
        if merged:
            self._tell(merged)
        self.open()

    @contextmanager
    def looking(self, name: str) -> Iterator[str | None]:
        """Go through the tunnel that is open, or one for the time being."""
        access = kubeconfigs.own(self._there)
        if access is None:
            yield None
            return
        with ExitStack() as stack:
            known = self.tunnels.of(self.place)
            if known and self.tunnels.is_open(known):
                server = known.server
            else:
                target, port = kubeconfigs.address(access)
                server = stack.enter_context(self.tunnels.passing(self.reach, target, {"api": port}))
            folder = stack.enter_context(TemporaryDirectory(prefix="osk-"))
            path = Path(folder) / "kubeconfig"
            path.touch(0o600)
            path.write_bytes(kubeconfigs.alone(kubeconfigs.rerouted(access, server), name))
            yield str(path)

    def cluster(self, name: str) -> Cluster:
        self.lead(name)
        return self._connect(kubeconfigs.place(self.here), name)

    def open(self) -> bool:
        """Open the tunnel that is known; tells whether it was not."""
        tunnel = self.tunnels.of(self.place)
        if tunnel is None or self.tunnels.is_open(tunnel):
            return False
        self.tunnels.open(tunnel, self.reach)
        self._tell(f"tunnel to {self.place} open: {tunnel.server} is the cluster's API")
        return True

    def prepared(self, facts: HostFacts, wanted: Wanted) -> tuple[HostFacts, str]:
        """Take the pull secret along, where only this machine has it."""
        mine = self._pull_secret(wanted)
        if facts.pull_secret is not None or mine is None:
            return facts, ""
        return replace(facts, pull_secret=mine), f"pull secret → {self.place}:{wanted.pull_secret}"

    def prepare(self, wanted: Wanted) -> None:
        mine = self._pull_secret(wanted)
        if mine is not None and wanted.pull_secret:
            self._there.write(answers.expanded(wanted.pull_secret, home(self._there)), mine, 0o600)

    def _pull_secret(self, wanted: Wanted) -> bytes | None:
        if not wanted.pull_secret:
            return None
        return self.here.read(str(Path(answers.expanded(wanted.pull_secret, home(self.here)))))

    def permit(self, changes: Sequence[Change]) -> None:
        """Nobody there can answer sudo."""
        if not _becomes_root(changes):
            return
        ran = self._there.run(["sudo", "-n", "true"], timeout=60)
        if ran.exit_code:
            advice = Advice(
                "Let the user use sudo without a password there, or run osk on that machine at a terminal"
            )
            problem = Problem(
                "OSK1376",
                "crc becomes root by sudo, which asks for a password that nobody can give there",
                self.place,
                ran.stderr.strip() or None,
                (advice,),
            )
            raise OskError(problem, exit_code=ExitCode.REFUSED)

    def unlock(self, changes: Sequence[Change]) -> None:
        """Ask nobody: where it would be needed, `permit` refused."""

    def lock(self) -> None:
        """End nothing."""

    def console(self) -> Mapping[str, str]:
        """Name the proxy that a browser has to use: the cluster's names lead nowhere here."""
        tunnel = self.tunnels.of(self.place)
        if tunnel is None or not self.tunnels.is_open(tunnel):
            self._tell(
                f"the tunnel to {self.place} is closed; to open it: `osk crc tunnel --host {self.place} --detach`"
            )
        return {"proxy": f"socks5h://127.0.0.1:{tunnel.ports[PROXY]}"} if tunnel else {}

    def close(self, *, ever: bool) -> str:
        tunnel = self.tunnels.of(self.place)
        if tunnel is None:
            return ""
        was_open = self.tunnels.close(tunnel)
        if ever:
            self.tunnels.forget(tunnel)
        return f"tunnel to {self.place} closed" if was_open else ""

    def closing(self) -> str:
        return f"close the tunnel to {self.place} and forget its ports" if self.tunnels.of(self.place) else ""
