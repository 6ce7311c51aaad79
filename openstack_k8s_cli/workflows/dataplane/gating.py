"""Before a deployment: hosts that are not fit are a refusal, hosts that cannot be reached from here are not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.checks import Checked, Group, groups
from openstack_k8s_cli.dataplane.limits import limited
from openstack_k8s_cli.dataplane.playing import Ansible
from openstack_k8s_cli.dataplane.wanted import EVERYWHERE
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import checking, keys
from openstack_k8s_cli.workflows.world import Target, World

_FEW = 10
"""Hosts that are named one by one."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look before a deployment came to."""

    checked: tuple[Checked, ...] = ()
    word: str = ""
    """Why hosts were not looked at, or not all; empty: there is nothing to say."""


def gate(world: World, target: Target, ansible: Ansible, *, begin: Callable[[int], None]) -> Looked:
    """Look at the hosts that a deployment is about to run on; `begin` hears how many. Raises OskError (exit 4)."""
    if not get(world.loaded.values, "dataplane", "check", "enabled"):
        return Looked()
    chosen = refusals.reading(lambda: _concerned(world, target))
    if not chosen.targets:
        return Looked()
    key = keys.given(world.loaded.values, world.secrets) or refusals.reading(
        lambda: keys.kept(world.cluster, world.namespace, chosen.secret)
    )
    why = _obstacle(world, chosen, ansible, has_key=key is not None)
    if why:
        return Looked(word=f"the hosts are not looked at: {why}")
    begin(len(chosen.targets))
    checked = checking.look(ansible, chosen, key)
    return Looked(checked, _judged(checked))


def _concerned(world: World, target: Target) -> checking.Hosts:
    """Find the hosts that deployments of the target will run on."""
    _, full = planning.bearings(world)
    pending = due(planning.chosen(full, target), world.cluster)
    found = checking.hosts(full, world.loaded.values, world.cluster) if pending else checking.Hosts(())
    kept = within({each.host: each.nodeset for each in found.targets}, full, pending)
    return replace(found, targets=tuple(each for each in found.targets if each.host in kept))


def _obstacle(world: World, found: checking.Hosts, ansible: Ansible, *, has_key: bool) -> str:
    """Say why hosts cannot be looked at, where that is no reason not to deploy."""
    if world.loaded.values["platform"]["provider"] == "rehearsal":
        return "a rehearsal has none"
    if not has_key:
        return f"their key, Secret {found.secret}, is not there yet"
    return "" if ansible.here else "Ansible is not installed beside osk"


def due(plan: Plan, cluster: Cluster) -> tuple[Manifest, ...]:
    """List the deployments of a plan that will run: those that have not ended well already."""
    if plan.notes and not any(plan.notes.values()):
        return ()  # the plan knows already
    resource = cluster.resource(kinds.GROUP, kinds.DEPLOYMENT)
    found = (each for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT)

    def is_done(each: Manifest) -> bool:
        live = cluster.get(resource, each.id.namespace, each.id.name) if resource else None
        return bool(get(live or {}, "status", "deployed"))

    return tuple(each for each in found if not is_done(each))


def within(hosts: Mapping[str, str], plan: Plan, pending: Iterable[Manifest]) -> set[str]:
    """Name the hosts, given with their node sets, that deployments run on: those of their node sets in their limits."""
    kept = set[str]()
    for each in _narrow(plan, pending):
        limit = str(get(each.body, "spec", "ansibleLimit") or "")
        for nodeset in get(each.body, "spec", "nodeSets") or ():
            own = [host for host, home in hosts.items() if home == nodeset]
            kept.update(limited(limit, nodeset, own))
    return kept


def _narrow(plan: Plan, pending: Iterable[Manifest]) -> Iterator[Manifest]:
    """Leave out deployments that only tell all hosts of others, which are no newer for it."""
    own = (each.body for each in plan.manifests if each.id.kind == kinds.SERVICE)
    everywhere = {each["metadata"]["name"] for each in own if get(each, "spec", "deployOnAllNodeSets")}
    for each in pending:
        services = get(each.body, "spec", "servicesOverride")
        if not services or {*services} - everywhere - {EVERYWHERE}:
            yield each


def _judged(checked: tuple[Checked, ...]) -> str:
    """Refuse hosts that are not fit; give a word about hosts that are out of reach from here."""
    if all(each.silent for each in checked):
        return (
            "no host answers from here; where they are reachable from the cluster only:"
            " `osk dataplane check --from-cluster`"
        )
    states = (State.FAILED, State.UNKNOWN) if any(each.silent for each in checked) else (State.FAILED,)
    troubles = [
        each for each in groups(checked, *states) if each.result.state is State.FAILED or each.check == "ssh"
    ]
    if troubles:
        raise OskError(*map(problem, troubles), exit_code=ExitCode.REFUSED)
    return ""


def problem(group: Group) -> Problem:
    """Put a trouble of some hosts into words."""
    advice: tuple[Any, ...] = (
        Advice(group.result.remedy or "See to it", group.result.command or None),
        Advice("Or deploy all the same", "osk deploy dataplane --skip-checks"),
    )
    return Problem(group.code, f"{group.check}: {group.result.detail}", listed(group.hosts), advice=advice)


def listed(hosts: tuple[str, ...]) -> str:
    """Name hosts, and count those that are too many to name."""
    return ("host " if len(hosts) == 1 else "hosts ") + several(hosts, _FEW)
