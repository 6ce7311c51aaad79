"""What of a profile follows from the cluster, in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.steps import Manifest

_USUAL = "redhat-operators"
"""The catalog that profiles take operators from unless the cluster has others."""


def adapted(facts: Facts, values: Mapping[str, Any], manifests: Iterable[Manifest] = ()) -> Iterator[str]:
    """Say what the cluster decides, where it is not what OpenShift would have."""
    has = facts.capabilities
    if "olm" not in has:
        yield "no OLM: operators come from manifests"
    elif "marketplace" not in has:
        yield "no marketplace: only catalogs that the profile makes"
    if "routes" not in has:
        yield "no routes: endpoints are reached by their load balancers only"
    if "scc" not in has:
        yield "no security context constraints: no namespace asks for them"
    sources = {
        str(get(each.body, "spec", "source"))
        for each in manifests
        if each.id.kind == "Subscription" and get(each.body, "spec", "source") in facts.catalogs
    }
    for name in sorted(sources - {_USUAL}):
        yield f"operators come from the catalog {name}"
    usual = get(values, "platform", "nics", "default")
    for node, nic in facts.nics.items():
        if nic != usual:
            yield f"networks of {node} are attached to {nic}"
