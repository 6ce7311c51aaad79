"""Taking a cloud down: what would go, and the going."""

from collections.abc import Iterator
from dataclasses import replace

from openstack_k8s_cli import __version__, readiness, teardown
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.events import Event, PlanMade, Warned
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import Keep, Teardown
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.developing import ending
from openstack_k8s_cli.workflows.world import World

UNASKED = frozenset({"crc", "rehearsal"})
"""Providers of clusters where `--yes` is enough; anywhere else the profile's name confirms."""


def plan(world: World, lowest: Layer | None, *, keep: Keep, crds: bool) -> Teardown:
    """Say what would go with a layer and those above it (None: with all), and what would stay; nothing is written."""
    _, full = planning.bearings(world)
    return refusals.reading(
        lambda: teardown.prepare(
            world.cluster,
            profile=world.loaded.name,
            lowest=lowest,
            keep=keep,
            crds=crds,
            deployed=full,
        )
    )


def run(world: World, planned: Teardown, options: Options) -> Iterator[Event]:
    """Do what was planned."""
    layers = {phase.layer for phase in planned.phases}
    ending.check_teardown(world, layers)
    facts, full = planning.bearings(world)
    options = replace(options, version=__version__, cluster_id=facts.cluster_id or "")
    events = teardown.run(
        planned,
        world.cluster,
        world.clock,
        judge=readiness.judge,
        options=options,
        secrets=world.secrets,
        deployed=full,
    )
    going = [each for each in world.entries if each.layer in layers]
    for event in events:
        yield event
        if isinstance(event, PlanMade) and going:
            yield from (Warned(event.at, text) for text in ending.end(world.cluster, going))
