"""Rules about where operators come from, and about those that are there already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.checking.seen import Seen, bad, doubt, name_of, ok, skipped, summed
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.objects import Body, get

_MARKETPLACE = "openshift-marketplace"
_RED_HAT = "registry.redhat.io"
_RED_HATS = frozenset({"redhat-operators", "certified-operators", "redhat-marketplace"})
"""Catalogs whose images come from there."""


def catalogs(seen: Seen) -> Result:
    """See that the catalogs that operators are taken from are there, and answer."""
    made = {(each["metadata"]["namespace"], name_of(each)) for each in seen.planned("CatalogSource")}
    wanted = {
        (str(get(each, "spec", "sourceNamespace")), str(get(each, "spec", "source"))): str(
            get(each, "spec", "name")
        )
        for each in seen.planned("Subscription")
    }
    if not wanted:
        return skipped("the plan takes nothing from catalogs")
    if "CatalogSource" not in seen.kinds:
        return _by_name(seen, {place: name for place, name in wanted.items() if place not in made})
    there = {(each["metadata"]["namespace"], name_of(each)): each for each in seen.of("CatalogSource")}
    troubles = (
        trouble
        for place, package in sorted(wanted.items())
        if (trouble := _catalog(place, package, there, made=place in made)) is not None
    )
    return summed(troubles, ok(", ".join(sorted({name for _, name in wanted}))))


def _by_name(seen: Seen, wanted: Mapping[tuple[str, str], str]) -> Result:
    """Judge by the names that every deployment gathers, which are those of the marketplace."""
    if seen.facts.cluster_id is None:
        return skipped("nobody has looked for catalogs")
    troubles = [
        _lost(place, package, seen.facts.catalogs)
        for place, package in sorted(wanted.items())
        if place[0] == _MARKETPLACE and place[1] not in seen.facts.catalogs
    ]
    return summed(troubles, ok(", ".join(seen.facts.catalogs)))


def _lost(place: tuple[str, str], package: str, known: Iterable[str]) -> Result:
    namespace, name = place
    others = ", ".join(sorted(known)) or "none"
    remedy = f"Name one that is there as the source of {package}, under `operators`"
    return bad(
        f"there is no catalog `{name}` in {namespace} (there are: {others})",
        remedy,
        "kubectl get catalogsources -A",
    )


def _catalog(
    place: tuple[str, str], package: str, there: Mapping[tuple[str, str], Body], *, made: bool
) -> Result | None:
    namespace, name = place
    body = there.get(place)
    if body is None:
        known = (other for home, other in there if home == namespace)
        return None if made else _lost(place, package, known)
    state = str(get(body, "status", "connectionState", "lastObservedState") or "")
    if state in {"READY", ""}:
        return None if state or made else doubt(f"`{name}` has told nothing yet", *_look(namespace, name))
    say = doubt if made else bad
    return say(f"catalog `{name}` is {state}", *_look(namespace, name))


def _look(namespace: str, name: str) -> tuple[str, str]:
    command = f"kubectl get pods -n {namespace} -l olm.catalogSource={name}"
    return "See whether its pod runs: image, pull secret, memory", command


def operators(seen: Seen) -> Result:
    """See that what is installed by OLM already came up, and nothing is subscribed to twice."""
    csvs = {(each["metadata"]["namespace"], name_of(each)): each for each in seen.of("ClusterServiceVersion")}
    by_package: dict[str, list[Body]] = defaultdict(list)
    for each in seen.of("Subscription"):
        by_package[str(get(each, "spec", "name"))].append(each)
    mine = {str(get(each, "spec", "name")) for each in seen.planned("Subscription")}
    troubles = [*_failed(by_package, csvs, mine), *_twice(by_package)]
    versions = sorted(
        {str(get(each, "status", "installedCSV")) for each in seen.of("Subscription")} - {"None", ""}
    )
    return summed(troubles, ok(", ".join(versions) or "none yet"))


def _failed(
    by_package: dict[str, list[Body]], csvs: dict[tuple[str, str], Body], mine: set[str]
) -> Iterator[Result]:
    for package, found in sorted(by_package.items()):
        for each in found:
            namespace = each["metadata"]["namespace"]
            current = str(get(each, "status", "currentCSV") or get(each, "status", "installedCSV"))
            csv = csvs.get((namespace, current))
            if csv is not None and get(csv, "status", "phase") == "Failed":
                say = bad if package in mine else doubt
                why = str(get(csv, "status", "message") or get(csv, "status", "reason") or "")
                yield say(
                    f"{current} failed: {why}".removesuffix(": "),
                    "See what holds it up; deleting CSV and Subscription lets osk install it anew",
                    f"kubectl describe csv -n {namespace} {current}",
                )


def _twice(by_package: dict[str, list[Body]]) -> Iterator[Result]:
    for package, found in sorted(by_package.items()):
        if len(found) > 1:
            places = ", ".join(sorted(str(each["metadata"]["namespace"]) for each in found))
            yield doubt(
                f"{package} is subscribed to in several namespaces: {places}",
                "Keep one of them: two operators at work on the same objects undo each other's work",
                "kubectl get subscriptions -A",
            )


def pull_secret(seen: Seen) -> Result:
    """See that the cluster has logins of the registries that need one."""
    if "marketplace" not in seen.facts.capabilities or seen.facts.flavour != "openshift":
        return skipped("this cluster has no pull secret of its own")
    needed = sorted(
        {
            name
            for each in seen.planned("Subscription")
            if (name := str(get(each, "spec", "source"))) in _RED_HATS
        }
    )
    if not needed and not _names_red_hat(seen):
        return skipped("nothing of the plan needs a login")
    secret = seen.one("Secret", "pull-secret")
    known = get(secret or {}, "registries") or ()
    if secret is None:
        return doubt("openshift-config/pull-secret is not there", *_merge())
    if _RED_HAT not in known:
        what = f"{', '.join(needed)} needs" if needed else "the plan's images need"
        return bad(f"{what} a login of {_RED_HAT}, and the pull secret has none", *_merge())
    return ok(", ".join(sorted(known)))


def _merge() -> tuple[str, str]:
    return (
        "Add it: get the pull secret from console.redhat.com",
        "oc set data secret/pull-secret -n openshift-config --from-file=.dockerconfigjson=FILE",
    )


def _names_red_hat(seen: Seen) -> bool:
    def names(value: Any) -> bool:
        if isinstance(value, dict):
            return any(map(names, value.values()))
        if isinstance(value, list):
            return any(map(names, value))
        return isinstance(value, str) and value.startswith(f"{_RED_HAT}/")

    return any(names(each.body.get("spec")) for each in seen.plan.manifests)
