"""What conditions wait for."""

from collections.abc import Callable, Iterable

from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Lack, Makes, Needs, trouble
from openstack_k8s_cli.rehearsal.simulators.world import View

Names = Callable[[Body], Iterable[str]]


def is_ready(body: Body, kind: str = "Ready") -> bool:
    """Tell whether an object's condition is True for its present generation."""
    observed = get(body, "status", "observedGeneration")
    if observed is not None and observed != get(body, "metadata", "generation"):
        return False
    found = condition(body, kind)
    return found is not None and found.get("status") == "True"


def present(group: str, kind: str, names: Names, message: str, *, fatal: bool = False) -> Needs:
    """Need objects to exist; `{}` in the message takes the first missing name."""

    def need(body: Body, view: View) -> Lack | None:
        for name in names(body):
            if view.get(in_namespace(body, group, kind, name)) is None:
                text = message.format(name)
                return trouble(text) if fatal else Lack(text)
        return None

    return need


def ready(group: str, kind: str, names: Names, message: str = "", *, by: str = "Ready") -> Needs:
    """Need objects of other controllers to be ready; the waiting condition speaks for itself unless told otherwise."""

    def need(body: Body, view: View) -> Lack | None:
        for name in names(body):
            there = view.get(in_namespace(body, group, kind, name))
            if there is None or not is_ready(there, by):
                return Lack(message.format(name))
        return None

    return need


_DECISIVE = {
    "Galera": "DeploymentReady",
    "OpenStackClient": "OpenStackClientReady",
    "RabbitmqCluster": "AllReplicasReady",
    "TransportURL": "TransportURLReady",
}
"""The condition that parents look at, where it is not Ready."""


def children_ready(makes: Makes, *, named: bool = True) -> Needs:
    """Need the custom resources that a controller made; their own words are passed on behind their kind."""

    def need(body: Body, view: View) -> Lack | None:
        for made in view.made(makes, body):
            lack = _of_child(made, view, named=named)
            if lack is not None:
                return lack
        return None

    return need


def _of_child(made: Body, view: View, *, named: bool) -> Lack | None:
    by = _DECISIVE.get(made["kind"], "Ready")
    group = made["apiVersion"].rpartition("/")[0]
    there = view.get(ObjectId(group, made["kind"], namespace_of(made), name_of(made)))
    if there is not None and is_ready(there, by):
        return None
    said = condition(there, "Ready") if there is not None and named else None
    if said is None or said.get("status") == "True":
        return Lack()
    return Lack(
        f"{made['kind']}: {said.get('message', '')}",
        reason=str(said.get("reason") or "Requested"),
        severity=str(said.get("severity") or ""),
        status=str(said.get("status") or "False"),
    )


def rolled_out(makes: Makes, *, one_is_enough: bool = False) -> Needs:
    """Need the workloads that a controller made to run."""

    def need(body: Body, view: View) -> Lack | None:
        for made in view.made(makes, body):
            if made["apiVersion"] != "apps/v1":
                continue
            there = view.get(ObjectId("apps", made["kind"], namespace_of(made), name_of(made)))
            if there is None or not _runs(there, one_is_enough=one_is_enough):
                return Lack()
        return None

    return need


def _runs(workload: Body, *, one_is_enough: bool) -> bool:
    status = workload.get("status") or {}
    if status.get("observedGeneration") != get(workload, "metadata", "generation"):
        return False
    if workload["kind"] == "DaemonSet":
        return bool(status.get("numberReady", 0) >= status.get("desiredNumberScheduled", 0))
    wanted = get(workload, "spec", "replicas")
    wanted = 1 if wanted is None else wanted
    ready_now = status.get("readyReplicas") or 0
    return ready_now >= min(1, wanted) if one_is_enough else bool(ready_now >= wanted)


def jobs_done(makes: Makes, message: str) -> Needs:
    """Need the Jobs that a controller made to end well; `{}` in the message takes what went wrong."""

    def need(body: Body, view: View) -> Lack | None:
        for made in view.made(makes, body):
            there = view.get(ObjectId("batch", "Job", namespace_of(made), name_of(made)))
            if there is None:
                return Lack()
            failed = condition(there, "Failed")
            if failed is not None and failed.get("status") == "True":
                text = message.format("Job has reached the specified backoff limit. Check job logs")
                return trouble(text)
            complete = condition(there, "Complete")
            if complete is None or complete.get("status") != "True":
                return Lack()
        return None

    return need


def addressed(makes: Makes, message: str) -> Needs:
    """Need every LoadBalancer among the Services that a controller made to have its address."""

    def need(body: Body, view: View) -> Lack | None:
        for made in view.made(makes, body):
            if made["kind"] != "Service" or get(made, "spec", "type") != "LoadBalancer":
                continue
            there = view.get(ObjectId("", "Service", namespace_of(made), name_of(made)))
            if there is None or not get(there, "status", "loadBalancer", "ingress"):
                return trouble(message.format(f"{name_of(made)} LoadBalancer IP still pending"))
        return None

    return need


def field(*path: str, default: str = "") -> Names:
    """Give the name that a field of the object holds; nothing where it is empty."""

    def names(body: Body) -> tuple[str, ...]:
        value = get(body, *path) or default
        return (str(value),) if value else ()

    return names


def fields(*path: str) -> Names:
    """Give the names that a list of the object holds."""
    return lambda body: tuple(str(each) for each in get(body, *path) or ())


def fixed(*names: str) -> Names:
    """Give names that are always the same."""
    return lambda _: names
