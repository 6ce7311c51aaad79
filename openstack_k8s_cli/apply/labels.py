"""The labels that every object of osk's carries."""

import re

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Layer, Manifest

MANAGED_BY = "app.kubernetes.io/managed-by"
PREFIX = "osk.openstack.org/"
HOLD = f"{PREFIX}redeploy"
"""The finalizer that keeps a resource until `osk redeploy` has dropped its databases."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def labelled(manifest: Manifest, *, profile: str, layer: Layer) -> Body:
    """Give the body as it is sent, with osk's labels; those that the manifest has itself stay."""
    body = manifest.body
    meta = body["metadata"]
    labels = {**of(profile=profile, layer=layer, component=manifest.component), **(meta.get("labels") or {})}
    return {**body, "metadata": {**meta, "labels": labels}}


def is_ours(body: Body) -> bool:
    """Tell whether osk made an object, by its label."""
    return (body["metadata"].get("labels") or {}).get(MANAGED_BY) == MANAGER


def plain(body: Body) -> Body:
    """Give the body without osk's labels, to compare it with what others made."""
    meta = dict(body["metadata"])
    labels = {
        key: value for key, value in (meta.pop("labels", None) or {}).items() if not _is_ours(key, value)
    }
    return {**body, "metadata": {**meta, "labels": labels} if labels else meta}


def of(*, profile: str, layer: Layer, component: str) -> dict[str, str]:
    """Give osk's labels."""
    return {
        MANAGED_BY: MANAGER,
        f"{PREFIX}profile": safe(profile),
        f"{PREFIX}layer": layer.value,
        f"{PREFIX}component": safe(component.rpartition("/")[2].partition("[")[0]),
    }


def safe(text: str) -> str:
    """Make a label's value of any text."""
    return _UNSAFE.sub("-", text).strip("-._")[:63].strip("-._")


def is_mark(path: str) -> bool:
    """Tell whether a field, such as `metadata.labels.NAME`, is one of osk's labels."""
    _, _, key = path.partition("metadata.labels.")
    return key == MANAGED_BY or key.startswith(PREFIX)


def _is_ours(key: str, value: object) -> bool:
    return key.startswith(PREFIX) or (key == MANAGED_BY and value == MANAGER)
