"""What a mirror has to hold for a profile: oc-mirror's ImageSetConfiguration."""

from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.render.merging import merge
from openstack_k8s_cli.workflows.images import Image

_API = "mirror.openshift.io/v2alpha1"


def of(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the profile's mirror; raises OskError where it has none."""
    mirror: Mapping[str, Any] | None = values.get("mirror")
    if mirror is None:
        problem = Problem(
            "OSK0821",
            "The profile has no mirror",
            subject="mirror",
            advice=(
                Advice(
                    "Extend the trait `mirror` and name its registry: `extends: [crc, mirror]`, `mirror: {registry: HOST/PATH}`",
                    "osk profile explain mirror",
                    "docs/mirror.md",
                ),
            ),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
    return mirror


def image_set(values: Mapping[str, Any], images: Iterable[Image]) -> Body:
    """Make the ImageSetConfiguration; raises OskError where the profile has no mirror."""
    mirror = of(values)
    catalogs = _catalogs(values)
    there = f"{mirror['registry']}/"
    more = [
        each.reference
        for each in images
        if each.reference not in catalogs and not each.reference.startswith(there)
    ]
    parts = {
        "operators": [
            {"catalog": catalog, "packages": [{"name": name} for name in packages]}
            for catalog, packages in catalogs.items()
        ],
        "additionalImages": [{"name": reference} for reference in more],
        "blockedImages": [{"name": reference} for reference in mirror.get("blocked") or ()],
    }
    body = {"apiVersion": _API, "kind": "ImageSetConfiguration"}
    return {**body, **merge({"mirror": {key: each for key, each in parts.items() if each}}, mirror["spec"])}


def _catalogs(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the packages of each catalog image, those of the profile's own operator first."""
    source = get(values, "operators", "openstack") or {}
    found: dict[str, list[str]] = {}
    if source.get("index"):
        found[str(source["index"])] = [str(source["package"])]
    for catalog, packages in (get(values, "mirror", "operators") or {}).items():
        known = found.setdefault(str(catalog), [])
        known += [each for each in packages if each not in known]
    return found
