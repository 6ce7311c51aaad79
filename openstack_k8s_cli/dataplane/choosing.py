"""Which deployments bring what is wanted to the hosts that lack it: all, some of it, or none.

A deployment cannot be changed, one that failed for good is never looked at again, and one that ended well proves
nothing of other hosts (openstack-operator, the deployment's reconciler). So what is left to do is made a new one.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.dataplane import limits, noting, records, variants
from openstack_k8s_cli.dataplane.records import PURPOSE, Purpose, Record
from openstack_k8s_cli.dataplane.wanted import NodeSet, Wanted, digest
from openstack_k8s_cli.model.objects import Body

CERTIFICATES = "install-certs"
_CERTIFIED = frozenset({"ovn", "neutron-metadata", "libvirt", "telemetry", "telemetry-power-monitoring"})
"""Services of the operators that have certificates (openstack-operator, config/services)."""
_OURS = ("nodeSets", "servicesOverride", "ansibleLimit", "ansibleTags", "ansibleSkipTags", "ansibleExtraVars")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of Ansible."""

    limit: tuple[str, ...] = ()
    """What the command line says: hosts, node sets, patterns; for `choose` the short names of hosts."""
    services: tuple[str, ...] = ()
    own: Mapping[str, Sequence[str]] | None = None
    """By node set, which of the services a deployment runs there; None: those that it has there."""
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    extra_vars: Mapping[str, Any] = field(default_factory=dict)
    restart: bool = False
    """Run everything once more."""

    @property
    def anything(self) -> bool:
        """Whether the profile alone does not say what is to be done."""
        return bool(self.limit or self.services or self.partial)

    @property
    def partial(self) -> bool:
        """Whether Ansible is kept from doing all of what it would do."""
        return bool(self.tags or self.skip_tags or self.extra_vars)


@dataclass(frozen=True, slots=True)
class Choice:
    """Deployments to have, and why."""

    deployments: tuple[Body, ...]
    """For different node sets each, so that they may run at once; those that are there already are among them."""
    last: tuple[Body, ...] = ()
    """To run after all of them."""
    notes: tuple[str, ...] = ()
    """What will run where, a sentence each."""


_Parts = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""By node set: services and hosts."""


def choose(
    rendered: Body,
    wanted: Wanted,
    record: Record,
    live: Sequence[Body],
    asked: Asked | None = None,
    *,
    plain: str | None = None,
) -> Choice:
    """Choose for one rendered deployment; `live` are its and its predecessors' bodies, `record` is folded from them.

    `plain` is its name without a hash, where that is not all but its last word.
    """
    asked = asked or Asked()
    here = {each["metadata"]["name"]: each for each in live}
    left = _asked(wanted, asked) if asked.anything or asked.restart else _left(wanted, record)
    running = () if asked.restart or asked.partial else _running(wanted, live)
    left = _without(left, {each for body in running for each in _brings(body, wanted)}, wanted)
    if not left:
        kept = running or _proof(live)
        return Choice(tuple(_again(rendered, each) for each in kept), notes=tuple(noting.waits(running)))
    first, last = _apart(left, wanted, asked)
    base = plain or rendered["metadata"]["name"].rpartition("-")[0]
    naming = _Naming(rendered, base, here, fresh=asked.restart or asked.anything)
    made = [naming.made(parts, wanted, asked, whole=whole) for parts, whole in _grouped(first, wanted)]
    after = [naming.made(last, wanted, asked, whole=True)] if last else []
    notes = tuple(noting.notes([*made, *after], wanted, record))
    return Choice((*(_again(rendered, each) for each in running), *made), tuple(after), notes)


def _left(wanted: Wanted, record: Record) -> _Parts:
    """Find the services that hosts lack, or that would bring them something else now."""
    purpose = wanted.purpose
    found: _Parts = {}
    for nodeset in wanted.nodesets:
        done = record.get(nodeset.name, {})
        lacking = {
            host: some
            for host in nodeset.hosts
            if (some := tuple(_lacking(nodeset, host, done.get(host, {}), purpose)))
        }
        if lacking:
            services = {service for some in lacking.values() for service in some}
            own = [host for host, some in lacking.items() if set(some) - wanted.everywhere]
            found[nodeset.name] = (
                tuple(each for each in nodeset.services if each in services),
                tuple(own or lacking),
            )
    return found


def _lacking(nodeset: NodeSet, host: str, done: Mapping[str, str], purpose: Purpose) -> Iterator[str]:
    """List a host's services from the first that it lacks; one that only reads something else now goes alone."""
    behind, mixed = False, bool(purpose.variant) or variants.has_one(done)
    for service in nodeset.services:
        digest_now = purpose.digest(nodeset.name, host, service)
        key = purpose.key(service)
        undone = variants.foreign(done, key, purpose.beside, nodeset.name, host) if mixed else ()
        before = None if undone else done.get(key)
        alone = service in purpose.everywhere
        if before is None or before.partition(".")[0] != digest_now.partition(".")[0]:
            behind = behind or not alone
            yield service
        elif (behind and not alone) or before != digest_now:
            yield service


def _asked(wanted: Wanted, asked: Asked) -> _Parts:
    limit, found = frozenset(asked.limit), dict[str, tuple[tuple[str, ...], tuple[str, ...]]]()
    for nodeset in wanted.nodesets:
        hosts = tuple(host for host in nodeset.hosts if not limit or host in limit)
        if asked.own is not None:
            services = tuple(asked.own.get(nodeset.name, ()))
        elif asked.services:
            services = tuple(each for each in asked.services if each in nodeset.services)
        else:
            services = tuple(each for each in nodeset.services if not limit or each not in wanted.everywhere)
        if hosts and services:
            found[nodeset.name] = (services, hosts)
    return found


def _running(wanted: Wanted, live: Sequence[Body]) -> tuple[Body, ...]:
    """Find deployments that are still bringing some of what is wanted now."""
    at_work = (each for each in records.in_order(live) if records.is_running(each))
    return tuple(each for each in at_work if any(_brings(each, wanted)))


def _brings(deployment: Body, wanted: Wanted) -> Iterator[tuple[str, str, str]]:
    """List what a deployment brings as it is wanted now: node set, host and service.

    One that is for a part of what the services do, or for a node set that is wanted no more, counts for nothing.
    """
    purpose = records.purpose_of(deployment)
    now = {each.name: each for each in wanted.nodesets}
    if (
        purpose is None
        or purpose.partial
        or purpose.variant != wanted.variant
        or not purpose.shares.keys() <= now.keys()
    ):
        return
    same = {
        name: [host for host, known in share.hosts.items() if now[name].hosts.get(host) == known]
        for name, share in purpose.shares.items()
    }
    whole = wanted.purpose.everywhere
    today = wanted.narrowed({name: (tuple(purpose.shares[name].services), same[name]) for name in same})
    for name, share in purpose.shares.items():
        for host in same[name]:
            for service in share.services:
                now_wanted = whole.get(service) or today.digest(name, host, service)
                if purpose.digest(name, host, service) == now_wanted:
                    yield name, host, service


def _without(left: _Parts, brought: Collection[tuple[str, str, str]], wanted: Wanted) -> _Parts:
    """Leave out what running deployments do."""
    kept: _Parts = {}
    for name, (services, hosts) in left.items() if brought else ():
        lacking = {host: {each for each in services if (name, host, each) not in brought} for host in hosts}
        own = tuple(host for host, some in lacking.items() if some - wanted.everywhere)
        more = set().union(*lacking.values())
        if more:
            behind = [number for number, each in enumerate(services) if each in more - wanted.everywhere]
            after = services[behind[0] :] if behind else ()
            some = tuple(each for each in services if each in more or each in after)
            kept[name] = (some, own or tuple(host for host in hosts if lacking[host]))
    return kept if brought else left


def _apart(left: _Parts, wanted: Wanted, asked: Asked) -> tuple[_Parts, _Parts]:
    """Put off what runs everywhere unless everything runs: under a limit it would forget the other hosts.

    ssh-known-hosts writes a block with the hosts of its play only (edpm_ssh_known_hosts).
    """
    if asked.anything or _is_all(left, wanted):
        return left, {}
    everywhere = wanted.everywhere & {service for services, _ in left.values() for service in services}
    first = {
        name: (rest, hosts)
        for name, (services, hosts) in left.items()
        if (rest := tuple(each for each in services if each not in everywhere))
    }
    last = {
        each.name: (tuple(name for name in each.services if name in everywhere), tuple(each.hosts))
        for each in wanted.nodesets
        if everywhere & set(each.services)
    }
    return first, last


def _is_all(parts: _Parts, wanted: Wanted) -> bool:
    return len(parts) == len(wanted.nodesets) and all(
        parts[each.name] == (each.services, tuple(each.hosts)) for each in wanted.nodesets
    )


def _grouped(parts: _Parts, wanted: Wanted) -> list[tuple[_Parts, bool]]:
    """Put node sets that need the same services into one deployment; whole ones apart from limited ones, as many as fit."""
    if _is_all(parts, wanted):
        return [(parts, True)] if parts else []
    sizes = {each.name: len(each.hosts) for each in wanted.nodesets}
    groups: dict[tuple[tuple[str, ...], bool], _Parts] = {}
    for name, (services, hosts) in parts.items():
        key = (_certified(services, wanted, name), len(hosts) == sizes[name])
        groups.setdefault(key, {})[name] = (key[0], hosts)
    return [
        (dict(some), whole)
        for (_, whole), group in groups.items()
        for some in ([group.items()] if whole else limits.fitting(group.items(), _hosts_of))
    ]


def _hosts_of(part: tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[str, ...]:
    return part[1][1]


def _certified(services: tuple[str, ...], wanted: Wanted, name: str) -> tuple[str, ...]:
    """Add install-certs before services with certificates: only it puts them on the hosts."""
    nodeset = next(each for each in wanted.nodesets if each.name == name)
    if not nodeset.tls or CERTIFICATES in services or CERTIFICATES not in nodeset.services:
        return services
    return (CERTIFICATES, *services) if _CERTIFIED & set(services) else services


@dataclass(frozen=True, slots=True)
class _Naming:
    """Makes deployments under names that are free."""

    rendered: Body
    plain: str
    here: Mapping[str, Body]
    fresh: bool
    """Whether one that ended well is no reason to leave it at that."""

    def made(self, parts: _Parts, wanted: Wanted, asked: Asked, *, whole: bool) -> Body:
        purpose = replace(wanted.narrowed(parts), partial=asked.partial)
        own = self.rendered["spec"]
        spec = {key: value for key, value in own.items() if key not in ("nodeSets", "servicesOverride")}
        spec["nodeSets"] = list(parts)
        everything = whole and _is_all(parts, wanted)
        if not everything:
            spec["servicesOverride"] = list(next(iter(parts.values()))[0])
        elif "servicesOverride" in own:
            spec["servicesOverride"] = own["servicesOverride"]
        if not whole:
            spec["ansibleLimit"] = limits.joined(host for _, hosts in parts.values() for host in hosts)
        spec |= _options(own, asked)
        name = self._free(purpose, spec, rendered=everything and not asked.partial)
        meta = self.rendered["metadata"]
        notes = {**(meta.get("annotations") or {}), PURPOSE: purpose.written()}
        return {
            **self.rendered,
            "metadata": {**meta, "name": name, "annotations": notes},
            "spec": spec,
        }

    def _free(self, purpose: Purpose, spec: Mapping[str, Any], *, rendered: bool) -> str:
        hashed = f"{self.plain}-{digest([purpose.written(), dict(spec)])}"
        names = self._names(hashed, rendered=rendered)
        return next(name for name in names if self._serves(name, purpose, spec))

    def _names(self, hashed: str, *, rendered: bool) -> Iterator[str]:
        if rendered:
            yield self.rendered["metadata"]["name"]
        yield hashed
        yield from (f"{hashed}-r{number}" for number in itertools.count(2))

    def _serves(self, name: str, purpose: Purpose, spec: Mapping[str, Any]) -> bool:
        """Tell whether a name is free, or is that of a deployment which does just what is wanted."""
        there = self.here.get(name)
        if there is None:
            return True
        known = records.purpose_of(there)
        if known is None:
            return not self.fresh
        alike = all(there["spec"].get(key) == value for key, value in spec.items())
        return records.is_running(there) and known == purpose and alike


def _options(own: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if asked.tags:
        found["ansibleTags"] = ",".join(asked.tags)
    if asked.skip_tags:
        found["ansibleSkipTags"] = ",".join(asked.skip_tags)
    if asked.extra_vars:
        found["ansibleExtraVars"] = {**(own.get("ansibleExtraVars") or {}), **asked.extra_vars}
    return found


def _proof(live: Sequence[Body]) -> tuple[Body, ...]:
    """Keep the deployments that ended well: they show what the hosts have, and go when another follows."""
    return tuple(each for each in records.in_order(live) if records.is_through(each))


def _again(rendered: Body, there: Body) -> Body:
    """Give a deployment that is there as osk wrote it."""
    keys = {*rendered["spec"], *_OURS}
    spec = {key: value for key, value in there["spec"].items() if key in keys}
    meta: dict[str, Any] = {**rendered["metadata"], "name": there["metadata"]["name"]}
    written = (there["metadata"].get("annotations") or {}).get(PURPOSE)
    if written:
        meta["annotations"] = {**(meta.get("annotations") or {}), PURPOSE: written}
    return {**rendered, "metadata": meta, "spec": spec}
