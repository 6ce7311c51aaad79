"""The profile's `patches`: changes to any rendered object; one that matches nothing is an error."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from openstack_k8s_cli.components.reading import nearest
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.render import documents, jsonpatch
from openstack_k8s_cli.render.merging import merge

Draft = Mapping[str, Sequence[Manifest]]
"""Manifests by the id of their step."""


def patched(draft: Draft, patches: Iterable[Mapping[str, Any]]) -> dict[str, list[Manifest]]:
    """Apply patches in their order; OskError has every one that matches nothing or does not fit."""
    result = {key: list(manifests) for key, manifests in draft.items()}
    problems: list[Problem] = []
    for index, patch in enumerate(patches):
        target = patch["target"]
        matched = [
            (manifests, position)
            for manifests in result.values()
            for position, manifest in enumerate(manifests)
            if matches(manifest, target)
        ]
        if not matched:
            problems.append(_vain(index, target, result))
        for manifests, position in matched:
            try:
                manifests[position] = _changed(manifests[position], patch)
            except (LookupError, TypeError, ValueError) as error:
                problems.append(_unfit(index, manifests[position], error))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return result


def matches(manifest: Manifest, target: Mapping[str, Any]) -> bool:
    """Tell whether a selector is for an object; `*` and `?` stand for others in a name."""
    labels = manifest.body["metadata"].get("labels") or {}
    group, name, namespace = target.get("group"), target.get("name"), target.get("namespace")
    return (
        target["kind"] == manifest.id.kind
        and group in {None, manifest.id.group}
        and namespace in {None, manifest.id.namespace}
        and (name is None or fnmatchcase(manifest.id.name, name))
        and all(labels.get(key) == value for key, value in (target.get("labels") or {}).items())
    )


def _changed(manifest: Manifest, patch: Mapping[str, Any]) -> Manifest:
    body: Body = copy.deepcopy(manifest.body)
    if patch.get("merge") is not None:
        body = merge(body, patch["merge"])
    else:
        body = jsonpatch.apply(body, patch.get("json") or ())
    unfit = documents.wrong(body)
    if unfit:
        raise ValueError(unfit)
    if id_of(body) != manifest.id:
        raise ValueError("it changes the object's kind, name or namespace")
    return replace(manifest, body=body)


def _vain(index: int, target: Mapping[str, Any], draft: Draft) -> Problem:
    written = ", ".join(f"{key} {value}" for key, value in target.items() if value)
    ids = [each.id for manifests in draft.values() for each in manifests]
    kinds = {each.kind for each in ids}
    near = nearest(target["kind"], kinds) if target["kind"] not in kinds else ""
    if not near and target.get("name"):
        near = nearest(target["name"], (each.name for each in ids if each.kind == target["kind"]))
    advice = Advice("See what this profile renders", "osk render")
    return Problem(
        "OSK0217", f"The patch matches no object: {written}{near}", f"patches[{index}]", advice=(advice,)
    )


def _unfit(index: int, manifest: Manifest, error: Exception) -> Problem:
    reason = f"there is no {error}" if isinstance(error, KeyError) else str(error)
    advice = Advice("Compare the patch with the object as it is rendered", "osk render")
    return Problem(
        "OSK0218", f"The patch does not fit: {reason}", f"patches[{index}]", str(manifest.id), (advice,)
    )
