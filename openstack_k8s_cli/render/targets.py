"""Objects that a component names by their kind: gates, and what a step deletes."""

from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.components.reading import PAGE, nearest
from openstack_k8s_cli.components.schema import GateSpec, TargetSpec
from openstack_k8s_cli.model.objects import ObjectId, group_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Gate, Manifest
from openstack_k8s_cli.render.environment import Templates


class Targets:
    """Resolves kinds to groups by what is rendered."""

    def __init__(self, templates: Templates, manifests: Iterable[Manifest]) -> None:
        self.templates = templates
        self._groups = {each.id.kind: each.id.group for each in manifests}

    def gates(self, specs: Iterable[GateSpec], *, names: Mapping[str, Any], subject: str) -> tuple[Gate, ...]:
        """Resolve gates; those whose `when` is false are left out."""
        return tuple(
            Gate(self._id(spec, names, subject), spec.condition, spec.stall, spec.settle)
            for spec in specs
            if self.templates.value(spec.when, names=names, subject=subject)
        )

    def ids(
        self, specs: Iterable[TargetSpec], *, names: Mapping[str, Any], subject: str
    ) -> tuple[ObjectId, ...]:
        """Resolve objects that a step deletes."""
        return tuple(self._id(spec, names, subject) for spec in specs)

    def _id(self, spec: TargetSpec, names: Mapping[str, Any], subject: str) -> ObjectId:
        def text(source: str) -> str:
            return self.templates.text(source, names=names, subject=subject)

        return ObjectId(self._group(spec, subject), spec.kind, text(spec.namespace), text(spec.name))

    def _group(self, spec: TargetSpec, subject: str) -> str:
        if spec.api_version is not None:
            return group_of(spec.api_version)
        if spec.kind in self._groups:
            return self._groups[spec.kind]
        summary = f"No template of this profile renders a {spec.kind}{nearest(spec.kind, self._groups)}"
        advice = Advice("Write its `apiVersion` beside the kind", page=PAGE)
        problem = Problem("OSK0215", summary, subject, advice=(advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)
