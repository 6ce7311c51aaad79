"""What a run does before its first step and after its last."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from openstack_k8s_cli.apply.changes import Mark
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.apply.state import State
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan import Plan


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the run starts from."""

    plan: Plan
    """With the steps that prune."""
    mark: Mark | None = None
    uids: Mapping[ObjectId, str] = field(default_factory=dict)
    used: Mapping[ObjectId, Body] = field(default_factory=dict)


@dataclass
class Preparing:
    """The frame around a run."""

    plan: Plan
    cluster: Cluster
    clock: Clock
    served: Served
    options: Options
    random: Random
    stop: threading.Event

    def prepare(self) -> Prepared:
        """Get ready to write."""
        return Prepared(self.plan)

    def fence(self, layer: Layer) -> None:
        """Let a write pass."""

    def settle(self, state: State) -> Iterator[Event]:
        """Bring the records up to date."""
        del state
        yield from ()

    def release(self) -> None:
        """Let others run."""
