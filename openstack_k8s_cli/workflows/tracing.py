"""Where a finding comes from: the line of the template, and the value of the profile.

Whether a value of the profile makes a field is tried: the template is rendered with another value in its place.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.render import tracing, yamltext
from openstack_k8s_cli.render.environment import FAILURES, Templates
from openstack_k8s_cli.validation import manifests
from openstack_k8s_cli.validation.findings import Finding
from openstack_k8s_cli.workflows import facts as gathering
from openstack_k8s_cli.workflows.world import Loaded

_TRIES = 12
"""Renderings for one finding."""
_ALL_TRIES = 120
"""Renderings for all findings together."""
_OF_TEMPLATES = frozenset({(), ("kind",), ("apiVersion",)})
"""Fields that no value of a profile makes."""
_SHORTEST = 3
"""Characters of a value that is looked for within another."""
_TAKES = re.compile(r"""\{%-?\s*(?:from|import|include)\s+["']([^"']+)["']""")

_NAMED = re.compile(r"""\{%-?\s*include\s+["']([^"']+)["']\s*~\s*\w+\s*~\s*["']([^"']+)["']""")
"""Takes the template that a name stands for, such as a service's."""


def traced(findings: list[Finding], plan: Plan, loaded: Loaded, catalogue: Catalogue) -> list[Finding]:
    """Add to findings the places they come from, as far as they can be told."""
    tracer = _Tracer(plan, loaded, catalogue)
    return [tracer.of(each) for each in findings]


class _Tracer:
    def __init__(self, plan: Plan, loaded: Loaded, catalogue: Catalogue) -> None:
        self._manifests = {each.id: each for each in plan.manifests}
        self._loaded = loaded
        self._catalogue = catalogue
        self._facts = gathering.offline(loaded.values)
        self._left = _ALL_TRIES
        self._templates: Mapping[str, str] = {}
        self._known: dict[tuple[str, str], tuple[tracing.Trace, Mapping[ObjectId, Any]] | None] = {}

    def of(self, finding: Finding) -> Finding:
        manifest = self._manifests.get(finding.subject) if finding.subject else None
        if manifest is None:
            return finding
        return replace(
            finding, place=self._place(finding, manifest), profile=self._profile(finding, manifest)
        )

    def _place(self, finding: Finding, manifest: Manifest) -> str:
        template = manifest.origin.template
        known = self._trace(manifest)
        item = known[1].get(manifest.id) if known else None
        if known is None or item is None:
            return template
        path = finding.path
        while path not in item.lines:
            path = path[:-1]
        word = next((str(each) for each in reversed(path) if isinstance(each, str)), "kind")
        line = known[0].line(item.lines[path])
        if word in known[0].source[line - 1]:
            return f"{template}:{line}"
        part = _part_line(template, self._templates, finding.path)
        if part and part[1] == word:
            return part[0]
        return self._catalogue_line(template, word) or (part[0] if part else f"{template}:{line}")

    def _catalogue_line(self, template: str, word: str) -> str | None:
        """Find the one line with a key among the macros that a template takes from others."""
        texts = self._templates
        found = [
            f"{name}:{number}"
            for name in _taken(template, texts)
            for number, line in enumerate(texts[name].split("\n"), start=1)
            if re.match(rf"\s*(- )?{re.escape(word)}:", line)
        ]
        return found[0] if len(found) == 1 else None

    def _trace(self, manifest: Manifest) -> tuple[tracing.Trace, Mapping[ObjectId, Any]] | None:
        key = (manifest.component, manifest.origin.template)
        if key not in self._known:
            self._known[key] = self._rendered(manifest)
        return self._known[key]

    def _rendered(self, manifest: Manifest) -> tuple[tracing.Trace, Mapping[ObjectId, Any]] | None:
        values = self._loaded.values
        try:
            chosen = _selected(self._catalogue, values, self._facts, manifest)
            self._templates = chosen.templates
            templates = Templates(chosen.templates, values, self._facts, chosen.codes)
            names = {"item": chosen.item, "value": chosen.value}
            found = tracing.trace(templates, manifest.origin.template, names=names)
            items = manifests.read([manifests.Text(manifest.origin.template, found.text)]).items
        except (*FAILURES, OskError):
            return None
        return found, {item.id: item for item in items}

    def _profile(self, finding: Finding, manifest: Manifest) -> str | None:
        path, value = finding.path, get(manifest.body, *finding.path)
        if (
            path in _OF_TEMPLATES
            or value is None
            or (isinstance(value, (dict, list)) and finding.code != "OSK0801")
        ):
            return None
        before = self._tried(manifest, self._loaded.values)
        if get(before or {}, *path) is None:
            return self._patch(path)
        for candidate in list(_candidates(self._loaded.values, path, value))[:_TRIES]:
            if self._left <= 0:
                return None
            self._left -= 1
            after = self._tried(manifest, _without(self._loaded.values, candidate))
            if after is not None and get(after, *path) != value:
                return self._written(candidate)
        return None

    def _tried(self, manifest: Manifest, values: Mapping[str, Any]) -> Body | None:
        try:
            chosen = _selected(self._catalogue, values, self._facts, manifest)
            templates = Templates(chosen.templates, values, self._facts, chosen.codes)
            names = {"item": chosen.item, "value": chosen.value}
            text = templates.file(manifest.origin.template, names=names)
            bodies = [each for each in yamltext.documents(text) if each]
        except (OskError, *FAILURES):
            return None
        return next((each for each in bodies if id_of(each) == manifest.id), None)

    def _patch(self, path: tuple[str | int, ...]) -> str | None:
        patches = self._loaded.values.get("patches") or ()
        named = [at for at, each in enumerate(patches) if str(path[-1]) in str(each)]
        return self._written(("patches", named[0])) if len(named) == 1 else None

    def _written(self, path: paths.Path) -> str:
        for end in range(len(path), 0, -1):
            origin = self._loaded.provenance.get(paths.write(path[:end]))
            if origin is not None:
                return f"{paths.write(path)}, {origin}"
        return f"{paths.write(path)}, default"


def _part_line(
    template: str, texts: Mapping[str, str], path: tuple[str | int, ...]
) -> tuple[str, str] | None:
    """Find the line and the key, as deep in a path as can be, in the part of a template that a key of it names."""
    words = [str(each) for each in path if isinstance(each, str)]
    for before, after in _NAMED.findall(texts.get(template, "")):
        for at, word in enumerate(words):
            name = f"{before}{word}{after}"
            found = _deepest(texts.get(name, ""), words[at + 1 :])
            if found:
                return f"{name}:{found[0]}", found[1]
    return None


def _deepest(text: str, words: list[str]) -> tuple[int, str] | None:
    """Follow keys down a template, each below the one before; the last that is there."""
    lines, found = text.split("\n"), None
    for word in words:
        start = found[0] if found else 0
        key = re.compile(rf"\s*(- )?{re.escape(word)}:")
        line = next((at for at, each in enumerate(lines[start:], start=start + 1) if key.match(each)), None)
        found = (line, word) if line else found
    return found


def _taken(template: str, texts: Mapping[str, str]) -> list[str]:
    """Name the templates that a template imports or includes, and those that these do."""
    found = [template]
    for name in found:
        found += [each for each in _TAKES.findall(texts.get(name, "")) if each in texts and each not in found]
    return found


def _selected(
    catalogue: Catalogue, values: Mapping[str, Any], facts: Facts, manifest: Manifest
) -> components.Selected:
    chosen = components.select(catalogue, values, facts)
    found = next((each for each in chosen if each.id == manifest.component), None)
    if found is None:
        raise LookupError(manifest.component)
    return found


def _candidates(values: Mapping[str, Any], path: tuple[str | int, ...], value: Any) -> Iterator[paths.Path]:
    """Give the profile's paths that may make a field, the likeliest first."""
    words = {str(each).lower() for each in path}
    found = [each for each, held in paths.walk(dict(values)) if each and _fits(each, held, path, value)]
    yield from sorted(found, key=lambda each: -len(words & {str(part).lower() for part in each}))


def _fits(path: paths.Path, held: Any, wanted: tuple[str | int, ...], value: Any) -> bool:
    if path[-1] == wanted[-1]:
        return True
    scalar = not isinstance(value, (dict, list))
    if not scalar or isinstance(held, (dict, list)) or held is None or isinstance(held, bool):
        return False
    text = str(held)
    return text == str(value) or (len(text) >= _SHORTEST and text in str(value))


def _without(values: Mapping[str, Any], path: paths.Path) -> dict[str, Any]:
    """Give the values with another one, as like as can be, at a path."""
    changed: Any = dict(values)
    top = changed
    for part in path[:-1]:
        top[part] = copy.copy(top[part])
        top = top[part]
    held = top[path[-1]]
    if isinstance(held, (dict, list)):
        if isinstance(top, dict):
            del top[path[-1]]
    elif isinstance(held, bool):
        top[path[-1]] = not held
    else:
        top[path[-1]] = held + 1 if isinstance(held, (int, float)) else f"{held}x"
    result: dict[str, Any] = changed
    return result
