"""Small catalogues rendered, and the built-in one for built-in profiles."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Manifest, Step
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.render import render

FACTS = Facts(
    provider="crc",
    flavour="openshift",
    workers=("w0",),
    nics={"w0": "enp6s0"},
    capabilities=frozenset({"olm", "routes", "scc"}),
)
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: n}\n"


def one(
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    step: str = "",
    others: Mapping[str, str] | None = None,
) -> Step:
    """Render a catalogue of one component with one step and one template."""
    written = "{name: apply, manifests: [t.yaml.j2]" + (f", {step}" if step else "") + "}"
    texts = {
        "operators/one/component.yaml": f"summary: s\nsteps: [{written}]",
        "operators/one/t.yaml.j2": template,
        **(others or {}),
    }
    named = {"name": "lab", **(values or {})}
    [found] = render(components.select(components.parse(texts), named, FACTS), named, FACTS)
    return found


def body(template: str, values: Mapping[str, Any] | None = None) -> Body:
    """Render a template of one object."""
    return one(template, values).manifests[0].body


def data(expression: str, values: Mapping[str, Any] | None = None) -> Any:
    """Give what an expression writes as a value."""
    return body(MAP % "m" + f"data: {{x: {{{{ {expression} }}}}}}\n", values)["data"]["x"]


@cache
def _catalogue() -> components.Catalogue:
    return components.parse(files.catalogue())


def steps(
    name: str = "crc", *sets: str, overlay: str = "", facts: Mapping[str, Any] | None = None
) -> tuple[Step, ...]:
    """Render the built-in catalogue for a built-in profile, without a cluster; kept for the next test."""
    return _kept(name, sets, overlay, tuple((facts or {}).items()))


@cache
def _kept(
    name: str, sets: tuple[str, ...], overlay: str, facts: tuple[tuple[str, Any], ...]
) -> tuple[Step, ...]:
    return anew(name, sets, overlay, facts=dict(facts))


def anew(
    name: str, sets: Sequence[str], overlay: str, *, facts: Mapping[str, Any] | None = None
) -> tuple[Step, ...]:
    """Render without looking at what is kept."""
    overlays = [Source("test", overlay, "test")] if overlay else []
    return of(
        loading.load(name, sets=sets, reader=files.ProfileFiles(), overlays=overlays).values, facts=facts
    )


def of(values: Mapping[str, Any], *, facts: Mapping[str, Any] | None = None) -> tuple[Step, ...]:
    """Render the built-in catalogue for a profile's filled values."""
    platform = values["platform"]
    known: dict[str, Any] = {
        "provider": platform["provider"],
        "flavour": platform["flavour"],
        "workers": tuple(platform["workers"]),
        "nics": {},
        "capabilities": frozenset(platform["capabilities"]),
    }
    found = Facts(**{**known, **(facts or {})})
    return render(components.select(_catalogue(), values, found), values, found)


def manifests(rendered: Sequence[Step]) -> dict[str, Manifest]:
    """Give every manifest by `Kind namespace/name`."""
    return {str(each.id): each for step in rendered for each in step.manifests}
