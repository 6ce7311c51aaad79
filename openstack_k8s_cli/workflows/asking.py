"""What a command line names, held against profile and catalogue before any cluster is asked."""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence

from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan import choosing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane import wishing
from openstack_k8s_cli.workflows.world import Loaded, Target

_SERVICE = "service"
_PATH = re.compile(r"[A-Za-z][\w.]*")


def check(loaded: Loaded, catalogue: Catalogue, target: Target, asked: Asked) -> None:
    """Refuse parts of the plan, hosts, node sets and services that there are none of; what only a cluster can tell passes."""
    words = [word for word in (*target.words, target.start, target.until) if word and not _is_layer(word)]
    if not words and not (asked.limit or asked.services):
        return
    plan = _offline(loaded, catalogue)
    if plan is None:
        return
    names = choosing.names_of(plan.steps)
    meant = _services(
        target.words, loaded.values["controlplane"]["services"], {*names, *_catalogued(catalogue)}
    )
    if meant is not None:
        raise OskError(meant, exit_code=ExitCode.USAGE)
    choosing.check(words, names, also=_catalogued(catalogue))
    plain = [word.partition("[")[0] for word in words]
    left_out = [found for word in plain if word not in names and (found := _left_out(word, catalogue))]
    if left_out:
        raise OskError(*left_out, exit_code=ExitCode.USAGE)
    wishing.settled(asked, plan, loaded.values)


def _services(words: Sequence[str], services: Collection[str], names: Collection[str]) -> Problem | None:
    """Say how services are deployed, where that is what is meant; None: it is not."""
    found = [word for word in words if word in services and word not in names]
    others = [word for word in words if word not in found]
    typed = all(difflib.get_close_matches(word, [_SERVICE], cutoff=0.7) for word in others)
    if not found or not typed:
        return None
    summary = f"Services of the control plane, such as `{found[0]}`, come after the word `{_SERVICE}`"
    if others:
        summary += f", not `{others[0]}`"
    advice = Advice("Write it so", f"osk deploy {_SERVICE} {' '.join(found)}")
    return Problem("OSK0303", summary, (others or found)[0], None, (advice,))


def _is_layer(word: str) -> bool:
    return word == "all" or word in set(Layer)


def _offline(loaded: Loaded, catalogue: Catalogue) -> Plan | None:
    """Make the plan without a cluster; None where the profile alone does not give it."""
    try:
        return planning.offline(loaded, catalogue, Target())
    except OskError:
        return None


def _left_out(word: str, catalogue: Catalogue) -> Problem | None:
    """Say what brings a component that the profile has no use for; None where a cluster may."""
    named = catalogue.find(word)
    if named is None:
        return None
    component, step = named
    condition = next(
        (
            each
            for each in (component.spec.when, component.spec.for_each, step.when)
            if isinstance(each, str) and each != "true"
        ),
        "facts",
    )
    path = _PATH.search(condition)
    if path is None or "facts" in condition:
        return None
    advice = Advice(
        f"It comes with a profile where `{' '.join(condition.split())}`", f"osk profile explain {path[0]}"
    )
    summary = f"This profile leaves `{word}` out: {component.spec.summary}"
    return Problem("OSK1205", summary, word, None, (advice,))


def _catalogued(catalogue: Catalogue) -> Iterable[str]:
    for component in catalogue.components:
        names = (component.name, *(f"{component.name}/{step.name}" for step in component.spec.steps))
        yield from (written for name in names for written in (name, f"{component.layer}/{name}"))
