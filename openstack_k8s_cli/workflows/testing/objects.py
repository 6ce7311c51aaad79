"""The resource that a test is: rendered from the profile, and known again by its digest."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from ruamel.yaml import YAML

from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.components.schema import StepSpec
from openstack_k8s_cli.components.selection import Selected, SelectedStep
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.render import render
from openstack_k8s_cli.workflows import clouds
from openstack_k8s_cli.workflows.world import World

_DIGEST = f"{labels.PREFIX}digest"
"""An annotation: what the resource was made of."""
_FETCHED = f"{labels.PREFIX}fetched"
"""An annotation: its results are with whoever asked."""
RUN, RESULTS = "run", "results"


@dataclass(frozen=True, slots=True)
class Asked:
    """A test of the profile."""

    test: str
    """Its name in the profile."""
    settings: Mapping[str, Any]
    body: Body
    """Its resource, labelled and marked."""
    run: Step
    results: Step

    @property
    def id(self) -> ObjectId:
        """Name its resource."""
        return id_of(self.body)

    def is_of(self, live: Body) -> bool:
        """Tell whether a resource that is there is this test's and was not seen to its end."""
        there = get(live, "metadata", "annotations") or {}
        mine = self.body["metadata"]["annotations"]
        return there.get(_DIGEST) == mine[_DIGEST] and _FETCHED not in there


FETCHED: Body = {"metadata": {"annotations": {_FETCHED: "true"}}}
"""A merge patch: whoever asked has the results."""


def asked(world: World, name: str, facts: Facts) -> Asked:
    """Render a test; raises OskError where the profile has no such test, or what it needs is missing."""
    tests = world.loaded.values["tests"]
    check(name, tests)
    settings = {**tests[name], "found": _found(world) if tests[name]["kind"] == "horizontest" else {}}
    run = _rendered(world, name, settings, facts)
    manifest = run.manifests[0]
    body = labels.labelled(manifest, profile=world.loaded.name, layer=Layer.CONTROLPLANE)
    mark = sha256(dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    meta = {**body["metadata"], "annotations": {**(body["metadata"].get("annotations") or {}), _DIGEST: mark}}
    results = Step(
        f"{run.component}/{RESULTS}", run.layer, run.component, run.action, after=frozenset({run.id})
    )
    return Asked(name, settings, {**body, "metadata": meta}, run, results)


def check(name: str, tests: Mapping[str, Any]) -> None:
    """Refuse a test that the profile does not have; raises OskError."""
    if name not in tests:
        raise _unknown(name, list(tests))


def _rendered(world: World, name: str, settings: Mapping[str, Any], facts: Facts) -> Step:
    component = f"controlplane/tests[{name}]"
    spec = StepSpec(name=RUN, manifests=(f"{settings['kind']}.yaml.j2",))
    selected = Selected(
        component,
        Layer.CONTROLPLANE,
        "tests",
        (SelectedStep(f"{component}/{RUN}", spec, frozenset()),),
        world.catalogue.templates,
        name,
        settings,
    )
    values = {**world.loaded.values, "patches": []}  # those are for what the profile deploys
    (step,) = render([selected], values, facts)
    return step


def _found(world: World) -> dict[str, str]:
    """Look where the cloud answers; what is not there is left out."""
    found: dict[str, str] = {}
    try:
        config, _ = clouds.clouds_yaml(world.cluster, world.namespace)
        read = YAML(typ="safe", pure=True).load(config)
        found["auth"] = str(get(read or {}, "clouds", "default", "auth", "auth_url") or "")
        found["dashboard"] = clouds.horizon(world.cluster, world.namespace)
    except OskError:
        pass
    return {"auth": "", "dashboard": "", **found}


def _unknown(name: str, known: list[str]) -> OskError:
    near = difflib.get_close_matches(name, [*known, "kuttl"], n=1)
    text = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}, kuttl"
    problem = Problem(
        "OSK0830",
        f"The profile has no test `{name}`",
        subject=name,
        advice=(Advice(text), Advice("or say it under `tests`", page="docs/testing.md")),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)
