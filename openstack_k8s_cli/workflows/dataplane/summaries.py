"""Which hosts a service went on without, where the operator does not say so itself: its pods do.

The status of deployments has summaries in newer releases only (openstack-operator, ansibleExecutionSummaries), and
without them a service that ended well under `dataplane.failure.maxPercent` would count as done on every host.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.dataplane import jobs, logs, records
from openstack_k8s_cli.dataplane.logs import Recap, Summary
from openstack_k8s_cli.dataplane.wanted import EVERYWHERE
from openstack_k8s_cli.model.objects import Body, get

TOLERATED = "OSK_MAX_FAIL_PERCENT"
"""In the environment of a node set's pods: the percent of its hosts that may be lost."""
_JOB = "job-name"
_SUMMARIES = "ansibleExecutionSummaries"


@dataclass(frozen=True, slots=True)
class _Ended:
    """A service that ended well, as far as the operator tells."""

    job: str
    kind: str
    """The type of its condition."""
    places: frozenset[str]
    """Node sets that may show it."""


def completed(
    cluster: Cluster,
    deployments: Iterable[Body],
    nodesets: Iterable[Body],
    namespace: str,
    *,
    seen: Collection[str] = (),
) -> Iterator[Body]:
    """Give each deployment with the summaries of its jobs, where hosts may be lost; raises ClusterError.

    A service of which nothing tells any more where it failed does not count as ended. Deployments whose UIDs are
    `seen` stay as they are: what they came to is known.
    """
    there = {each["metadata"]["name"]: each for each in nodesets}
    for each in deployments:
        mute = () if get(each, "metadata", "uid") in seen else tuple(_mute(each, there))
        yield _told(each, mute, _of_pods(cluster, each, mute, namespace)) if mute else each


def _mute(deployment: Body, nodesets: Mapping[str, Body]) -> Iterator[_Ended]:
    """Find the services that may have lost hosts, and of which the operator does not say so."""
    named = [str(each) for each in get(deployment, "spec", "nodeSets") or ()]
    known = get(deployment, "status", _SUMMARIES) or {}
    for nodeset in named:
        if not _may_lose(nodesets.get(nodeset) or {}):
            continue
        for service in _services(deployment, nodesets[nodeset]):
            everywhere = _is_everywhere(service, deployment)
            job = jobs.name_of(service, deployment["metadata"]["name"], None if everywhere else nodeset)
            places = frozenset(named if everywhere else [nodeset])
            ended = _Ended(job, jobs.condition_of(service), places)
            if not known.get(job) and any(_is_well(each, ended) for each in _shown(deployment, places)):
                yield ended


def _may_lose(nodeset: Body) -> bool:
    return any(each.get("name") == TOLERATED for each in get(nodeset, "spec", "env") or ())


def _services(deployment: Body, nodeset: Body) -> Iterable[str]:
    purpose = records.purpose_of(deployment)
    share = purpose.shares.get(nodeset["metadata"]["name"]) if purpose else None
    if share:
        return share.services
    return get(deployment, "spec", "servicesOverride") or get(nodeset, "spec", "services") or ()


def _is_everywhere(service: str, deployment: Body) -> bool:
    purpose = records.purpose_of(deployment)
    return service in (purpose.everywhere if purpose else (EVERYWHERE,))


def _shown(deployment: Body, places: Collection[str]) -> Iterator[Mapping[str, Any]]:
    shown: Mapping[str, Any] = get(deployment, "status", "nodeSetConditions") or {}
    return (each for place in places for each in shown.get(place) or ())


def _is_well(condition: Mapping[str, Any], ended: _Ended) -> bool:
    return condition.get("type") == ended.kind and condition.get("status") == "True"


def _told(deployment: Body, mute: Collection[_Ended], found: Mapping[str, Any]) -> Body:
    """Give a deployment with what its pods say; what none of them says did not end."""
    status = deployment["status"]
    lost = [each for each in mute if each.job not in found]
    shown = {
        place: [
            {**each, "status": "Unknown"}
            if any(place in one.places and _is_well(each, one) for one in lost)
            else each
            for each in some
        ]
        for place, some in status["nodeSetConditions"].items()
    }
    summaries = {**(status.get(_SUMMARIES) or {}), **found}
    return {**deployment, "status": {**status, "nodeSetConditions": shown, _SUMMARIES: summaries}}


def _of_pods(
    cluster: Cluster, deployment: Body, mute: Collection[_Ended], namespace: str
) -> dict[str, dict[str, Any]]:
    """Read what the pods that ended well left behind, or else the end of their logs."""
    resource, names = cluster.resource("", "Pod"), {each.job for each in mute}
    label = f"{jobs.DEPLOYMENT}={deployment['metadata']['name']}"
    found: dict[str, dict[str, Any]] = {}
    for pod in cluster.list(resource, namespace, labels=label).items if resource and names else ():
        job = get(pod, "metadata", "labels", _JOB)
        if job in names and get(pod, "status", "phase") == "Succeeded":
            told = _left(pod) or _logged(cluster, namespace, pod["metadata"]["name"])
            found |= {job: _summary(told)} if told else {}
    return found


def _summary(told: Summary) -> dict[str, Any]:
    return {"failedHostList": told.failed, "unreachableHostList": told.unreachable}


def _logged(cluster: Cluster, namespace: str, pod: str) -> Summary | None:
    try:
        return _recapped(cluster.logs(namespace, pod))
    except ClusterError:
        return None  # it is gone, or its node is


def _left(pod: Body) -> Summary | None:
    states = (
        get(each, "state", "terminated") or {} for each in get(pod, "status", "containerStatuses") or ()
    )
    return next((found for each in states if (found := logs.summary(each.get("message")))), None)


def _recapped(text: str) -> Summary | None:
    """Read what Ansible counted; None: it is not there."""
    reading = logs.Reading()
    news = [each for line in text.splitlines() for each in reading.feed(line)]
    counted = [each for each in (*news, *reading.settle()) if isinstance(each, Recap)]
    failed = tuple(each.host for each in counted if each.failed and not each.unreachable)
    unreachable = tuple(each.host for each in counted if each.unreachable)
    return Summary(len(counted), failed, unreachable) if reading.ended else None
