"""Does what the reducer asks for: one request, one input back."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import assert_never

from openstack_k8s_cli.apply import claiming, ensure, hooking, merging, schema
from openstack_k8s_cli.apply.changes import Mark, change_between, change_of, is_as_wanted
from openstack_k8s_cli.apply.hooks import Filling, Outputs, Runner, unknown
from openstack_k8s_cli.apply.jobs import is_spent
from openstack_k8s_cli.apply.labels import is_ours, labelled
from openstack_k8s_cli.apply.messages import (
    Adjust,
    Execute,
    Executed,
    Input,
    NotYet,
    Patched,
    Refused,
    Remove,
    Removed,
    RunHook,
    Write,
    Wrote,
)
from openstack_k8s_cli.apply.options import Options, SecretValues, named
from openstack_k8s_cli.apply.ports import Answer, Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Layer, Manifest, Policy, Step

Job = Write | Adjust | Execute | RunHook | Remove


@dataclass(frozen=True, slots=True)
class Tools:
    """What workers work with; everything in it may be used by several threads."""

    cluster: Cluster
    served: Served
    values: SecretValues
    options: Options
    profile: str
    steps: Mapping[str, Step]
    fence: Callable[[Layer], None]
    """Called before each write; raises when the lease is not surely held."""
    random: Random
    mark: Mark | None = None
    """None: an object is read before it is applied, to tell what changed."""
    uids: Mapping[ObjectId, str] = field(default_factory=dict)
    """As the ledger has them."""
    used: Mapping[ObjectId, Body] = field(default_factory=dict)
    """Objects that others made and osk uses as they are."""
    restored: Mapping[ObjectId, Body] = field(default_factory=dict)
    """Objects that are not deleted, because they were there before osk or other clouds have them too,
    with the merge patch that puts their earlier values back."""
    runner: Runner | None = None
    """Who runs hooks."""
    tell: Callable[[Input], None] = field(default=lambda _: None)
    """Says something while a job is still at work."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the run ends."""
    unconfirmed: frozenset[ObjectId] = frozenset()
    """Objects that a run announced in the ledger and then ended too early to note their UID."""


def perform(job: Job, tools: Tools) -> Input:
    """Do one job; whatever the cluster says to it comes back as an input."""
    try:
        match job:
            case Write():
                return _write(job, tools)
            case Adjust():
                return _adjust(job, tools)
            case Execute():
                return _execute(job, tools)
            case RunHook():
                return hooking.run(job, tools)
            case Remove():
                return _remove(job, tools)
            case _:
                assert_never(job)
    except (ClusterError, OskError, NotYet) as error:
        if isinstance(error, ClusterError) and error.kind is ErrorKind.NOT_SERVED:
            tools.served.refresh()
        return Refused(job.step, error, tools.random.random())


def _write(job: Write, tools: Tools) -> Wrote:
    manifest = job.manifest
    if manifest.id in tools.used:
        return Wrote(job.step, manifest.id, Change.SKIPPED, tools.used[manifest.id])
    layer = tools.steps[job.step].layer
    body = labelled(manifest, profile=tools.profile, layer=layer)
    values = tools.values
    if tools.steps[job.step].uses:
        outputs = Outputs(tools.cluster, tools.profile)
        body, values = _filled(job.step, body, outputs), Filling(tools.values, outputs)
    tools.fence(layer)
    try:
        answer, change = _by_policy(manifest, body, values, tools, again=tools.steps[job.step].again)
    except ClusterError as error:
        if error.kind is ErrorKind.IMMUTABLE:
            _make_way(manifest.id, tools)
        raise schema.explained(error, manifest.id, body, tools.cluster) from error
    if change is not Change.CREATED and is_spent(manifest.id, answer.body, "Failed"):
        _make_way(manifest.id, tools)
    return Wrote(job.step, manifest.id, change, answer.body, answer.warnings)


def _filled(step: str, body: Body, outputs: Outputs) -> Body:
    """Put what hooks gave in the place of its marks."""
    try:
        whole: Body = outputs.filled(body)
    except KeyError as error:
        raise unknown(step, error) from error
    return whole


def _by_policy(
    manifest: Manifest, body: Body, values: SecretValues, tools: Tools, *, again: bool
) -> tuple[Answer, Change]:
    match manifest.policy:
        case Policy.APPLY:
            return _apply(manifest.id, body, tools, again=again)
        case Policy.ENSURE:
            resource = _resource(manifest.id, tools)
            return ensure.ensure(manifest, body, cluster=tools.cluster, resource=resource, values=values)
        case Policy.CREATE:
            return _create(manifest.id, body, tools)
        case _:
            assert_never(manifest.policy)


def _apply(target: ObjectId, body: Body, tools: Tools, *, again: bool) -> tuple[Answer, Change]:
    """Apply; what another step of this run wrote before is compared with what it wrote."""
    before = None
    if tools.mark is None or again:
        before = tools.cluster.get(_resource(target, tools), target.namespace, target.name)
    body, own = merging.parted(target, body)
    answer = _sent(target, body, tools)
    if get(answer.body, "metadata", "deletionTimestamp"):
        message = f"{target} is being deleted, and is made anew once it is gone"
        raise NotYet(message)
    resource = _resource(target, tools)
    added = merging.write(tools.cluster, resource, target, answer, own, profile=tools.profile)
    if added is not None:
        return replace(added, warnings=(*answer.warnings, *added.warnings)), Change.CONFIGURED
    if tools.mark is None or again:
        return answer, change_between(before, answer.body)
    return answer, change_of(answer.body, tools.mark, uid=tools.uids.get(target))


def _sent(target: ObjectId, body: Body, tools: Tools) -> Answer:
    """Apply; what nobody may touch now and is as it is wanted is left alone."""
    try:
        answer, said = claiming.applied(tools.cluster, target, body, tools.options)
    except ClusterError as error:
        if error.kind is ErrorKind.BUSY:
            return _left_alone(target, body, error, tools)
        raise
    return replace(answer, warnings=(*answer.warnings, said)) if said else answer


def _left_alone(target: ObjectId, body: Body, error: ClusterError, tools: Tools) -> Answer:
    """Take an object that nobody may touch now, and that is as it is wanted, as the answer."""
    live = tools.cluster.get(_resource(target, tools), target.namespace, target.name)
    if live is None or not is_as_wanted(live, body):
        raise error
    return Answer(live)


def _create(target: ObjectId, body: Body, tools: Tools) -> tuple[Answer, Change]:
    resource = _resource(target, tools)
    present = tools.cluster.get(resource, target.namespace, target.name)
    if present is not None:
        return Answer(present), Change.UNCHANGED
    return tools.cluster.create(body), Change.CREATED


def _make_way(target: ObjectId, tools: Tools) -> None:
    """Delete an object that may be made anew, and say so; the write is repeated until it is gone.

    What it made goes first: a new one of its name would take a failed Job of the old one's for its own.
    """
    resource = _resource(target, tools)
    present = tools.cluster.get(resource, target.namespace, target.name)
    if present is not None:
        if not (named(target, tools.options.recreate) or is_spent(target, present, "Complete", "Failed")):
            return
        uid = get(present, "metadata", "uid")
        tools.cluster.delete(resource, target.namespace, target.name, uid=uid, foreground=True)
    message = f"{target} is deleted to be made anew"
    raise NotYet(message)


def _adjust(job: Adjust, tools: Tools) -> Patched:
    target = job.patch.id
    resource = _resource(target, tools)
    before = tools.cluster.get(resource, target.namespace, target.name)
    tools.fence(tools.steps[job.step].layer)
    answer = tools.cluster.merge(resource, target.namespace, target.name, job.patch.body)
    return Patched(job.step, target, change_between(before, answer.body), answer.body, answer.warnings)


def _execute(job: Execute, tools: Tools) -> Executed:
    command = job.exec
    pods = tools.cluster.list(_pods(tools), command.namespace, labels=command.labels).items
    running = sorted(
        body["metadata"]["name"]
        for body in pods
        if get(body, "status", "phase") == "Running" and not get(body, "metadata", "deletionTimestamp")
    )
    if not running:
        message = f"no pod with {command.labels} is running in {command.namespace}"
        raise NotYet(message)
    tools.fence(tools.steps[job.step].layer)
    ran = tools.cluster.exec(command.namespace, running[0], command.command, container=command.container)
    return Executed(job.step, running[0], ran, tools.random.random())


def _pods(tools: Tools) -> Resource:
    return _resource(ObjectId("", "Pod", "", ""), tools)


def _remove(job: Remove, tools: Tools) -> Removed:
    target = job.id
    resource = tools.served.resource(target.group, target.kind)
    if resource is None:
        if tools.served.surely_lacks(target.group):
            return Removed(job.step, target, "")
        message = f"the API server behind {target.group} is away, so {target} cannot be deleted yet"
        raise NotYet(message)
    if target in tools.restored:
        return _restore(job, resource, tools)
    uid = tools.options.uids.get(target) or tools.uids.get(target)
    if not uid:
        present = tools.cluster.get(resource, target.namespace, target.name)
        if present is None:
            return Removed(job.step, target, "")
        if target in tools.unconfirmed and not is_ours(present):
            return Removed(job.step, target, "")
        uid = str(get(present, "metadata", "uid") or "")
    tools.fence(tools.steps[job.step].layer)
    try:
        was_there = tools.cluster.delete(resource, target.namespace, target.name, uid=uid or None)
    except ClusterError as error:
        if error.kind is ErrorKind.CONFLICT:  # another object of that name: not ours
            return Removed(job.step, target, "")
        raise
    return Removed(job.step, target, uid if was_there else "")


def _restore(job: Remove, resource: Resource, tools: Tools) -> Removed:
    """Put the earlier values of an object back that is not osk's to delete.

    Values are applied: a patch would give the fields to another entry of osk's, with which a later run conflicts.
    """
    target, patch = job.id, tools.restored[job.id]
    present = tools.cluster.get(resource, target.namespace, target.name) if patch else None
    if present is None:
        return Removed(job.step, target, "")
    tools.fence(tools.steps[job.step].layer)
    patch, _ = merging.parted(target, patch)
    values = _without_none(patch)
    meta = {
        key: present["metadata"][key] for key in ("name", "namespace", "uid") if key in present["metadata"]
    }
    body = {
        **values,
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {**values.get("metadata", {}), **meta},
    }
    try:
        answer = claiming.given_back(tools.cluster, target, body)
        if absent := _only_none(claiming.kept(target, patch)):
            answer = tools.cluster.merge(resource, target.namespace, target.name, absent)
        merging.write(tools.cluster, resource, target, answer, profile=tools.profile)
    except ClusterError as error:
        if error.kind in {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT}:  # gone, or another object of that name
            return Removed(job.step, target, "")
        raise
    return Removed(job.step, target, "", Change.CONFIGURED)


def _without_none(values: Body) -> Body:
    """Keep what there was a value of."""
    kept = {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if value is not None
    }
    return {key: value for key, value in kept.items() if value != {}}


def _only_none(values: Body) -> Body:
    """Keep what there was no value of."""
    kept = {key: _only_none(value) if isinstance(value, dict) else value for key, value in values.items()}
    return {key: value for key, value in kept.items() if value is None or (isinstance(value, dict) and value)}


def _resource(target: ObjectId, tools: Tools) -> Resource:
    found = tools.served.resource(target.group, target.kind)
    if found is None:
        message = f"the kind {target.kind} ({target.group or 'core'}) is not served yet"
        raise ClusterError(ErrorKind.NOT_SERVED, message)
    return found
