"""Rendered objects as documents: secret keys filled with placeholders, or with what the profile gives."""

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from openstack_k8s_cli.apply import forms
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.secrets import Generated, Given, SecretText
from openstack_k8s_cli.model.steps import Manifest, Step

Resolve = Callable[[str], SecretText]


def objects(steps: Iterable[Step], *, given: Resolve | None = None) -> list[Body]:
    """Give the objects of steps in apply order; what hooks keep in the cluster is none of them."""
    return [body(manifest, given=given) for step in steps if not step.hook for manifest in step.manifests]


def body(manifest: Manifest, *, given: Resolve | None = None) -> Body:
    """Give one object; a secret value is shown only where `given` resolves the profile's own."""
    if not manifest.secret_keys:
        return manifest.body
    place = "stringData" if manifest.id.kind == "Secret" else "data"
    data = dict(manifest.body.get(place) or {})
    for key in manifest.secret_keys:
        match key.source:
            case Generated(recipe):
                data[key.name] = f"<generated: {recipe}>"
            case Given(path, form):
                data[key.name] = forms.formed(form, given(path).reveal()) if given else f"<given: {path}>"
            case _:
                assert_never(key.source)
    return {**manifest.body, place: data}


def listed(bodies: list[Body]) -> dict[str, Any]:
    """Give one List of objects."""
    return {"apiVersion": "v1", "kind": "List", "items": bodies}
