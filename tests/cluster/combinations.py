"""Every built-in base with every trait, as profiles in memory."""

from collections.abc import Sequence

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.profile import listing, loading
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.sources import Source
from tests.fakes.profiles import HEAD, Texts

READER = files.ProfileFiles()
_EVERY = listing.profiles(READER)
LISTED = [each for each in _EVERY if not each.group]
"""Bases and traits; architectures, which are in a folder, are neither."""
ARCHITECTURES = tuple(each for each in _EVERY if each.group == "architectures")
BASES = tuple(each.name for each in LISTED if not each.trait)
TRAITS = tuple(each.name for each in LISTED if each.trait)
ALL = tuple((base, trait) for base in BASES for trait in TRAITS)


def text(name: str, *extended: str) -> str:
    """Write the profile that `extends: [BASE, TRAIT, …]` makes."""
    return f"{HEAD}name: {name}\nextends: [{', '.join(extended)}]\n"


def load(*extended: str, overlays: Sequence[Source] = (), sets: Sequence[str] = ()) -> Loaded:
    """Load that profile."""
    reader = Texts({"lab": text("lab", *extended)}, beside=READER)
    return loading.load("lab", reader=reader, overlays=overlays, sets=sets)
