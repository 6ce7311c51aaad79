"""A profile's whole deployment and its teardown, on the run's cluster in its first state."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import Body, ObjectId
from tests.cluster import listings
from tests.cluster.commands import Ended, Osk
from tests.cluster.staging import Stage


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How both went."""

    up: Ended
    down: Ended
    seen: Mapping[ObjectId, Body]
    """Objects that were looked at in between."""
    left: list[ObjectId]
    """What osk made and did not take down."""
    seconds: tuple[float, float]

    @property
    def ready(self) -> set[str]:
        """Name the steps that ended Ready."""
        return {each["step"] for each in self.up.of("StepFinished") if each["outcome"] == "ready"}


def rehearse(stage: Stage, osk: Osk, profile: str, *, look: Iterable[ObjectId] = ()) -> Rehearsed:
    """Deploy a profile's text and take it down again; `look` at objects while it stands."""
    rehearsal = stage.fresh()
    file = osk.home / "lab.yaml"
    file.write_text(profile)
    to = ("-p", file, f"--rehearsal={rehearsal.name}", "-o", "json")
    began = time.monotonic()
    up = osk("deploy", "all", "--yes", *to)
    between = time.monotonic()
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    now = listings.everything(cluster)
    seen = {target: now[target] for target in look if target in now}
    ended = time.monotonic()
    down = osk("teardown", "all", "--yes", "--keep", "nothing", *to)
    seconds = (between - began, time.monotonic() - ended)
    return Rehearsed(up, down, seen, list(listings.settled(listings.everything(cluster))), seconds)
