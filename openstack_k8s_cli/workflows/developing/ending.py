"""Ends entries with the layer that they are of, and says what they mean for an update."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import partial

from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.developing import operators, telling
from openstack_k8s_cli.developing.entries import Entry, Kind, State
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects, resetting, store
from openstack_k8s_cli.workflows.world import World

_IN_THE_WAY = frozenset({Kind.RUN, Kind.INDEX, Kind.BUNDLE})
"""What an update cannot go past: an operator that does not run in the cluster, another catalog."""
_OF_OPERATORS = frozenset({Layer.CONTROLPLANE, Layer.DATAPLANE})
"""Layers of what operators make, and let go."""


def end(cluster: Cluster, entries: Iterable[Entry]) -> Iterator[str]:
    """Put back what entries did besides the profile's part, which goes anyway, and erase them; tells of each."""
    for entry in reversed(tuple(entries)):
        try:
            yield from resetting.put_back(cluster, (entry,), again=False)
            store.erase(cluster, entry)
        except (OskError, ClusterError) as error:
            yield f"development state could not be taken back, {telling.line(entry)}: {error}"
        else:
            yield f"development state ends: {telling.line(entry)}"


def check_teardown(world: World, layers: AbstractSet[Layer]) -> None:
    """Refuse to take down what an operator has finalizers on that is stopped: it would never go; raises OskError."""
    if not layers & _OF_OPERATORS:
        return
    runs = [each for each in world.entries if each.kind is Kind.RUN and each.state is not State.RUNNING]
    found = [each for each in runs if refusals.reading(partial(_is_stopped, world, each.name))]
    if found:
        names = sorted(each.name for each in found)
        problem = Problem(
            "OSK1440",
            f"{', '.join(names)} does not run, and what it made would not go without it",
            detail="; ".join(map(telling.line, found)),
            advice=(Advice("Start it again first", " ".join(("osk dev reset", *names))),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)


def _is_stopped(world: World, name: str) -> bool:
    """Tell whether an operator is there and has no pods; raises ClusterError."""
    target = operators.deployment(name, str(world.loaded.values["namespaces"]["operators"]))
    return bool(get(effects.read(world.cluster, target) or {}, "spec", "replicas") == 0)


def check_update(entries: Iterable[Entry]) -> None:
    """Refuse an update that could not come to its end; raises OskError."""
    found = [each for each in entries if each.kind in _IN_THE_WAY and each.values]
    if found:
        problem = Problem(
            "OSK1404",
            "An update needs the operators of the release, and development state is in its way",
            detail="; ".join(map(telling.line, found)),
            advice=(Advice("Take it back first", "osk dev reset"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
