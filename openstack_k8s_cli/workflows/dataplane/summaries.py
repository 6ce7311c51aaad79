"""Which hosts a service went on without, where the operator does not say so itself: its pods do.

The status of deployments has summaries in newer releases only (openstack-operator, ansibleExecutionSummaries), and
without them a service that ended well under `dataplane.failure.maxPercent` would count as done on every host.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.dataplane import jobs, logs
from openstack_k8s_cli.dataplane.logs import Recap, Summary
from openstack_k8s_cli.model.objects import Body, get

TOLERATED = "OSK_MAX_FAIL_PERCENT"
"""In the environment of a node set's pods: the percent of its hosts that may be lost."""
_JOB = "job-name"


def completed(
    cluster: Cluster, deployments: Iterable[Body], nodesets: Iterable[Body], namespace: str
) -> Iterator[Body]:
    """Give each deployment with the summaries of its jobs, where hosts may be lost; raises ClusterError."""
    tolerant = {
        each["metadata"]["name"]
        for each in nodesets
        if any(some.get("name") == TOLERATED for some in get(each, "spec", "env") or ())
    }
    for each in deployments:
        known = get(each, "status", "ansibleExecutionSummaries")
        if known or not tolerant & set(get(each, "spec", "nodeSets") or ()):
            yield each
            continue
        found = dict(_of_pods(cluster, each["metadata"]["name"], namespace))
        yield {**each, "status": {**(each.get("status") or {}), "ansibleExecutionSummaries": found}}


def _of_pods(cluster: Cluster, deployment: str, namespace: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read what the pods that ended well left behind, or else the end of their logs."""
    resource: Resource | None = cluster.resource("", "Pod")
    listed = (
        cluster.list(resource, namespace, labels=f"{jobs.DEPLOYMENT}={deployment}").items if resource else ()
    )
    for pod in listed:
        job = get(pod, "metadata", "labels", _JOB)
        if job and get(pod, "status", "phase") == "Succeeded":
            told = _left(pod) or _recapped(cluster.logs(namespace, pod["metadata"]["name"]))
            yield str(job), {"failedHostList": told.failed, "unreachableHostList": told.unreachable}


def _left(pod: Body) -> Summary | None:
    states = (
        get(each, "state", "terminated") or {} for each in get(pod, "status", "containerStatuses") or ()
    )
    return next((found for each in states if (found := logs.summary(each.get("message")))), None)


def _recapped(text: str) -> Summary:
    reading = logs.Reading()
    news = [each for line in text.splitlines() for each in reading.feed(line)]
    counted = [each for each in (*news, *reading.settle()) if isinstance(each, Recap)]
    failed = tuple(each.host for each in counted if each.failed and not each.unreachable)
    return Summary(len(counted), failed, tuple(each.host for each in counted if each.unreachable))
