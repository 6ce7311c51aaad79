"""One layer's phase: its ledger's steps in reverse, and with each what others made because of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import ObjectId, condition, get
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step, Timeout
from openstack_k8s_cli.teardown import belongings, identity, nodes, ordering, volumes
from openstack_k8s_cli.teardown.belongings import Children
from openstack_k8s_cli.teardown.deciding import Choices, Decided, decide
from openstack_k8s_cli.teardown.found import Found
from openstack_k8s_cli.teardown.keeping import Keep
from openstack_k8s_cli.teardown.plans import Fate, Line, Phase, Touch

_TIMEOUT = Timeout(stall=900.0, total=5400.0)
_CONFIRM = {"metadata": {"annotations": {"dataplane.openstack.org/confirm-delete": "true"}}}
_SUBSCRIPTION = ("operators.coreos.com", "Subscription")
_VOLUMES = frozenset({"PersistentVolume", "PersistentVolumeClaim"})
_LEFT_OVER = {
    Layer.DATAPLANE: lambda target: target.group == "dataplane.openstack.org",
    Layer.CONTROLPLANE: lambda target: target.group != "dataplane.openstack.org",
}
"""Which orphans a layer's phase takes along."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a phase is planned with."""

    found: Found
    clouds: frozenset[str]
    """Namespaces that clouds live in."""
    children: Children
    deployed: Mapping[str, AbstractSet[str]]
    """The deployment's edges, as far as they are known."""
    doomed: frozenset[str]
    """Namespaces that this teardown deletes."""
    choices: Choices


@dataclass(slots=True)
class _Draft:
    """A phase while it is being put together."""

    layer: Layer
    around: Surroundings
    steps: dict[str, Step] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    """Per step of the ledger: the last of the steps that undo it."""
    lines: list[Line] = field(default_factory=list)
    uids: dict[ObjectId, str] = field(default_factory=dict)
    known: frozenset[ObjectId] = frozenset()
    """Objects whose UID the ledger has."""

    def delete(
        self, step_id: str, targets: Iterable[ObjectId], after: Iterable[str] = (), component: str = ""
    ) -> None:
        """Add a step that deletes, or widen it."""
        present = self.steps.get(step_id)
        chosen = tuple(dict.fromkeys([*(present.deletes if present else ()), *targets]))
        if not chosen:
            return
        edges = frozenset(after) | (present.after if present else frozenset())
        self.steps[step_id] = Step(
            step_id,
            self.layer,
            component or step_id.rpartition("/")[0],
            Action.DELETE,
            after=edges,
            timeout=_TIMEOUT,
            deletes=chosen,
        )
        found = self.around.found
        self.uids |= {each: found.uid(each) for each in chosen if each not in self.known and found.uid(each)}

    def add(self, target: ObjectId, note: str) -> None:
        """Say more of an object that is deleted, on the line that it has."""
        for at, line in enumerate(self.lines):
            if line.object == target and line.fate is Fate.DELETED:
                self.lines[at] = replace(line, note=", ".join(filter(None, (line.note, note))))
                return
        self.say((target,), note)

    def say(self, targets: Iterable[ObjectId], note: str, fate: Fate = Fate.DELETED) -> None:
        """Add a line for each."""
        found = self.around.found
        for each in targets:
            volume = each.kind == "PersistentVolumeClaim"
            self.lines.append(Line(each, fate, note, belongings.size(found.get(each)) if volume else ""))


def phase(record: Record, around: Surroundings) -> Phase:
    """Plan one layer."""
    known = frozenset(entry.id for entry in record.entries if entry.uid)
    draft = _Draft(record.layer, around, known=known)
    decided = [
        decide(entry, around.found, around.choices) for entry in record.entries if not _is_wiping(entry)
    ]
    groups: dict[str, list[Decided]] = {}
    for each in decided:
        groups.setdefault(each.entry.step or f"{record.layer.value}/unnamed/main", []).append(each)
    edges = ordering.reversed_edges(tuple(groups), around.deployed)
    for step_id in ordering_of(groups, edges):
        _undo(draft, step_id, groups[step_id], edges[step_id])
    _with_strays(draft)
    if record.layer is Layer.CONTROLPLANE:
        _with_remains(draft)
    if record.layer is Layer.OPERATORS:
        _with_traces(draft, decided)
        _with_wiping(draft, decided, record.entries)
    _namespaces_last(draft)
    return Phase(
        record.layer,
        ordering.sort(draft.steps.values()),
        tuple(draft.lines),
        draft.uids,
        tuple(_touches(draft)),
        frozenset(each.entry.id for each in decided if each.forgotten),
    )


def _is_wiping(entry: Entry) -> bool:
    """Tell a Job of an earlier teardown that did not end."""
    return entry.step == f"operators/storage/{volumes.WIPE}"


def ordering_of(groups: Iterable[str], edges: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Order the ledger's steps as they are undone."""
    blanks = [Step(each, Layer.OPERATORS, "", Action.DELETE, after=frozenset(edges[each])) for each in groups]
    return [step.id for step in ordering.sort(blanks)]


def _undo(draft: _Draft, step_id: str, decided: list[Decided], before: AbstractSet[str]) -> None:
    after = frozenset(draft.ends[each] for each in before if each in draft.ends)
    going = [each for each in reversed(decided) if each.goes]
    draft.lines += [each.line for each in reversed(decided) if each.line]
    end = step_id
    manifests = tuple(_taken_down(draft, [each for each in going if _is_policy(each) and each.line]))
    if manifests:
        component = step_id.rpartition("/")[0]
        draft.steps[step_id] = Step(
            step_id, draft.layer, component, Action.APPLY, manifests, after=after, timeout=_TIMEOUT
        )
        after, end = frozenset({step_id}), f"{step_id}.delete"
    targets = [target for each in going for target in _with_belongings(draft, each)]
    spaces = [target for target in targets if target.kind == "Namespace"]
    others = [target for target in targets if target.kind != "Namespace"]
    draft.delete(end, others or spaces, after)
    if others and spaces:
        draft.delete(f"{step_id}.namespaces", spaces, {end})
    if end in draft.steps:
        draft.ends[step_id] = end


def _is_policy(each: Decided) -> bool:
    return each.is_ours and (each.entry.id.group, each.entry.id.kind) == nodes.POLICY


def _taken_down(draft: _Draft, policies: Iterable[Decided]) -> Iterator[Manifest]:
    found = draft.around.found
    states = {each: found.bodies[each] for each in found.of("nmstate.io", "NodeNetworkState")}
    for each in policies:
        target, body = each.entry.id, found.get(each.entry.id)
        if body is None:
            continue
        down, stay = nodes.removable(body, nodes.states_for(body, states))
        if down:
            draft.lines.append(Line(target, Fate.TAKEN_DOWN, f"interfaces {', '.join(down)}"))
            origin = Origin("teardown", 0)
            yield Manifest(target, body["apiVersion"], nodes.absent(body, down), "networks/nodes", origin)
        draft.lines += [Line(target, Fate.LEFT, f"interface {name}: {why}") for name, why in stay.items()]


def _with_belongings(draft: _Draft, each: Decided) -> Iterator[ObjectId]:
    """Give an object and, behind it, what was made because of it."""
    found, target = draft.around.found, each.entry.id
    subscription = each.is_ours and (target.group, target.kind) == _SUBSCRIPTION
    package = belongings.package_of(target, found)
    if subscription:
        hooks = tuple(belongings.webhooks(package, found))
        draft.say(hooks, "left by its operator")
        yield from hooks
    yield target
    made = draft.around.children.of.get(target, ()) if each.is_ours else ()
    if made:
        draft.add(target, f"and {some(len(made), 'object')} that operators made from it")
    yield from made
    if subscription:
        versions = tuple(belongings.installed(package, found))
        draft.say(versions, f"installed by {target}")
        yield from versions


def _with_strays(draft: _Draft) -> None:
    """Take along what operators made and no owner leads to; name what others made."""
    takes = _LEFT_OVER.get(draft.layer)
    if takes is None:
        return
    strays = [each for each in draft.around.children.orphans if takes(each)]
    if strays:
        last = [step.id for step in draft.steps.values() if _has_openstack(step)]
        step_id = f"{draft.layer.value}/leftovers/gone"
        draft.delete(step_id, strays, last)
        draft.say(strays, "made by an operator")
        held = ordering.before(last, draft.steps.values())
        for key, step in draft.steps.items():
            if key != step_id and key not in held and not _has_openstack(step):
                draft.steps[key] = replace(step, after=step.after | {step_id})
    strangers = [each for each in draft.around.children.strangers if takes(each)]
    for each in strangers:
        doomed = each.namespace in draft.around.doomed
        note = "not made by osk; it goes with its namespace" if doomed else "not made by osk"
        draft.say((each,), note, Fate.DELETED if doomed else Fate.LEFT)


def _has_openstack(step: Step) -> bool:
    return any(target.group.endswith(".openstack.org") for target in step.deletes)


def _with_remains(draft: _Draft) -> None:
    """Add volumes and certificates, which stay when the control plane goes."""
    around = draft.around
    before = [step.id for step in draft.steps.values() if _has_openstack(step)]
    issued = tuple(belongings.certificates(around.found, around.clouds, whole=around.doomed))
    draft.delete("controlplane/certificates/secrets", issued, before)
    draft.say(issued, "issued for the control plane")
    known = {each.id for record in around.choices.records for each in record.entries}
    kept = around.choices.keep is not Keep.NOTHING
    strangers = around.children.strangers
    claims = belongings.claims(around.found, around.clouds, whole=around.doomed, strangers=strangers)
    claimed = [each for each in claims if each not in known]
    keys = [each for each in identity.kept(around.found, around.clouds) if each not in known]
    if kept:
        draft.say([*claimed, *keys], f"`--keep {around.choices.keep.value}`", Fate.KEPT)
        return
    draft.delete("controlplane/identity/secrets", keys, before)
    draft.say(keys, "kept by an earlier teardown")
    draft.delete("controlplane/volumes/claims", claimed, before)
    draft.say(claimed, "made by a StatefulSet")


def _with_traces(draft: _Draft, decided: Iterable[Decided]) -> None:
    """Add what operators leave outside of their namespaces, and with `--crds` their kinds."""
    found = draft.around.found
    gone = [each.entry.id for each in decided if each.is_ours]
    packages = [
        belongings.package_of(each, found) for each in gone if (each.group, each.kind) == _SUBSCRIPTION
    ]
    before = [step.id for step in draft.steps.values() if any(t.kind == "Subscription" for t in step.deletes)]
    operands = [target for each in packages for target in belongings.operands(each, found)]
    spaces = [target for target in operands if target.kind == "Namespace"]
    draft.delete("operators/operands/gone", [each for each in operands if each not in spaces], before)
    draft.delete("operators/operands/namespaces", spaces, before)
    draft.say(operands, "made by its operator")
    if draft.around.choices.crds:
        kinds = tuple(belongings.definitions(packages, found))
        draft.delete("operators/kinds/crds", kinds, [*before, "operators/operands/gone"])
        draft.say(kinds, "`--crds`")
    traces = [target for each in packages for target in belongings.traces(each, found)]
    draft.delete("operators/traces/gone", traces, [*draft.steps])
    draft.say(traces, "left by OLM")


def _with_wiping(draft: _Draft, decided: Iterable[Decided], entries: Iterable[Entry]) -> None:
    """Empty the directories of local volumes, once nothing is on them and before what can do it goes."""
    jobs = [each.entry.id for each in decided if each.is_ours and each.entry.id.kind == "Job"]
    wanted = draft.around.choices.keep is Keep.NOTHING
    manifests = tuple(volumes.wiping(jobs, draft.around.found)) if wanted else ()
    earlier = [entry.id for entry in entries if _is_wiping(entry)]
    draft.delete("operators/storage/wiped", earlier, component="operators/storage")
    if not manifests:
        return
    step_id, ended = f"operators/storage/{volumes.WIPE}", "operators/storage/wiped"
    holders = [
        step.id
        for step in draft.steps.values()
        if any(t.kind in _VOLUMES for t in step.deletes) and not set(jobs) & set(step.deletes)
    ]
    draft.steps[step_id] = Step(
        step_id,
        draft.layer,
        "operators/storage",
        Action.APPLY,
        manifests,
        after=frozenset(holders),
        timeout=_TIMEOUT,
    )
    draft.delete(ended, [each.id for each in manifests], [step_id], "operators/storage")
    for key, step in draft.steps.items():
        if any(target in jobs or target.kind == "Namespace" for target in step.deletes):
            draft.steps[key] = replace(step, after=step.after | {ended})
    draft.say([each.id for each in manifests], "empties the volumes' directories on a node")


def _namespaces_last(draft: _Draft) -> None:
    """Let namespaces go when all else has gone in its own order; then only what OLM keeps."""
    tail = "operators/traces/gone"
    spaces = [key for key, step in draft.steps.items() if _are_namespaces(step)]
    for key in spaces:
        others = [step for name, step in draft.steps.items() if name not in spaces and name != tail]
        draft.steps[key] = ordering.last(draft.steps[key], others)


def _are_namespaces(step: Step) -> bool:
    return bool(step.deletes) and all(target.kind == "Namespace" for target in step.deletes)


def _touches(draft: _Draft) -> Iterator[Touch]:
    """Confirm the end of data plane deployments that still run, as their webhook asks for it, and let go what osk holds."""
    if draft.layer is Layer.CONTROLPLANE:
        yield from _let_go(draft.around)
    for step in draft.steps.values():
        for target in step.deletes:
            body = draft.around.found.get(target)
            if target.kind == "OpenStackDataPlaneDeployment" and body is not None:
                ready = condition(body, "Ready")
                if get(ready or {}, "status") != "True":
                    yield Touch(target, dict(_CONFIRM))


def _let_go(around: Surroundings) -> Iterator[Touch]:
    """Take osk's own hold off what was to be made anew and never was."""
    for target, body in sorted(around.found.bodies.items()):
        held = get(body, "metadata", "finalizers") or ()
        if labels.HOLD in held and target.namespace in around.clouds:
            left = [each for each in held if each != labels.HOLD]
            yield Touch(target, {"metadata": {"finalizers": left}})
