"""Rules about the cluster itself: its version, API, operators and kinds."""

import re
from collections.abc import Iterator

from openstack_k8s_cli.checking.seen import Seen, bad, doubt, is_true, name_of, ok, skipped, summed, unsure
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, get

_OLDEST = {True: (4, 16), False: (1, 29)}
"""Of OpenShift and OKD, and of others: older than this is not tried."""
_NEVER = {True: (4, 14), False: (1, 27)}
"""Older than this lacks what the operators' kinds need."""
_NEWEST = {True: (4, 21), False: (1, 35)}
_VITAL = frozenset(
    {"dns", "etcd", "ingress", "kube-apiserver", "marketplace", "network", "operator-lifecycle-manager"}
)
"""Cluster operators without which a deployment does not come up."""
_SLOW, _WRONG = 5.0, 60.0
"""Seconds that clocks may differ by, and where certificates are not valid yet."""
OWN = ".openstack.org"
"""How the groups of OpenStack's operators end."""


def api(seen: Seen) -> Result:
    """See that every part of the API answers: one that is away keeps namespaces from being deleted."""
    found = (
        doubt(
            f"{name_of(each)} does not answer",
            "See to the service behind it, or delete the APIService where what served it is gone",
            f"kubectl describe apiservice {name_of(each)}",
        )
        for each in seen.of("APIService")
        if is_true(each, "Available") is False
    )
    return summed(found, ok())


def version(seen: Seen) -> Result:
    """See that the version is one that the operators are made for."""
    openshift = seen.facts.flavour in {"openshift", "okd"}
    text = seen.facts.version or (_kubelets(seen) if not openshift else "") or ""
    found = re.match(r"v?(\d+)\.(\d+)", text)
    if found is None:
        return unsure("the cluster does not say its version", "See what it is", "kubectl version")
    number = int(found[1]), int(found[2])
    oldest = ".".join(map(str, _OLDEST[openshift]))
    if number < _NEVER[openshift]:
        return bad(f"{text} is too old", f"Update the cluster to {oldest} or later")
    if number < _OLDEST[openshift]:
        return doubt(f"{text} is older than {oldest}, the oldest supported one", "Update the cluster")
    if number > _NEWEST[openshift]:
        newest = ".".join(map(str, _NEWEST[openshift]))
        return doubt(f"{text} is newer than {newest}, the newest that is known", "Look for a newer osk")
    return ok(text)


def _kubelets(seen: Seen) -> str:
    found = (str(get(each, "status", "nodeInfo", "kubeletVersion") or "") for each in seen.of("Node"))
    return min(found, default="")


def operators(seen: Seen) -> Result:
    """See that no operator of the cluster is degraded, or away."""
    if "ClusterOperator" not in seen.kinds:
        return skipped("this cluster has none")
    return summed(_unwell(seen), ok())


def _unwell(seen: Seen) -> Iterator[Result]:
    for each in seen.of("ClusterOperator"):
        name = name_of(each)
        for kind, wrong, word in (("Available", False, "not available"), ("Degraded", True, "degraded")):
            if is_true(each, kind) is wrong:
                say = bad if kind == "Available" and name in _VITAL else doubt
                why = next(
                    (
                        str(one.get("message") or "")
                        for one in each["status"]["conditions"]
                        if one["type"] == kind
                    ),
                    "",
                )
                text = f"{name} is {word}: {why[:120]}".removesuffix(": ")
                yield say(text, "See to it first", f"oc describe clusteroperator {name}")
                break


def kinds(seen: Seen) -> Result:
    """See that no kind that the plan needs is taken by another name, on its way out, or of another version."""
    return summed(_clashes(seen), ok())


def _clashes(seen: Seen) -> Iterator[Result]:
    wanted = {
        (each.id.group, each.id.kind): each.api_version.rpartition("/")[2] for each in seen.plan.manifests
    }
    for each in seen.of("CustomResourceDefinition"):
        name = name_of(each)
        place = str(get(each, "spec", "group")), str(get(each, "spec", "names", "kind"))
        if place not in wanted:
            continue
        look = f"kubectl describe crd {name}"
        if each["metadata"].get("deletionTimestamp"):
            yield bad(f"{name} is being deleted, and does not go", "See what objects hold it", look)
        elif is_true(each, "NamesAccepted") is False:
            yield bad(
                f"{name}: another kind has its names", "Delete the one of the two that is not used", look
            )
        elif (served := _served(each)) and wanted[place] not in served:
            yield bad(
                f"{name} serves {', '.join(served)}, not {wanted[place]}",
                "Update the operator that brought it, or delete what an older one left",
                look,
            )
        elif served and place[0].endswith(OWN) and not (has_operator(seen) or seen.is_ours(each)):
            yield doubt(
                f"{name} is there and no OpenStack operator: left by an earlier installation",
                "Let the deployment bring it up to date, or take down with `--crds` what was left",
            )


def _served(body: Body) -> list[str]:
    return [str(each["name"]) for each in get(body, "spec", "versions") or () if each.get("served")]


def has_operator(seen: Seen) -> bool:
    """Tell whether the operator of OpenStack is there."""
    return "openstack" in seen.facts.operators or any(
        get(each, "spec", "name") == "openstack-operator" for each in seen.of("Subscription")
    )


def clock(seen: Seen) -> Result:
    """See that the cluster's clock and this machine's are the same."""
    if seen.there is None:
        remedy = "See that you may make ConfigMaps, or compare the clocks yourself"
        return unsure("the API server did not say its time", remedy, "date --utc")
    off = seen.there - seen.here
    if abs(off) <= _SLOW:
        return ok()
    text = f"the cluster's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} this machine's"
    remedy = "Set both by a time server; certificates are not valid yet, or not any more, elsewhere"
    return (bad if abs(off) > _WRONG else doubt)(text, remedy, "timedatectl")


def rights(seen: Seen) -> Result:
    """See that the user may do all that the plan does."""
    if seen.denied is None:
        remedy = "See who you are there, and whether it answers"
        return unsure("the API server was not asked", remedy, "kubectl auth whoami")
    if not seen.denied:
        return ok()
    remedy = "Log in as cluster-admin, or have these rights given to you"
    return bad(f"you may not: {several(seen.denied, 3, between='; ')}", remedy, "osk rbac --user USER")
