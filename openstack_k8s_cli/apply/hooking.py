"""A worker's part of a hook: whether it must run, running it, and keeping what it gave."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.apply import hooks
from openstack_k8s_cli.apply.hooks import Call, Ended, Outputs, Told
from openstack_k8s_cli.apply.labels import labelled
from openstack_k8s_cli.apply.messages import HookEnded, RunHook, TaskTold
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.hooks import DIGEST
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.apply.work import Tools

_TRIES = 60
"""How often what a hook gave is written again before its work is given up for lost."""


def run(job: RunHook, tools: "Tools") -> HookEnded:
    """Run a hook unless it ran with the same inputs before; raises ClusterError before it began, never after."""
    step = tools.steps[job.step]
    outputs = Outputs(tools.cluster, tools.profile)
    call = _call(job, outputs, tools)
    inputs = hooks.digest(call, tools.cluster)
    record = outputs.record(job.hook.name)
    if record is not None and hooks.is_done(record, inputs):
        return HookEnded(job.step, Change.UNCHANGED, record)
    if tools.runner is None:
        raise _nobody(job.step)
    tools.fence(step.layer)
    if record is not None:
        _forget(step.manifests[0].body, tools)
    ended = tools.runner.run(call, told=_telling(job.step, call, tools), stopped=tools.stop.is_set)
    change = Change.CREATED if record is None else Change.CONFIGURED
    return _concluded(job, call, ended, inputs, tools=tools, change=change)


def _call(job: RunHook, outputs: Outputs, tools: "Tools") -> Call:
    try:
        return hooks.call_of(job.hook, tools.values, outputs)
    except KeyError as error:
        raise hooks.unknown(job.step, error) from error


def _telling(step: str, call: Call, tools: "Tools") -> Callable[[Told], None]:
    hidden = hooks.secrets_of(call, {})

    def tell(told: Told) -> None:
        tools.tell(TaskTold(step, replace(told, message=hooks.masked(told.message, hidden))))

    return tell


def _forget(body: Body, tools: "Tools") -> None:
    """Note that what the hook last ran with counts no more: a run that ends half way is repeated."""
    target = body["metadata"]
    resource = tools.cluster.resource("", "Secret")
    if resource is not None:
        patch = {"metadata": {"annotations": {DIGEST: ""}}}
        tools.cluster.merge(resource, target["namespace"], target["name"], patch)


def _concluded(
    job: RunHook, call: Call, ended: Ended, inputs: str, *, tools: "Tools", change: Change
) -> HookEnded:
    words = _words(call, ended)
    if ended.exit_code or ended.late or ended.why:
        return HookEnded(job.step, change, None, hooks.failed(job.step, call, ended), words)
    try:
        outputs = hooks.typed(job.hook, ended.outputs)
    except ValueError as error:
        problem = hooks.failed(job.step, call, ended, f"did not give what it promised: {error}")
        return HookEnded(job.step, change, None, problem, words)
    try:
        return HookEnded(job.step, change, _write(job, inputs, outputs, tools), None, words)
    except ClusterError as error:
        return HookEnded(job.step, change, None, hooks.unkept(job.step, error), words)


def _words(call: Call, ended: Ended) -> str:
    """Give the last line that a command said; a playbook's tasks were told one by one."""
    if call.hook.playbook:
        return ""
    lines = ended.output.strip().splitlines()
    return hooks.masked(lines[-1], hooks.secrets_of(call, ended.outputs)) if lines else ""


def _write(job: RunHook, inputs: str, outputs: Mapping[str, Any], tools: "Tools") -> Body:
    """Keep what a hook gave; patiently, for its work would be lost."""
    step = tools.steps[job.step]
    manifest = step.manifests[0]
    made = hooks.kept(labelled(manifest, profile=tools.profile, layer=step.layer), inputs, job.hook, outputs)
    for attempt in range(_TRIES):
        try:
            tools.fence(step.layer)
            return tools.cluster.apply(made, force=True).body
        except ClusterError as error:
            if not error.retried or attempt == _TRIES - 1 or tools.stop.wait(tools.options.backoff * 2):
                raise
    raise AssertionError  # pragma: no cover  # the last try returns or raises


def _nobody(step: str) -> OskError:
    summary = f"{step} runs a hook on this machine, and there is nobody to run it"
    advice = Advice("leave it out with `--only`, or run osk's own command line", page="docs/hooks.md")
    return OskError(Problem("OSK0511", summary, step, None, (advice,)), exit_code=ExitCode.APPLY_REFUSED)
