"""The rehearsal's own cloud behind a FakeCluster: what osk runs in pods is played as the rehearsed programs play it."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.rehearsal.cloud import client, hosts, pods, southbound, state
from tests.fakes.cloud import DOMAIN, VERSION, behind
from tests.fakes.cluster import FakeCluster

_PLAYED = {"openstack": client.main, "ovn-sbctl": southbound.main, "ping": pods.ping, "sh": pods.shell}
_SERVICES = ("ovn", "neutron-metadata", "nova")


@dataclass
class RehearsedCloud:
    """A cloud whose hosts have all that computes have."""

    folder: Path
    names: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list)
    """The commands, in turn."""
    fails: dict[str, str] = field(default_factory=dict)
    """What commands with this beginning say before they end with 1."""

    def __post_init__(self) -> None:
        """Let the hosts register."""
        with state.opened(self.folder) as cloud:
            for service in _SERVICES:
                found = [(each, f"{each}.{DOMAIN}", f"192.0.2.{at}") for at, each in enumerate(self.names)]
                hosts.register(cloud, service, found)
            hosts.discover(cloud)

    def over(self, cluster: FakeCluster) -> FakeCluster:
        """Put it behind a cluster."""
        return behind(cluster, self.exec)

    def exec(self, _namespace: str, _pod: str, command: tuple[str, ...], _stdin: bytes) -> Ran:
        """Run a command in a pod."""
        line = " ".join(command).replace(f" {VERSION} 2.53", "")
        self.told.append(line)
        said = next((said for start, said in self.fails.items() if line.startswith(start)), None)
        if said is not None:
            return Ran(1, "", said)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = _PLAYED[command[0]](self.folder, command[1:])
        return Ran(code, out.getvalue(), err.getvalue())

    @property
    def left(self) -> set[str]:
        """Name what clients made and did not take away."""
        with state.opened(self.folder) as cloud:
            return {f"{kind} {each['name']}" for kind, things in cloud.things.items() for each in things}

    def start(self, server: str, host: str) -> None:
        """Have a server on a host."""
        with state.opened(self.folder) as cloud:
            made = {"id": f"id-{server}", "name": server, "status": "ACTIVE", "image": "i", "flavor": "f"}
            cloud.of("server").append({**made, "host": f"{host}.{DOMAIN}", "addresses": {}})
