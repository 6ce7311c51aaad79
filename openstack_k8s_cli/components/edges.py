"""What a selected step comes after: `after`, the order of steps, and turns; through what is not selected."""

from collections.abc import Iterator, Mapping, Sequence

from openstack_k8s_cli.components.catalogue import Catalogue, Component
from openstack_k8s_cli.components.schema import StepSpec

Chosen = Mapping[str, Mapping[str, Sequence[str]]]
"""Per component id: its instances' ids, and the names of each one's selected steps."""


class Edges:
    """Edges between the steps of a selection."""

    def __init__(self, catalogue: Catalogue, chosen: Chosen) -> None:
        self._catalogue = catalogue
        self._chosen = chosen

    def of(self, component: Component, instance: str, step: str) -> frozenset[str]:
        """Give the ids of the steps that one selected step comes directly after."""
        steps = component.spec.steps
        chosen = self._chosen[component.id][instance]
        index = [each.name for each in steps].index(step)
        before = [number for number in range(index) if steps[number].name in chosen]
        since = before[-1] if before else -1
        found = {f"{instance}/{steps[since].name}"} if before else self._entry(component, instance)
        for passed in steps[since + 1 : index + 1]:
            found |= self._all(passed.after, frozenset())
        return frozenset(found)

    def _entry(self, component: Component, instance: str) -> set[str]:
        """Give what the first step of an instance comes after."""
        found = self._all(component.spec.after, frozenset())
        if component.spec.in_turn:
            ids = [each for each, steps in self._chosen[component.id].items() if steps]
            turn = ids.index(instance)
            if turn:
                found.add(f"{ids[turn - 1]}/{self._chosen[component.id][ids[turn - 1]][-1]}")
        return found

    def _all(self, names: Sequence[str], visited: frozenset[str]) -> set[str]:
        return {step for name in names for step in self._reached(name, visited)}

    def _reached(self, name: str, visited: frozenset[str]) -> Iterator[str]:
        """Walk over the selected steps that a name stands for; past those that are not selected."""
        found = self._catalogue.find(name)
        if found is None:  # parse has refused it
            return
        component, wanted = found
        key = f"{component.id}/{wanted.name}"
        if key in visited:
            return
        steps = component.spec.steps
        upto = steps[: steps.index(wanted) + 1]
        instances = self._chosen[component.id]
        complete = bool(instances)
        for instance, chosen in instances.items():
            last = next((step.name for step in reversed(upto) if step.name in chosen), None)
            complete = complete and wanted.name in chosen
            if last is not None:
                yield f"{instance}/{last}"
        if not complete:
            yield from self._all(self._written(component, upto), visited | {key})

    @staticmethod
    def _written(component: Component, steps: Sequence[StepSpec]) -> list[str]:
        return [*component.spec.after, *(name for step in steps for name in step.after)]
