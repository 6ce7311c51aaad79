"""Hosts are made and taken away: virtual machines on a hypervisor, by the playbooks that osk ships."""

import json
import queue
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from openstack_k8s_cli.apply.hooks import Told as Heard
from openstack_k8s_cli.dataplane import playing
from openstack_k8s_cli.dataplane.hearing import Hearing, Tasks
from openstack_k8s_cli.dataplane.making import domains, looks, seeds, wanted
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.dataplane.playing import Ansible, Asked, Ended
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.telling import Told

HOST = "hypervisor"
"""Its name in inventories."""
_SETTINGS = {
    "ANSIBLE_HOST_KEY_CHECKING": "True",
    "ANSIBLE_PIPELINING": "True",
    "ANSIBLE_NO_TARGET_SYSLOG": "True",
}
_SSH = ("BatchMode=yes", "StrictHostKeyChecking=accept-new", "ControlMaster=auto", "ControlPersist=15s")
"""A hypervisor is known by its host key, unlike hosts that are made anew under the same address."""
_BAD = frozenset({"failed", "unreachable"})
_SHARE = ".local/share/osk"
_CACHE = ".cache/osk/images"
"""In the account's folder."""


class State(StrEnum):
    """How a machine is."""

    MISSING = "missing"
    FOREIGN = "foreign"
    """There is another one of its name."""
    OFF = "off"
    """There, and not running; it may be half made."""
    BOARDLESS = "boardless"
    """There, and the management boards do not run."""
    DIFFERS = "differs"
    """There, and the profile says something else by now."""
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Making:
    """The machines of a profile, and the hypervisor that they are on."""

    ansible: Ansible
    profile: str
    hypervisor: Mapping[str, Any]
    """`dataplane.hypervisor`."""
    machines: tuple[Machine, ...]

    @classmethod
    def of(cls, ansible: Ansible, values: Mapping[str, Any]) -> "Making":
        """Take them from a profile's filled values."""
        return cls(ansible, values["name"], values["dataplane"]["hypervisor"], wanted.machines_of(values))

    @property
    def place(self) -> str:
        """Name the hypervisor for people."""
        return str(self.hypervisor["address"] or "this machine")

    def look(self) -> Found:
        """Look at the hypervisor; raises OskError where that is not possible."""
        self.ansible.check("Making hosts")
        heard = Hearing()
        wishes = [
            f"uri={self.hypervisor['uri']}",
            f"pool={self.hypervisor['pool']['name']}",
            f"boards={self._container}",
            *([f"port={self._port}"] if any(each.bare for each in self.machines) else []),
        ]
        ended = self._play("hypervisor.yaml", (), {"osk_wishes": wishes}, hear=heard.hear)
        seen = heard.seen.get(HOST)
        if seen is None or not seen.output:
            raise self._unseen((seen.unreachable if seen else "") or "\n".join(heard.said) or ended.last)
        return looks.read(seen.output)

    def check(self, found: Found, chosen: Sequence[Machine]) -> None:
        """Refuse what cannot be made, before anything is; raises OskError (exit 4)."""
        problems = looks.obstacles(found, chosen, port=self._port, profile=self.profile)
        if problems:
            raise OskError(*problems, exit_code=ExitCode.REFUSED)

    def missing(self, found: Found, chosen: Iterable[Machine]) -> tuple[Machine, ...]:
        """List those that are not there, or were not made to the end."""
        return tuple(each for each in chosen if self.state(each, found) not in {State.MADE, State.DIFFERS})

    def state(self, machine: Machine, found: Found) -> State:
        """Say how a machine is."""
        made = found.made.get(machine.name)
        if made is None or made.profile != self.profile:
            return State.FOREIGN if machine.name in found.domains else State.MISSING
        if machine.bare and found.boards != looks.RUNNING:
            return State.BOARDLESS
        if not machine.bare and made.state != looks.RUNNING:
            return State.OFF
        return State.DIFFERS if looks.differences(machine, made) else State.MADE

    def hosts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give the short names that hosts have in the cloud, by the names of their machines."""
        own = {each.name: each.host_name for each in self.machines}
        return tuple(own.get(name, name).partition(".")[0] for name in names)

    def leftover(self, found: Found) -> tuple[str, ...]:
        """Name machines that were made for the profile and are not in it any more."""
        known = {each.name for each in self.machines}
        return tuple(
            sorted(
                each.name
                for each in found.made.values()
                if each.profile == self.profile and each.name not in known
            )
        )

    def create(
        self, chosen: Sequence[Machine], found: Found, access: Access, board: SecretText | None
    ) -> Iterator[Told]:
        """Make machines; what is there already stays as it is. Raises OskError in the end for those that failed."""
        images = {_key(each.image): each.image for each in chosen if each.image}
        shared = {
            "osk_images": [{"key": key, **image} for key, image in images.items()],
            "osk_cache": f"{found.home}/{_CACHE}",
            "osk_iso": found.iso,
            "osk_boards": self._boards(board, found) if board else None,
        }
        forms = {each.name: self._form(each, access) for each in chosen}
        yield from self._told("create.yaml", forms, shared)

    def delete(self, names: Mapping[str, Sequence[str]], found: Found, *, boards: bool) -> Iterator[Told]:
        """Take machines away, by name with their volumes, and the boards where no machine is left for them."""
        forms = {name: {"name": name, "volumes": list(volumes)} for name, volumes in names.items()}
        yield from self._told(
            "delete.yaml", forms, {"osk_boards": self._boards_place(found) if boards else None}
        )

    @property
    def _container(self) -> str:
        return f"osk-sushy-{self.profile}"

    def _boards_place(self, found: Found) -> dict[str, str]:
        return {"container": self._container, "folder": f"{found.home}/{_SHARE}/{self._container}"}

    @property
    def _port(self) -> int:
        return int(self.hypervisor["boards"]["port"])

    def _form(self, machine: Machine, access: Access) -> dict[str, Any]:
        """Give what the playbook knows of a machine; texts are encoded, so that Ansible takes nothing in them for its own."""
        xml = domains.text(machine, self.profile, self.hypervisor["pool"]["name"])
        return {
            "name": machine.name,
            "disks": [{"volume": each.volume, "size": each.size} for each in machine.disks],
            "image": _key(machine.image) if machine.image else "",
            "seed": machine.seed,
            "files": [_encoded(each) for each in seeds.files(machine, access).values()],
            "xml": _encoded(xml),
            "autostart": machine.autostart,
            "start": not machine.bare,
        }

    def _boards(self, password: SecretText, found: Found) -> dict[str, Any]:
        boards = self.hypervisor["boards"]
        settings = {
            "LISTEN_IP": "::" if any(":" in each.board for each in self.machines) else "0.0.0.0",  # noqa: S104  # the cluster's nodes are elsewhere
            "LISTEN_PORT": self._port,
            "AUTH_FILE": "/etc/sushy-emulator/htpasswd",
            "LIBVIRT_URI": self.hypervisor["uri"],
            "STORAGE_POOL": self.hypervisor["pool"]["name"],
            "VMEDIA_VERIFY_SSL": False,
            "ALLOWED_INSTANCES": sorted(each.identity for each in self.machines if each.bare),
        }
        text = "".join(f"SUSHY_EMULATOR_{name} = {value!r}\n" for name, value in settings.items())
        account = f"{boards['user']}\n{password.reveal()}"
        return {
            **self._boards_place(found),
            "image": boards["image"],
            "settings": _encoded(text),
            "account": _encoded(account),
        }

    def _told(
        self, playbook: str, forms: Mapping[str, Mapping[str, Any]], shared: Mapping[str, Any]
    ) -> Iterator[Told]:
        """Run a playbook and tell what its tasks change while it runs."""
        run = _Run()
        tasks = Tasks(run.heard.put)
        run.start(lambda: self._play(playbook, forms, shared, hear=tasks.hear, run=run))
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
        forms: Iterable[str] | Mapping[str, Any],
        shared: Mapping[str, Any],
        *,
        hear: Any,
        run: "_Run | None" = None,
    ) -> Ended:
        pool = self.hypervisor["pool"]
        named = forms if isinstance(forms, Mapping) else {}
        inventory = {
            "all": {
                "hosts": {HOST: {}},
                "vars": {
                    **self._connection(),
                    "osk_uri": self.hypervisor["uri"],
                    "osk_pool": dict(pool),
                    **shared,
                },
                "children": {
                    "machines": {"hosts": {name: {"osk_machine": form} for name, form in named.items()}}
                },
            }
        }
        asked = Asked(str(playing.PLAYBOOKS / playbook), inventory, settings=self._settings())
        return self.ansible.play(asked, hear=hear, stopped=run.stopped.is_set if run else lambda: False)

    def _connection(self) -> dict[str, Any]:
        there = self.hypervisor
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

    def _settings(self) -> dict[str, str]:
        options = " ".join(f"-o {each}" for each in (*_SSH, *self.hypervisor["options"]))
        return {**_SETTINGS, "ANSIBLE_SSH_ARGS": options}

    def _unseen(self, said: str) -> OskError:
        advice = (
            Advice("See that it is reachable, with your own key and account", f"ssh {self.place}")
            if self.hypervisor["address"]
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

    def start(self, play: Any) -> None:
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


def _key(image: Mapping[str, Any]) -> str:
    return sha256(json.dumps(dict(image), sort_keys=True).encode()).hexdigest()[:16]


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
