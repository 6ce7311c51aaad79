"""From a selection to steps."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.components import Selected, SelectedStep
from openstack_k8s_cli.components.schema import ExecSpec
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Exec, Manifest, Origin, Step
from openstack_k8s_cli.render import documents, secretmarks
from openstack_k8s_cli.render.environment import Templates
from openstack_k8s_cli.render.patching import patched
from openstack_k8s_cli.render.patience import Patience
from openstack_k8s_cli.render.targets import Targets

_Draft = dict[str, list[Manifest]]


def render(selected: Iterable[Selected], values: Mapping[str, Any], facts: Facts) -> tuple[Step, ...]:
    """Render every step of a selection; OskError has the problems of every template."""
    chosen = tuple(selected)
    if not chosen:
        return ()
    templates = Templates(chosen[0].templates, values, facts, chosen[0].codes)
    patience = Patience(values.get("timeouts") or {})
    problems: list[Problem] = list(patience.unknown(chosen[0].templates))
    draft: _Draft = {}
    for component in chosen:
        for step in component.steps:
            try:
                draft[step.id] = _manifests(component, step, templates, _names(component))
            except OskError as error:
                problems += error.problems
    _stop(problems)
    _stop(_duplicates(draft))
    draft = patched(draft, values.get("patches") or ())
    draft = {key: [_finished(each, values) for each in some] for key, some in draft.items()}
    targets = Targets(templates, (each for some in draft.values() for each in some))
    return tuple(
        _step(each, step, draft[step.id], targets, patience) for each in chosen for step in each.steps
    )


def _names(component: Selected) -> dict[str, Any]:
    return {"item": component.item, "value": component.value}


def _stop(problems: Iterable[Problem]) -> None:
    found = tuple(dict.fromkeys(problems))
    if found:
        raise OskError(*found, exit_code=ExitCode.USAGE)


def _manifests(
    component: Selected, step: SelectedStep, templates: Templates, names: Mapping[str, Any]
) -> list[Manifest]:
    found: list[Manifest] = []
    for name in step.spec.manifests:
        path = f"{component.folder}/{name}"
        text = templates.file(path, names=names)
        for index, body in documents.objects(text, template=path):
            found.append(_manifest(component, step, body, Origin(path, index)))
    return found


def _manifest(component: Selected, step: SelectedStep, body: Body, origin: Origin) -> Manifest:
    return Manifest(
        id_of(body),
        body["apiVersion"],
        body,
        component.id,
        origin,
        step.spec.policy,
        step.spec.on_teardown,
    )


def _duplicates(draft: _Draft) -> Iterable[Problem]:
    seen: dict[Any, Manifest] = {}
    for manifest in (each for some in draft.values() for each in some):
        first = seen.setdefault(manifest.id, manifest)
        if first is not manifest:
            places = f"{first.origin.template}[{first.origin.document}] and {manifest.origin.template}[{manifest.origin.document}]"
            advice = Advice("Keep it in one of the two places, or give them different names")
            yield Problem(
                "OSK0214", f"{manifest.id} is rendered twice: {places}", str(manifest.id), advice=(advice,)
            )


def _finished(manifest: Manifest, values: Mapping[str, Any]) -> Manifest:
    """Add osk's labels and take secret keys out."""
    layer, _, name = manifest.component.partition("[")[0].partition("/")
    labels = {
        "app.kubernetes.io/managed-by": "osk",
        "osk.openstack.org/profile": _label(str(values["name"])),
        "osk.openstack.org/layer": layer,
        "osk.openstack.org/component": name,
    }
    meta = manifest.body["metadata"]
    meta = {**meta, "labels": {**(meta.get("labels") or {}), **labels}}
    try:
        return secretmarks.extract(replace(manifest, body={**manifest.body, "metadata": meta}))
    except ValueError as error:
        advice = Advice("Give the step `policy: ensure` and keep secret values in its stringData")
        problem = Problem("OSK0216", str(error), manifest.origin.template, advice=(advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE) from error


def _label(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)[:63].strip("-._")


def _step(
    component: Selected, step: SelectedStep, manifests: list[Manifest], targets: Targets, patience: Patience
) -> Step:
    spec, names = step.spec, _names(component)
    subject = f"{component.folder}/component.yaml"
    return Step(
        id=step.id,
        layer=component.layer,
        component=component.id,
        action=spec.action,
        manifests=tuple(manifests),
        gates=targets.gates((*spec.gates, *spec.awaits), names=names, subject=subject),
        after=step.after,
        timeout=patience.of(step.id, spec.timeout),
        exec=_exec(spec.exec, targets.templates, names, subject) if spec.exec else None,
        deletes=targets.ids(spec.delete, names=names, subject=subject),
    )


def _exec(spec: ExecSpec, templates: Templates, names: Mapping[str, Any], subject: str) -> Exec:
    def text(source: str) -> str:
        return templates.text(source, names=names, subject=subject)

    return Exec(
        text(spec.namespace),
        text(spec.labels),
        text(spec.container) if spec.container else None,
        tuple(map(text, spec.command)),
    )
