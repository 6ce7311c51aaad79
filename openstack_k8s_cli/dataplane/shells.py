"""A shell on a host, and who opens it."""

from dataclasses import dataclass
from typing import Protocol

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.dataplane.targets import SSH_PORT
from openstack_k8s_cli.model.secrets import SecretText

UNREACHED = 255
"""ssh's own exit status where it did not come to the host; any other is the command's."""


@dataclass(frozen=True, slots=True)
class Place:
    """How a host is reached."""

    host: str
    address: str
    user: str
    port: int = SSH_PORT


class Shells(Protocol):
    """Opens shells on hosts (adapters.ssh)."""

    def open(self, place: Place, key: SecretText, words: tuple[str, ...]) -> int:
        """Hand this terminal to a shell or a command on a host; gives its exit status."""
        ...

    def run(self, place: Place, key: SecretText, script: str) -> Ran:
        """Run a script and keep what it says; nobody is asked anything."""
        ...
