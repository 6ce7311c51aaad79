"""What the cluster knows of the hosts: read from deployments and pods, and written down before those go."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.apply.records import CONFIG_MAP, NAMESPACE, is_missing, name_of
from openstack_k8s_cli.dataplane import kinds, records
from openstack_k8s_cli.dataplane.records import Record
from openstack_k8s_cli.dataplane.rounds import Open
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.workflows.dataplane import abandoned, summaries, unfinished
from openstack_k8s_cli.workflows.dataplane.abandoned import Abandoned

_WORD = "hosts"
_TRIES = 5
_SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cluster knows of the hosts."""

    record: Record
    """Folded with what the deployments came to."""
    stored: Record
    """As it was written last."""
    live: tuple[Body, ...] = ()
    """The deployments that are there."""
    nodesets: Mapping[str, Body] = field(default_factory=dict)
    """The node sets that are there."""
    abandoned: tuple[Abandoned, ...] = ()
    """Deployments that hold node sets and have failed for good."""
    version: str | None = None
    """Of the ConfigMap that has what was written."""
    seen: frozenset[str] = frozenset()
    """UIDs of deployments that what was written speaks of: it may speak of later ones, too, that are gone by now."""
    parted: bool = False
    """Whether deployments tell of hosts that have left their node sets."""
    unfinished: frozenset[ObjectId] = frozenset()
    """What commands of osk's own go on with."""
    rotations: tuple[str, ...] = ()
    """The Secrets whose new keys are not everywhere yet."""
    reboots: tuple[Open, ...] = ()
    """The rounds of reboots that are not through."""
    fleeting: bool = False
    """Whether some of it only pods tell, which may go at any time."""

    @property
    def unwritten(self) -> bool:
        """Whether deployments came to something that only they themselves tell."""
        return self.record != self.stored or not records.over(self.live) <= self.seen

    def speaks(self, planned: Collection[str] | None = None) -> bool:
        """Tell whether a record has to speak for the deployments that are there, before the `planned` ones are made.

        One alone stays as long as nothing follows it, and tells it all where nothing was ever written.
        """
        there = {each["metadata"]["name"] for each in self.live if records.says(each)}
        follows = set(planned) != there if planned is not None else len(there) > 1
        pressing = self.version or self.abandoned or self.parted or self.fleeting
        return self.unwritten and bool(pressing or follows)

    @property
    def hosts(self) -> frozenset[str]:
        """Name the hosts that something is known of, also those that have left their node sets."""
        purposes = (found for each in self.live if (found := records.purpose_of(each)))
        told = (host for each in purposes for share in each.shares.values() for host in share.hosts)
        return frozenset({*told, *(host for hosts in self.stored.values() for host in hosts)})


def read(cluster: Cluster, profile: str, namespace: str) -> Kept:
    """Read what is known of the hosts; raises ClusterError."""
    deployments = cluster.resource(kinds.GROUP, kinds.DEPLOYMENT)
    if deployments is None:
        return Kept({}, {})
    listed = cluster.list(deployments, namespace).items
    found = lookups.listed(cluster, kinds.GROUP, kinds.NODESET, namespace)
    body = cluster.get(CONFIG_MAP, NAMESPACE, name_of(profile, _WORD)) or {}
    data = get(body, "data") or {}
    stored, seen = records.decoded(data.get("hosts")), frozenset(data.get(_SEEN, "").split())
    live = tuple(summaries.completed(cluster, listed, found, namespace, seen=seen))
    nodesets = {each["metadata"]["name"]: each for each in found}
    told = records.folded(
        {name: hosts for name, hosts in stored.items() if _is_same(nodesets.get(name), data)},
        live,
        since={name: str(get(each, "metadata", "creationTimestamp")) for name, each in nodesets.items()},
        seen=seen,
    )
    record = records.only(told, {name: _hosts(each) for name, each in nodesets.items()})
    rotations = unfinished.rotations(cluster, profile)
    reboots = unfinished.reboots(live, found, profile)
    return Kept(
        record,
        stored,
        live=live,
        nodesets=nodesets,
        abandoned=abandoned.find(cluster, live, profile, namespace),
        version=get(body, "metadata", "resourceVersion"),
        seen=seen,
        parted=record != told,
        unfinished=unfinished.find(live, reboots, rotations),
        rotations=rotations,
        reboots=reboots,
        fleeting=bool(records.over(new for old, new in zip(listed, live, strict=True) if new is not old)),
    )


def _is_same(nodeset: Body | None, data: Mapping[str, str]) -> bool:
    """Tell a node set of which something is written: one made anew under its name has had nothing."""
    return nodeset is not None and data.get(_uid(nodeset["metadata"]["name"])) == get(
        nodeset, "metadata", "uid"
    )


def _hosts(nodeset: Body) -> frozenset[str]:
    """Give the short names of a node set's hosts."""
    nodes = get(nodeset, "spec", "nodes") or {}
    return frozenset(str(node.get("hostName") or name).partition(".")[0] for name, node in nodes.items())


def _uid(nodeset: str) -> str:
    """Name the key with the UID of a node set."""
    return f"uid.{nodeset}"


def write(
    cluster: Cluster, profile: str, namespace: str, *, planned: Collection[str] | None = None
) -> tuple[str, ...]:
    """Write down what deployments came to, where that is new; give a warning for each that left hosts behind.

    `planned` are those that are about to be there and no others.
    """
    try:
        kept = _written(cluster, profile, namespace, planned)
    except ClusterError as error:
        if is_missing(error):
            return ()
        return (
            f"what ran on the hosts could not be written down, the next run finds it out: {error.message}",
        )
    return tuple(_left_behind(kept.live))


def store(cluster: Cluster, kept: Kept, profile: str) -> None:
    """Write down what is known of the hosts as it stands; raises ClusterError."""
    cluster.apply(_body(kept, profile), force=True)


def _written(cluster: Cluster, profile: str, namespace: str, planned: Collection[str] | None) -> Kept:
    def once() -> Kept:
        kept = read(cluster, profile, namespace)
        if kept.speaks(planned):
            store(cluster, kept, profile)
        return kept

    return repeated(once)


def repeated(write: Callable[[], Kept]) -> Kept:
    """Write on top of what was read only: where another run wrote meanwhile, it knows of others, and both come again."""
    for attempt in itertools.count(1):
        try:
            return write()
        except ClusterError as error:
            if error.kind is not ErrorKind.CONFLICT or attempt == _TRIES:
                raise
    raise AssertionError


def _body(kept: Kept, profile: str) -> Body:
    labels = {MANAGED_BY: MANAGER, f"{PREFIX}profile": safe(profile)}
    meta = {"name": name_of(profile, _WORD), "namespace": NAMESPACE, "labels": labels}
    meta |= {"resourceVersion": kept.version} if kept.version else {}
    uids = {_uid(name): str(kept.nodesets[name]["metadata"].get("uid")) for name in kept.record}
    data = {"hosts": records.encoded(kept.record), _SEEN: " ".join(sorted(records.over(kept.live))), **uids}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _left_behind(live: Iterable[Body]) -> Iterator[str]:
    """Name hosts that a node set went on without (edpm_max_fail_percentage)."""
    for deployment in live:
        purpose = records.purpose_of(deployment)
        if purpose is None or not records.is_through(deployment):
            continue
        for nodeset, share in purpose.shares.items():
            for service in share.services:
                lost = sorted(records.failed_hosts(deployment, service, nodeset) & set(share.hosts))
                if lost:
                    yield f"{nodeset} went on without {', '.join(lost)}: {service} failed there; the next run brings it to them"
