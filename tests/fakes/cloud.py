"""A cloud behind its client's pod and OVN's southbound database: services, servers, agents and chassis in memory."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.model.objects import Body
from tests.fakes.cluster import FakeCluster

VERSION = "--os-compute-api-version"
CLIENT, SOUTHBOUND = "openstackclient", "ovsdbserver-sb-0"
DOMAIN = "ctlplane.example.com"


def full(host: str) -> str:
    """Give the name that services register themselves by."""
    return f"{host}.{DOMAIN}"


def behind(cluster: FakeCluster, exec_: Callable[[str, str, tuple[str, ...], bytes], Ran]) -> FakeCluster:
    """Have the pods of a cloud's clients in a cluster, and what runs commands in them."""
    for name in (CLIENT, SOUTHBOUND):
        cluster.put(pod(name))
    cluster.on_exec = exec_
    return cluster


@dataclass
class FakeCloud:
    """Answers what osk asks, as the clients' documentation has it; `hosts` are registered with all that computes have."""

    hosts: list[str]
    servers: dict[str, dict[str, str]] = field(default_factory=dict)
    """By id: Name, Status and host."""
    moves: bool = True
    """Whether servers that are migrated arrive elsewhere."""
    heeds: bool = True
    """Whether anything at all comes of orders to migrate."""
    slow: int = 0
    """How often a server that is migrated is seen where it was, and as it was, before it arrives."""
    migrations: list[dict[str, Any]] = field(default_factory=list)
    """nova's records of moves."""
    told: list[str] = field(default_factory=list)
    """The commands that changed something."""
    gone: set[str] = field(default_factory=set)
    """Services, agents and chassis that were deleted."""
    disabled: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    """Hosts whose services do not answer."""
    fails: dict[str, str] = field(default_factory=dict)
    """What the client says to commands with this beginning."""

    def over(self, cluster: FakeCluster) -> FakeCluster:
        """Put it behind a cluster."""
        return behind(cluster, self.exec)

    def exec(self, _namespace: str, pod: str, command: tuple[str, ...], _stdin: bytes) -> Ran:
        """Run a command in a pod."""
        words = command[3:] if command[1:2] == (VERSION,) else command[1:]
        line = " ".join(words)
        for beginning, said in self.fails.items():
            if line.startswith(beginning):
                return Ran(1, "", said)
        if pod == SOUTHBOUND:
            return self._southbound(words[2:])
        found = self._asked(line) if "-f json" in line else None
        if found is None:
            self.told.append(line)
            self._changed(words)
        return Ran(0, json.dumps(found) if found is not None else "", "")

    def _asked(self, line: str) -> list[dict[str, Any]]:
        if line.startswith("compute service list"):
            return [
                {
                    "ID": f"service-{each}",
                    "Host": full(each),
                    "Status": "disabled" if full(each) in self.disabled else "enabled",
                    "State": self._state(each),
                    "Disabled Reason": self.reasons.get(full(each)),
                }
                for each in self.hosts
                if f"service-{each}" not in self.gone
            ]
        if line.startswith("network agent list"):
            return [
                {
                    "ID": f"agent-{each}",
                    "Host": full(each),
                    "Alive": each not in self.dead,
                    "Binary": "ovn-controller",
                }
                for each in self.hosts
                if f"agent-{each}" not in self.gone
            ]
        if line.startswith("server migration list"):
            given = dict(zip(line.split()[3::2], line.split()[4::2], strict=False))
            columns = {"--host": "Source Compute", "--server": "Server UUID", "--status": "Status", "--type": "Type"}  # fmt: skip
            wanted = {columns[key]: value for key, value in given.items() if key in columns}
            return [each for each in self.migrations if wanted.items() <= each.items()]
        if line.startswith("server list") and "--host" not in line:
            return [{"ID": key, **each, "Host": full(each["host"])} for key, each in self.servers.items()]
        self._arrived()
        host = line.partition("--host ")[2].partition(" ")[0]
        listed = [{"ID": key, **each} for key, each in self.servers.items() if full(each["host"]) == host]
        return [{key: value for key, value in each.items() if key != "host"} for each in listed]

    def _state(self, host: str) -> str:
        return "down" if host in self.dead else "up"

    def _arrived(self) -> None:
        """Let the servers that are on their way come to where they go."""
        begun = [each for each in self.migrations if each["Status"] == "preparing"]
        self.slow -= 1 if begun and self.slow else 0
        for each in begun if not self.slow else ():
            cold = each["Type"] == "cold-migration"
            each["Status"] = "finished" if cold else "completed"
            self.servers[each["Server UUID"]] |= {
                "host": "elsewhere",
                **({"Status": "VERIFY_RESIZE"} if cold else {}),
            }

    def _changed(self, words: tuple[str, ...]) -> None:
        line = " ".join(words)
        if line.startswith("server migrate") and self.heeds:
            kind = "live-migration" if "--live-migration" in words else "cold-migration"
            begun = {
                "Id": len(self.migrations) + 1,
                "Source Compute": full(self.servers[words[-1]]["host"]),
                "Server UUID": words[-1],
                "Type": kind,
                "Status": "preparing" if self.moves else "error",
            }
            self.migrations.append(begun)
        if line.startswith(("compute service delete", "network agent delete")):
            self.gone |= set(words[3:])
        if "--disable" in words:
            self.disabled.add(words[-2])
            self.reasons[words[-2]] = words[words.index("--disable-reason") + 1]
        if "--enable" in words:
            self.disabled.discard(words[-2])

    def _southbound(self, words: tuple[str, ...]) -> Ran:
        if "list" in words:
            rows = [
                [full(each), f"chassis-{each}"] for each in self.hosts if f"chassis-{each}" not in self.gone
            ]
            return Ran(0, json.dumps({"headings": ["hostname", "name"], "data": rows}), "")
        self.told.append(" ".join(words))
        self.gone.add(words[-1])
        return Ran(0, "", "")


def pod(name: str) -> Body:
    """Make a pod that is ready."""
    labels = {"service": name.rpartition("-")[0]}
    meta = {"name": name, "namespace": "openstack", "labels": labels}
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "status": status}
