"""Hosts that go from one node set to another: they leave the one before the other takes them.

The webhook refuses a node set with a host that another one still has (openstack-operator, the node set's webhook).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.plan.order import arrange, closure
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane.naming import NODESET
from openstack_k8s_cli.workflows.dataplane.undeployed import hosts_of

STILL = "still in the node set"
"""In each word on a host that a deployment cannot move: the webhook will refuse it."""


def ordered(plan: Plan, live: Mapping[str, Body]) -> Plan:
    """Let node sets that take hosts come after those that give them; what cannot be so is said."""
    there = {host: name for name, body in live.items() for host in hosts_of(body)}
    steps = {each.id: each for each in plan.steps}
    homes = {name: each.id for each in plan.steps for name in _nodesets(each)}
    notes = dict(plan.notes)
    for taker, giver, host in _moves(plan, there):
        before = {key: each.after for key, each in steps.items()}
        step = homes[taker]
        if giver not in homes:
            said = _left(live[giver], giver, host)
        elif step in closure({homes[giver]}, before):
            said = f"{host} comes from {giver}, which itself takes hosts of {taker}: move the hosts of one of them in a run of their own"
        else:
            steps[step] = replace(steps[step], after=steps[step].after | {homes[giver]})
            continue
        notes[step] = (*notes.get(step, ()), said)
    edges = {key: each.after & steps.keys() for key, each in steps.items()}
    return replace(plan, steps=arrange([*steps.values()], edges), notes=notes)


def _moves(plan: Plan, there: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Give the moves: who takes, who has it now, and a host; one of each pair."""
    seen: set[tuple[str, str]] = set()
    for manifest in plan.manifests:
        for host in sorted(hosts_of(manifest.body)) if manifest.id.kind == NODESET else ():
            pair = (manifest.id.name, there.get(host, manifest.id.name))
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield (*pair, host)


def _left(body: Body, giver: str, host: str) -> str:
    """Say how a host gets free of a node set that the profile has no more: deleting a bare metal one wipes its machines."""
    there = f"{host} is {STILL} {giver}, which the profile has no more: "
    if not get(body, "spec", "preProvisioned"):
        return f"{there}its machines would be deprovisioned with it; leave them in a node set of that name"
    namespace = body["metadata"]["namespace"]
    return f"{there}delete that first, hosts stay as they are: `oc delete -n {namespace} openstackdataplanenodeset {giver}`"


def _nodesets(step: Step) -> list[str]:
    return [each.id.name for each in step.manifests if each.id.kind == NODESET]
