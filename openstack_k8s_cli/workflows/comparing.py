"""What deploying would do with one object, by the rules that the engine has; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from openstack_k8s_cli.apply import adoption, claiming, labels, lookups, merging
from openstack_k8s_cli.apply.adoption import Standing
from openstack_k8s_cli.apply.changes import is_as_wanted
from openstack_k8s_cli.apply.ensure import absent_keys, following, plain
from openstack_k8s_cli.apply.hooks import Outputs, call_of, digest, is_done
from openstack_k8s_cli.apply.jobs import is_spent
from openstack_k8s_cli.apply.ledger import Record
from openstack_k8s_cli.apply.options import Options, SecretValues, named
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.hooks import Hook
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import AGAIN, Advice, OskError, Problem
from openstack_k8s_cli.model.steps import Manifest, Policy, Step
from openstack_k8s_cli.plan import difference
from openstack_k8s_cli.plan.difference import MASK, Difference
from openstack_k8s_cli.workflows import refusals

_NOT_YET = frozenset({ErrorKind.NOT_SERVED, ErrorKind.NAMESPACE_MISSING, ErrorKind.WEBHOOK_UNREACHABLE})
"""What an empty cluster answers about objects whose namespace, kind or webhook the plan itself brings."""


UNCHECKED = "not checked: "
"""Begins the note of an object that the API server cannot try yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the plan would do with one object."""

    step: str
    object: ObjectId
    change: Change
    differences: tuple[Difference, ...] = ()
    note: str = ""
    problem: Problem | None = None
    forbids: bool = False
    """Whether a deployment would not even begin because of the problem."""

    @property
    def untried(self) -> bool:
        """Whether the API server cannot try it yet."""
        return self.note.startswith(UNCHECKED)

    @property
    def unmarked(self) -> tuple[Difference, ...]:
        """Leave out the labels by which osk knows its objects."""
        return tuple(each for each in self.differences if not labels.is_mark(each.path))


@dataclass(frozen=True, slots=True)
class Comparing:
    """What all objects of a plan are compared with."""

    cluster: Cluster
    profile: str
    records: Sequence[Record]
    """The ledger's, of every cloud."""
    options: Options
    secrets: SecretValues
    taking: frozenset[ObjectId] = frozenset()
    """What is denied as long as earlier steps have not run."""

    def row(self, step: Step, manifest: Manifest) -> Row:
        """Read one object, and try what would be sent: two requests, a third where managers are in the way."""
        if step.hook is not None:
            return self._hook(step, step.hook, manifest)
        if step.uses:
            outputs = Outputs(self.cluster, self.profile)
            try:
                manifest = replace(manifest, body=outputs.filled(manifest.body))
            except KeyError:
                hooks = ", ".join(sorted(step.uses))
                live = lookups.find(self.cluster, manifest.id)
                word = Change.CREATED if live is None else Change.CONFIGURED
                return Row(step.id, manifest.id, word, note=f"when it is known what {hooks} gives")
        return self._object(step, manifest)

    def _hook(self, step: Step, hook: Hook, manifest: Manifest) -> Row:
        """Say whether a hook would run."""
        outputs = Outputs(self.cluster, self.profile)
        record = outputs.record(hook.name)
        if record is None:
            return Row(step.id, manifest.id, Change.CREATED, note=f"hook {hook.name} runs")
        try:
            inputs = digest(call_of(hook, self.secrets, outputs), self.cluster)
        except (KeyError, OskError):
            inputs = ""
        if inputs and is_done(record, inputs):
            return Row(step.id, manifest.id, Change.UNCHANGED, note=f"hook {hook.name} ran")
        note = f"hook {hook.name} runs again: what it depends on changed, or it did not end"
        return Row(step.id, manifest.id, Change.CONFIGURED, note=note)

    def _object(self, step: Step, manifest: Manifest) -> Row:
        live: Body | None = None
        try:
            if self._is_known(step, manifest):
                live = lookups.find(self.cluster, manifest.id)
            else:
                examined = adoption.examine(
                    manifest,
                    step.layer,
                    cluster=self.cluster,
                    profile=self.profile,
                    records=self.records,
                    options=self.options,
                )
                live = examined.live
                if examined.problem:
                    problem = examined.problem
                    return Row(
                        step.id, manifest.id, Change.SKIPPED, note="not osk's", problem=problem, forbids=True
                    )
                if examined.standing is Standing.USED and manifest.policy is Policy.APPLY:
                    return Row(step.id, manifest.id, Change.SKIPPED, note="used as it is")
                if examined.standing is Standing.PATCHED:
                    return _unmarked(self._compared(step, manifest, live))
            return self._compared(step, manifest, live)
        except ClusterError as error:
            if error.kind is ErrorKind.DENIED and manifest.id in self.taking:
                word = Change.CREATED if live is None else Change.CONFIGURED
                return Row(step.id, manifest.id, word, note="once other node sets have let go of its hosts")
            anew = named(manifest.id, self.options.recreate) or (
                live is not None and is_spent(manifest.id, live, "Complete", "Failed")
            )
            return _row_of(error, step, manifest, live, anew=anew, profile=self.profile)

    def _is_known(self, step: Step, manifest: Manifest) -> bool:
        """Tell whether the ledger says that osk may write this object."""
        entries = (
            record.by_id.get(manifest.id)
            for record in self.records
            if (record.profile, record.layer) == (self.profile, step.layer)
        )
        entry = next((each for each in entries if each is not None), None)
        return entry is not None and (entry.owned or entry.patched or manifest.policy is not Policy.APPLY)

    def _compared(self, step: Step, manifest: Manifest, live: Body | None) -> Row:
        match manifest.policy:
            case Policy.CREATE:
                return Row(step.id, manifest.id, Change.CREATED if live is None else Change.UNCHANGED)
            case Policy.ENSURE:
                return _ensured(step, manifest, live, self.secrets)
            case Policy.APPLY:
                if live is not None and get(live, "metadata", "deletionTimestamp"):
                    note = "the one that is there is being deleted"
                    return Row(step.id, manifest.id, Change.CREATED, note=note)
                tried, left = self._tried(manifest)
                changes = difference.differences(live, tried, applied=manifest.body)
                if live is not None and is_spent(manifest.id, live, "Failed"):
                    note = "it failed, and is made anew"
                    return Row(step.id, manifest.id, Change.CONFIGURED, changes, note)
                same = Change.SKIPPED if left else Change.UNCHANGED
                word = Change.CREATED if live is None else Change.CONFIGURED if changes else same
                return Row(step.id, manifest.id, word, changes, left)
            case _:
                assert_never(manifest.policy)

    def _tried(self, manifest: Manifest) -> tuple[Body, str]:
        """Apply without writing; by force where the engine would. Gives also what is left to others."""
        body, own = merging.parted(manifest.id, manifest.body)
        answer, said = claiming.applied(self.cluster, manifest.id, body, self.options, dry_run=True)
        return merging.over(manifest.id, answer.body, own, profile=self.profile), said


def _unmarked(row: Row) -> Row:
    """Take an object of the cluster's own that would only get osk's labels for one that does not change."""
    if row.change is Change.CONFIGURED and all(labels.is_mark(each.path) for each in row.differences):
        word = Change.SKIPPED if row.note else Change.UNCHANGED
        return replace(row, change=word, differences=(), note=row.note or "gets osk's labels")
    return row


def _ensured(step: Step, manifest: Manifest, live: Body | None, secrets: SecretValues) -> Row:
    if live is None:
        return Row(step.id, manifest.id, Change.CREATED)
    data = get(live, "data") or {}
    is_secret = (manifest.id.group, manifest.id.kind) == ("", "Secret")
    absent = absent_keys(manifest, data) if is_secret else ()
    lacking = following(manifest, plain(data) if is_secret else data, values=secrets)
    changes = tuple(
        Difference(f"data.{key}", MASK if key in data else None, MASK) for key in sorted({*absent, *lacking})
    )
    return Row(step.id, manifest.id, Change.CONFIGURED if changes else Change.UNCHANGED, changes)


def _row_of(
    error: ClusterError, step: Step, manifest: Manifest, live: Body | None, *, anew: bool, profile: str
) -> Row:
    if error.kind in _NOT_YET:
        word = Change.CREATED if live is None else Change.CONFIGURED
        return Row(step.id, manifest.id, word, note=f"{UNCHECKED}{error.kind.value}")
    if error.kind is ErrorKind.BUSY and live is not None:
        body = labels.labelled(manifest, profile=profile, layer=step.layer)
        word = Change.UNCHANGED if is_as_wanted(live, body) else Change.CONFIGURED
        return Row(step.id, manifest.id, word, note="when no deployment is at work with it any more")
    if error.kind is ErrorKind.IMMUTABLE and anew:
        return Row(step.id, manifest.id, Change.CONFIGURED, note="made anew")
    problem = refusals.problem(error, subject=str(manifest.id))
    if error.kind is ErrorKind.IMMUTABLE:
        problem = replace(problem, advice=(_recreation(manifest.id),))
    return Row(step.id, manifest.id, Change.SKIPPED, note=error.kind.value, problem=problem)


def _recreation(target: ObjectId) -> Advice:
    command = f"{AGAIN} --recreate {target.kind}/{target.name}"
    return Advice("Have it deleted and made anew, which loses what is in it", command)
