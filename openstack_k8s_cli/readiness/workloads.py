"""Kinds of Kubernetes itself: workloads, storage, namespaces, CRDs."""

from collections.abc import Callable, Mapping

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import current


def _counted(body: Body, wanted: int, *, ready: str, updated: str) -> Verdict:
    have, new = get(body, "status", ready) or 0, get(body, "status", updated) or 0
    observed = current(body) and get(body, "status", "observedGeneration") is not None
    done = min(have, new, wanted)
    if observed and done >= wanted:
        return Verdict(State.READY, message=f"{done} of {wanted} ready", done=done, total=wanted)
    said = f"{have} of {wanted} ready" if new >= wanted else f"{have} ready, {new} of {wanted} updated"
    message = said if observed else "its controller has not seen it yet"
    return Verdict(State.PROGRESSING, message=message, observed=observed, done=done, total=wanted)


def _deployment(body: Body) -> Verdict:
    wanted = get(body, "spec", "replicas")
    verdict = _counted(
        body, 1 if wanted is None else wanted, ready="readyReplicas", updated="updatedReplicas"
    )
    stuck = condition(body, "Progressing")
    if (
        verdict.state is not State.READY
        and stuck is not None
        and stuck.get("reason") == "ProgressDeadlineExceeded"
    ):
        return Verdict(
            State.FAILING, "ProgressDeadlineExceeded", str(stuck.get("message") or ""), True, verdict.done
        )
    return verdict


def _stateful_set(body: Body) -> Verdict:
    wanted = get(body, "spec", "replicas")
    return _counted(body, 1 if wanted is None else wanted, ready="readyReplicas", updated="updatedReplicas")


def _daemon_set(body: Body) -> Verdict:
    wanted = get(body, "status", "desiredNumberScheduled") or 0
    return _counted(body, wanted, ready="numberReady", updated="updatedNumberScheduled")


def _job(body: Body) -> Verdict:
    failed = condition(body, "Failed")
    if failed is not None and failed.get("status") == "True":
        return Verdict(State.FAILED, str(failed.get("reason") or ""), str(failed.get("message") or ""))
    complete = condition(body, "Complete")
    if complete is not None and complete.get("status") == "True":
        return Verdict(State.READY, message="complete", done=1, total=1)
    attempts = get(body, "status", "failed") or 0
    return Verdict(
        State.PROGRESSING, message=f"running, {attempts} failed" if attempts else "running", total=1
    )


def _pod(body: Body) -> Verdict:
    phase = get(body, "status", "phase")
    ready = condition(body, "Ready")
    if phase == "Succeeded" or (ready is not None and ready.get("status") == "True"):
        return Verdict(State.READY, message=str(phase or ""))
    if phase == "Failed":
        return Verdict(
            State.FAILED, str(get(body, "status", "reason") or ""), str(get(body, "status", "message") or "")
        )
    reason, message = (
        _container_trouble(body) or _unscheduled(body) or ("", str(phase or "not scheduled yet"))
    )
    state = State.FAILING if reason in _POD_TROUBLE else State.PROGRESSING
    return Verdict(state, reason, message)


_POD_TROUBLE = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImagePull",
        "ImageInspectError",
        "ImagePullBackOff",
        "InvalidImageName",
        "RunContainerError",
    }
)
"""Waiting reasons of the kubelet that do not pass by themselves as a rule (kubernetes/pkg/kubelet)."""


def _container_trouble(body: Body) -> tuple[str, str] | None:
    for listed in ("initContainerStatuses", "containerStatuses"):
        for status in get(body, "status", listed) or ():
            waiting = get(status, "state", "waiting") or {}
            if waiting.get("reason") in _POD_TROUBLE:
                text = waiting.get("message") or f"image {status.get('image', '')}"
                return str(waiting["reason"]), f"container {status.get('name')}: {text}"
    return None


def _unscheduled(body: Body) -> tuple[str, str] | None:
    scheduled = condition(body, "PodScheduled")
    if scheduled is None or scheduled.get("status") != "False":
        return None
    return str(scheduled.get("reason") or ""), str(scheduled.get("message") or "")


def _claim(body: Body) -> Verdict:
    """Judge a PersistentVolumeClaim: Pending is the rest state of WaitForFirstConsumer, so only Lost is an error."""
    phase = get(body, "status", "phase")
    if phase == "Lost":
        return Verdict(State.FAILED, "Lost", "its volume is gone")
    return Verdict(State.READY, message="bound" if phase == "Bound" else "bound once a pod uses it")


def _volume(body: Body) -> Verdict:
    if get(body, "status", "phase") == "Failed":
        return Verdict(State.FAILED, "Failed", str(get(body, "status", "message") or "reclaim failed"))
    return Verdict(State.READY)


def _definition(body: Body) -> Verdict:
    for kind in ("NamesAccepted", "Established"):
        found = condition(body, kind)
        if found is None or found.get("status") != "True":
            return Verdict(
                State.PROGRESSING, kind, str((found or {}).get("message") or "not established yet")
            )
    return Verdict(State.READY)


def _namespace(body: Body) -> Verdict:
    if get(body, "status", "phase") == "Terminating":
        return Verdict(State.TERMINATING)
    return Verdict(State.READY)


RULES: Mapping[tuple[str, str], Callable[[Body], Verdict]] = {
    ("", "Namespace"): _namespace,
    ("", "PersistentVolume"): _volume,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Pod"): _pod,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("batch", "Job"): _job,
}
