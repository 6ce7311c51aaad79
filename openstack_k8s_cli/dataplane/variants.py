"""Passes of one service with different tags or variables: each undoes what the others brought, but where all are wanted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_AS = "#"
"""What a service's name ends with in a record, where it runs with tags or variables of the profile."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What the profile has another deployment do on a node set, with tags or variables of its own."""

    variant: str
    """What those come to; empty: it has none."""
    nodeset: str
    services: tuple[str, ...]
    hosts: tuple[str, ...] | None = None
    """By their short names; None: all."""

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "Pass":
        """Read what was written."""
        hosts = form["hosts"]
        return cls(
            form["variant"],
            form["nodeset"],
            tuple(form["services"]),
            None if hosts is None else tuple(hosts),
        )

    def brings(self, nodeset: str, host: str, service: str) -> bool:
        """Tell whether it runs a service on a host."""
        here = nodeset == self.nodeset and service in self.services
        return here and (self.hosts is None or host in self.hosts)


def key(service: str, variant: str) -> str:
    """Name what the record has of a service."""
    return f"{service}{_AS}{variant}" if variant else service


def plain(key: str) -> str:
    """Give the service that a key of the record is about."""
    return key.partition(_AS)[0]


def has_one(keys: Iterable[str]) -> bool:
    """Tell whether any service of a record ran with tags or variables of the profile."""
    return any(_AS in each for each in keys)


def foreign(
    done: Iterable[str], own: str, beside: Sequence[Pass], nodeset: str, host: str
) -> tuple[str, ...]:
    """Give what is known of a key's service in variants that no pass of the profile brings to a host beside it."""
    service = plain(own)
    return tuple(
        each
        for each in done
        if each != own
        and plain(each) == service
        and not any(
            key(service, some.variant) == each and some.brings(nodeset, host, service) for some in beside
        )
    )
