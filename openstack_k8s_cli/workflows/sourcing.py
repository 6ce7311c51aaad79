"""Where operators come from, once the cluster is known: its version's rows, and the texts of manifests."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openstack_k8s_cli.components import Selected
from openstack_k8s_cli.components.selection import OPERATOR_STEP
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import origins
from openstack_k8s_cli.workflows.world import Loaded

Texts = Callable[[Mapping[str, Any]], str | None]
"""Gives the text of one entry of `manifests`; None: it is not at hand."""

_COMPONENTS = {"cert-manager": "certManager"}
"""Sources whose component has another name."""


def nothing(_place: Mapping[str, Any]) -> None:
    """Have no text."""


def of_cluster(loaded: Loaded, facts: Facts) -> Mapping[str, Any]:
    """Give the profile's values with what the table knows of this cluster's version."""
    version = origins.version(facts.version)
    operators = loaded.values.get("operators")
    if version is None or operators is None or loaded.gives("platform.version"):
        return loaded.values
    flavour = loaded.values["platform"]["flavour"]
    sources = {
        name: _anew(source, origins.known(name, flavour, version), _given(loaded, name, source))
        for name, source in operators["sources"].items()
    }
    return {**loaded.values, "operators": {**operators, "sources": sources}}


def _given(loaded: Loaded, name: str, source: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key in source if loaded.gives(f"operators.sources.{name}.{key}"))


def _anew(source: Mapping[str, Any], row: Mapping[str, Any], given: frozenset[str]) -> dict[str, Any]:
    kept = given | {"catalogNamespace", "install"}
    return origins.filled({key: value if key in kept else None for key, value in source.items()}, row)


def with_texts(values: Mapping[str, Any], selected: Iterable[Selected], texts: Texts) -> Mapping[str, Any]:
    """Put the texts of manifests beside the sources that are installed from them; none where one is missing."""
    operators = values.get("operators")
    if operators is None:
        return values
    sources = dict(operators["sources"])
    for name, source in operators["sources"].items():
        if source["manifests"] and name in installed(selected):
            found = [(place["url"] or place["file"], texts(place)) for place in source["manifests"]]
            is_whole = all(text is not None for _, text in found)
            named = [{"place": place, "text": text} for place, text in found if is_whole]
            sources[name] = {**source, "texts": named}
    return {**values, "operators": {**operators, "sources": sources}}


def absent(values: Mapping[str, Any], plan: Plan, texts: Texts) -> tuple[str, ...]:
    """Name the manifests that components of a plan are installed from and that are not at hand."""
    planned = {step.component.rpartition("/")[2] for step in plan.steps}
    sources = get(values, "operators", "sources") or {}
    places = (
        place
        for name, source in sources.items()
        if {name, *(each for each, other in _COMPONENTS.items() if other == name)} & planned
        for place in source["manifests"] or ()
    )
    return tuple(str(place["url"] or place["file"]) for place in places if texts(place) is None)


def installed(selected: Iterable[Selected]) -> frozenset[str]:
    """Name the sources whose operators are installed, not used."""
    return frozenset(
        _COMPONENTS.get(each.name, each.name)
        for each in selected
        if any(step.spec.name == OPERATOR_STEP for step in each.steps)
    )
