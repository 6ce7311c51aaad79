"""A draft from a running cloud."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.live import cloud, networks, residue
from openstack_k8s_cli.profile.importers.live.found import Found


def draft(found: Found, *, base: str, values: Mapping[str, Any]) -> Draft:
    """Say in a profile over `base`, whose `values` are given, what the objects say."""
    made = Draft()
    made.base = base
    cloud.platform(found, made)
    cloud.operators(found, made)
    cloud.storage(found, made)
    networks.carry(found, made, base=values["networks"])
    cloud.controlplane(found, made, base=values["controlplane"])
    cloud.dataplane(found, made, base=values["dataplane"])
    return made


def differs(ours: Body, live: Body) -> bool:
    """Tell whether applying ours would change the live object."""
    if ours["kind"] == "OpenStackControlPlane":
        return bool(residue.overlay(ours.get("spec") or {}, live.get("spec") or {}))
    return bool(residue.patch(ours, live))


def keep(made: Draft, pairs: Iterable[tuple[Body, Body]]) -> bool:
    """Put into the draft what keeps the live objects as they are, ours with live; tell whether that was needed."""
    patches: Sequence[Any] = made.get("patches") or []
    added: list[Any] = []
    changed = False
    for ours, live in pairs:
        if ours["kind"] == "OpenStackControlPlane" and (
            over := residue.overlay(ours.get("spec") or {}, live.get("spec") or {})
        ):
            made.set("controlplane.spec", over)
            changed = True
        elif found := residue.patch(ours, live):
            added.append(found)
    if added:
        made.set("patches", [*patches, *added])
    return changed or bool(added)
