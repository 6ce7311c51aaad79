"""infra-operator's network kinds: addresses of nodes, BGP, DNS, and the DNS server."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators, wording
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import Claims, View

NETWORK = "network.openstack.org"
_SOURCE = "infra-operator, controllers/network"
_OF_FOUR, _BLOCK = 4, 256
"""Nobody is given an address of IPv4 that ends in .0."""


def _net_config(body: Body, view: View) -> Body | None:
    return next(iter(view.all(NETWORK, "NetConfig", namespace_of(body))), None)


def _has_net_config(body: Body, view: View) -> Lack | None:
    if _net_config(body, view) is not None:
        return None
    message = f"NetConfig missing in namespace {namespace_of(body)}"
    return Lack(message, reason="Error", severity="Error")


def reservations(body: Body, view: View) -> list[dict[str, Any]]:
    """Choose the addresses of an IPSet, or keep those it has; raises LookupError with the operator's word when there is none."""
    config = _net_config(body, view)
    if config is None:
        return []
    there = view.get(in_namespace(body, NETWORK, "Reservation", name_of(body))) or {}
    kept = get(there, "spec", "reservation") or {}
    return [
        _reservation(asked, config, str(get(kept, str(asked["name"]).lower(), "address") or ""), body, view)
        for asked in get(body, "spec", "networks") or ()
    ]


def _claims(body: Body, view: View) -> Claims:
    """Give whose each address is; after a start, from what the cluster has."""
    claims = view.claims(namespace_of(body))
    if not claims.holders:
        for each in view.all(NETWORK, "Reservation", namespace_of(body)):
            for one in (get(each, "spec", "reservation") or {}).values():
                claims.holders[_number(str(one.get("address")))] = name_of(each)
    return claims


def _chosen(
    asked: Mapping[str, Any], subnet: Mapping[str, Any], kept: str, body: Body, view: View
) -> str | None:
    """Give the address that is asked for or kept, or the first that is nobody's; those of hosts that are gone come last."""
    claims, mine = _claims(body, view), name_of(body)
    key = (mine, str(asked["name"]).lower())
    found = str(asked.get("fixedIP") or "") or _kept(kept or claims.chosen.get(key), subnet, mine, claims)
    found = found or _first_free(subnet, claims)
    if found is None:
        view.all(NETWORK, "Reservation", namespace_of(body))  # whatever goes may give an address back
        for number, holder in tuple(claims.holders.items()):
            if not any(
                view.get(in_namespace(body, NETWORK, kind, holder)) for kind in ("Reservation", "IPSet")
            ):
                claims.free(number)
        found = _first_free(subnet, claims)
    if found is not None:
        claims.holders[_number(found)] = mine
        claims.chosen[key] = found
    return found


def _kept(address: str | None, subnet: Mapping[str, Any], mine: str, claims: Claims) -> str | None:
    """Give the address that a host has, unless it is another's by now or not in its network."""
    if not address or claims.holders.get(_number(address), mine) != mine:
        return None
    return address if ipaddress.ip_address(address) in ipaddress.ip_network(str(subnet["cidr"])) else None


def _number(address: str) -> int:
    return int(ipaddress.ip_address(address))


def _reservation(asked: Mapping[str, Any], config: Body, kept: str, body: Body, view: View) -> dict[str, Any]:
    network = _one(get(config, "spec", "networks"), asked["name"])
    subnet = _one(network.get("subnets"), asked["subnetName"])
    address = _chosen(asked, subnet, kept, body, view)
    if address is None:
        message = f"no ip address could be created for {name_of(body)} in subnet {subnet['name']}"
        raise LookupError(message)
    given = {
        "network": network["name"],
        "subnet": subnet["name"],
        "address": address,
        "mtu": network.get("mtu", 1500),
        "cidr": subnet["cidr"],
        "dnsDomain": subnet.get("dnsDomain") or network["dnsDomain"],
    }
    given |= {key: subnet[key] for key in ("vlan", "routes") if key in subnet}
    if asked.get("defaultRoute") and "gateway" in subnet:
        given["gateway"] = subnet["gateway"]
    return given


def _one(listed: Any, name: str) -> dict[str, Any]:
    found = next((each for each in listed or () if str(each["name"]).lower() == str(name).lower()), None)
    if found is None:
        message = f"no network or subnet {name} in the NetConfig"
        raise LookupError(message)
    return dict(found)


def _first_free(subnet: Mapping[str, Any], claims: Claims) -> str | None:
    """Give the first address that is nobody's, from where the search before it has ended."""
    key = repr(sorted(subnet.items()))
    index, number = claims.starts.get(key, (0, 0))
    excluded = {_number(each) for each in subnet.get("excludeAddresses") or ()}
    for at, span in enumerate((subnet.get("allocationRanges") or ())[index:], index):
        first = ipaddress.ip_address(span["start"])
        for each in range(max(int(first), number if at == index else 0), _number(span["end"]) + 1):
            is_first = first.version == _OF_FOUR and each % _BLOCK == 0
            if each not in claims.holders and each not in excluded and not is_first:
                claims.starts[key] = (at, each)
                return str(type(first)(each))
    return None


def _are_reserved(body: Body, view: View) -> Lack | None:
    try:
        reservations(body, view)
    except LookupError as error:
        return trouble(f"Reservation error occured failed to do ip reservation: {error.args[0]}")
    return None


def _reservation_object(body: Body, view: View) -> list[Body]:
    try:
        chosen = reservations(body, view)
    except LookupError:
        return []
    reference = {"name": name_of(body), "namespace": namespace_of(body), "uid": body["metadata"]["uid"]}
    addresses = {
        each["network"].lower(): {
            "address": each["address"],
            "network": each["network"],
            "subnet": each["subnet"],
        }
        for each in chosen
    }
    made = objects.custom(
        NETWORK,
        "Reservation",
        name_of(body),
        namespace=namespace_of(body),
        labels={f"ipam/{key}": each["subnet"] for key, each in addresses.items()},
        spec={"ipSetRef": reference, "reservation": addresses},
    )
    made["metadata"]["finalizers"] = ["openstack.org/ipset"]
    return [made]


def _reserved_status(body: Body, view: View) -> dict[str, Any]:
    try:
        return {"reservations": reservations(body, view)}
    except LookupError:
        return {}


def _dns_service(body: Body, _view: View) -> list[Body]:
    override = get(body, "spec", "override", "service")
    name = f"dnsmasq-{name_of(body)}"
    return [objects.service(name, namespace_of(body), {"service": "dnsmasq"}, 53, override=override)]


def _dns_addresses(body: Body, view: View) -> dict[str, Any]:
    there = view.get(in_namespace(body, "", "Service", f"dnsmasq-{name_of(body)}")) or {}
    cluster = [get(there, "spec", "clusterIP")] if get(there, "spec", "clusterIP") else []
    given = get(there, "status", "loadBalancer", "ingress") or []
    external = [str(each["ip"]) for each in given]
    dnsmasq = parts.ready_count(_dns)(body, view)
    return dnsmasq | {"dnsClusterAddresses": cluster, "dnsAddresses": external or cluster}


_dns = parts.deployed("dnsmasq-{}", service="dnsmasq")
_DNS_DEPLOYMENT = wording.with_parts(
    wording.DEPLOYMENT,
    makes=(_dns_service, _dns),
    needs=(
        needs.addressed(_dns_service, "Deployment error occurred {}"),
        needs.rolled_out(_dns),
    ),
)


def _dns_data(body: Body, _view: View) -> list[Body]:
    name = name_of(body).lower()
    lines = [
        f"{each['ip']} {' '.join(each.get('hostnames') or ())}\n" for each in get(body, "spec", "hosts") or ()
    ]
    label = get(body, "spec", "dnsDataLabelSelectorValue") or "dnsdata"
    return [
        objects.config_map(
            name, namespace_of(body), {name_of(body): "".join(lines)}, labels={"dnsmasqhosts": label}
        )
    ]


def _has_speakers(body: Body, view: View) -> Lack | None:
    """Need what MetalLB tells the speaker of each node; the pods' addresses would be added to it."""
    namespace = str(get(body, "spec", "frrConfigurationNamespace") or "metallb-system")
    told = view.all("frrk8s.metallb.io", "FRRConfiguration", namespace)
    named = {get(each, "spec", "nodeSelector", "matchLabels", "kubernetes.io/hostname") for each in told}
    for node in view.all("", "Node"):
        if name_of(node) not in named:
            return trouble(
                f"Service config create error occurred no FRRConfiguration found for node {name_of(node)}"
            )
    return None


ROWS = (
    Row(
        group=NETWORK,
        kind="BGPConfiguration",
        operator=operators.manager("infra"),
        source=_SOURCE,
        conditions=(wording.with_parts(wording.CONFIG, needs=(_has_speakers,)),),
        finalizer="openstack.org/bgpconfiguration",
        generation=False,
    ),
    Row(
        group=NETWORK,
        kind="IPSet",
        operator=operators.manager("infra"),
        source=_SOURCE,
        conditions=(
            wording.with_parts(wording.INPUT, needs=(_has_net_config,)),
            Condition(
                type="ReservationReady",
                init="Reservation create not started",
                done="Reservation successful",
                makes=(_reservation_object,),
                needs=(_are_reserved,),
                takes=0.2,
            ),
        ),
        finalizer="openstack.org/ipset",
        status=_reserved_status,
        leaves=((NETWORK, "Reservation"),),
    ),
    row(
        Service(
            group=NETWORK,
            kind="DNSMasq",
            operator="infra",
            codes="rbac in cfg dep",
            extra=(("dep", _DNS_DEPLOYMENT),),
            status=_dns_addresses,
            source=_SOURCE,
        )
    ),
    Row(
        group=NETWORK,
        kind="DNSData",
        operator=operators.manager("infra"),
        source=_SOURCE,
        conditions=(wording.with_parts(wording.CONFIG, makes=(_dns_data,), takes=0.2),),
        finalizer="openstack.org/dnsdata",
    ),
)
