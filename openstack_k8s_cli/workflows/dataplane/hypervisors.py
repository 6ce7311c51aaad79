"""The machine that virtual machines, their networks and other parts of a lab are made on: by Ansible, here or over SSH."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.hooks import Told as Heard
from openstack_k8s_cli.dataplane import playing
from openstack_k8s_cli.dataplane.hearing import Hearing, Tasks
from openstack_k8s_cli.dataplane.playing import Ansible, Asked, Ended
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.telling import Told

HOST = "hypervisor"
"""Its name in inventories."""
_SETTINGS = {
    "ANSIBLE_HOST_KEY_CHECKING": "True",
    "ANSIBLE_PIPELINING": "True",
    "ANSIBLE_NO_TARGET_SYSLOG": "True",
}
_SSH = (*playing.KNOWN, "ControlMaster=auto", "ControlPersist=15s")
_BAD = frozenset({"failed", "unreachable"})

Items = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By group of the inventory, such as `machines`, what is worked on by name: each task knows its own as `osk_machine`."""


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """It, and how it is reached."""

    ansible: Ansible
    settings: Mapping[str, Any]
    """`dataplane.hypervisor`."""

    @property
    def place(self) -> str:
        """Name it for people."""
        return str(self.settings["address"] or "this machine")

    def look(self, what: str, playbook: str, wishes: list[str]) -> str:
        """Run a probe there and give what it prints; raises OskError where that is not possible."""
        self.ansible.check(what)
        heard = Hearing()
        ended = self._play(playbook, {}, {"osk_wishes": wishes}, hear=heard.hear)
        seen = heard.seen.get(HOST)
        if seen is None or not seen.output:
            raise self._unseen((seen.unreachable if seen else "") or "\n".join(heard.said) or ended.last)
        return seen.output

    def told(self, playbook: str, items: Items, shared: Mapping[str, Any]) -> Iterator[Told]:
        """Run a playbook and tell what its tasks change while it runs; raises OskError in the end for those that failed."""
        run = _Run()
        tasks = Tasks(run.heard.put)
        run.start(lambda: self._play(playbook, items, shared, hear=tasks.hear, stopped=run.stopped.is_set))
        failed: dict[str, Heard] = {}
        try:
            for heard in run.events():
                if heard.outcome in _BAD:
                    failed[heard.host] = heard
                if heard.outcome in {"changed", *_BAD}:
                    host = self.place if heard.host == HOST else heard.host
                    yield Told(host, heard.task, heard.outcome, heard.message)
        finally:
            run.stop()
        if failed or run.ended.exit_code:
            raise self._failed(failed, run.ended)

    def _play(
        self,
        playbook: str,
        items: Items,
        shared: Mapping[str, Any],
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Ended:
        inventory = {
            "all": {
                "hosts": {HOST: {}},
                "vars": {
                    **self._connection(),
                    "osk_uri": self.settings["uri"],
                    "osk_pool": dict(self.settings["pool"]),
                    **shared,
                },
                "children": {
                    group: {
                        "hosts": {
                            name: {f"osk_{group.removesuffix('s')}": form} for name, form in forms.items()
                        }
                    }
                    for group, forms in items.items()
                },
            }
        }
        asked = Asked(str(playing.PLAYBOOKS / playbook), inventory, settings=self._ssh())
        return self.ansible.play(asked, hear=hear, stopped=stopped)

    def _connection(self) -> dict[str, Any]:
        there = self.settings
        if there["address"] is None:
            return {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            }
        told = {
            "ansible_host": there["address"],
            "ansible_user": there["user"],
            "ansible_port": there["port"],
            "ansible_ssh_private_key_file": there["key"],
            "ansible_python_interpreter": "python3",  # looked for already
        }
        return {name: value for name, value in told.items() if value is not None}

    def _ssh(self) -> dict[str, str]:
        options = " ".join(f"-o {each}" for each in (*_SSH, *self.settings["options"]))
        return {**_SETTINGS, "ANSIBLE_SSH_ARGS": options}

    def _unseen(self, said: str) -> OskError:
        advice = (
            Advice("See that it is reachable, with your own key and account", f"ssh {self.place}")
            if self.settings["address"]
            else Advice("Mend what it says"),
            Advice("Or name another one", "osk profile explain dataplane.hypervisor"),
        )
        what = f"The hypervisor ({self.place}) cannot be looked at"
        problem = Problem("OSK1188", what, "dataplane.hypervisor", said.strip()[-1500:] or None, advice)
        return OskError(problem, exit_code=ExitCode.REFUSED)

    def _failed(self, failed: Mapping[str, Heard], ended: Ended) -> OskError:
        advice = (Advice("Mend what it says, then run the same command again: it goes on from there"),)
        problems = [
            Problem(
                "OSK1189",
                f"{heard.task}: it failed",
                self.place if host == HOST else host,
                heard.message or None,
                advice,
            )
            for host, heard in failed.items()
        ]
        whole = Problem(
            "OSK1189",
            "Ansible ended before it was through",
            self.place,
            ended.last.strip()[-1500:] or None,
            advice,
        )
        return OskError(*(problems or [whole]), exit_code=ExitCode.FAILED)


@dataclass(slots=True)
class _Run:
    """A playbook in a thread of its own."""

    heard: "queue.SimpleQueue[Heard | None]" = field(default_factory=queue.SimpleQueue)
    stopped: threading.Event = field(default_factory=threading.Event)
    ended: Ended = field(default_factory=lambda: Ended(0))
    error: list[BaseException] = field(default_factory=list)
    thread: threading.Thread | None = None

    def start(self, play: Callable[[], Ended]) -> None:
        """Begin."""

        def work() -> None:
            try:
                self.ended = play()
            except Exception as error:  # noqa: BLE001  # it is raised where the run is followed
                self.error.append(error)
            finally:
                self.heard.put(None)

        self.thread = threading.Thread(target=work, name="osk-making")
        self.thread.start()

    def events(self) -> Iterator[Heard]:
        """Give what is heard, to the end."""
        while (heard := self.heard.get()) is not None:
            yield heard
        if self.error:
            raise self.error[0]

    def stop(self) -> None:
        """Have it end, and wait for that."""
        self.stopped.set()
        if self.thread:
            self.thread.join()
