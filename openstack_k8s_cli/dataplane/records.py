"""Which services ran to their end on which hosts, and with what: the operator itself does not keep it.

A node set that is Ready has had some deployment, perhaps of one service on one host (openstack-operator, the node
set's reconciler). So each deployment that osk makes carries what it is for, as an annotation, and what became of it
is folded into a record in `osk-system`, before the next run decides and at the end of each.
"""

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from openstack_k8s_cli.apply.labels import is_ours
from openstack_k8s_cli.dataplane import jobs, variants
from openstack_k8s_cli.dataplane.limits import limited, short
from openstack_k8s_cli.dataplane.variants import Pass, plain
from openstack_k8s_cli.model.objects import Body, condition, get

PURPOSE = "osk.openstack.org/hosts"
"""The annotation of a deployment: what it is for."""

KEYS = "osk.openstack.org/keys"
"""The annotation of a deployment that brings new keys: their Secret's name."""

Record = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Node set → host → service → digest of what it brought there."""

Services = Mapping[str, Mapping[str, Iterable[str]]]
"""Node set → host → services."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a deployment is to do on one node set: every service on every host."""

    services: Mapping[str, str]
    """In order, with the digest of what each reads itself."""
    hosts: Mapping[str, str]
    """With the digest of what the inventory has of each."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a deployment is for."""

    shares: Mapping[str, Share]
    """By node set."""
    everywhere: Mapping[str, str] = field(default_factory=dict)
    """Services that run once over all node sets, with the digest of the hosts that they tell of."""

    variant: str = ""
    """What the profile's tags and variables of the deployment come to: a pass with others does something else."""
    partial: bool = False
    """Whether tags or variables of a command line kept Ansible from doing all of it: it proves nothing."""
    beside: tuple[Pass, ...] = ()
    """What other deployments of the profile do there with other tags or variables: that stays."""

    def key(self, service: str) -> str:
        """Name what the record has of a service."""
        return variants.key(service, self.variant)

    def digest(self, nodeset: str, host: str, service: str) -> str:
        """Give the digest of what a service brings to a host."""
        if service in self.everywhere:
            return self.everywhere[service]
        share = self.shares[nodeset]
        return f"{share.hosts[host]}.{share.services[service]}"

    def written(self) -> str:
        """Write it as the annotation; 5,000 hosts stay under the limit of 256 KiB."""
        return _packed(asdict(self))


def purpose_of(deployment: Body) -> Purpose | None:
    """Read the annotation; None: it was not osk that made it, or an osk that kept no record."""
    form = _unpacked(get(deployment, "metadata", "annotations", PURPOSE))
    if form is None:
        return None
    shares = {
        name: Share(each["services"], {short(host): known for host, known in each["hosts"].items()})
        for name, each in form["shares"].items()
    }
    beside = tuple(map(Pass.read, form.get("beside", ())))
    return Purpose(shares, form["everywhere"], form.get("variant", ""), form["partial"], beside)


def without(purpose: Purpose, hosts: Collection[str]) -> Purpose:
    """Leave hosts out of what a deployment is for, by their short names."""
    shares = {
        nodeset: replace(
            share,
            hosts={host: known for host, known in share.hosts.items() if host.partition(".")[0] not in hosts},
        )
        for nodeset, share in purpose.shares.items()
    }
    return replace(purpose, shares=shares)


def folded(
    record: Record,
    deployments: Iterable[Body],
    *,
    since: Mapping[str, str] | None = None,
    seen: Collection[str] = (),
) -> Record:
    """Add what deployments brought to their hosts, the oldest first; what one began and did not end is there no more.

    `since` has when each node set that is there was made, in RFC 3339: what was there before under its name is no more.
    `seen` has the UIDs of those that the record holds already: it may hold later ones, too, that are gone by now.
    """
    found = {name: {host: dict(done) for host, done in hosts.items()} for name, hosts in record.items()}
    for deployment in in_order(deployments):
        made = str(get(deployment, "metadata", "creationTimestamp"))
        if get(deployment, "metadata", "uid") in seen:
            continue
        undoing = _undoing(deployment, found)
        for nodeset, host, key, digest in _came_to(deployment, found):
            if since is None or (nodeset in since and since[nodeset] <= made):
                done = found.setdefault(nodeset, {}).setdefault(host, {})
                undone = variants.foreign(done, key, undoing.beside, nodeset, host) if undoing else ()
                for each in (key, *undone):
                    done.pop(each, None)
                done |= {key: digest} if digest else {}
    return found


def _undoing(deployment: Body, record: Record) -> Purpose | None:
    """Give what a deployment is for, where that may undo what others with other tags or variables brought."""
    purpose = purpose_of(deployment)
    if purpose is None:
        return None
    known = (done for hosts in record.values() for done in hosts.values())
    return purpose if purpose.variant or any(map(variants.has_one, known)) else None


def before(record: Record, working: Collection[Body]) -> Record:
    """Leave out what deployments that are at work have still to bring otherwise than it is there now."""
    if not working:
        return record
    found = {name: {host: dict(done) for host, done in hosts.items()} for name, hosts in record.items()}
    for deployment in in_order(working):
        undoing = _undoing(deployment, found)
        for nodeset, host, key, digest in _to_come(deployment):
            done = found.get(nodeset, {}).get(host, {})
            undone = variants.foreign(done, key, undoing.beside, nodeset, host) if undoing else ()
            for each in (*undone, *([key] if done.get(key) != digest else ())):
                done.pop(each, None)
    return found


def _to_come(deployment: Body) -> Iterator[tuple[str, str, str, str]]:
    """Give each service that has not ended, by node set, host and key, with the digest of what it is to bring."""
    purpose = purpose_of(deployment)
    if purpose is None or purpose.partial:
        return
    for nodeset, share in purpose.shares.items():
        for service in share.services:
            for host in share.hosts if not _ended(deployment, service, nodeset, purpose) else ():
                yield nodeset, host, purpose.key(service), purpose.digest(nodeset, host, service)


def spoiled(deployment: Body, hosts: Services) -> frozenset[tuple[str, str, str]]:
    """Give the services that a deployment which is over has left in the middle, by node set and host.

    `hosts` has those that node sets have.
    """
    came = _came_to(deployment, hosts) if not is_running(deployment) else ()
    return frozenset((nodeset, host, plain(key)) for nodeset, host, key, digest in came if not digest)


def _came_to(deployment: Body, hosts: Services) -> Iterator[tuple[str, str, str, str]]:
    """Give each service that began, by node set, host and key, with the digest of what it brought; empty: it failed there."""
    purpose = purpose_of(deployment)
    if purpose is None:
        yield from _of_others(deployment, hosts)
        return
    begun = (
        (nodeset, service, share, ended)
        for nodeset, share in purpose.shares.items()
        for service in share.services
        if (ended := _ended(deployment, service, nodeset, purpose)) is not None
    )
    for nodeset, service, share, ended in begun:
        lost = failed_hosts(deployment, service, nodeset) if ended else share.hosts.keys()
        for host in share.hosts:
            if host in lost:
                yield nodeset, host, purpose.key(service), ""
            elif not purpose.partial:
                yield nodeset, host, purpose.key(service), purpose.digest(nodeset, host, service)


def _of_others(deployment: Body, hosts: Services) -> Iterator[tuple[str, str, str, str]]:
    """Give what a deployment of others left in the middle, on all hosts that it was for: a play ends for all of them."""
    if not _failed_beside(deployment):
        return
    limit = str(get(deployment, "spec", "ansibleLimit") or "")
    for nodeset, shown in (get(deployment, "status", "nodeSetConditions") or {}).items():
        bad = {str(each.get("type")) for each in shown if each.get("status") != "True"}
        known = hosts.get(nodeset, {})
        for host in limited(limit, nodeset, tuple(known)):
            for service in tuple(known[host]):
                if jobs.condition_of(plain(service)) in bad:
                    yield nodeset, host, service, ""


def _failed_beside(deployment: Body) -> bool:
    """Tell one of others that failed for good; what osk runs by itself, such as a reboot, goes on by itself.

    New keys are brought by services of the hosts: where these failed, any run brings them.
    """
    by_itself = is_ours(deployment) and not get(deployment, "metadata", "annotations", KEYS)
    return not (says(deployment) or by_itself or is_running(deployment) or is_through(deployment))


def _ended(deployment: Body, service: str, nodeset: str, purpose: Purpose) -> bool | None:
    """Tell whether a service ended well; None: it was not begun.

    One that runs everywhere says so under the first node set that lists it.
    """
    shown: Mapping[str, Any] = get(deployment, "status", "nodeSetConditions") or {}
    wanted = jobs.condition_of(service)
    places = shown.values() if service in purpose.everywhere else [shown.get(nodeset) or ()]
    told = [each.get("status") for place in places for each in place if each.get("type") == wanted]
    return "True" in told if told else None


def taken_over(record: Record, purpose: Purpose, deployed: Iterable[str]) -> Record:
    """Add node sets that others deployed as they are wanted now; what is known already stays."""
    found = dict(record)
    for name in deployed:
        share = purpose.shares[name]
        found.setdefault(
            name,
            {
                host: {
                    purpose.key(service): purpose.digest(name, host, service) for service in share.services
                }
                for host in share.hosts
            },
        )
    return found


def failed_hosts(deployment: Body, service: str, nodeset: str) -> frozenset[str]:
    """Give the hosts that a service's Ansible failed on or did not reach, from the operator's summaries."""
    name = deployment["metadata"]["name"]
    summaries: Mapping[str, Any] = get(deployment, "status", "ansibleExecutionSummaries") or {}
    found = (summaries.get(jobs.name_of(service, name, each)) or {} for each in (nodeset, None))
    return frozenset(
        str(host)
        for each in found
        for key in ("failedHostList", "unreachableHostList")
        for host in each.get(key) or ()
    )


def is_given_up(deployment: Body, service: str, nodeset: str) -> bool:
    """Tell whether a service failed for good on a node set; which hosts it failed on is told elsewhere, if at all."""
    wanted = jobs.condition_of(service)
    shown = get(deployment, "status", "nodeSetConditions", nodeset) or ()
    reasons = {each.get("reason") for each in shown if each.get("type") == wanted}
    return not is_running(deployment) and bool(reasons & {"Error", "BackoffLimitExceeded"})


def over(deployments: Iterable[Body]) -> frozenset[str]:
    """Give the UIDs of those that come to nothing more, where they say what they are for or spoiled what was there."""
    told = (
        each["metadata"]
        for each in deployments
        if not is_running(each) and (says(each) or _failed_beside(each))
    )
    return frozenset(str(meta["uid"]) for meta in told if meta.get("uid"))


def says(deployment: Body) -> bool:
    """Tell whether a deployment says what it is for."""
    return bool(get(deployment, "metadata", "annotations", PURPOSE))


def only(record: Record, hosts: Mapping[str, Collection[str]]) -> Record:
    """Keep the hosts that node sets have, by their short names."""
    return {
        nodeset: {host: done for host, done in known.items() if host.partition(".")[0] in hosts[nodeset]}
        for nodeset, known in record.items()
        if nodeset in hosts
    }


def is_running(deployment: Body) -> bool:
    """Tell a deployment that may still do something: neither through nor failed for good."""
    ready = condition(deployment, "Ready") or {}
    return not is_through(deployment) and ready.get("reason") != "BackoffLimitExceeded"


def is_through(deployment: Body) -> bool:
    """Tell a deployment that ended well."""
    return bool(get(deployment, "status", "deployed"))


def in_order(deployments: Iterable[Body]) -> list[Body]:
    """Put deployments in the order in which they were made."""
    return sorted(deployments, key=lambda each: str(get(each, "metadata", "creationTimestamp")))


def encoded(record: Record) -> str:
    """Write a record as text: by host, each digest with the services that brought it, as bits."""
    services = sorted({name for hosts in record.values() for done in hosts.values() for name in done})
    bit = {name: 1 << number for number, name in enumerate(services)}
    form: dict[str, dict[str, dict[str, int]]] = {}
    for nodeset, hosts in record.items():
        for host, done in hosts.items():
            masks: defaultdict[str, int] = defaultdict(int)
            for service, digest in done.items():
                masks[digest] |= bit[service]
            form.setdefault(nodeset, {})[host] = dict(masks)
    return _packed({"services": services, "nodeSets": form})


def decoded(text: str | None) -> Record:
    """Read a record; one that cannot be read counts as empty: then all is run once more, and nothing is lost."""
    form = _unpacked(text) or {"services": [], "nodeSets": {}}
    return {
        nodeset: {
            short(host): {
                service: digest
                for digest, mask in masks.items()
                for number, service in enumerate(form["services"])
                if mask >> number & 1
            }
            for host, masks in hosts.items()
        }
        for nodeset, hosts in form["nodeSets"].items()
    }


def _packed(form: Any) -> str:
    text = json.dumps(form, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(text: Any) -> dict[str, Any] | None:
    try:
        form = json.loads(zlib.decompress(base64.b64decode(text)))
    except (ValueError, TypeError, zlib.error):
        return None
    return form if isinstance(form, dict) else None
