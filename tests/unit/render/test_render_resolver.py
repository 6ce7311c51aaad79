"""The cluster's own resolver, where it has one: whom it asks first, and for which zones."""

from typing import Any

from openstack_k8s_cli.model import entries
from openstack_k8s_cli.model.objects import get
from tests.unit.render.rendered import steps
from tests.unit.render.variants import bodies

LIVE = {
    "cluster_id": "1",
    "capabilities": frozenset({"olm", "routes", "scc", "clusterDns"}),
    "catalogs": ("redhat-operators",),
}


def resolver(*sets: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give what the resolver is to have; empty: it is left alone."""
    found = bodies(steps("crc", *sets, facts=LIVE if facts is None else facts), "DNS")
    return dict(get(found.get("default", {}), "spec") or {})


def test_hosts_of_swift_are_found_by_name() -> None:
    """The zone of the storage network is asked of the cloud's own name server, as Swift's proxies need it."""
    swift = "dataplane.nodesets.swift={role: swift, address: .110, disks: [{device: /dev/vdb, weight: 4000, zone: 2}]}"

    assert "servers" not in resolver()
    assert [
        {
            "name": entries.own("crc"),
            "zones": ["storage.example.com"],
            "forwardPlugin": {"policy": "Sequential", "upstreams": ["192.168.122.80"]},
        }
    ] == resolver(swift)["servers"]
    assert ["storage.lab"] == resolver(swift, "networks.storage.domain=storage.lab")["servers"][0]["zones"]
    assert "upstreamResolvers" in resolver(swift)
    assert {} == resolver(swift, facts={"cluster_id": None})
