"""What a command line asks of Ansible, held against the plan: hosts by their own names, each service where it belongs."""

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.dataplane import kinds, limits
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile.deploychecks import SHIPPED
from openstack_k8s_cli.workflows.dataplane import naming

Shares = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By deployment and node set, the services."""


def settled(asked: Asked, plan: Plan, values: Mapping[str, Any]) -> Asked:
    """Put hosts in the place of what `--limit` says; raises OskError for hosts and services that there are none of."""
    names = naming.of(plan, values)
    empty = [*_empty(names, plan)]
    if empty:
        raise OskError(*empty, exit_code=ExitCode.USAGE)
    if not (asked.limit or asked.services):
        return asked
    hosts = names.meant(asked.limit)
    meant = {names.hosts[host][0] for host in hosts} if asked.limit else {*names.nodesets}
    problems = [*_troubles(asked.services, plan, values, meant)]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return replace(asked, limit=hosts)


def _empty(names: naming.Names, plan: Plan) -> Iterator[Problem]:
    """Find limits of the profile's within which no host is; of deployments in turn only some may have hosts there."""
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for host, (nodeset, _) in names.hosts.items():
        hosts[nodeset].append(host)
    found: dict[str, bool] = {}
    for each in _bodies(plan, kinds.DEPLOYMENT):
        limit = str(get(each, "spec", "ansibleLimit") or "")
        own = get(each, "spec", "nodeSets") or ()
        fit = any(limits.limited(limit, name, hosts[name]) for name in own)
        found[limit] = found.get(limit, False) or fit
    for limit in (limit for limit, fit in found.items() if limit and not fit):
        summary = f"No host of the deployment is within its limit `{limit}`"
        advice = Advice("Ansible knows hosts by their short names, and node sets as groups", "osk hosts list")
        yield Problem("OSK1230", summary, "spec.ansibleLimit", None, (advice,))


def shares(services: Sequence[str], plan: Plan) -> Shares:
    """Say which deployment runs which of the services on which node set: the first that has it there, and no other.

    One that nobody lists, such as `reboot-os`, runs on all node sets.
    """
    nodesets = {each["metadata"]["name"]: _listed(each) for each in _bodies(plan, kinds.NODESET)}
    passes = {
        each["metadata"]["name"]: {
            name: get(each, "spec", "servicesOverride") or nodesets[name]
            for name in get(each, "spec", "nodeSets") or ()
            if name in nodesets
        }
        for each in _bodies(plan, kinds.DEPLOYMENT)
    }
    in_passes = {service for own in passes.values() for listed in own.values() for service in listed}
    in_nodesets = {service for listed in nodesets.values() for service in listed}

    def belongs(service: str, nodeset: str, own: Collection[str]) -> bool:
        if service in in_passes:
            return service in own
        return service in nodesets[nodeset] or service not in in_nodesets

    taken: set[tuple[str, str]] = set()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for deployment, own in passes.items():
        for nodeset, listed in own.items():
            mine = tuple(
                each
                for each in dict.fromkeys(services)
                if belongs(each, nodeset, listed) and (nodeset, each) not in taken
            )
            taken |= {(nodeset, each) for each in mine}
            found.setdefault(deployment, {})[nodeset] = mine
    return found


def _troubles(
    services: Sequence[str], plan: Plan, values: Mapping[str, Any], meant: set[str]
) -> Iterator[Problem]:
    known = _known(plan, values)
    strange = [each for each in services if each not in known]
    yield from (_unknown(each, known) for each in strange)
    homes: dict[str, list[str]] = {each: [] for each in services if each in known}
    for own in shares([*homes], plan).values():
        for nodeset, mine in own.items():
            for each in mine:
                homes[each].append(nodeset)
    yield from (_elsewhere(each, there) for each, there in homes.items() if there and not meant & {*there})


def _known(plan: Plan, values: Mapping[str, Any]) -> set[str]:
    listed = {each for body in _bodies(plan, kinds.NODESET) for each in _listed(body)}
    made = {str(each["metadata"]["name"]) for each in _bodies(plan, kinds.SERVICE)}
    return {*SHIPPED, *values["dataplane"]["ownServices"], *listed, *made}


def _listed(nodeset: Body) -> list[str]:
    return list(get(nodeset, "spec", "services") or ())


def _bodies(plan: Plan, kind: str) -> Iterator[Body]:
    return (each.body for each in plan.manifests if each.id.kind == kind)


def _unknown(name: str, known: Collection[str]) -> Problem:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f"Did you mean `{near[0]}`?" if near else "`dataplane.ownServices` takes one of your own"
    return Problem("OSK1234", f"There is no service `{name}` of hosts", "--services", None, (Advice(hint),))


def _elsewhere(name: str, nodesets: Sequence[str]) -> Problem:
    advice = (
        Advice(f"It belongs to {', '.join(nodesets)}"),
        Advice("Or add it to the node set", "osk profile explain dataplane.nodesets.NAME.services"),
    )
    return Problem("OSK1235", f"No host that is meant has the service `{name}`", "--limit", None, advice)
