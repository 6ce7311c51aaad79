"""A playbook over hosts, and who runs it; ansible-runner's events are the same here and in a pod."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from openstack_k8s_cli.model.secrets import SecretText

KEY = "{osk: key}"
"""Stands in an inventory for the path of the file with the key."""
PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_SSH_ARGS": "-o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        " -o ControlMaster=auto -o ControlPersist=15s",
        "ANSIBLE_TIMEOUT": "20",
        "ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS": "ignore",
        "ANSIBLE_DEPRECATION_WARNINGS": "False",
    }
)
"""As the pods of the operator have it: hosts are known by their addresses only, and no one is there to answer."""

KNOWN = ("BatchMode=yes", "StrictHostKeyChecking=accept-new")
"""ssh's options for a machine that stays, such as a hypervisor: known by its host key, unlike hosts that are made anew under the same address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A playbook with what it is run with."""

    playbook: str
    """The path of a file, a name in a collection, or a text of several lines."""
    inventory: Mapping[str, Any] = field(repr=False)
    key: SecretText | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """Variables for Ansible itself."""
    vars: Mapping[str, Any] = field(default_factory=dict, repr=False)
    limit: str = ""
    tags: str = ""
    skip_tags: str = ""
    dry: bool = False
    forks: int = 0
    verbosity: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended."""

    exit_code: int
    last: str = field(default="", repr=False)
    """The end of what Ansible printed."""


class Ansible(Protocol):
    """Runs playbooks over hosts (adapters.hosts)."""

    @property
    def here(self) -> bool:
        """Whether Ansible is installed."""
        ...

    def check(self, what: str) -> None:
        """Refuse where Ansible is not installed; raises OskError."""
        ...

    def has(self, collection: str) -> bool:
        """Tell whether Ansible finds a collection here."""
        ...

    def play(
        self,
        asked: Asked,
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = ...,
    ) -> Ended:
        """Run it to its end; each of ansible-runner's events is heard."""
        ...
