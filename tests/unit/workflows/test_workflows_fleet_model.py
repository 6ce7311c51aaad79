"""Whatever was edited, killed or failed before: when nothing is left to run, each host has what is wanted now."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.labels import labelled
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.dataplane.wanted import digest
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Step
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.plan import building, choosing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import busy, deployments, forgetting, knowledge
from tests.unit.dataplane import deployed
from tests.unit.workflows.operating import DEPLOYMENT, EVERYWHERE, NODESET, Operator, content
from tests.unit.workflows.test_workflows_deployments import cluster

SERVICES = ("bootstrap", EVERYWHERE, "ovn", "nova", "telemetry")


@dataclass(slots=True)
class Profile:
    """What a user may edit."""

    hosts: dict[str, list[str]] = field(default_factory=lambda: {"one": ["a-0", "a-1"], "two": ["b-0"]})
    variables: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    """By node set, the service that it does not list."""
    snippet: int = 0
    name: str = "edpm"
    waves: bool = False
    option: int = 0
    """A variable of the deployments; 0: none."""

    def edit(self, random: Random) -> None:
        """Change something."""
        nodeset = random.choice(sorted(self.hosts))
        match random.randrange(15):
            case 0 | 1:
                self._come_or_go(nodeset, f"{nodeset[0]}-{random.randrange(4)}")
            case 2:
                self.variables[nodeset] = random.randrange(3)
            case 3:
                self.snippet = random.randrange(3)
            case 4:
                self.name = random.choice(("edpm", "edpm-other"))
            case 5:
                self.waves = not self.waves
            case 6:
                self.dropped[nodeset] = random.choice(("", "telemetry", "ovn"))
            case 7:
                self._move(nodeset, random.choice(sorted(self.hosts.keys() - {nodeset})))
            case 8:
                self.option = random.randrange(3)
            case 9 | 10 as number:
                self._new(comes=number == 9)
            case number:
                self._rearrange(number, nodeset, random.choice(sorted(self.hosts)))

    def _rearrange(self, number: int, nodeset: str, other: str) -> None:
        """Have node sets otherwise, with all their hosts."""
        match number:
            case 11:
                self._leave(nodeset)
            case 12:
                self._rename(nodeset)
            case 13:
                self._merge(nodeset, other)
            case _:
                self._swap(nodeset, other)

    def _new(self, *, comes: bool) -> None:
        if comes and not any("n-0" in some for some in self.hosts.values()):
            self.hosts.setdefault("new", ["n-0"])
        elif self.hosts.get("new") == ["n-0"] and len(self.hosts) > 2:
            self.hosts.pop("new")

    def _leave(self, nodeset: str) -> None:
        """Have a node set no more, with its hosts."""
        if len(self.hosts) > 2:
            del self.hosts[nodeset]

    def _rename(self, nodeset: str) -> None:
        """Have the same hosts under another name."""
        name = nodeset.removesuffix("-too") if nodeset.endswith("-too") else f"{nodeset}-too"
        if name not in self.hosts:
            self.hosts[name] = self.hosts.pop(nodeset)

    def _merge(self, nodeset: str, other: str) -> None:
        """Have a node set's hosts in another."""
        if nodeset != other and len(self.hosts) > 2:
            self.hosts[other] += self.hosts.pop(nodeset)

    def _swap(self, nodeset: str, other: str) -> None:
        """Have a host of each in the other."""
        if nodeset != other:
            one, two = self.hosts[nodeset], self.hosts[other]
            one[0], two[0] = two[0], one[0]

    def _come_or_go(self, nodeset: str, host: str) -> None:
        hosts = self.hosts[nodeset]
        if not any(host in some for some in self.hosts.values()):
            hosts.append(host)
        elif len(hosts) > 1 and host in hosts:
            hosts.remove(host)

    def _move(self, nodeset: str, other: str) -> None:
        if len(self.hosts[nodeset]) > 1:
            self.hosts[other].append(self.hosts[nodeset].pop())

    def services(self, nodeset: str) -> list[str]:
        """List the services of a node set."""
        return [each for each in SERVICES if each != self.dropped.get(nodeset)]

    def nodesets(self) -> Iterator[Body]:
        """Render the node sets."""
        for name, hosts in self.hosts.items():
            variables = {"v": self.variables.get(name, 0)}
            yield deployed.nodeset(name, hosts, services=self.services(name), variables=variables)

    def plan(self) -> Plan:
        """Render all of it."""
        maps = deployed.config_map("nova-extra-config", snippet=str(self.snippet))
        steps = [_step("dataplane/maps", "maps", maps)]
        steps += [
            _step(f"dataplane/nodesets[{each['metadata']['name']}]", "nodeset", each, after=steps[0])
            for each in self.nodesets()
        ]
        content = digest([self.hosts, self.variables, self.dropped, self.waves, self.option])
        own = {"ansibleExtraVars": {"o": self.option}} if self.option else {}
        if not self.waves:
            whole = deployed.deployment(f"{self.name}-{content}", *self.hosts, **own)
            steps.append(_step("dataplane/deployment", "deploy", whole, after=steps[-1]))
        for name in self.hosts if self.waves else ():
            some = [each for each in self.services(name) if each != EVERYWHERE]
            body = deployed.deployment(f"{self.name}-w-{name}-{content}", name, servicesOverride=some, **own)
            steps.append(_step(f"dataplane/passes[{name}]", "deploy", body, after=steps[-1]))
        if self.waves:
            name = f"{self.name}-everywhere-{content}"
            last = deployed.deployment(name, *self.hosts, servicesOverride=[EVERYWHERE], **own)
            steps.append(_step("dataplane/passes[everywhere]", "deploy", last, after=steps[-1]))
        return building.build(steps, profile="crc")


def _step(component: str, name: str, body: Body, *, after: Step | None = None) -> Step:
    [manifest] = deployed.manifests(body)
    before = frozenset({after.id}) if after else frozenset[str]()
    own = (replace(manifest, component=component),)
    return Step(f"{component}/{name}", Layer.DATAPLANE, component, Action.APPLY, own, after=before)


class KilledError(Exception):
    """The run ended in the middle."""


@dataclass(slots=True)
class Run:
    """One command after another over one cluster."""

    operator: Operator
    random: Random
    profile: Profile = field(default_factory=Profile)
    killing: float = 0.0
    lossless: bool = False
    """Whether no deployment goes on without hosts."""

    def left(self, asked: Asked | None = None) -> Plan:
        """Plan what is left to do."""
        return deployments.left(self.operator.cluster, self.profile.plan(), "openstack", asked or Asked())

    def deploy(self, asked: Asked | None = None, *, words: tuple[str, ...] = ()) -> None:
        """Run the plan as the engine does, until it is killed or something fails."""
        plan = choosing.select(self.left(asked), words)
        try:
            well = self._run(plan)
            if well and not words:
                self._prune(plan)
            self._write(plan)
            if well and self.lossless and not (words or asked):
                assert self.done
        except KilledError:
            return

    def begin(self) -> None:
        """Apply all of the plan, and be killed before anything of it has begun."""
        for step in self.left().steps:
            for each in step.manifests:
                self._apply(each, step.layer)

    def _write(self, plan: Plan, planned: list[str] | None = None) -> None:
        if any(plan.notes.values()):
            knowledge.write(self.operator.cluster, "crc", "openstack", planned=planned)

    def _perhaps_killed(self) -> None:
        if self.random.random() < self.killing:
            raise KilledError

    def _run(self, plan: Plan) -> bool:
        planned = [each.id.name for each in plan.manifests if each.id.kind == DEPLOYMENT]
        self._write(plan, planned)
        judge = busy.judged(readiness.judge, plan)
        for step in plan.steps:
            self._perhaps_killed()
            for gone in step.deletes:
                self.operator.delete(gone.kind, gone.name)
            for patch in step.patches:
                self.operator.patch(patch)
            for gate in step.gates:
                self._await(gate.target.name)
            if step.gates:
                self._write(plan, planned)
            if any(
                judge(each.target, self.operator.cluster.peek(each.target)).state is State.FAILED
                for each in step.gates
            ):
                return False
            made = [each for each in step.manifests if self._apply(each, step.layer)]
            came = [self._await(each.id.name) for each in made]
            if not all(came):
                return False
        return True

    def _apply(self, manifest: Manifest, layer: Layer) -> bool:
        self._perhaps_killed()
        body = labelled(manifest, profile="crc", layer=layer)
        if manifest.id.kind == "ConfigMap":
            self.operator.cluster.put(body)
        else:
            self.operator.put(body)
        return manifest.id.kind == DEPLOYMENT

    def _await(self, name: str) -> bool:
        while not self.operator.ended(name):
            self._perhaps_killed()
            self.operator.tick()
        return self.operator.ended(name) == "through"

    def _prune(self, plan: Plan) -> None:
        wanted = {(each.id.kind, each.id.name) for each in plan.manifests}
        for kind in (DEPLOYMENT, NODESET):
            for name in self.operator.all(kind):
                if (kind, name) not in wanted:
                    self._perhaps_killed()
                    self.operator.delete(kind, name)

    def remove(self) -> None:
        """Take a host out, as `osk hosts remove` does."""
        nodeset = self.random.choice(sorted(self.profile.hosts))
        if len(self.profile.hosts[nodeset]) > 1:
            host = self.profile.hosts[nodeset].pop()
            self.deploy()
            if (nodeset, host) not in self.operator.hosts:
                forgetting.forget(self.operator.cluster, "crc", "openstack", {host})

    def act(self) -> None:
        """Do something that users do."""
        hosts = [host for some in self.profile.hosts.values() for host in some]
        some = (self.random.choice(hosts),)
        match self.random.randrange(12):
            case 0 | 1 | 2 | 3:
                self.profile.edit(self.random)
            case 4 | 5 | 6:
                self.deploy()
            case 7:
                self.deploy(Asked(restart=True, limit=self.random.choice(((), some))))
            case 8:
                self.deploy(Asked(tags=("x",), limit=self.random.choice(((), some))))
            case 9:
                self.deploy(Asked(limit=some, services=self.random.choice(((), ("nova",), (EVERYWHERE,)))))
            case 10:
                self.deploy(words=("nodesets",))
            case _:
                self.remove()

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do, and nothing runs."""
        plan = self.left()
        names = [each.id.name for each in plan.manifests if each.id.kind == DEPLOYMENT]
        at_rest = all(work.end for work in self.operator.works.values())
        return at_rest and all(self.operator.ended(name) == "through" for name in names)

    def check(self) -> None:
        """Hold that each host has the present content of each service."""
        places = {(name, host) for name, hosts in self.profile.hosts.items() for host in hosts}
        option = {"o": self.profile.option} if self.profile.option else None
        read = {"snippet": str(self.profile.snippet)}, option
        for body in self.profile.nodesets():
            name = body["metadata"]["name"]
            for place, service in product(sorted(places), self.profile.services(name)):
                if place[0] == name:
                    brought = self.operator.hosts.get(place, {}).get(service)
                    wanted = content(service, place, places, body, read)
                    assert brought == wanted, (place, service)


@pytest.mark.parametrize(
    ("seed", "losing"), [*((seed, 0.03) for seed in (*range(6), 34, 36)), (0, 0), (1, 0)]
)
def test_each_host_has_what_is_wanted_when_nothing_is_left(seed: int, losing: float) -> None:
    """Random edits, commands, kills and failures; each time that nothing is left, and in the end when all goes well.

    And where no host is lost, nothing is left whenever a command for all of it ends well.
    """
    random = Random(seed)
    operator = Operator(cluster(), random, failing=0.03, losing=losing)
    run = Run(operator, random, killing=0.02, lossless=not losing)
    for _ in range(25):
        run.act()
        for _ in range(random.randrange(6)):
            operator.tick()
        if run.done:
            run.check()
    operator.failing = operator.losing = run.killing = 0.0
    runs = 0
    while not run.done:
        run.deploy()
        runs += 1
        assert runs < 4
    run.check()
