"""The plan itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli.model.events import PlanMade, PlannedStep
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.model.steps import Manifest, Step


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in a stable topological order."""

    profile: str
    """The profile's name; with the layer it names ledger and lease."""
    steps: tuple[Step, ...]
    digest: str
    """SHA-256 over steps and bodies, hexadecimal."""
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By step id, what is worth a sentence of its own, such as the hosts that Ansible runs on."""
    uids: Mapping[ObjectId, str] = field(default_factory=dict)
    """Of objects that its steps delete: one with another UID by now stays."""
    through: frozenset[ObjectId] = frozenset()
    """Those of its deployments on hosts that ran to their end before: nothing is done for them."""
    refused: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    """By step id, why a run that has the step may not begin."""
    spared: frozenset[ObjectId] = frozenset()
    """Those that it has no more and that stay all the same: a command of osk's goes on with them, or machines would go too."""
    taking: frozenset[ObjectId] = frozenset()
    """Node sets that the cluster takes only once its steps have let others go of their hosts."""

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """List every manifest in apply order."""
        return tuple(manifest for step in self.steps for manifest in step.manifests)

    def announced(self, command: str, *, at: float, cluster: str) -> PlanMade:
        """Tell of it before its first step; `at` is in seconds since the epoch."""
        steps = tuple(_announced(step) for step in self.steps)
        notes = tuple(each for said in self.notes.values() for each in said)
        return PlanMade(at, command, self.profile, cluster, self.digest, steps, notes)


def _announced(step: Step) -> PlannedStep:
    return PlannedStep(
        step.id,
        step.layer.value,
        step.component,
        step.action.value,
        len(step.manifests) or len(step.deletes),
        tuple(sorted(step.after)),
    )
