"""Kinds without what they are for: CRDs from files, as a plan of one step."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from openstack_k8s_cli import __version__
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Action, Fate, Layer, Manifest, Origin, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import deploying, planning
from openstack_k8s_cli.workflows.world import World

STEP = "operators/crds/main"
OPERATOR = "operators/openstack-operator/operator"
"""The step by which OLM brings the operator, and with it the kinds of its bundle."""


def plan(bodies: Iterable[Body], profile: str) -> Plan:
    """Make the plan; a teardown leaves them, for objects of anyone go with a kind."""
    manifests = tuple(
        Manifest(
            id_of(body),
            body["apiVersion"],
            body,
            "operators/crds",
            Origin("--crds", number),
            on_teardown=Fate.KEEP,
        )
        for number, body in enumerate(bodies)
    )
    step = Step(STEP, Layer.OPERATORS, "operators/crds", Action.APPLY, manifests)
    return building.build([step], profile=profile)


def deploy(world: World, bodies: Iterable[Body], options: Options) -> Iterator[Event]:
    """Apply CRDs and wait until each is served; those that are there already stay as they are."""
    facts = planning.found(world)
    options = replace(options, version=__version__, cluster_id=facts.cluster_id or "")
    yield from deploying.driven(world, plan(bodies, world.loaded.name), options)
