"""The process that follows what OLM installs: serves kinds and takes them back, registers webhooks and removes them.

`python -m openstack_k8s_cli.rehearsal.operators DIRECTORY KUBECONFIG`; it ends when its stdin does.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openstack_k8s_cli import __version__
from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.rehearsal import (
    admission,
    catalogs,
    crds,
    directories,
    installed,
    installing,
    packages,
    settings,
)
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.installed import Circumstances, Hooks, Late, Memory, Orders, Seen
from openstack_k8s_cli.rehearsal.settings import Settings
from openstack_k8s_cli.rehearsal.simulators.faults import Fault, FaultsFile, Trouble

READY = "operators-ready"
"""A file in the cluster's folder: the marketplace's catalogs and the marker are there."""
CONFIGURATIONS = Path("webhooks") / "configurations.json"
RELEASE = "release"
"""A file in the cluster's folder: the release of the operators, for the program with their webhooks."""
_TICK = 0.5
"""Seconds between looks at the operators that the cluster is to have."""
_PARALLEL = 6
_MANAGER = "rehearsal"
_CRDS = Resource(
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)
_SUBSCRIPTIONS = Resource(
    "operators.coreos.com", "v1alpha1", "Subscription", "subscriptions", namespaced=True
)
_CATALOGS = Resource("operators.coreos.com", "v1alpha1", "CatalogSource", "catalogsources", namespaced=True)
_PACKAGES = Resource(
    "packages.operators.coreos.com", "v1", "PackageManifest", "packagemanifests", namespaced=True
)
_VERSIONS = Resource(
    "operators.coreos.com", "v1alpha1", "ClusterServiceVersion", "clusterserviceversions", namespaced=True
)
_NOT_COPIED = "!olm.copiedFrom"
_OPENSTACKS = Resource("operator.openstack.org", "v1beta1", "OpenStack", "openstacks", namespaced=True)
_BRINGING = (_OPENSTACKS, Resource("nmstate.io", "v1", "NMState", "nmstates", namespaced=False))


def main(arguments: Sequence[str]) -> int:
    """Settle the cluster, then follow its operators until the lifeline ends."""
    directory, kubeconfig = Path(arguments[0]), arguments[1]
    threading.Thread(target=_watch_lifeline, daemon=True).start()
    follower = Follower(kubernetes.connect(kubeconfig), directory)
    while not attempted(follower.settle):
        time.sleep(_TICK)
    (directory / READY).touch(mode=0o600)
    while True:
        attempted(lambda: follower.tick(time.monotonic()))
        time.sleep(_TICK)


def attempted(turn: Callable[[], None]) -> bool:
    """Do something that a later attempt repeats; False: the API server was away or busy, which the log tells."""
    try:
        turn()
    except ClusterError as error:
        sys.stderr.write(f"{error.kind.value}: {error.message}\n")
        return False
    return True


class Follower:
    """One cluster's operators."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory
        self._settings = settings.read(directory)
        self._definitions = settings.definitions(directory)
        self._ordered = FaultsFile(self._settings.faults, warn=sys.stderr.write)
        self._around = self._circumstances()
        self._memory = Memory()
        self._served: set[str] = set()
        self._leaving: set[str] = set()
        """Kinds to be taken back; decided once, and due until it is done or their operator is there again."""
        self._registered: tuple[Hooks, float] | None = None
        self._alone: tuple[frozenset[str], float] | None = None
        self._told = ""
        self._described: frozenset[str] = frozenset()
        """Namespaces with a catalog of osk's own of which it is said what is in it."""

    def settle(self) -> None:
        """Write what is different at every start, and look at what an earlier one has left."""
        if not installing.is_done(self._cluster):
            installing.everything(self._cluster, self._definitions)
        for body in _settled(self._settings):
            self._cluster.apply(body, manager=_MANAGER, force=True)
        self._served = {
            body["metadata"]["name"] for body in self._cluster.list(_CRDS).items if crds.is_served(body)
        }
        self._memory.served = {
            package.name for package in packages.PACKAGES if any(package.owns(crd) for crd in self._served)
        }
        if admission.is_registered(self._cluster):
            self._memory.hooks = Hooks.ANSWERING
            self._registered = (Hooks.ANSWERING, 0.0)

    def tick(self, now: float) -> None:
        """Look, also at what is to go wrong; decide, carry out."""
        if self._ordered.changed():
            self._around = self._circumstances()
        self._describe()
        self.carry_out(installed.decide(look(self._cluster), self._memory, now, self._around))

    def carry_out(self, orders: Orders) -> None:
        """Bring the cluster to what was decided; what fails is decided again at the next tick.

        Webhooks first: an object of a kind that is served must not get in without its defaults.
        """
        self._tell(self._memory.release)
        self._hook(orders.hooks)
        self._hook_alone(orders.alone)
        self._each(orders.serve - self._served, self._serve)
        there = [package for package in packages.PACKAGES if package.name in self._memory.served]
        due = self._leaving | orders.withdraw
        self._leaving = {name for name in due if not any(package.owns(name) for package in there)}
        self._each(self._leaving, self._withdraw)

    def _describe(self) -> None:
        """Say what is in the catalogs that osk has made, as OLM's package server does of every one."""
        sources = self._cluster.list(_CATALOGS).items
        there = {
            str(each["metadata"]["namespace"])
            for each in sources
            if each["metadata"]["name"] == packages.OPENSTACK_INDEX
            and not get(each, "metadata", "deletionTimestamp")
        }
        for namespace in there - self._described:
            for body in catalogs.package_manifests(packages.OPENSTACK_INDEX, namespace):
                self._cluster.apply(body, manager=_MANAGER, force=True)
        for namespace in self._described - there:
            for body in catalogs.package_manifests(packages.OPENSTACK_INDEX, namespace):
                self._cluster.delete(_PACKAGES, namespace, body["metadata"]["name"])
        self._described = frozenset(there)

    def _tell(self, release: str) -> None:
        """Tell the webhooks' program which release the operators are of."""
        if release and release != self._told:
            directories.replace(self._directory / RELEASE, release)
            self._told = release

    def _circumstances(self) -> Circumstances:
        ordered = self._ordered.faults.faults
        refused = (each.after for each in ordered if each.fault is Trouble.WEBHOOK_DOWN)
        return Circumstances(
            crds=frozenset(self._definitions.bodies),
            pace=self._settings.pace,
            late=tuple(_late(ordered, self._definitions)),
            refused=next(refused, None),
        )

    def _each(self, names: Iterable[str], change: Callable[[str], None]) -> None:
        with ThreadPoolExecutor(_PARALLEL) as pool:
            list(pool.map(change, sorted(names, key=_order)))

    def _serve(self, name: str) -> None:
        body = self._definitions.bodies[name]
        if not self._has_versions_of(name, body):
            self._cluster.create(body)
        self._served.add(name)

    def _withdraw(self, name: str) -> None:
        body = crds.unserved(self._definitions.bodies[name])
        self._served.discard(name)  # also where no answer tells whether it is
        live = self._cluster.get(_CRDS, "", name)
        if live is not None and get(live, "metadata", "deletionTimestamp"):
            return  # a change now makes its storage anew, and the API server may never finish the deletion
        self._has_versions_of(name, body)
        self._leaving.discard(name)

    def _has_versions_of(self, name: str, body: Body) -> bool:
        """Give what is there the versions of a body; False: it is not there."""
        try:
            self._cluster.merge(_CRDS, "", name, {"spec": {"versions": body["spec"]["versions"]}})
        except ClusterError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            return False
        return True

    def _hook(self, hooks: Hooks) -> None:
        if self._settings.webhooks is None:
            return
        written = self._directory / CONFIGURATIONS
        if hooks is Hooks.ABSENT:
            if self._registered is not None:
                admission.remove(self._cluster)
            self._registered = None
            return
        if not written.exists():
            return
        wanted = (hooks, written.stat().st_mtime)  # a new start of the program has a new certificate
        if wanted != self._registered:
            admission.register(self._cluster, written, answering=hooks is Hooks.ANSWERING)
            self._registered = wanted

    def _hook_alone(self, groups: frozenset[str]) -> None:
        """Register the webhooks of single operators; the first time, an earlier start's are replaced or removed."""
        written = self._directory / CONFIGURATIONS
        if self._settings.webhooks is None or not written.exists():
            return
        wanted = (groups, written.stat().st_mtime)
        if wanted != self._alone:
            admission.register_alone(self._cluster, written, groups)
            self._alone = wanted


def look(cluster: Cluster) -> Seen:
    """See what is installed."""
    subscribed = {str(get(body, "spec", "name")) for body in cluster.list(_SUBSCRIPTIONS).items}
    present, succeeded = set(), set()
    release = ""
    for body in cluster.list(_VERSIONS, labels=_NOT_COPIED).items:
        package = _package(body["metadata"]["name"])
        if package is not None:
            present.add(package)
            if get(body, "status", "phase") == "Succeeded":
                succeeded.add(package)
                if package == packages.OPENSTACK.name:
                    release = body["metadata"]["name"].removeprefix(packages.OPENSTACK.prefix)
    found = {resource: _objects(cluster, resource) for resource in _BRINGING}
    return Seen(
        subscribed=frozenset(subscribed),
        present=frozenset(present),
        succeeded=frozenset(succeeded),
        instances=frozenset((resource.group, resource.kind) for resource, bodies in found.items() if bodies),
        initialized=any(_is_ready(body) for body in found[_OPENSTACKS]),
        release=release,
    )


def _order(crd: str) -> tuple[bool, str]:
    """Put the kinds first that osk applies next; the others are needed once those are there."""
    return not crd.endswith(
        (".core.openstack.org", ".network.openstack.org", ".dataplane.openstack.org")
    ), crd


def _package(version: str) -> str | None:
    return next((each.name for each in packages.PACKAGES if version.startswith(each.prefix)), None)


def _objects(cluster: Cluster, resource: Resource) -> tuple[Body, ...]:
    try:
        return cluster.list(resource).items
    except ClusterError as error:
        if error.kind in {ErrorKind.NOT_FOUND, ErrorKind.NOT_SERVED}:
            return ()
        raise


def _is_ready(body: Body) -> bool:
    return (condition(body, "Ready") or {}).get("status") == "True"


def _settled(prepared: Settings) -> Iterator[Body]:
    marker = {
        "release": prepared.release or "",
        "version": __version__,
        "pace": prepared.pace.value,
        "replaced": " ".join(prepared.replaced),
    }
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": "kube-system", "name": "osk-rehearsal"},
        "data": marker,
    }
    for catalog, title in (
        (packages.REDHAT, "Red Hat Operators"),
        (packages.COMMUNITY, "Community Operators"),
    ):
        yield {
            "apiVersion": "operators.coreos.com/v1alpha1",
            "kind": "CatalogSource",
            "metadata": {"namespace": packages.MARKETPLACE, "name": catalog},
            "spec": {
                "sourceType": "grpc",
                "address": prepared.address(catalog),
                "displayName": title,
                "publisher": "osk rehearsal",
            },
        }
        yield from catalogs.package_manifests(catalog, packages.MARKETPLACE)


def _late(ordered: Iterable[Fault], definitions: Definitions) -> Iterator[Late]:
    for fault in ordered:
        for name, body in definitions.bodies.items():
            if fault.fault is Trouble.CRD_LATE and body["spec"]["names"]["kind"] == fault.kind:
                yield Late(name, fault.after)


def _watch_lifeline() -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    os._exit(0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OskError as failure:
        sys.exit(str(failure))
