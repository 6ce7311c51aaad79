"""Entries of development state, for tests."""

from typing import Any

from openstack_k8s_cli.developing.entries import Entry, Kind

FIX = "quay.io/me/nova-operator:fix"


def entry(kind: Kind = Kind.IMAGE, name: str = "nova", **more: Any) -> Entry:
    """Make an entry: nova's image, where nothing else is said."""
    given: dict[str, Any] = {
        "profile": "lab",
        "since": 1_750_000_000.0,
        "by": "a@b",
        "values": {"operators": {"overrides": {name: {"image": FIX}}}},
        "touches": ("operators/openstack-operator/operator",),
        "note": FIX,
    }
    return Entry(kind=kind, name=name, **(given | more))
