"""Reads the ledger and looks around, and makes the plan of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Fate, Layer, Step
from openstack_k8s_cli.plan import Plan
from openstack_k8s_cli.plan.building import digest
from openstack_k8s_cli.teardown import belongings, planning
from openstack_k8s_cli.teardown.deciding import Choices, decide
from openstack_k8s_cli.teardown.found import OPENSTACK, Found, gather
from openstack_k8s_cli.teardown.keeping import Keep
from openstack_k8s_cli.teardown.planning import Surroundings
from openstack_k8s_cli.teardown.plans import Phase, Teardown

_TOP_DOWN = tuple(reversed(Layer))


def layers_from(lowest: Layer | None) -> tuple[Layer, ...]:
    """Name a layer and those that stand on it, top first; None: all."""
    return _TOP_DOWN if lowest is None else _TOP_DOWN[: _TOP_DOWN.index(lowest) + 1]


def prepare(
    cluster: Cluster,
    *,
    profile: str,
    lowest: Layer | None = None,
    keep: Keep = Keep.DATA,
    crds: bool = False,
    deployed: Plan | None = None,
) -> Teardown:
    """Plan the teardown of a layer and all that stands on it; raises ClusterError.

    `deployed` is the profile's plan: its graph is turned round. Without it the ledger's order is.
    """
    edges = {step.id: step.after for step in deployed.steps} if deployed else {}
    return plan(cluster, layers_from(lowest), Choices(keep, crds, profile, records.read(cluster)), edges)


def plan(
    cluster: Cluster,
    layers: Sequence[Layer],
    choices: Choices,
    deployed: Mapping[str, AbstractSet[str]],
) -> Teardown:
    """Plan the given layers in their order."""
    mine = {record.layer: record for record in choices.records if record.profile == choices.profile}
    phases: tuple[Phase, ...] = ()
    if mine:
        around = _look(cluster, mine.values(), layers, choices, deployed)
        phases = tuple(
            planning.phase(mine.get(layer, Record(choices.profile, layer)), around) for layer in layers
        )
    steps = _chained(phases)
    made = Plan(choices.profile, steps, digest(steps))
    return Teardown(choices.profile, choices.keep, choices.crds, phases, made)


def clouds_of(mine: Iterable[Record]) -> frozenset[str]:
    """Name the namespaces that the ledger's clouds live in: those with data, and those of OpenStack's own objects."""
    names = set()
    for record in mine:
        for entry in record.entries:
            if entry.id.kind == "Namespace" and entry.fate is not Fate.DELETE:
                names.add(entry.id.name)
            elif record.layer is not Layer.OPERATORS and entry.id.group.endswith(OPENSTACK):
                names.add(entry.id.namespace)
    return frozenset(names - {""})


def _look(
    cluster: Cluster,
    mine: Collection[Record],
    layers: Sequence[Layer],
    choices: Choices,
    deployed: Mapping[str, AbstractSet[str]],
) -> Surroundings:
    clouds = clouds_of(mine)
    entries = [entry for record in mine for entry in record.entries]
    found = gather(cluster, [entry.id for entry in entries], clouds, crds=choices.crds)
    children = belongings.children(found, clouds, [entry.id for entry in entries])
    claims = tuple(belongings.claims(found, clouds, whole=(), strangers=children.strangers))
    choices = replace(choices, holding=_holding(entries, found, claims, choices))
    return Surroundings(
        found,
        clouds,
        children,
        deployed,
        _doomed([record for record in mine if record.layer in (*layers, *choices.layers)], found, choices),
        choices,
    )


def _holding(
    entries: Iterable[Entry], found: Found, claims: Iterable[ObjectId], choices: Choices
) -> dict[str, bool]:
    """Name the namespaces that must stay because something in them does, and whether any of that is still osk's."""
    holding: dict[str, bool] = {}
    for entry in entries:
        decided = decide(entry, found, choices)
        if entry.id.namespace and not decided.goes:
            space = entry.id.namespace
            holding[space] = holding.get(space, False) or not decided.forgotten
    if choices.keep is not Keep.NOTHING:
        holding |= {claim.namespace: True for claim in claims}
    return holding


def _doomed(mine: Iterable[Record], found: Found, choices: Choices) -> frozenset[str]:
    return frozenset(
        entry.id.name
        for record in mine
        for entry in record.entries
        if entry.id.kind == "Namespace" and entry.owned and decide(entry, found, choices).goes
    )


def _chained(phases: Iterable[Phase]) -> tuple[Step, ...]:
    """Put each phase's steps after those of the phases before it."""
    steps: list[Step] = []
    for phase in phases:
        before = frozenset(step.id for step in steps)
        steps += [
            replace(step, after=step.after | before) if not step.after else step for step in phase.steps
        ]
    return tuple(steps)
