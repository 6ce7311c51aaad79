"""Hosts are made and taken away: virtual machines on a hypervisor, by the playbooks that osk ships."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from openstack_k8s_cli.dataplane.making import boards, domains, looks, seeds, wanted
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.dataplane.playing import Ansible
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.telling import Told

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
    """There, and the management boards do not run, or not with what they are to know of it."""
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
        return self._there.place

    @property
    def _there(self) -> Hypervisor:
        return Hypervisor(self.ansible, self.hypervisor)

    def look(self) -> Found:
        """Look at the hypervisor; raises OskError where that is not possible."""
        return looks.read(self.probed())

    def probed(self, *more: str) -> str:
        """Give what the probe prints of the hypervisor; raises OskError where that is not possible."""
        wishes = [
            f"uri={self.hypervisor['uri']}",
            f"pool={self.hypervisor['pool']['name']}",
            f"boards={self._container}",
            *([f"port={self._port}"] if any(each.bare for each in self.machines) else []),
            *more,
        ]
        return self._there.look("Making hosts", "hypervisor.yaml", wishes)

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
        if machine.bare and not boards.serve(machine, self._settings, found):
            return State.BOARDLESS
        if not machine.bare and made.state != looks.RUNNING:
            return State.OFF
        return State.DIFFERS if looks.differences(machine, made) else State.MADE

    def anew(self, found: Found, chosen: Iterable[Machine]) -> tuple[Machine, ...]:
        """List those that begin with empty disks, whatever ran on hosts of their names before."""
        return tuple(
            each
            for each in self.missing(found, chosen)
            if self.state(each, found) is State.MISSING
            or {disk.volume for disk in each.disks} - found.volumes
        )

    def hosts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give the short names that hosts have in the cloud, by the names of their machines."""
        own = {each.name: each.host_name for each in self.machines}
        return tuple(own.get(name, name).partition(".")[0] for name in names)

    def volumes(self, found: Found, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Give what machines have in the pool: what the profile says, and what they were made with."""
        known = {each.name: each.volumes for each in self.machines}
        made = {name: each.volumes for name, each in found.made.items()}
        return {each: tuple(dict.fromkeys((*known.get(each, ()), *made.get(each, ())))) for each in names}

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
        yield from self._there.told("create.yaml", {"machines": forms}, shared)

    def delete(self, names: Mapping[str, Sequence[str]], found: Found, *, boards: bool) -> Iterator[Told]:
        """Take machines away, by name with their volumes, and the boards where no machine is left for them."""
        forms = {name: {"name": name, "volumes": list(volumes)} for name, volumes in names.items()}
        shared = {"osk_boards": self._boards_place(found) if boards else None}
        yield from self._there.told("delete.yaml", {"machines": forms}, shared)

    @property
    def _container(self) -> str:
        return f"osk-sushy-{self.profile}"

    def _boards_place(self, found: Found) -> dict[str, str]:
        return {"container": self._container, "folder": f"{found.home}/{_SHARE}/{self._container}"}

    @property
    def _settings(self) -> str:
        return boards.settings(self.machines, self.hypervisor)

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
        own = self.hypervisor["boards"]
        account = f"{own['user']}\n{password.reveal()}"
        return {
            **self._boards_place(found),
            "image": own["image"],
            "settings": _encoded(self._settings),
            "account": _encoded(account),
        }


def _key(image: Mapping[str, Any]) -> str:
    return sha256(json.dumps(dict(image), sort_keys=True).encode()).hexdigest()[:16]


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
