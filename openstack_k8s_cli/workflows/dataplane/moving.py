"""Hosts that go from one node set to another: they leave the one before the other takes them.

The webhook refuses a node set with a host that another one still has (openstack-operator, the node set's webhook).
Where the one is the profile's no more it is deleted first, which leaves its hosts as they are; but not bare metal,
whose machines would be deprovisioned with it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Patch, Step
from openstack_k8s_cli.plan.order import arrange, closure
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane.undeployed import hosts_of

_DELETING, _GIVING = "leaving", "giving"
_ARRANGED = frozenset({kinds.NODESET, kinds.DEPLOYMENT})
_PART = re.compile(r"(-nodes)?(-\d+)?$")
"""What is put behind a node set's name for its parts (`dataplane.shards`)."""


def ordered(plan: Plan, live: Mapping[str, Body], own: frozenset[str] = frozenset()) -> Plan:
    """Let node sets that take hosts come after those that give them; `own` are those there that the profile made."""
    moves = _Moves(plan, live, own)
    for taker, giver, hosts in _found(plan, live):
        moves.add(taker, giver, hosts)
    return moves.plan_after


def touches(step: Step) -> bool:
    """Tell a step that changes node sets or has Ansible run."""
    targets = (*(each.id for each in step.manifests), *step.deletes, *(each.id for each in step.patches))
    return any(each.kind in _ARRANGED for each in targets)


def deleted(plan: Plan) -> frozenset[str]:
    """Name the node sets that steps delete."""
    return frozenset(each.name for step in plan.steps for each in step.deletes if each.kind == kinds.NODESET)


def check(plan: Plan) -> None:
    """Refuse a plan that cannot or must not be run; raises OskError (exit 4)."""
    problems = tuple(dict.fromkeys(each for step in plan.steps for each in plan.refused.get(step.id, ())))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def _found(plan: Plan, live: Mapping[str, Body]) -> Iterator[tuple[str, str, list[str]]]:
    """Give the moves: who takes, who has it now, and the hosts."""
    there = {host: name for name, body in live.items() for host in hosts_of(body)}
    for manifest in plan.manifests:
        pairs: dict[str, list[str]] = {}
        for host in sorted(hosts_of(manifest.body)) if manifest.id.kind == kinds.NODESET else ():
            giver = there.get(host, manifest.id.name)
            if giver != manifest.id.name:
                pairs.setdefault(giver, []).append(host)
        yield from ((manifest.id.name, giver, hosts) for giver, hosts in pairs.items())


@dataclass(slots=True)
class _Moves:
    """The plan's steps, with what moves need besides."""

    plan: Plan
    live: Mapping[str, Body]
    own: frozenset[str]
    after: dict[str, frozenset[str]] = field(init=False)
    """What the steps come after by now."""
    homes: dict[str, str] = field(init=False)
    """The step of each node set."""
    new: dict[str, Step] = field(default_factory=dict)
    """Steps that let hosts go, by the step that each stands before."""
    gone: dict[str, str] = field(default_factory=dict)
    """By node set that is deleted or gives first, the step that does it."""
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    taking: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.after = {each.id: each.after for each in self.plan.steps}
        self.homes = {
            some.id.name: each.id
            for each in self.plan.steps
            for some in each.manifests
            if some.id.kind == kinds.NODESET
        }

    def add(self, taker: str, giver: str, hosts: list[str]) -> None:
        """Let a node set have hosts of another."""
        step, body = self.homes[taker], self.live[giver]
        self.taking.add(taker)
        if not get(body, "spec", "preProvisioned"):
            self._refuse(step, _wiped(taker, giver, hosts, self._size(taker, giver)))
        elif giver in self.homes:
            self._in_turn(step, taker, giver, hosts)
        elif giver in self.own:
            self.after[step] |= {self._deletion(step, giver)}
            said = f"{giver}, which the profile has no more, is deleted first: {taker} takes {several(hosts)}; the hosts stay as they are"
            self._say(self.gone[giver], said)
        else:
            self._refuse(step, _foreign(taker, body, hosts))

    def _size(self, taker: str, giver: str) -> int:
        """Give the size of shards under which no host moves, where both are parts of one node set; 0: they are not."""
        whole = _whole(giver)
        planned = {each.id.name: each.body for each in self.plan.manifests if each.id.kind == kinds.NODESET}
        if _whole(taker) != whole or whole not in {*planned, *self.live}:
            return 0
        there, wanted = (
            [hosts_of(body) for name, body in found.items() if _whole(name) == whole]
            for found in (self.live, planned)
        )
        return max(map(len, there)) if len(there) > 1 else len(frozenset[str]().union(*wanted))

    def _in_turn(self, step: str, taker: str, giver: str, hosts: list[str]) -> None:
        """Let the giver come first; where it waits for the taker itself, it lets these hosts go before anything else."""
        home = self.homes[giver]
        if step not in closure({home}, self.after):
            self.after[step] |= {home}
            return
        patch = self._giving(home, giver)
        self.after[step] |= {patch}
        self._say(patch, f"{giver} lets go of {several(hosts)} first, which {taker} takes")

    def _deletion(self, step: str, giver: str) -> str:
        if giver not in self.gone:
            name = self._insert(step, _DELETING, Action.DELETE)
            self.new[name] = replace(
                self.new[name], deletes=(*self.new[name].deletes, id_of(self.live[giver]))
            )
            self.gone[giver] = name
        return self.gone[giver]

    def _giving(self, home: str, giver: str) -> str:
        if giver not in self.gone:
            name = self._insert(home, _GIVING, Action.PATCH)
            self.after[home] |= {name}
            target = id_of(self.live[giver])
            [wanted] = [each for each in self.plan.manifests if each.id == target]
            kept = hosts_of(wanted.body)
            nodes = {
                key: None
                for key, node in self.live[giver]["spec"]["nodes"].items()
                if not hosts_of({"spec": {"nodes": {key: node}}}) & kept
            }
            patch = Patch(target, {"spec": {"nodes": nodes}})
            self.new[name] = replace(self.new[name], patches=(patch,), gates=(Gate(target),))
            self.gone[giver] = name
        return self.gone[giver]

    def _insert(self, step: str, word: str, action: Action) -> str:
        """Have a step before another one, as part of the same component."""
        like = next(each for each in self.plan.steps if each.id == step)
        name = f"{like.component}/{word}"
        if name not in self.new:
            self.new[name] = Step(name, Layer.DATAPLANE, like.component, action, timeout=like.timeout)
            self.after[name] = like.after
        return name

    def _say(self, step: str, said: str) -> None:
        self.notes[step] = (*self.notes.get(step, ()), said)

    def _refuse(self, step: str, problem: Problem) -> None:
        self.refused[step] = (*self.refused.get(step, ()), problem)

    @property
    def plan_after(self) -> Plan:
        """The plan with all of it."""
        steps = [replace(each, after=self.after[each.id]) for each in (*self.new.values(), *self.plan.steps)]
        edges = {each.id: each.after & self.after.keys() for each in steps}
        return replace(
            self.plan,
            steps=arrange(steps, edges),
            notes={**self.notes, **self.plan.notes},
            refused={**self.plan.refused, **self.refused},
            uids={**self.plan.uids, **self._uids},
            taking=frozenset(
                each.id
                for each in self.plan.manifests
                if each.id.kind == kinds.NODESET and each.id.name in self.taking
            ),
        )

    @property
    def _uids(self) -> dict[ObjectId, str]:
        going = (self.live[name] for name in self.gone if name not in self.homes)
        return {id_of(each): str(each["metadata"].get("uid") or "") for each in going}


def _whole(nodeset: str) -> str:
    """Give the name of the node set that one may be a part of."""
    return _PART.sub("", nodeset)


def _wiped(taker: str, giver: str, hosts: list[str], size: int) -> Problem:
    words = " ".join(hosts)
    same = Advice(f"Leave the hosts in the node set {giver}: give it this name")
    shards = (
        Advice(
            "New hosts stand behind the others in `nodes`, and one that leaves stays there and is named in `absent`:"
            " then no other moves"
        ),
        Advice("Or have parts as large as they were", f"osk profile set dataplane.shards.size {size}"),
    )
    return Problem(
        "OSK1335",
        f"{taker} would take {several(hosts)} from {giver}, which is of bare metal: the machines would be deprovisioned",
        giver,
        "A machine is set free, and what is on it is lost, when its host leaves its node set or that is deleted.",
        (
            *(shards if size else (same,)),
            Advice(
                f"Or have them made anew: take them out, then have them in {taker}",
                f"osk hosts remove {words}",
            ),
        ),
    )


def _foreign(taker: str, body: Body, hosts: list[str]) -> Problem:
    meta = body["metadata"]
    return Problem(
        "OSK1336",
        f"{taker} would take {several(hosts)} from {meta['name']}, a node set that osk did not make for this profile",
        str(id_of(body)),
        "The cluster refuses a node set with hosts that another one has.",
        (
            Advice(
                "Delete it where it is wanted no more; its hosts stay as they are",
                f"oc delete -n {meta['namespace']} openstackdataplanenodeset {meta['name']}",
            ),
            Advice("Or leave these hosts out of the profile"),
        ),
    )
