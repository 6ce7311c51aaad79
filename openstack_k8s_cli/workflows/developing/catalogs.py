"""The steps before the operator comes from another catalog, or from the profile's again.

OLM goes on from the version that is installed, and only along the catalog's edges: to a catalog with the same version,
with an older one or with none that replaces it, it would not go at all. So Subscription and ClusterServiceVersion are
removed and made anew. What OLM deletes with the version is the Deployment that starts the operators: these go on
running, the resource OpenStack and every kind stay.
"""

from collections.abc import Collection, Iterable, Iterator

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing import catalogs
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step, Timeout
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.world import World

_GROUP = "operators.coreos.com"
_KINDS = frozenset({Kind.INDEX, Kind.BUNDLE})
_COMPONENT = "operators/dev"
_PATIENCE = Timeout(stall=300.0, total=900.0)
"""An index is some hundred megabytes; what cannot be pulled is not waited for longer."""


def steps(world: World, entries: Iterable[Entry]) -> tuple[Step, ...]:
    """Give the steps, each after the one before it; none where no entry changes the catalog. Raises OskError."""
    mine = [each for each in entries if each.kind in _KINDS]
    if not mine:
        return ()
    bundles = {catalogs.name(each.note) for each in mine if each.kind is Kind.BUNDLE}
    return tuple(_chained(refusals.reading(lambda: tuple(_steps(world, bundles)))))


def served(world: World, entries: Iterable[Entry]) -> dict[ObjectId, str]:
    """Name what serves the catalogs that entries bring to this world, and the image that it runs."""
    here = {each.key for each in world.entries}
    found: dict[ObjectId, str] = {}
    for each in entries:
        if each.kind not in _KINDS or each.key not in here or each.note.startswith(catalogs.SERVED):
            continue
        namespace, name = world.loaded.values["namespaces"]["operators"], catalogs.name(each.note)
        if each.kind is Kind.BUNDLE:
            found[ObjectId("apps", "Deployment", namespace, name)] = catalogs.OPM
        else:
            found[ObjectId(_GROUP, "CatalogSource", namespace, name)] = each.note
    return found


def _steps(world: World, bundles: Collection[str]) -> Iterator[tuple[str, Action, tuple[ObjectId, ...]]]:
    values = world.loaded.values
    source, operators = values["operators"]["openstack"], str(values["namespaces"]["operators"])
    place = source["sourceNamespace"]
    if place:
        name = source["source"]
        servers = (ObjectId("apps", "Deployment", place, name),) if name in bundles else ()
        yield "catalog", Action.AWAIT, (*servers, ObjectId(_GROUP, "CatalogSource", place, name))
    target = ObjectId(_GROUP, "Subscription", operators, source["package"])
    live = lookups.find(world.cluster, target)
    if live is not None:
        taken = get(live, "spec", "source"), get(live, "spec", "sourceNamespace")
        if taken == (source["source"], place or operators):
            return
        yield "subscription", Action.DELETE, (target,)
    installed = get(live or {}, "status", "installedCSV")
    versions = {*_versions(world.cluster, operators, source["package"]), *([installed] if installed else ())}
    if versions:
        yield (
            "version",
            Action.DELETE,
            tuple(ObjectId(_GROUP, "ClusterServiceVersion", operators, each) for each in sorted(versions)),
        )


def _chained(found: Iterable[tuple[str, Action, tuple[ObjectId, ...]]]) -> Iterator[Step]:
    after: frozenset[str] = frozenset()
    for name, action, targets in found:
        step = f"{_COMPONENT}/{name}"
        gates = tuple(map(Gate, targets)) if action is Action.AWAIT else ()
        deletes = targets if action is Action.DELETE else ()
        yield Step(
            step,
            Layer.OPERATORS,
            _COMPONENT,
            action,
            gates=gates,
            deletes=deletes,
            after=after,
            timeout=_PATIENCE,
        )
        after = frozenset({step})


def _versions(cluster: Cluster, namespace: str, package: str) -> Iterator[str]:
    """Find the package's installed versions, which OLM labels, and not the copies of others'."""
    resource = cluster.resource(_GROUP, "ClusterServiceVersion")
    labels = f"{_GROUP}/{package}.{namespace},!olm.copiedFrom"
    for each in cluster.list(resource, namespace, labels=labels).items if resource else ():
        yield str(each["metadata"]["name"])
