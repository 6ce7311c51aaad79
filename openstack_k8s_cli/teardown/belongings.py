"""What others made on osk's behalf, found by owner and by a table for each kind. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from openstack_k8s_cli.model.objects import Body, ObjectId, get, group_of
from openstack_k8s_cli.teardown.found import OPENSTACK, Found

_OLM = "operators.coreos.com"
_LABEL = 63
"""Characters of a label's name at most."""
_CLAIM_NAMES = re.compile(
    r"^(?:mysql-db-.+-galera-\d+|persistence-.+-server-\d+|.+-etc-ovn-ovsdbserver-(?:nb|sb)-\d+"
    r"|swift-swift-storage-\d+|glance-.+-(?:api|internal|external|edge|single)-\d+|var-lib-ironic-.+-\d+)$"
)
"""Claims of the operators' StatefulSets, which may be gone already."""
_UNOWNED = frozenset(
    {
        ("core.openstack.org", "OpenStackVersion"),
        ("dataplane.openstack.org", "OpenStackDataPlaneService"),
        ("network.openstack.org", "IPSet"),
        ("network.openstack.org", "Reservation"),
        ("network.openstack.org", "DNSData"),
        ("mariadb.openstack.org", "MariaDBAccount"),
        ("mariadb.openstack.org", "MariaDBDatabase"),
    }
)
"""Kinds that operators make without an owner, and people too."""
_OPERATORS = re.compile(r"^(?:manager|operators?|.+-operator)$")
"""Field managers of operators: their programs' names, and that of the rehearsal's simulators."""
_AUTHORITIES = re.compile(r"^(?:rootca-.+|combined-ca-bundle)$")
_ISSUED = "cert-manager.io/certificate-name"
_ISSUER = "cert-manager.io/issuer-name"
_OPERANDS: Mapping[str, tuple[ObjectId, ...]] = {
    "openshift-cert-manager-operator": (
        ObjectId("operator.openshift.io", "CertManager", "", "cluster"),
        ObjectId("", "Namespace", "", "cert-manager"),
    ),
}
"""What an operator makes of itself outside of its own namespace, by package."""
GROUPS = frozenset(
    f"{word}.openstack.org"
    for word in (
        "backup",
        "barbican",
        "baremetal",
        "cinder",
        "client",
        "core",
        "cyborg",
        "dataplane",
        "designate",
        "glance",
        "heat",
        "horizon",
        "instanceha",
        "ironic",
        "keystone",
        "manila",
        "mariadb",
        "memcached",
        "network",
        "neutron",
        "nova",
        "octavia",
        "operator",
        "ovn",
        "placement",
        "rabbitmq",
        "redis",
        "swift",
        "telemetry",
        "test",
        "topology",
        "watcher",
    )
)
"""Groups of the kinds that the OpenStack operator brings and no one else."""


@dataclass(frozen=True, slots=True)
class Children:
    """OpenStack's own objects in the clouds' namespaces, by the ledger's object that they came of."""

    of: Mapping[ObjectId, tuple[ObjectId, ...]]
    orphans: tuple[ObjectId, ...]
    """Made by operators, and their owner is gone or was never set."""
    strangers: tuple[ObjectId, ...]
    """Made by someone else."""


def children(found: Found, clouds: Iterable[str], known: Iterable[ObjectId]) -> Children:
    """Follow owners up to the ledger's objects."""
    roots = set(known)
    by_uid = {found.uid(target): target for target in found.bodies}
    of: dict[ObjectId, list[ObjectId]] = {}
    orphans: list[ObjectId] = []
    strangers: list[ObjectId] = []
    for target in sorted(found.openstack(clouds)):
        if target in roots:
            continue
        root = _root(target, found, by_uid)
        if root in roots:
            of.setdefault(root, []).append(target)
        elif _is_operators(found.bodies[root]) or _made_by_operator(root, found.bodies[root]):
            orphans.append(target)
        else:
            strangers.append(target)
    return Children({root: tuple(made) for root, made in of.items()}, tuple(orphans), tuple(strangers))


def _root(target: ObjectId, found: Found, by_uid: Mapping[str, ObjectId]) -> ObjectId:
    seen = {target}
    while True:
        owner = next(
            (by_uid[uid] for uid in _owners(found.bodies[target]) if uid in by_uid),
            None,
        )
        if owner is None or owner in seen:
            return target
        seen.add(owner)
        target = owner


def _is_operators(body: Body) -> bool:
    """Say whether an object's owners are OpenStack's, and gone: all of those were looked at."""
    references = get(body, "metadata", "ownerReferences") or ()
    groups = [group_of(str(each.get("apiVersion"))) for each in references]
    return bool(groups) and all(group.endswith(OPENSTACK) for group in groups)


def _made_by_operator(target: ObjectId, body: Body) -> bool:
    """Tell of an object without an owner whether an operator wrote its spec: the server knows each field's writer."""
    if (target.group, target.kind) not in _UNOWNED or _owners(body):
        return False
    entries = [each for each in get(body, "metadata", "managedFields") or () if not each.get("subresource")]
    writers = [each for each in entries if "f:spec" in (each.get("fieldsV1") or {})] or entries
    return any(_OPERATORS.match(str(each.get("manager"))) for each in writers)


def _owners(body: Body) -> list[str]:
    references = get(body, "metadata", "ownerReferences") or ()
    controlling = [each for each in references if each.get("controller")]
    return [str(each["uid"]) for each in (controlling or references)]


def claims(
    found: Found, clouds: Iterable[str], *, whole: Iterable[str], strangers: Collection[ObjectId] = ()
) -> Iterator[ObjectId]:
    """Find the claims that OpenStack's StatefulSets left; in a namespace that goes too (`whole`), every claim.

    Those of StatefulSets that an operator made for someone else's object (of `strangers`) are someone else's.
    """
    own, spaces = set(whole), set(clouds)
    sets = tuple(found.of("apps", "StatefulSet", spaces))
    by_uid = {found.uid(target): target for target in found.bodies}
    roots = {each: _root(each, found, by_uid) for each in sets}
    ours = [each for each, root in roots.items() if root not in strangers and _is_openstack(root, found)]
    openstack = set(_claimed(found, ours))
    any_set = set(_claimed(found, sets))
    for target in sorted(found.of("", "PersistentVolumeClaim", spaces)):
        of_set = (target.namespace, target.name.rstrip("0123456789"))
        gone = of_set not in any_set and not _owners(found.bodies[target])
        if target.namespace in own or of_set in openstack or (gone and _CLAIM_NAMES.match(target.name)):
            yield target


def _claimed(found: Found, sets: Iterable[ObjectId]) -> Iterator[tuple[str, str]]:
    """Give namespace and name, but for the number, of the claims that StatefulSets make."""
    for target in sets:
        for template in get(found.bodies[target], "spec", "volumeClaimTemplates") or ():
            yield target.namespace, f"{get(template, 'metadata', 'name')}-{target.name}-"


def _is_openstack(root: ObjectId, found: Found) -> bool:
    """Say whether an object is OpenStack's own, or had an owner that was."""
    return root.group.endswith(OPENSTACK) or _is_operators(found.bodies[root])


def size(body: Body | None) -> str:
    """Give a volume's size in Kubernetes' spelling."""
    for path in (
        ("status", "capacity", "storage"),
        ("spec", "capacity", "storage"),
        ("spec", "resources", "requests", "storage"),
    ):
        found = get(body or {}, *path)
        if found:
            return str(found)
    return ""


def certificates(found: Found, clouds: Iterable[str], *, whole: Iterable[str]) -> Iterator[ObjectId]:
    """Find the Secrets of issued certificates, which cert-manager leaves behind.

    In a namespace that is not osk's own (not in `whole`), only those that OpenStack's authorities issued.
    """
    own = set(whole)
    for target in sorted(found.of("", "Secret", clouds)):
        body = found.bodies[target]
        notes = get(body, "metadata", "annotations") or {}
        issued = notes.get(_ISSUED) and (
            target.namespace in own or str(notes.get(_ISSUER)).startswith("rootca-")
        )
        if issued or (_AUTHORITIES.match(target.name) and not _owners(body)):
            yield target


@dataclass(frozen=True, slots=True)
class Package:
    """What an operator's Subscription installed, also when the Subscription itself is gone already."""

    subscription: ObjectId
    names: frozenset[str]

    @property
    def labels(self) -> frozenset[str]:
        """Give the keys by which OLM marks what belongs to it."""
        space = self.subscription.namespace
        return frozenset(f"{_OLM}/{f'{name}.{space}'[:_LABEL]}" for name in self.names)


def package_of(subscription: ObjectId, found: Found) -> Package:
    """Name what a Subscription installs; OLM's own record remembers it longer."""
    name = get(found.get(subscription) or {}, "spec", "name")
    if name:
        return Package(subscription, frozenset({str(name)}))
    end = f".{subscription.namespace}"
    recorded = {each.name.removesuffix(end) for each in found.of(_OLM, "Operator") if each.name.endswith(end)}
    return Package(subscription, frozenset(recorded or {subscription.name}))


def installed(package: Package, found: Found) -> Iterator[ObjectId]:
    """Find the ClusterServiceVersions that a Subscription brought."""
    body = found.get(package.subscription)
    names = {get(body or {}, "status", key) for key in ("installedCSV", "currentCSV")} - {None, ""}
    for target in sorted(found.of(_OLM, "ClusterServiceVersion", {package.subscription.namespace})):
        labels = get(found.bodies[target], "metadata", "labels") or {}
        if "olm.copiedFrom" not in labels and (target.name in names or package.labels & labels.keys()):
            yield target


def traces(package: Package, found: Found) -> Iterator[ObjectId]:
    """Find what OLM keeps about an operator outside of its namespace."""
    space = package.subscription.namespace
    for name in sorted(package.names):
        operator = ObjectId(_OLM, "Operator", "", f"{name}.{space}")
        if found.get(operator) is not None:
            yield operator
    for target in sorted(found.of("rbac.authorization.k8s.io", "ClusterRole")):
        labels = get(found.bodies[target], "metadata", "labels") or {}
        if target.name.startswith("olm.og.") and labels.get("olm.owner.namespace") == space:
            yield target


def operands(package: Package, found: Found) -> Iterator[ObjectId]:
    """Find what an operator made of itself, when that is younger than its Subscription or, failing that, its namespace."""
    space = ObjectId("", "Namespace", "", package.subscription.namespace)
    since = _born(found.get(package.subscription)) or _born(found.get(space))
    for name in sorted(package.names):
        for target in _OPERANDS.get(name, ()):
            if since and _born(found.get(target)) >= since:
                yield target


def _born(body: Body | None) -> str:
    return str(get(body or {}, "metadata", "creationTimestamp") or "")


def webhooks(package: Package, found: Found) -> Iterator[ObjectId]:
    """Find webhook configurations that would refuse every write once their operator is gone."""
    if "openstack-operator" not in package.names:
        return
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for target in sorted(found.of("admissionregistration.k8s.io", kind)):
            labels = get(found.bodies[target], "metadata", "labels") or {}
            if labels.get("app.kubernetes.io/created-by") == "openstack-operator":
                yield target


def definitions(packages: Iterable[Package], found: Found) -> Iterator[ObjectId]:
    """Find the CRDs that operators brought: their versions', those that OLM marked, and OpenStack's.

    OpenStack's go by their group, as their operator makes most of them itself, but only with an operator of osk's.
    """
    ours = tuple(packages)
    versions = {version for package in ours for version in installed(package, found)}
    marks = frozenset(label for package in ours for label in package.labels)
    owned = {name for version in versions for name in _owned_kinds(found, version)}
    others = set(found.of(_OLM, "ClusterServiceVersion")) - versions
    served_by_others = {name for version in others for name in _owned_kinds(found, version)}
    brought = _MARK in owned or any("openstack-operator" in package.names for package in ours)
    whole = brought and _MARK not in served_by_others
    for target in sorted(found.of("apiextensions.k8s.io", "CustomResourceDefinition")):
        body = found.bodies[target]
        marked = marks & (get(body, "metadata", "labels") or {}).keys()
        openstack = whole and get(body, "spec", "group") in GROUPS
        if target.name not in served_by_others and (target.name in owned or marked or openstack):
            yield target


_MARK = "openstacks.operator.openstack.org"
"""The CRD that comes with the OpenStack operator itself."""


def _owned_kinds(found: Found, version: ObjectId) -> Iterator[str]:
    body = found.get(version) or {}
    if "olm.copiedFrom" in (get(body, "metadata", "labels") or {}):
        return
    for each in get(body, "spec", "customresourcedefinitions", "owned") or ():
        yield str(each.get("name"))
