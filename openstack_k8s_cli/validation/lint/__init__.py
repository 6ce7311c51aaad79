"""The catalogue's rules across objects; one module for each subject."""

from collections.abc import Iterator

from openstack_k8s_cli.validation.lint import (
    balancers,
    belongings,
    bounds,
    credentials,
    duplicates,
    encryption,
    interfaces,
    naming,
    occupied,
    ordering,
    overlaps,
    placeholders,
    redefinitions,
    references,
    routing,
    services,
    spelling,
    storage,
    subnetting,
    volumes,
)
from openstack_k8s_cli.validation.lint.objects import Found, Objects

_SUBJECTS = (
    subnetting,
    overlaps,
    occupied,
    bounds,
    routing,
    duplicates,
    naming,
    interfaces,
    spelling,
    balancers,
    services,
    references,
    storage,
    volumes,
    redefinitions,
    belongings,
    ordering,
    placeholders,
    credentials,
    encryption,
)


def check(objects: Objects) -> Iterator[Found]:
    """Run every rule over a set of objects."""
    for subject in _SUBJECTS:
        yield from subject.check(objects)
