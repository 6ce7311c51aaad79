"""Ansible in memory: it tells of each host what a test says, as ansible-runner would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.dataplane import hearing
from openstack_k8s_cli.dataplane.playing import Asked, Ended

GOOD = "\n".join(
    f"@osk {each}"
    for each in (
        "time 100",
        "sudo yes",
        "python 3.9",
        "os.ID centos",
        "os.VERSION_ID 9",
        "os.PRETTY_NAME CentOS Stream 9",
        "arch x86_64",
        "cpu vmx",
        "memory 8388608",
        "disk 41943040",
        "space 31457280",
        "interface eth0",
        "hostname a.example.com",
        "route 192.168.122.1",
        "gateway answers",
        "mtu passes",
        "name quay.io yes",
        "url https://quay.io/v2/ yes",
        "repository https://github.com/ yes",
        "end yes",
    )
)
"""What the probe says of a good host."""


@dataclass
class FakeAnsible:
    """Fulfils dataplane.playing.Ansible."""

    told: Mapping[str, str] = field(default_factory=dict)
    """By host, what the probe prints; others are good hosts."""
    unreachable: Mapping[str, str] = field(default_factory=dict)
    """By host, ssh's words; `*`: every host."""
    here: bool = True
    silent: bool = False
    """Whether it ends before the first host."""
    collections: frozenset[str] = frozenset()
    asked: list[Asked] = field(default_factory=list)

    def check(self, what: str) -> None:
        """Have Ansible."""
        assert what

    def has(self, collection: str) -> bool:
        """Tell whether a collection is there."""
        return collection in self.collections

    def play(
        self,
        asked: Asked,
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Ended:
        """Tell of each host."""
        assert not stopped()
        self.asked.append(asked)
        if self.silent:
            return Ended(4, "ERROR! no such file")
        for host in asked.inventory["all"]["hosts"]:
            hear(self._event(host))
        return Ended(0)

    def _event(self, host: str) -> dict[str, Any]:
        words = self.unreachable.get(host, self.unreachable.get("*"))
        if words:
            return {"event": "runner_on_unreachable", "event_data": {"host": host, "res": {"msg": words}}}
        times = {"start": "1970-01-01T00:01:40+00:00", "end": "1970-01-01T00:01:41+00:00"}
        res = {"stdout": self.told.get(host, GOOD)}
        return {
            "event": "runner_on_ok",
            "event_data": {"host": host, "task": hearing.TASK, "res": res, **times},
        }
