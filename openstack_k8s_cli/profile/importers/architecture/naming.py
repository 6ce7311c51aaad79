"""DNS domains, name servers, and the addresses of the services inside the cloud."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile.importers.architecture import spans
from openstack_k8s_cli.profile.importers.draft import Draft

_IPS = "metallb.universe.tf/loadBalancerIPs"
_POOL = "metallb.universe.tf/address-pool"


class Addressed(Protocol):
    """What is known of the networks that were carried over."""

    cidrs: dict[str, str]
    pools: dict[str, str]


def domains(known: Mapping[str, Mapping[str, Any]], names: Sequence[str], draft: Draft) -> None:
    """Say the DNS domain that all networks are in, and what differs from that."""
    given = {name: str(known[name]["dnsDomain"]) for name in names if known.get(name, {}).get("dnsDomain")}
    common = [text.removeprefix(f"{name}.") for name, text in given.items() if text.startswith(f"{name}.")]
    usual = max(dict.fromkeys(common), key=common.count, default=None)
    if usual:
        draft.set("networks.defaults.domain", usual)
    for name, text in given.items():
        if text != f"{name}.{usual}":
            draft.set(f"networks.{name}.domain", text)


def resolver(values: Mapping[str, Any], cidr: str | None, draft: Draft) -> None:
    """Say the name servers of the nodes, and those that the cloud's own one asks."""
    servers = get(values, "dns-resolver", "config", "server")
    if servers:
        draft.set("networks.policies.resolver", [spans.short(cidr, each) for each in servers])
    options = get(values, "dns-resolver", "options") or ()
    given = [
        each for option in options if option.get("key") == "server" for each in option.get("values") or ()
    ]
    if given:
        draft.set("networks.ctlplane.dns", [spans.short(cidr, each) for each in given])


def addresses(values: Mapping[str, Any], made: Addressed, draft: Draft) -> None:
    """Say the addresses of the services inside the cloud: of the name server, the APIs, and each message bus."""
    for key, entry in values.items():
        annotations = get(entry, "endpoint_annotations") if isinstance(entry, Mapping) else None
        place = {"ctlplane": "dns", "internalapi": "api"}.get(
            key, key if key.startswith("rabbitmq") else None
        )
        if place and annotations:
            draft.set(f"controlplane.addresses.{place}", _address(annotations, made.cidrs, made.pools))


def _address(annotations: Mapping[str, Any], cidrs: Mapping[str, str], pools: Mapping[str, str]) -> str:
    """Write the address that MetalLB's annotations ask for."""
    named, text = str(annotations.get(_POOL)), annotations.get(_IPS)
    pool = pools.get(named, named)
    digits = spans.number(cidrs.get(pool), text)
    return f"{pool}[{digits}]" if digits is not None and digits.isdecimal() else str(text)
