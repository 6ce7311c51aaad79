"""Ansible's jobs, played: a pod for each attempt, whose log grows as a service goes over its hosts.

KWOK would end the pods of a Job the moment they run, so these belong to the deployment.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.client import Client, RefusedError
from openstack_k8s_cli.rehearsal.simulators.faults import Faults, Trouble
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo
from openstack_k8s_cli.rehearsal.simulators.playing import Play
from openstack_k8s_cli.rehearsal.simulators.tables import ansible
from openstack_k8s_cli.rehearsal.simulators.world import World, owners

_LOG = logging.getLogger(__name__)
_FIRST, _AGAIN, _BETWEEN = 0.6, 0.3, 0.2
"""Seconds of a job's first pod, of each further one, and between two, at the pace `fast`."""
_PAUSE = 1.0
"""Seconds before a job that could not go on is tried again."""
_NOT_FOUND = 404
_SERVICE = "OpenStackDataPlaneService"


class Runs:
    """The jobs that run."""

    def __init__(
        self, client: Client, world: World, tempo: Tempo, faults: Callable[[], Faults], logs: Path | None
    ) -> None:
        self._client = client
        self._world = world
        self._tempo = tempo
        self._faults = faults
        self._logs = logs
        self._running: dict[str, asyncio.Task[None]] = {}

    def notice(self, job: Body) -> None:
        """Take a job in; one that is Ansible's and has not ended begins, or goes on after a new start."""
        uid = job["metadata"]["uid"]
        ended = any((condition(job, each) or {}).get("status") == "True" for each in ("Complete", "Failed"))
        if ansible.is_job(job) and not ended and uid not in self._running:
            self._running[uid] = asyncio.ensure_future(self._run(job))

    def gone(self, job: Body) -> None:
        """Let a job end that is no more, and its logs go."""
        task = self._running.pop(job["metadata"]["uid"], None)
        if task is not None:
            task.cancel()
        if self._logs is not None and ansible.is_job(job):
            for number in range(1, 1 + _attempts(job)):
                shutil.rmtree(self._logs / namespace_of(job) / _pod_name(job, number), ignore_errors=True)

    async def _run(self, job: Body) -> None:
        while True:
            try:
                await self._attempted(job)
            except RefusedError as error:
                if error.status == _NOT_FOUND:
                    return  # it is gone
                _LOG.warning("%s: %s", id_of(job), error)
            except Exception:  # noqa: BLE001 -- one job must not stop the others
                _LOG.exception("%s", id_of(job))
            else:
                return
            await asyncio.sleep(_PAUSE)

    async def _attempted(self, job: Body) -> None:
        started = job["metadata"]["creationTimestamp"]
        known = self._world.get(id_of(job)) or job
        failed = int(get(known, "status", "failed") or 0)
        while failed < _attempts(job):
            play = self._play(job)
            while play is None:  # it is ordered never to end
                await asyncio.sleep(_PAUSE)
                play = self._play(job)
            await self._say(job, startTime=started, active=1, **({"failed": failed} if failed else {}))
            await self._pod(job, failed + 1, play)
            if play.status == 0 and play.lost:
                await self._client.annotate(id_of(job), {ansible.SUMMARY: json.dumps(play.summary())})
            if play.status == 0:
                await self._say(job, **_done(started), **({"failed": failed} if failed else {}))
                return
            failed += 1
            await self._say(job, startTime=started, active=0, failed=failed)
            await asyncio.sleep(_BETWEEN * self._tempo.factor)
            summary = json.dumps(play.summary())
            await self._client.annotate(id_of(job), {ansible.SUMMARY: summary})
        await self._say(job, **_failed(started, failed))

    async def _say(self, job: Body, **status: Any) -> None:
        await self._client.write_status(id_of(job), {**_IDLE, **status})

    async def _pod(self, job: Body, number: int, play: Play) -> None:
        """Let a pod run: its log grows by a task at a time, and it ends as Ansible does."""
        began = _now()
        body = self._pod_body(job, number)
        await self._client.make(body)
        seconds = (_FIRST if number == 1 else _AGAIN) * self._tempo.factor
        parts = list(play.parts())
        container = body["spec"]["containers"][0]["name"]
        for part in parts:
            await asyncio.sleep(seconds / len(parts))
            self._write(namespace_of(body), name_of(body), container, part)
        ended = {
            "exitCode": play.status,
            "reason": "Error" if play.status else "Completed",
            "message": json.dumps(play.summary()),
            "startedAt": began,
            "finishedAt": _now(),
        }
        state = {"name": container, "image": body["spec"]["containers"][0]["image"], "imageID": ""}
        state |= {"ready": False, "restartCount": 0, "started": False, "state": {"terminated": ended}}
        phase = "Failed" if play.status else "Succeeded"
        await self._client.write_status(id_of(body), {"phase": phase, "containerStatuses": [state]})

    def _write(self, namespace: str, pod: str, container: str, text: str) -> None:
        if self._logs is None:
            return
        file = self._logs / namespace / pod / f"{container}.log"
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as log:
                log.write(text)

    def _pod_body(self, job: Body, number: int) -> Body:
        labels = {
            **job["metadata"]["labels"],
            "batch.kubernetes.io/job-name": name_of(job),
            "job-name": name_of(job),
        }
        made = objects.pod(
            _pod_name(job, number),
            namespace_of(job),
            labels,
            container=get(job, "spec", "template", "spec", "containers", 0, "name"),
            image=get(job, "spec", "template", "spec", "containers", 0, "image"),
        )
        node = next(iter(self._world.of_kind("", "Node")), None)
        made["spec"] |= {"restartPolicy": "Never", "nodeName": name_of(node) if node else None}
        made["metadata"]["generateName"] = f"{name_of(job)}-"
        made["metadata"]["ownerReferences"] = get(job, "metadata", "ownerReferences") or []
        return made

    def _play(self, job: Body) -> Play | None:
        """Give how it goes now, as the faults order; None: not at all."""
        faults, labels = self._faults(), job["metadata"]["labels"]
        service = str(labels.get(jobs.SERVICE))
        named = (("Job", name_of(job)), (_SERVICE, service))
        if any(faults.of(*each, Trouble.NEVER_READY) for each in named):
            return None
        hosts = self._hosts(job)
        failing: dict[str, str] = {}
        unreachable: dict[str, str] = {}
        for fault in faults.faults:
            if not any(fault.hits(*each) for each in named):
                continue
            if fault.fault is Trouble.ERROR:
                failing |= dict.fromkeys(hosts[:1], fault.message)
            elif fault.fault is Trouble.HOST_FAILS:
                failing |= {host: fault.message for host in hosts if host in fault.hosts}
            elif fault.fault is Trouble.HOST_UNREACHABLE:
                unreachable |= {host: fault.words for host in hosts if host in fault.hosts}
        own = self._nodesets(job, [labels.get(jobs.NODESET)])
        return Play(service, hosts, failing, unreachable, max(map(ansible.tolerated, own), default=0.0))

    def _hosts(self, job: Body) -> list[str]:
        labels = job["metadata"]["labels"]
        deployment = next(iter(self._owners(job)), None)
        if deployment is None:
            return []
        everywhere = labels.get(jobs.SERVICE) == ansible.EVERYWHERE
        names = get(deployment, "spec", "nodeSets") if everywhere else [labels.get(jobs.NODESET)]
        found = self._nodesets(job, names or ())
        return [host for each in found for host in ansible.hosts_of(deployment, each)]

    def _nodesets(self, job: Body, names: Iterable[Any]) -> list[Body]:
        ids = (
            in_namespace(job, "dataplane.openstack.org", "OpenStackDataPlaneNodeSet", str(each))
            for each in names
        )
        return [found for each in ids if (found := self._world.get(each)) is not None]

    def _owners(self, job: Body) -> Iterator[Body]:
        for api_version, kind, name, _ in owners(job):
            found = self._world.get(ObjectId(api_version.partition("/")[0], kind, namespace_of(job), name))
            if found is not None:
                yield found


_IDLE = {"ready": 0, "terminating": 0, "uncountedTerminatedPods": {}}


def _attempts(job: Body) -> int:
    return 1 + int(get(job, "spec", "backoffLimit") or 0)


def _pod_name(job: Body, number: int) -> str:
    mark = hashlib.sha256(f"{job['metadata']['uid']}/{number}".encode()).hexdigest()[:5]
    return f"{name_of(job)[:57].rstrip('-.')}-{mark}"


def _done(started: str) -> dict[str, Any]:
    reason, message = "CompletionsReached", "Reached expected number of succeeded pods"
    ended = [_condition(each, reason, message) for each in ("SuccessCriteriaMet", "Complete")]
    return {
        "startTime": started,
        "completionTime": _now(),
        "active": 0,
        "succeeded": 1,
        "conditions": ended,
    }


def _failed(started: str, count: int) -> dict[str, Any]:
    reason, message = "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    ended = [_condition(each, reason, message) for each in ("FailureTarget", "Failed")]
    return {"startTime": started, "active": 0, "failed": count, "conditions": ended}


def _condition(kind: str, reason: str, message: str) -> dict[str, str]:
    now = _now()
    return {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": message,
        "lastProbeTime": now,
        "lastTransitionTime": now,
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
